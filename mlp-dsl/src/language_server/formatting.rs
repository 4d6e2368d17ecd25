//! The one layout.

use lsp_types::{DocumentFormattingParams, TextEdit};

use super::document::Document;
use super::refusal::Refusal;
use crate::source::{Source, Span};
use crate::syntax;

/// The edit that gives the text the one layout; none where it has it, or cannot be parsed, which is shown as a mistake.
pub(super) fn formatting(
    document: &Document,
    _: &DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let text = document.text.as_str();
    let source = Source::new(document.uri.as_str(), text);
    Ok(syntax::format(&source).ok().map(|formatted| {
        let whole = document.text.range(Span::new(0, text.len()));
        match formatted == text {
            true => Vec::new(),
            false => vec![TextEdit::new(whole, formatted)],
        }
    }))
}
