//! In: a text. Out: its syntax tree, or the first mistake in it, as a sentence with a place. Afterwards every part of
//! the tree knows its place, the tree is no higher than [`limits`] allow, and nothing is resolved or checked yet.
//! [`format()`] gives a text the one layout.

pub mod ast;
pub mod limits;

mod brackets;
mod expressions;
mod failure;
mod format;
mod grammar;
mod hints;
mod items;
mod parts;
mod words;

#[cfg(test)]
mod tests;

pub use format::format;

use pest::Parser;

use crate::diagnostic::Diagnostics;
use crate::source::Source;
use grammar::{Grammar, Rule};

/// Parses a whole text. It stops at the first mistake, because what follows one is guesswork.
pub fn parse(source: &Source) -> Result<ast::File, Diagnostics> {
    let text = source.text.as_str();
    brackets::check(text)?;
    let pairs = Grammar::parse(Rule::file, text).map_err(|error| failure::explain(text, &error))?;
    items::file(pairs)
}
