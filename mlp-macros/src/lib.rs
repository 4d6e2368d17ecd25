//! The macro [`mlp!`]: tokens to text, diagnostics to `compile_error!`, and nothing else; the compiler is `mlp-dsl`.

mod file;
mod inline;
mod layout;
mod literal;
mod report;

use proc_macro::TokenStream;

/// Compiles a small neural network into specialised Rust: for `model Digits` a `struct Digits` that holds the
/// parameters, with functions for the forward and the backward pass.
///
/// ```text
/// mlp! {
///     /// 8×8 handwritten digits, ten classes.
///     model Digits {
///         input  pixels[64]
///         output pixels -> dense(32) -> relu -> dense(10) -> softmax
///         loss   cross_entropy
///     }
/// }
///
/// mlp!("digits.mlp");
/// ```
///
/// A path is relative to the file that calls the macro or, where there is no such file, to the package's `Cargo.toml`.
/// Editing that file compiles the caller again.
///
/// # Limits
///
/// - Inline text passes through Rust's lexer first: everything that the language accepts does, but a stray `'` or an
///   unclosed bracket is reported by rustc, in its words.
/// - Mistakes in a file are shown as text at the path: a macro cannot point into another file. Inline ones are
///   underlined where they stand.
/// - The path is a string literal, plain or raw. A macro sees its arguments before `concat!` or `env!` in them run.
/// - Within a `macro_rules!`, what `$x:expr` matched counts as in brackets, and a path is relative to the file in which
///   that macro stands.
/// - The text may have at most 1 MiB, and brackets may nest at most 64 deep.
#[proc_macro]
pub fn mlp(input: TokenStream) -> TokenStream {
    let input = input.into();
    match literal::alone(&input) {
        Some(literal) => file::expand(&literal).into(),
        None => inline::expand(input).into(),
    }
}
