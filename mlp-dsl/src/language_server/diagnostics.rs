//! The mistakes of a text.

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location,
    PublishDiagnosticsParams,
};

use super::document::Document;
use crate::diagnostic;

/// All mistakes of a document, to be shown instead of those before.
pub(super) fn published(document: &Document) -> PublishDiagnosticsParams {
    let errors = document.analysis.errors.list.iter();
    PublishDiagnosticsParams {
        uri: document.uri.clone(),
        diagnostics: errors.map(|error| shown(document, error)).collect(),
        version: Some(document.version),
    }
}

/// One mistake. What stands under the caret, the reasons and the ways to mend it follow the message, a line each.
pub(super) fn shown(document: &Document, error: &diagnostic::Diagnostic) -> Diagnostic {
    let mut lines = vec![error.message.clone()];
    lines.extend((!error.label.is_empty()).then(|| error.label.clone()));
    lines.extend(error.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(error.help.iter().map(|help| format!("help: {help}")));
    let related = error.related.iter();
    let related = related.map(|(span, label)| DiagnosticRelatedInformation {
        location: Location::new(document.uri.clone(), document.text.range(*span)),
        message: label.clone(),
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    Diagnostic {
        range: document.text.range(error.span.unwrap_or_default()),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("mlp".to_owned()),
        message: lines.join("\n"),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}
