//! Formulas and pages as LaTeX, for the packages `amsmath` and `amssymb`.

mod formula;
mod layout;
mod words;

pub use formula::formula;
pub use layout::{document, line, page};
