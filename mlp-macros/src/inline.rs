//! `mlp! { model … }`: the text stands in the macro's braces.

use mlp_dsl::Source;
use proc_macro2::{Span, TokenStream};

use crate::layout::Layout;
use crate::report;

/// The items for the text that `input` spells, or its mistakes at their tokens.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let layout = Layout::of(input);
    let source = Source::new(Span::call_site().file(), layout.text());
    match mlp_dsl::compile(&source) {
        Ok(compiled) => compiled.tokens(),
        Err(diagnostics) => report::inline(&diagnostics, &layout),
    }
}
