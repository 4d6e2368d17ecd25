//! A text by lines, and places in it as the protocol counts them: lines from 0, and UTF-16 units from 0 within a line.

use lsp_types::{Position, Range};

use crate::source::Span;

/// A text with the places of its lines.
#[derive(Clone, Debug)]
pub(super) struct Text {
    text: String,
    /// The first byte of each line.
    lines: Vec<usize>,
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        let mut lines = vec![0];
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            // A line ends in `\n`, `\r` or both.
            let ends = match c {
                '\r' => characters.peek().is_none_or(|(_, next)| *next != '\n'),
                _ => c == '\n',
            };
            if ends {
                lines.push(at + 1);
            }
        }
        Self { text, lines }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The line with this number, without what ends it.
    fn line(&self, line: usize) -> Option<&str> {
        let start = *self.lines.get(line)?;
        let end = self.lines.get(line + 1).copied();
        let line = self.text.get(start..end.unwrap_or(self.text.len()))?;
        Some(line.trim_end_matches(['\n', '\r']))
    }

    /// The byte at a position. One beyond the end of a line or of the text means that end, as the protocol says; one
    /// within a character means its beginning.
    pub(super) fn offset(&self, position: Position) -> usize {
        let number = position.line as usize;
        let (Some(line), Some(start)) = (self.line(number), self.lines.get(number)) else {
            return self.text.len();
        };
        let mut units = position.character as usize;
        for (at, c) in line.char_indices() {
            if units < c.len_utf16() {
                return start + at;
            }
            units -= c.len_utf16();
        }
        start + line.len()
    }

    /// The position of a byte; one beyond the end means the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset) - 1;
        let before = self.text.get(self.lines[line]..offset).unwrap_or_default();
        let units: usize = before.chars().map(char::len_utf16).sum();
        Position::new(number(line), number(units))
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The bytes of a range; a range that ends before it begins is empty.
    pub(super) fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }

    /// The text with `replacement` in the place of a range.
    pub(super) fn edited(&self, range: Range, replacement: &str) -> String {
        let mut text = self.text.clone();
        text.replace_range(self.span(range).range(), replacement);
        text
    }
}

/// A number of the protocol. No text has as many lines or columns as would not fit.
fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units() {
        let text = Text::new("α𝛼x\r\ny\rz\n".to_owned());
        for (offset, line, character) in [
            (0, 0, 0),
            (2, 0, 1),
            (6, 0, 3),
            (7, 0, 4),
            (9, 1, 0),
            (11, 2, 0),
            (13, 3, 0),
        ] {
            let position = Position::new(line, character);
            assert_eq!(text.position(offset), position);
            assert_eq!(text.offset(position), offset);
        }
    }

    #[test]
    fn places_that_do_not_exist_are_moved_to_the_nearest_that_do() {
        let text = Text::new("𝛼b\nc".to_owned());
        assert_eq!(text.offset(Position::new(0, 1)), 0, "within a character");
        assert_eq!(text.offset(Position::new(0, 99)), 5, "beyond a line");
        assert_eq!(text.offset(Position::new(99, 0)), 7, "beyond the text");
        assert_eq!(text.position(1), Position::new(0, 0));
        assert_eq!(text.position(usize::MAX), Position::new(1, 1));
        let backwards = Range::new(Position::new(1, 1), Position::new(0, 0));
        assert_eq!(text.edited(backwards, "!"), "𝛼b\nc!");
    }

    proptest::proptest! {
        #[test]
        fn every_place_of_a_text_has_one_position(text in "[aα𝛼\r\n]{0,12}") {
            let lines = Text::new(text.clone());
            for (offset, c) in text.char_indices() {
                let within_line_end = c == '\n' && text[..offset].ends_with('\r');
                if !within_line_end {
                    proptest::prop_assert_eq!(lines.offset(lines.position(offset)), offset);
                }
            }
        }
    }
}
