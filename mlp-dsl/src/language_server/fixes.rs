//! Changes that mend a mistake.

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, TextEdit,
};

use super::diagnostics;
use super::document::Document;
use super::refusal::Refusal;

/// The changes that mend the mistakes within a range.
pub(super) fn fixes(
    document: &Document,
    parameters: &CodeActionParams,
) -> Result<Option<CodeActionResponse>, Refusal> {
    let wanted = parameters.context.only.as_ref().is_none_or(|kinds| {
        let quick_fix = CodeActionKind::QUICKFIX;
        kinds
            .iter()
            .any(|kind| *kind == CodeActionKind::EMPTY || *kind == quick_fix)
    });
    if !wanted {
        return Ok(None);
    }
    let asked = document.text.span(parameters.range);
    let mut actions = Vec::new();
    for error in &document.analysis.errors.list {
        let place = error.span.unwrap_or_default();
        if place.start > asked.end || place.end < asked.start {
            continue;
        }
        for fix in &error.fixes {
            let found = document.text.as_str().get(fix.span.range());
            let title = match found.unwrap_or_default() {
                "" => format!("Write `{}`", fix.replacement),
                found => format!("Replace `{found}` by `{}`", fix.replacement),
            };
            let edit = TextEdit::new(document.text.range(fix.span), fix.replacement.clone());
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostics::shown(document, error)]),
                edit: Some(document.edit(vec![edit])),
                is_preferred: Some(error.fixes.len() == 1),
                ..CodeAction::default()
            }));
        }
    }
    Ok(Some(actions))
}
