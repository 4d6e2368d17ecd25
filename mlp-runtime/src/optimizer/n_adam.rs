use super::decay::decay;
use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::kernel;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};
use crate::whole_power::whole_power;

/// Adam with Nesterov's momentum: with g ← g + λw, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², the momentum
/// μₜ = β₁(1 − ½·0.96^(tψ)) of step t and the product Pₜ = μ₁ ⋯ μₜ,
/// w ← w − η·[(1 − μₜ)g/(1 − Pₜ) + μₜ₊₁m/(1 − Pₜ₊₁)] / (√(v/(1 − β₂ᵗ)) + ε).
///
/// As PyTorch's `NAdam`, with its defaults β = (0.9, 0.999), ε = 10⁻⁸, λ = 0, ψ = 0.004; 2·10⁻³ is its learning rate η.
/// Dozat, 2016 (<https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ>).
#[derive(Debug, Clone, PartialEq)]
pub struct NAdam<P> {
    learning_rate: f64,
    betas: (f64, f64),
    epsilon: f64,
    weight_decay: f64,
    decoupled: bool,
    momentum_decay: f64,
    steps: u64,
    product: f64,
    mean: P,
    square: P,
}

impl<N: Network> NAdam<N> {
    /// NAdam with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<P: Parameters> NAdam<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            betas: (0.9, 0.999),
            epsilon: 1e-8,
            weight_decay: 0.0,
            decoupled: false,
            momentum_decay: 0.004,
            steps: 0,
            product: 1.0,
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

    /// With ψ, which says how fast the momentum grows from half of β₁ to β₁.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn momentum_decay(mut self, momentum_decay: f64) -> Self {
        self.momentum_decay = not_negative("the momentum decay", momentum_decay);
        self
    }

    /// μₜ
    fn momentum(&self, step: u64) -> f64 {
        let growth = kernel::f64::power(0.96, step as f64 * self.momentum_decay);
        self.betas.0 * (1.0 - 0.5 * growth)
    }
}

impl<P: Parameters> Optimizer<P> for NAdam<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        let (momentum, next) = (self.momentum(self.steps), self.momentum(self.steps + 1));
        self.product *= momentum;
        let (first, second) = self.betas;
        let rate = self.learning_rate;
        let own = scalar(rate * (1.0 - momentum) / (1.0 - self.product));
        let carried = scalar(rate * next / (1.0 - self.product * next));
        let correction = scalar(1.0 / (1.0 - whole_power(second, self.steps)));
        let epsilon = scalar(self.epsilon);
        let (penalty, kept) = decay(self.weight_decay, self.decoupled, rate);
        let (penalty, kept) = (scalar(penalty), scalar(kept));
        let (first, first_rest) = (scalar(first), scalar(1.0 - first));
        let (second, second_rest) = (scalar(second), scalar(1.0 - second));

        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [self.mean.values_mut(), self.square.values_mut()],
            threads,
            #[inline(always)]
            |w, g, [m, v]| {
                let g = g + penalty * w;
                *m = first * *m + first_rest * g;
                *v = second * *v + second_rest * g * g;
                kept * w - (own * g + carried * *m) / ((*v * correction).sqrt() + epsilon)
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
        State::new(self.steps)
            .scalar("mu_product", self.product)
            .tensor("exp_avg", self.mean.values())
            .tensor("exp_avg_sq", self.square.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps)
            .scalar("mu_product", &mut self.product)
            .tensor("exp_avg", self.mean.values_mut())
            .tensor("exp_avg_sq", self.square.values_mut())
    }
}
