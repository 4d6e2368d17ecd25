//! Diagnostics as `compile_error!`, the only way on stable Rust to report a mistake with a place.

use mlp_dsl::{Diagnostic, Diagnostics, Source};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::layout::Layout;

/// As many are reported; whoever has more mends these first.
const SHOWN: usize = 100;

/// The mistakes of an inline text, each at its tokens.
pub(crate) fn inline(diagnostics: &Diagnostics, layout: &Layout) -> TokenStream {
    let report = |diagnostic: &Diagnostic| {
        let (first, last) = match diagnostic.span {
            Some(place) => layout.tokens(place),
            None => (Span::call_site(), Span::call_site()),
        };
        error(first, last, &sentence(diagnostic, layout))
    };
    diagnostics.list.iter().take(SHOWN).map(report).collect()
}

/// The mistakes of a file, each as a text that shows the lines concerned, at the path.
pub(crate) fn file(diagnostics: &Diagnostics, source: &Source, path: Span) -> TokenStream {
    let report = |diagnostic: &Diagnostic| {
        let text = diagnostic.render(source, false);
        // rustc writes `error:` itself.
        error(path, path, text.strip_prefix("error: ").unwrap_or(&text))
    };
    diagnostics.list.iter().take(SHOWN).map(report).collect()
}

/// `::core::compile_error! { message }`. rustc underlines the text from `first`, where the path stands, to `last`,
/// where the braces do. The spans are the user's own, or rustc would add a note about the macro to every mistake.
pub(crate) fn error(first: Span, last: Span, message: &str) -> TokenStream {
    let mark = |mark: char, spacing: Spacing| {
        let mut mark = Punct::new(mark, spacing);
        mark.set_span(first);
        TokenTree::from(mark)
    };
    let name = |name: &str| TokenTree::from(Ident::new(name, first));
    let mut message = Literal::string(message);
    message.set_span(last);
    let mut braces = Group::new(Delimiter::Brace, TokenTree::from(message).into());
    braces.set_span(last);
    TokenStream::from_iter([
        mark(':', Spacing::Joint),
        mark(':', Spacing::Alone),
        name("core"),
        mark(':', Spacing::Joint),
        mark(':', Spacing::Alone),
        name("compile_error"),
        mark('!', Spacing::Alone),
        braces.into(),
    ])
}

/// Everything that a diagnostic says; its place is underlined by rustc.
fn sentence(diagnostic: &Diagnostic, layout: &Layout) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    if !diagnostic.label.is_empty() {
        lines.push(diagnostic.label.clone());
    }
    for (place, label) in &diagnostic.related {
        let start = layout.tokens(*place).0.start();
        let (line, column) = (start.line, start.column + 1);
        lines.push(format!("note: line {line}, column {column}: {label}"));
    }
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}
