use std::borrow::ToOwned;
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

/// The classes of a file while it is read.
pub(super) enum Labels {
    /// The first row decides.
    Undecided,
    /// Whole numbers from 0 on.
    Numbers(Vec<usize>),
    /// Names, each with the turn in which it appeared, and those of the rows.
    Found(BTreeMap<String, usize>, Vec<usize>),
    /// Names that are known, and the indices of the rows.
    Known(Vec<String>, Vec<usize>),
}

/// Why a label is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no whole number from 0 on.
    NotANumber,
    /// It is none of the known names.
    Unknown,
}

impl Labels {
    /// Nothing read yet, of a file whose classes have these names; none where the file decides.
    pub(super) fn new(known: &[String]) -> Self {
        if known.is_empty() {
            Self::Undecided
        } else {
            Self::Known(known.to_vec(), Vec::new())
        }
    }

    /// Adds the label of the next row.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Refusal> {
        if matches!(self, Self::Undecided) {
            *self = match class(text) {
                Some(_) => Self::Numbers(Vec::new()),
                // A field that means to be a number is none of the names.
                None if text.is_empty() || text.parse::<f64>().is_ok() => {
                    return Err(Refusal::NotANumber);
                }
                None => Self::Found(BTreeMap::new(), Vec::new()),
            };
        }
        match self {
            Self::Undecided => {}
            Self::Numbers(classes) => classes.push(class(text).ok_or(Refusal::NotANumber)?),
            Self::Found(names, turns) => {
                if text.is_empty() {
                    return Err(Refusal::Unknown);
                }
                let next = names.len();
                turns.push(*names.entry(text.to_owned()).or_insert(next));
            }
            Self::Known(names, classes) => {
                let index = names.iter().position(|name| name == text);
                classes.push(index.ok_or(Refusal::Unknown)?);
            }
        }
        Ok(())
    }

    /// The names of the classes, none where they are numbers, and the classes of the rows.
    pub(super) fn finish(self) -> (Vec<String>, Vec<usize>) {
        match self {
            Self::Undecided => (Vec::new(), Vec::new()),
            Self::Numbers(classes) => (Vec::new(), classes),
            Self::Known(names, classes) => (names, classes),
            Self::Found(names, turns) => {
                let mut places = Vec::from_iter(names.values().map(|_| 0));
                for (place, turn) in names.values().enumerate() {
                    places[*turn] = place;
                }
                let classes = turns.into_iter().map(|turn| places[turn]).collect();
                (names.into_keys().collect(), classes)
            }
        }
    }
}

/// A whole number from 0 on, also as tables of numerical programs write it: `3.0`, `3.000e+00`.
fn class(text: &str) -> Option<usize> {
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        let class = value as usize;
        (class as f64 == value && class < usize::MAX).then_some(class)
    })
}
