//! Collects the pieces of a layout, token by token, and puts the comments of the text between them.

use pest::iterators::Pair;

use super::gap;
use super::pieces::Piece;
use crate::syntax::grammar::Rule;

/// What stands between a token and the one before it, apart from comments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Tight,
    /// One space.
    Space,
    /// As much space as aligns what follows: the first text within one line, the second over several lines.
    Pad(&'static str, &'static str),
    /// A place to break the line, and this text where it is not broken.
    Break(&'static str),
    /// The same before the bracket that closes a group.
    Closing(&'static str),
    /// The end of the line.
    Line(Blank),
}

impl Gap {
    /// Whether the line may end here.
    fn breaks(self) -> bool {
        matches!(self, Self::Break(_) | Self::Closing(_) | Self::Line(_))
    }
}

/// Empty lines between two lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    /// None.
    Never,
    /// One where the text has one or more.
    Kept,
    /// One, where the text has it or otherwise as early as possible.
    Always,
    /// As kept between comments, and none before the token itself.
    NotLast,
}

/// The pieces of a layout under construction.
pub(super) struct Lines<'t> {
    text: &'t str,
    /// Up to here the text has become pieces.
    at: usize,
    pieces: Vec<Piece>,
    /// The last character of the last token.
    last: Option<char>,
    /// What is to come before the next token.
    gap: Gap,
    /// How many lines end since the last token or comment.
    newlines: usize,
    /// The gap is written already: in front of a comment that belongs to the token.
    written: bool,
    /// The last piece is a comment.
    commented: bool,
    /// The last piece is a comment that nothing may follow in its line.
    ended: bool,
    /// Nothing stands in this block yet, so that no empty line does either.
    fresh: bool,
    /// The next line end is followed by an empty line.
    owed: bool,
}

