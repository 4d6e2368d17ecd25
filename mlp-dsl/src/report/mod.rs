//! The report: one page that shows a model from all sides. Compiled text, the result of a verification and, where there
//! are weights and data, what was observed on them come in; a page of HTML goes out that needs no network. Source, graph,
//! equations and generated Rust name in `data-variable` what they compute, and pointing at one lights up the others.

mod charts;
mod code;
mod equations;
mod html;
mod layers;
mod observe;
mod page;
mod source;
mod surface;
mod tables;

pub use observe::{Histogram, Observed, Units, observe};
pub use page::page;
pub use surface::{GRID, Surface, surface};

use crate::equations::Equations;
use crate::model::Model;
use crate::source::Source;
use crate::verify::{self, VerifyError};

/// What a report shows.
pub struct Findings<'a> {
    /// The text.
    pub source: &'a Source,
    /// The model, checked.
    pub model: &'a Model,
    /// Its equations.
    pub equations: &'a Equations,
    /// The Rust that is generated for it.
    pub rust: &'a str,
    /// Its gradients against central differences, or why they were not compared.
    pub verification: &'a Result<verify::Report, VerifyError>,
    /// What it does with data.
    pub observed: Option<&'a Observed>,
    /// The loss around the weights.
    pub surface: Option<&'a Surface>,
}

#[cfg(test)]
mod tests;
