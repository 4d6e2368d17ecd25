use super::decay::decay;
use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::kernel;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};
use crate::whole_power::whole_power;

/// Adam whose steps are rectified while the estimate of the variance rests on few gradients: with g ← g + λw,
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), ρ∞ = 2/(1 − β₂) − 1 and ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ),
/// w ← w − η·m̂·√(1 − β₂ᵗ)/(√v + ε)·√((ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ)) where ρ > 5, and w ← w − η·m̂ before.
///
/// As PyTorch's `RAdam`, with its defaults β = (0.9, 0.999), ε = 10⁻⁸, λ = 0; 10⁻³ is the usual learning rate η.
/// Liu et al., 2020 (<https://arxiv.org/abs/1908.03265>).
#[derive(Debug, Clone, PartialEq)]
pub struct RAdam<P> {
    learning_rate: f64,
    betas: (f64, f64),
    epsilon: f64,
    weight_decay: f64,
    decoupled: bool,
    steps: u64,
    mean: P,
    square: P,
}

impl<N: Network> RAdam<N> {
    /// RAdam with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<P: Parameters> RAdam<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            betas: (0.9, 0.999),
            epsilon: 1e-8,
            weight_decay: 0.0,
            decoupled: false,
            steps: 0,
            mean: zeros(),
            square: zeros(),
        }
    }

    /// How much of the running means of g and of g² one step keeps.
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

    /// What is added to the root of the mean of g², against division by 0.
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

    /// With weight decay apart from the gradient, as in [`AdamW`](super::AdamW), or as a part of it.
    #[must_use]
    pub fn decoupled_weight_decay(mut self, decoupled: bool) -> Self {
        self.decoupled = decoupled;
        self
    }

    /// √(1 − β₂ᵗ) times the rectification; `None` where the variance is not to be trusted yet.
    fn rectification(&self, second_power: f64) -> Option<f64> {
        let longest = 2.0 / (1.0 - self.betas.1) - 1.0;
        let rest = 1.0 - second_power;
        let length = longest - 2.0 * self.steps as f64 * second_power / rest;
        let variance = (length - 4.0) * (length - 2.0) * longest
            / ((longest - 4.0) * (longest - 2.0) * length);
        (length > 5.0).then(|| kernel::f64::sqrt(variance) * kernel::f64::sqrt(rest))
    }
}

impl<P: Parameters> Optimizer<P> for RAdam<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        let (first, second) = self.betas;
        let rate = self.learning_rate / (1.0 - whole_power(first, self.steps));
        let rectification = self.rectification(whole_power(second, self.steps));
        let (penalty, kept) = decay(self.weight_decay, self.decoupled, self.learning_rate);
        let (penalty, kept) = (scalar(penalty), scalar(kept));
        let (first, first_rest) = (scalar(first), scalar(1.0 - first));
        let (second, second_rest) = (scalar(second), scalar(1.0 - second));

        let moments = |w, g, m: &mut P::Scalar, v: &mut P::Scalar| {
            let g = g + penalty * w;
            *m = first * *m + first_rest * g;
            *v = second * *v + second_rest * g * g;
        };
        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        let memory = [self.mean.values_mut(), self.square.values_mut()];
        match rectification {
            Some(rectification) => {
                let rate = scalar(rate * rectification);
                let epsilon = scalar(self.epsilon);
                each(
                    weights,
                    gradient,
                    memory,
                    threads,
                    #[inline(always)]
                    |w, g, [m, v]| {
                        moments(w, g, m, v);
                        kept * w - rate * *m / (v.sqrt() + epsilon)
                    },
                );
            }
            None => {
                let rate = scalar(rate);
                each(
                    weights,
                    gradient,
                    memory,
                    threads,
                    #[inline(always)]
                    |w, g, [m, v]| {
                        moments(w, g, m, v);
                        kept * w - rate * *m
                    },
                );
            }
        }
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        State::new(self.steps)
            .tensor("exp_avg", self.mean.values())
            .tensor("exp_avg_sq", self.square.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps)
            .tensor("exp_avg", self.mean.values_mut())
            .tensor("exp_avg_sq", self.square.values_mut())
    }
}
