//! Schedules: how the learning rate changes while training goes on.
//!
//! Each is a factor on the learning rate that was chosen, as a pure function of the time: a whole number, from 0 on, of
//! whatever the caller counts, epochs or steps. One alone, [`ReduceOnPlateau`], looks at the loss and remembers what it
//! saw. Formulas and defaults are PyTorch's. [`Schedule`] is the choice among them by name.

mod choice;
mod cosine;
mod exponential;
mod kinds;
mod linear;
mod one_cycle;
mod polynomial;
mod reduce_on_plateau;
mod step;

pub use choice::{Length, Schedule};
pub use cosine::Cosine;
pub use exponential::Exponential;
pub use kinds::KINDS;
pub use linear::Linear;
pub use one_cycle::OneCycle;
pub use polynomial::Polynomial;
pub use reduce_on_plateau::{Plateau, ReduceOnPlateau};
pub use step::Step;

#[cfg(test)]
mod figures;
