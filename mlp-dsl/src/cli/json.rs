//! Diagnostics for programs.

use mlp_dsl::{Diagnostic, Diagnostics, Source, Span};
use serde_json::{Value, json};

/// The mistakes of a text. Lines and columns count from 1, columns in characters, and the end is the place behind the
/// last character; all are null for a mistake of the text as a whole. A fix has its place in bytes, too.
pub(crate) fn diagnostics_json(errors: &Diagnostics, source: &Source) -> Vec<Value> {
    errors
        .list
        .iter()
        .map(|error| diagnostic_json(error, source))
        .collect()
}

fn diagnostic_json(error: &Diagnostic, source: &Source) -> Value {
    let place = error.span.map(|span| place(span, source));
    let related = error.related.iter().map(|(span, label)| {
        let mut related = range(*span, source);
        related["label"] = json!(label);
        related
    });
    let fixes = error.fixes.iter().map(|fix| {
        let mut change = range(fix.span, source);
        change["start"] = json!(fix.span.start);
        change["end"] = json!(fix.span.end);
        change["replacement"] = json!(fix.replacement);
        change
    });
    json!({
        "file": source.name,
        "message": error.message,
        "line": place.map(|(start, _)| start.0),
        "column": place.map(|(start, _)| start.1),
        "end_line": place.map(|(_, end)| end.0),
        "end_column": place.map(|(_, end)| end.1),
        "label": error.label,
        "related": related.collect::<Vec<_>>(),
        "notes": error.notes,
        "help": error.help,
        "fixes": fixes.collect::<Vec<_>>(),
    })
}

/// A place that is there, as a program reads it.
fn range(span: Span, source: &Source) -> Value {
    let ((line, column), (end_line, end_column)) = place(span, source);
    json!({
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

/// Line and column of both ends.
fn place(span: Span, source: &Source) -> ((usize, usize), (usize, usize)) {
    (source.position(span.start), source.position(span.end))
}
