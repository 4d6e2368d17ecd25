//! In: a text. Out: its syntax tree, or the mistakes in it, each a sentence with a place. Afterwards every part of
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
mod recovery;
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

/// Parses a whole text.
///
/// # Errors
/// Every mistake, as far as what follows one can be told from it.
pub fn parse(source: &Source) -> Result<ast::File, Diagnostics> {
    let (file, errors) = parse_partly(source);
    errors.into_result(file)
}

/// Parses `source` as [`parse`] does, and gives besides every mistake the items without one. Where more than the inside of
/// models is wrong there are none, because what they refer to may be missing.
pub fn parse_partly(source: &Source) -> (ast::File, Diagnostics) {
    recovery::read(&source.text, |text| {
        brackets::check(text)?;
        let pairs =
            Grammar::parse(Rule::file, text).map_err(|error| failure::explain(text, &error))?;
        items::file(pairs)
    })
}

/// Whether `text` is a name, and nothing but a name.
pub fn is_name(text: &str) -> bool {
    Grammar::parse(Rule::name, text).is_ok_and(|pairs| pairs.as_str() == text)
}
