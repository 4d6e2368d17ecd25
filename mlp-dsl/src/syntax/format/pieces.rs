//! A layout whose line ends are still open.

/// One piece of a layout.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// A token, a space, or a comment that something follows. A comment may itself run over several lines.
    Text(String),
    /// A comment up to the end of its line, which may stand beyond the width.
    LineComment(String),
    /// The end of a line where the group is broken, and this text where it is whole.
    Break(&'static str),
    /// One text where the group is whole, another where it is broken.
    Either {
        /// Within one line.
        whole: &'static str,
        /// Over several lines.
        broken: &'static str,
    },
    /// The end of a line, which breaks the groups around it.
    Line {
        /// Whether an empty line follows.
        blank: bool,
        /// Whether the next line continues this one where no break was foreseen.
        hanging: bool,
    },
    /// The beginning of a group: its breaks are line ends either all or not at all.
    Open,
    /// The end of a group.
    Close,
    /// From here on lines start one step further right.
    Indent,
    /// From here on lines start one step further left.
    Dedent,
}
