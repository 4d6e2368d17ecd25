//! The corpus of wrong texts through the macro: what the inline macro makes of its tokens has the mistakes of the file, at
//! the same lines and columns, and underlines the same text.
//!
//! The modules of the macro are compiled into this test. Outside of a macro, `proc_macro2` reads tokens by itself, in the
//! way rustc does.

#[path = "../src/layout.rs"]
mod layout;
#[path = "../src/literal.rs"]
mod literal;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use layout::Layout;
use mlp_dsl::{Diagnostic, Diagnostics, Source, Span};
use proc_macro2::{LineColumn, TokenStream};

/// What Rust's lexer refuses before the macro is called, so that rustc reports it in its own words.
const REFUSED_BY_RUST: [(&str, &str); 14] = [
    ("brace_too_many", "a bracket that closes nothing"),
    ("brace_unclosed", "a bracket that is never closed"),
    ("bracket_closed_by_parenthesis", "brackets that cross"),
    ("centred_dot", "a character of no token"),
    ("comment_unclosed", "a comment that is never closed"),
    ("elementwise_sign", "a character of no token"),
    ("less_or_equal_sign", "a character of no token"),
    ("long_minus", "a character of no token"),
    ("nabla", "a character of no token"),
    ("parenthesis_unclosed", "a bracket that is never closed"),
    ("prime", "a quote that is never closed"),
    ("several_brackets", "brackets that cross"),
    ("squared_sign", "a character of no token"),
    ("typographical_arrow", "a character of no token"),
];

/// What this test cannot compare, and why.
const OTHERWISE: [(&str, &str); 2] = [
    (
        "comments_too_deep",
        "comments are no tokens: the macro never sees them",
    ),
    (
        "no_break_space",
        "space outside of a macro; rustc refuses the character",
    ),
];

/// The wrong texts by name, without the lines that state what is expected.
fn texts() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mlp-dsl/tests/wrong");
    let entries = fs::read_dir(folder).expect("the corpus is there");
    entries
        .map(|entry| {
            let path = entry.expect("the entry can be read").path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&path).expect("the file can be read");
            let bare = text
                .split_inclusive('\n')
                .filter(|line| !line.starts_with("//~"));
            (name.into_owned(), bare.collect())
        })
        .collect()
}

fn compile(text: &str) -> Diagnostics {
    match mlp_dsl::compile(&Source::new("wrong.mlp", text)) {
        Ok(_) => Diagnostics::default(),
        Err(errors) => errors,
    }
}

/// The line, counted from 1, and the column, counted from 0, of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count())
}

/// A mistake with lines and columns instead of bytes.
fn described(error: &Diagnostic, text: &str) -> String {
    let place = |span: Span| (place(text, span.start), place(text, span.end));
    let Diagnostic {
        message,
        span,
        label,
        related,
        notes,
        help,
        fixes,
    } = error;
    let related: Vec<_> = (related.iter())
        .map(|(span, label)| (place(*span), label))
        .collect();
    let fixes: Vec<_> = (fixes.iter())
        .map(|fix| (place(fix.span), &fix.replacement))
        .collect();
    format!(
        "{message} {label} {:?} {related:?} {notes:?} {help:?} {fixes:?}",
        span.map(place)
    )
}

#[test]
fn the_macro_reports_the_same_at_the_same_place() {
    let mut refused = Vec::new();
    for (name, text) in texts() {
        let Ok(tokens) = text.parse::<TokenStream>() else {
            refused.push(name);
            continue;
        };
        let layout = Layout::of(tokens);
        let (from_file, from_tokens) = (compile(&text), compile(layout.text()));
        if OTHERWISE.iter().any(|(other, _)| *other == name) {
            assert_ne!(from_file, from_tokens, "{name} needs no exception");
            continue;
        }
        let describe = |errors: &Diagnostics, text: &str| -> Vec<String> {
            errors
                .list
                .iter()
                .map(|error| described(error, text))
                .collect()
        };
        assert_eq!(
            describe(&from_file, &text),
            describe(&from_tokens, layout.text()),
            "{name}:\n{}",
            layout.text()
        );
        for error in &from_tokens.list {
            underlined(&name, error, &layout);
        }
    }
    assert_eq!(refused, REFUSED_BY_RUST.map(|(name, _)| name.to_owned()));
}

/// What rustc underlines is the place itself; at the end of the text, where nothing is, the last token.
fn underlined(name: &str, error: &Diagnostic, layout: &Layout) {
    let Some(span) = error.span else { return };
    let (first, last) = layout.tokens(span);
    let told = |(line, column)| LineColumn { line, column };
    let start = told(place(layout.text(), span.start));
    let end = told(place(layout.text(), span.end));
    let message = &error.message;
    if span.start == span.end {
        assert_eq!(last.end(), end, "{name}: {message}");
        return;
    }
    // rustc underlines whole tokens: `**` is one mistake in the second of two.
    assert!(
        first.start() <= start && start < first.end(),
        "{name}: {message}"
    );
    assert!(last.start() < end && end <= last.end(), "{name}: {message}");
}
