//! Optimizers: how a step changes the parameters, given their gradient.
//!
//! Formulas, defaults and names are PyTorch's. State has the type of the network, so it lives where the optimizer lives
//! and nothing allocates; of a large network, put the optimizer into a `Box`. [`Choice`] is the choice among all of them by
//! name, and [`gradient`] what can be done to a gradient before a step.

mod adadelta;
mod adagrad;
mod adam;
mod adam_w;
mod choice;
mod decay;
mod elements;
pub mod gradient;
mod kinds;
mod lion;
mod momentum;
mod n_adam;
mod parameters;
mod r_adam;
mod rms_prop;
mod sgd;
mod state;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use choice::Choice;
pub use kinds::KINDS;
pub use lion::Lion;
pub use momentum::Momentum;
pub use n_adam::NAdam;
pub use parameters::Parameters;
pub use r_adam::RAdam;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;
pub use state::{Entries, State, StateMut, StateRef};

/// A rule that changes parameters along their gradient: those of a network, or a flat array of its form.
pub trait Optimizer<P: Parameters> {
    /// Changes `parameters` by one step, given the gradient of the loss to be made smaller.
    fn step(&mut self, parameters: &mut P, gradient: &P) {
        self.step_shared(parameters, gradient, 1);
    }

    /// [`Optimizer::step`] by at most `threads` threads, of which this is one, to the same bits. Without the feature `std`
    /// it is the only one.
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize);

    /// Counts one step and returns its factor η, where a step is nothing but w ← w − ηg: whoever trains can then change
    /// the parameters themselves instead of filling a gradient first.
    fn descend(&mut self) -> Option<f64> {
        None
    }

    /// The factor of the next step.
    fn learning_rate(&self) -> f64;

    /// Sets the factor of the steps to come, as a schedule does.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    fn set_learning_rate(&mut self, learning_rate: f64);

    /// All that the steps to come depend on, apart from the settings, the learning rate and the parameters.
    fn state(&self) -> StateRef<'_, P::Scalar>;

    /// The same entries as [`Optimizer::state`], to be written to: an optimizer with the same settings goes on to the same
    /// bits from there.
    fn state_mut(&mut self) -> StateMut<'_, P::Scalar>;
}

#[cfg(test)]
mod figures;
#[cfg(test)]
mod tests;
