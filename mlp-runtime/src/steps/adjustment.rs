//! What is done to a gradient before a step.

use crate::optimizer::gradient;
use crate::scalar::Scalar;

/// What is done to a gradient before a step, in this order; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Adjustment {
    /// λ of the penalty λ·Σ|w|, whose gradient is added.
    pub l1: f64,
    /// λ of the penalty ½λ·Σw², whose gradient is added.
    pub l2: f64,
    /// The largest magnitude of an element.
    pub clip_value: Option<f64>,
    /// The largest norm.
    pub clip_norm: Option<f64>,
}

impl Adjustment {
    /// Does it.
    pub fn apply<S: Scalar>(&self, gradient: &mut [S], parameters: &[S]) {
        if self.l1 != 0.0 {
            gradient::add_l1(gradient, parameters, self.l1);
        }
        if self.l2 != 0.0 {
            gradient::add_l2(gradient, parameters, self.l2);
        }
        if let Some(limit) = self.clip_value {
            gradient::clip_value(gradient, limit);
        }
        if let Some(limit) = self.clip_norm {
            gradient::clip_norm(gradient, limit);
        }
    }
}
