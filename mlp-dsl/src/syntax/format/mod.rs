//! The one layout of a text. In: a text that parses. Out: the same tokens and comments in the same order, with the space
//! between them chosen anew.
//!
//! No comment can get lost, because nothing is printed from the syntax tree: the layout walks over every token of the
//! matched grammar, and whatever stands between two tokens passes through [`gap`]. Only space, the mark that some editors
//! put before a text and the semicolons that separate nothing but lines are left out.

mod gap;
mod items;
mod lines;
mod pieces;
mod print;
mod values;

pub(super) use gap::comment_length;

use pest::Parser;
use pest::iterators::Pair;

use super::grammar::{Grammar, Rule};
use super::parts::contradiction;
use super::{brackets, failure, items as tree};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span};

/// No line is longer where there is a place to break it.
const WIDTH: usize = 100;

/// The text in the one layout. The result means the same, holds the same comments, and is its own layout.
///
/// # Errors
/// Every mistake in a text that does not parse.
pub fn format(source: &Source) -> Result<String, Diagnostics> {
    let text = source.text.as_str();
    let file = matched(text).map_err(|first| super::parse(source).err().unwrap_or(first))?;
    let mut lines = lines::Lines::of(text);
    items::file(file.clone(), &mut lines);
    let mut formatted = print::print(&lines.finish());
    // Whoever writes on a system that ends its lines in two characters keeps them.
    if text
        .split_once('\n')
        .is_some_and(|(first, _)| first.ends_with('\r'))
    {
        formatted = formatted.replace('\n', "\r\n");
    }
    let again = matched(&formatted).map_err(|errors| larger(&formatted, errors))?;
    // A text is written over the one that it comes from: a mistake of the layout must not cost anybody's work.
    if words(text, file) != words(&formatted, again) {
        return Err(contradiction(Span::new(0, text.len())).into());
    }
    Ok(formatted)
}

/// What the grammar matches as a whole text.
fn matched(text: &str) -> Result<Pair<'_, Rule>, Diagnostics> {
    brackets::check(text)?;
    let pairs = Grammar::parse(Rule::file, text).map_err(|error| failure::explain(text, &error))?;
    // What no tree can be made of has no layout either: an expression may be too high.
    tree::file(pairs.clone())?;
    let whole = Span::new(0, text.len());
    pairs
        .into_iter()
        .next()
        .ok_or_else(|| contradiction(whole).into())
}

/// Why the formatted text cannot be read, where that is its length.
fn larger(formatted: &str, errors: Diagnostics) -> Diagnostics {
    let most = super::limits::SOURCE_BYTES;
    if formatted.len() <= most {
        return errors;
    }
    Diagnostic::whole("the text cannot be formatted: it would become too large")
        .note(format!(
            "it would have {} bytes; at most {most} are allowed",
            formatted.len()
        ))
        .into()
}

/// Every token and comment of a text in order, without the semicolons, which a layout may leave out.
fn words<'t>(text: &'t str, file: Pair<'t, Rule>) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    for token in tokens(file) {
        let span = token.as_span();
        let comments = gap::comments(text.get(at..span.start()).unwrap_or_default());
        words.extend(comments.map(|comment| comment.text));
        at = span.end();
        if token.as_rule() != Rule::semicolon {
            words.push(token.as_str().trim_end().to_owned());
        }
    }
    words
}

/// The tokens that a match consists of, in order.
fn tokens<'t>(pair: Pair<'t, Rule>) -> impl Iterator<Item = Pair<'t, Rule>> {
    pair.into_inner()
        .flatten()
        .filter(|part| part.clone().into_inner().next().is_none())
}
