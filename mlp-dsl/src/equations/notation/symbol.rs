//! Names of variables: letters, a number, and indices below them.

use super::{Differential, Notation};

/// A name as it is written: `W1` is the letter W with the number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The letters.
    pub letters: String,
    /// The digits that follow them.
    pub number: Option<String>,
    /// What else stands below: the layer in a loop, the places of an element.
    pub indices: Vec<Index>,
}

/// An index: a fixed place, or a letter with what is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// A fixed place.
    Place(usize),
    /// `i`, `l − 1`
    Letter(char, isize),
}

impl Symbol {
    /// The symbol called `name`.
    pub fn new(name: &str) -> Self {
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        // x_1 and bent1.a are names of users; only plain letters carry a number.
        let plain = !letters.is_empty() && letters.chars().all(char::is_alphabetic);
        let (letters, number) = if plain && letters.len() < name.len() {
            (letters, Some(name[letters.len()..].to_owned()))
        } else {
            (name, None)
        };
        Self {
            letters: letters.to_owned(),
            number,
            indices: Vec::new(),
        }
    }

    /// The same name with indices.
    pub fn at(mut self, indices: impl IntoIterator<Item = Index>) -> Self {
        self.indices.extend(indices);
        self
    }

    /// Whether it is a single letter with nothing below it.
    pub(super) fn is_letter(&self) -> bool {
        self.letters.chars().count() == 1 && self.number.is_none() && self.indices.is_empty()
    }
}

/// The notation of a variable's printed symbol: `a1`, or `∂L/∂W1`.
pub(in crate::equations) fn notation(symbol: &str) -> Notation {
    let parts = symbol
        .strip_prefix('∂')
        .and_then(|rest| rest.split_once("/∂"));
    match parts {
        Some((top, bottom)) => Notation::Slope(
            Differential::Partial,
            Box::new(Notation::name(top)),
            Box::new(Notation::name(bottom)),
        ),
        None => Notation::name(symbol),
    }
}
