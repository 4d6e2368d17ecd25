//! A text to compile, and places in it.

use std::ops::Range;

/// A text of the language together with the name under which diagnostics speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that diagnostics print, usually the path of the file.
    pub name: String,
    /// The text itself.
    pub text: String,
}

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// The line and the column of a byte, both from 1, columns in characters; a byte beyond the end counts as the end.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let before = self.text.get(..at).unwrap_or_default();
        // The mark that some editors put before a text is no character to a person.
        let before = before.strip_prefix('\u{FEFF}').unwrap_or(before);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let lines = before.matches('\n').count();
        (lines + 1, line.chars().count() + 1)
    }
}

/// A range of bytes of a source; `start ≤ end`, both on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to `end`, `end` excluded.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The bytes as a range, to slice a text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn columns_are_counted_in_characters() {
        let source = Source::new("net.mlp", "\u{FEFF}größe = 1\nx");
        assert_eq!(source.position(3), (1, 1));
        assert_eq!(source.position(10), (1, 6));
        assert_eq!(source.position(source.text.len()), (2, 2));
        assert_eq!(source.position(usize::MAX), (2, 2));
    }
}
