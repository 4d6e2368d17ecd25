//! Rust out of a schedule. Programs come in; tokens go out, one `match` arm for each step. What comes out names only
//! `::core` and `::mlp_runtime`, or `::core` alone and a copy of what it needs. It compiles whatever the surrounding code
//! calls its own names, and contains no `unsafe`, except that a copy holds the runtime's vector instructions.

mod blocks;
#[cfg(feature = "build")]
mod file;
mod functions;
mod initial;
mod items;
mod learning;
mod matrices;
mod names;
mod passes;
mod scalars;
#[cfg(feature = "standalone")]
mod standalone;
mod steps;
#[cfg(feature = "build")]
mod trained;
mod traits;

#[cfg(feature = "build")]
pub use file::file;
#[cfg(feature = "standalone")]
pub use standalone::{Foundation, standalone};
#[cfg(feature = "build")]
pub use trained::Trained;

use proc_macro2::TokenStream;
use quote::quote;

use crate::schedule::Program;

/// What stands in the code before the steps of an equation.
type Comment = fn(&str) -> TokenStream;

/// The items for `programs`, all from the text `source`.
pub fn tokens(programs: &[Program], source: &str) -> TokenStream {
    let items = programs
        .iter()
        .map(|program| items::model(program, source, |_| TokenStream::new()));
    quote!(#(#items)*)
}
