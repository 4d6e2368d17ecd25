//! The tokens and comments of any text, right or wrong.

use pest::unicode::{PATTERN_WHITE_SPACE, XID_START};

use super::failure::token;
use super::format::comment_length;
use crate::source::Span;

/// A token or a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
}

impl Token<'_> {
    /// Whether it could be a name, a keyword included.
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|c| XID_START(c) || c == '_')
    }

    pub(super) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    pub(super) fn is_comment(&self) -> bool {
        self.text.starts_with("//") || self.text.starts_with("/*")
    }

    /// Whether a value may end with it.
    pub(super) fn ends_value(&self) -> bool {
        self.is_number() || self.is_word() || matches!(self.text, ")" | "]" | "}")
    }
}

/// All tokens and comments in order. A comment that is never closed runs up to the end.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + (rest.len() - rest.trim_start_matches(PATTERN_WHITE_SPACE).len());
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let span = match comment_length(rest) {
            Some(length) => Span::new(start, start + length),
            None => token(text, start),
        };
        at = span.end;
        let text = text.get(span.range())?;
        Some(Token { text, span })
    })
}