impl<'t> Lines<'t> {
    /// The layout of `text`, still empty.
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            pieces: Vec::new(),
            last: None,
            gap: Gap::Line(Blank::Kept),
            newlines: 0,
            written: false,
            commented: false,
            ended: false,
            fresh: true,
            owed: false,
        }
    }

    /// The pieces.
    pub(super) fn finish(self) -> Vec<Piece> {
        self.pieces
    }

    /// Says what is to come before the next token.
    pub(super) fn gap(&mut self, gap: Gap) {
        self.gap = gap;
    }

    /// A token, after its gap.
    pub(super) fn token(&mut self, token: &Pair<'t, Rule>) {
        self.lead(token);
        self.at = token.as_span().end();
        let text = token.as_str().trim_end();
        self.last = text.chars().next_back();
        self.pieces.push(Piece::Text(text.to_owned()));
    }

    /// A token that is left out. Its comments are not.
    pub(super) fn skip(&mut self, token: &Pair<'t, Rule>) {
        self.comments(token);
        self.at = token.as_span().end();
        // What stood before it does not move on to the next line.
        self.written = false;
    }

    /// The bracket that opens a block.
    pub(super) fn begin(&mut self, bracket: &Pair<'t, Rule>) {
        self.token(bracket);
        self.indent();
        self.fresh = true;
    }

    /// The bracket that closes a block or a list. The comments before it still belong inside.
    pub(super) fn end(&mut self, bracket: &Pair<'t, Rule>, gap: Gap) {
        self.gap = gap;
        self.comments(bracket);
        self.dedent();
        self.token(bracket);
    }

    /// The end of the text, with the comments before it.
    pub(super) fn end_of_text(&mut self, end: &Pair<'t, Rule>) {
        self.gap = Gap::Line(Blank::NotLast);
        self.comments(end);
    }

    /// Begins a group with what starts with the next token; the token's gap stays outside.
    pub(super) fn open(&mut self, next: &Pair<'t, Rule>) {
        self.lead(next);
        self.pieces.push(Piece::Open);
    }

    /// Begins a group after the last token.
    pub(super) fn open_here(&mut self) {
        self.pieces.push(Piece::Open);
    }

    /// Ends a group.
    pub(super) fn close(&mut self) {
        self.pieces.push(Piece::Close);
    }

    /// Starts lines further right.
    pub(super) fn indent(&mut self) {
        self.pieces.push(Piece::Indent);
    }

    /// Starts lines further left again.
    pub(super) fn dedent(&mut self) {
        self.pieces.push(Piece::Dedent);
    }

    /// The last character of the last token.
    pub(super) fn last(&self) -> Option<char> {
        self.last
    }

    /// The text from here to the start of `token`.
    pub(super) fn before(&self, token: &Pair<'t, Rule>) -> &'t str {
        let start = token.as_span().start();
        self.text.get(self.at..start).unwrap_or_default()
    }

    /// Comments and gap before `next`.
    fn lead(&mut self, next: &Pair<'t, Rule>) {
        self.comments(next);
        if self.ended {
            self.line();
        } else if self.written {
            self.space();
        } else if self.commented && !closes(next.as_rule()) {
            match self.gap {
                Gap::Tight | Gap::Pad(..) => self.space(),
                _ => self.separate(),
            }
        } else if !self.pieces.is_empty() {
            self.separate();
        }
        self.gap = Gap::Tight;
        self.newlines = 0;
        self.written = false;
        self.commented = false;
        self.ended = false;
        self.fresh = false;
        self.owed = false;
    }

    /// The gap as it was asked for.
    fn separate(&mut self) {
        match self.gap {
            Gap::Tight => {}
            Gap::Space => self.space(),
            Gap::Pad(whole, broken) => self.pieces.push(Piece::Either { whole, broken }),
            // In an unbroken line a space stands on both sides of a comment.
            Gap::Break(_) if self.commented => self.pieces.push(Piece::Break(" ")),
            Gap::Break(text) | Gap::Closing(text) => self.pieces.push(Piece::Break(text)),
            Gap::Line(_) => self.line(),
        }
    }

    fn space(&mut self) {
        self.pieces.push(Piece::Text(" ".to_owned()));
    }

    /// The end of a line, and an empty line where one belongs.
    fn line(&mut self) {
        let kept = match self.gap {
            Gap::Line(Blank::Kept | Blank::Always) => self.newlines > 1,
            _ => false,
        };
        self.end_line(kept);
    }

    fn end_line(&mut self, blank: bool) {
        let blank = (blank && !self.fresh) || self.owed;
        let hanging = !self.gap.breaks();
        self.pieces.push(Piece::Line { blank, hanging });
        self.owed = false;
    }

    /// The comments before `next`.
    fn comments(&mut self, next: &Pair<'t, Rule>) {
        let start = next.as_span().start();
        let gap = self.before(next);
        self.at = start;
        let at_end = gap::newlines_at_end(gap);
        if self.gap == Gap::Line(Blank::Always) {
            let between = gap::comments(gap).any(|comment| comment.newlines > 1);
            self.owed = !between && at_end < 2;
        }
        for comment in gap::comments(gap) {
            self.newlines += comment.newlines;
            self.comment(comment);
        }
        self.newlines += at_end;
    }

    fn comment(&mut self, comment: gap::Comment) {
        let first = self.pieces.is_empty();
        let starts_line = self.newlines > 0 && (comment.alone || matches!(self.gap, Gap::Line(_)));
        let own_line = starts_line || self.ended;
        // Within a line a comment belongs to what follows, unless the line ends behind it.
        let joins_next = matches!(self.gap, Gap::Break(_)) && !comment.alone;
        if first {
            self.written = true;
            self.fresh = false;
        } else if own_line {
            let blank = matches!(self.gap, Gap::Line(blank) if blank != Blank::Never);
            self.end_line(blank && self.newlines > 1);
            self.fresh = false;
            self.written = self.gap != Gap::Line(Blank::NotLast);
        } else if joins_next && !self.written {
            self.separate();
            self.written = true;
        } else if self.commented || comment.ends_line || !self.tight() {
            self.space();
        }
        let text = comment.text;
        self.pieces.push(match comment.ends_line {
            true => Piece::LineComment(text),
            false => Piece::Text(text),
        });
        self.newlines = 0;
        self.commented = true;
        // What ends its line goes on doing so wherever a line may end.
        self.ended =
            comment.ends_line || (comment.alone && (own_line || first || self.gap.breaks()));
    }

    /// Whether a bracket was opened just now that stands close to what it holds.
    fn tight(&self) -> bool {
        matches!(self.gap, Gap::Tight | Gap::Break("")) && matches!(self.last, Some('(' | '['))
    }
}

/// Whether no space stands before a token, not even after a comment.
fn closes(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::close | Rule::close_bracket | Rule::comma | Rule::semicolon | Rule::colon
    )
}
