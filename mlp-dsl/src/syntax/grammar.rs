//! The parser that pest derives from `grammar.pest`.

use pest_derive::Parser;

/// The parser of the language.
#[derive(Parser)]
#[grammar = "syntax/grammar.pest"]
pub(super) struct Grammar;
