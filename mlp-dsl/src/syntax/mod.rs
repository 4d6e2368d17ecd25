//! In: a text. Out: its syntax tree, or the first mistake in it, as a sentence with a place. Afterwards every part of
//! the tree knows its place, the tree is no higher than [`limits`] allow, and nothing is resolved or checked yet.
//! [`format()`] gives a text the one layout.

pub mod ast;
pub mod limits;

mod brackets;
mod cursor;
mod expressions;
mod failure;
mod format;
mod grammar;
mod hints;
mod items;
mod parts;
mod tokens;
mod words;

#[cfg(test)]
mod tests;

pub use cursor::{Callee, Cursor, Expected, Role};
pub use format::format;
pub use hints::{ITEMS, STATEMENTS};

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

/// Whether `text` is a name, and nothing but a name.
pub fn is_name(text: &str) -> bool {
    Grammar::parse(Rule::name, text).is_ok_and(|pairs| pairs.as_str() == text)
}
