//! Optimizers: how a step changes the parameters, given their gradient.
//!
//! Formulas, defaults and names are PyTorch's. State has the type of the network, so it lives where the optimizer lives
//! and nothing allocates; of a large network, put the optimizer into a `Box`.

mod adam;
mod momentum;
mod sgd;

pub use adam::Adam;
pub use momentum::Momentum;
pub use sgd::Sgd;

use crate::network::Network;

/// A rule that changes a network's parameters along its gradient.
pub trait Optimizer<N: Network> {
    /// Changes the parameters of `network` by one step, given the gradient of the loss to be made smaller.
    fn step(&mut self, network: &mut N, gradient: &N);

    /// The factor of the next step.
    fn learning_rate(&self) -> f64;

    /// Sets the factor of the steps to come, as a schedule does.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    fn set_learning_rate(&mut self, learning_rate: f64);
}

/// `value`, which must be at least 0 and finite.
#[track_caller]
fn not_negative(name: &str, value: f64) -> f64 {
    assert!(
        value >= 0.0 && value.is_finite(),
        "{name} must be at least 0 and finite, not {value}"
    );
    value
}

/// `value`, which must lie in [0, 1).
#[track_caller]
fn fraction(name: &str, value: f64) -> f64 {
    assert!(
        (0.0..1.0).contains(&value),
        "{name} must lie in 0 .. 1, not {value}"
    );
    value
}

#[cfg(test)]
mod tests;
