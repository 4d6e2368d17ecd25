use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::not_negative;

/// Adagrad: with g ← g + λw, s ← s + g² and at step t w ← w − η/(1 + (t − 1)d) · g / (√s + ε).
///
/// As PyTorch's `Adagrad`, with its defaults: the decay d of the learning rate, the weight decay λ and the first s are 0,
/// ε = 10⁻¹⁰; 0.01 is its learning rate η. Duchi, Hazan and Singer, 2011 (<https://jmlr.org/papers/v12/duchi11a.html>).
#[derive(Debug, Clone, PartialEq)]
pub struct Adagrad<P> {
    learning_rate: f64,
    learning_rate_decay: f64,
    epsilon: f64,
    weight_decay: f64,
    steps: u64,
    sum: P,
}

impl<N: Network> Adagrad<N> {
    /// Adagrad with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<P: Parameters> Adagrad<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            learning_rate_decay: 0.0,
            epsilon: 1e-10,
            weight_decay: 0.0,
            steps: 0,
            sum: zeros(),
        }
    }

    /// With a learning rate that falls with the number of steps, by d.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn learning_rate_decay(mut self, decay: f64) -> Self {
        self.learning_rate_decay = not_negative("the decay of the learning rate", decay);
        self
    }

    /// With sums s that start at `value`. For a rule that has taken no step.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn initial_accumulator(mut self, value: f64) -> Self {
        let value = not_negative("the initial accumulator", value);
        self.sum.values_mut().fill(P::Scalar::from_f64(value));
        self
    }

    /// What is added to the root of the sum of g², against division by 0.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = not_negative("epsilon", epsilon);
        self
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

impl<P: Parameters> Optimizer<P> for Adagrad<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        let rate = self.learning_rate / (1.0 + self.steps as f64 * self.learning_rate_decay);
        self.steps += 1;
        let rate = scalar(rate);
        let epsilon = scalar(self.epsilon);
        let decay = scalar(self.weight_decay);

        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [self.sum.values_mut()],
            threads,
            #[inline(always)]
            |w, g, [s]| {
                let g = g + decay * w;
                *s += g * g;
                w - rate * g / (s.sqrt() + epsilon)
            },
        );
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        State::new(self.steps).tensor("sum", self.sum.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps).tensor("sum", self.sum.values_mut())
    }
}
