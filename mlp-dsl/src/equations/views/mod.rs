//! What can be looked at: the equations of a model as a list, as one long formula, in index notation and as an
//! algorithm; a definition with its derivative, step by step. Each view is a page, which every printer prints.

mod algorithm;
mod definition;
mod elements;
mod expanded;
mod indexed;
mod listing;
mod steps;

use super::notation::Fractions;
use super::{
    Comparison, Definition, Equation, Equations, Function, Reduction, Section, TargetKind,
};

pub use definition::DefinitionView;
