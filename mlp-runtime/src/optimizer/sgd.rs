use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::scalar::Scalar;
use crate::setting::not_negative;

/// Stochastic gradient descent without memory: w ← w − η·(g + λw).
///
/// η is the learning rate, λ the weight decay (0 unless set). As PyTorch's `SGD` with momentum 0; for momentum see
/// [`Momentum`](super::Momentum).
#[derive(Debug, Clone, PartialEq)]
pub struct Sgd {
    learning_rate: f64,
    weight_decay: f64,
    steps: u64,
}

impl Sgd {
    /// Descent with this learning rate.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            weight_decay: 0.0,
            steps: 0,
        }
    }

    /// With weight decay λ: λw is added to the gradient.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = not_negative("the weight decay", weight_decay);
        self
    }
}

impl<P: Parameters> Optimizer<P> for Sgd {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        self.steps += 1;
        let rate = P::Scalar::from_f64(self.learning_rate);
        let decay = P::Scalar::from_f64(self.weight_decay);
        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [],
            threads,
            #[inline(always)]
            |w, g, []| w - rate * (g + decay * w),
        );
    }

    fn descend(&mut self) -> Option<f64> {
        let is_plain = self.weight_decay == 0.0;
        self.steps += u64::from(is_plain);
        is_plain.then_some(self.learning_rate)
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        State::new(self.steps)
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps)
    }
}
