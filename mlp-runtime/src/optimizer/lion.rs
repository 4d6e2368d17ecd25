use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::kernel::sign;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};

/// Lion: with c = β₁m + (1 − β₁)g, w ← w − η·(sign c + λw), m ← β₂m + (1 − β₂)g.
///
/// PyTorch has none; this is optax's `lion`, with its defaults β = (0.9, 0.99), λ = 10⁻³ and sign 0 = 0. Every step has the
/// same length, so the learning rate η is some ten times smaller than Adam's: 10⁻⁴ is usual. Chen et al., 2023
/// (<https://arxiv.org/abs/2302.06675>).
#[derive(Debug, Clone, PartialEq)]
pub struct Lion<P> {
    learning_rate: f64,
    betas: (f64, f64),
    weight_decay: f64,
    steps: u64,
    mean: P,
}

impl<N: Network> Lion<N> {
    /// Lion with this learning rate and optax's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<P: Parameters> Lion<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            betas: (0.9, 0.99),
            weight_decay: 1e-3,
            steps: 0,
            mean: zeros(),
        }
    }

    /// How much of the running mean of g counts in c, and how much of it one step keeps.
    ///
    /// # Panics
    /// Where one is not in [0, 1).
    #[must_use]
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = (
            fraction("the first beta", first),
            fraction("the second beta", second),
        );
        self
    }

    /// With weight decay λ: a step shrinks each weight by ηλ of itself.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = not_negative("the weight decay", weight_decay);
        self
    }
}

impl<P: Parameters> Optimizer<P> for Lion<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        let rate = scalar(self.learning_rate);
        let decay = scalar(self.weight_decay);
        let (first, second) = self.betas;
        let (first, first_rest) = (scalar(first), scalar(1.0 - first));
        let (second, second_rest) = (scalar(second), scalar(1.0 - second));

        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [self.mean.values_mut()],
            threads,
            #[inline(always)]
            |w, g, [m]| {
                let direction = sign(first * *m + first_rest * g);
                *m = second * *m + second_rest * g;
                w - rate * (direction + decay * w)
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
        State::new(self.steps).tensor("exp_avg", self.mean.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps).tensor("exp_avg", self.mean.values_mut())
    }
}
