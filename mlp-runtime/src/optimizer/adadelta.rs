use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};

/// Adadelta: with g ← g + λw, v ← ρv + (1 − ρ)g², Δ = √(d + ε)/√(v + ε)·g, d ← ρd + (1 − ρ)Δ², w ← w − η·Δ.
///
/// As PyTorch's `Adadelta`, with its defaults ρ = 0.9, ε = 10⁻⁶, λ = 0; its learning rate η is 1. Zeiler, 2012
/// (<https://arxiv.org/abs/1212.5701>).
#[derive(Debug, Clone, PartialEq)]
pub struct Adadelta<P> {
    learning_rate: f64,
    rho: f64,
    epsilon: f64,
    weight_decay: f64,
    steps: u64,
    square: P,
    change: P,
}

impl<N: Network> Adadelta<N> {
    /// Adadelta with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<P: Parameters> Adadelta<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            rho: 0.9,
            epsilon: 1e-6,
            weight_decay: 0.0,
            steps: 0,
            square: zeros(),
            change: zeros(),
        }
    }

    /// How much of the running means of g² and of Δ² one step keeps.
    ///
    /// # Panics
    /// Where it is not in [0, 1).
    #[must_use]
    pub fn rho(mut self, rho: f64) -> Self {
        self.rho = fraction("rho", rho);
        self
    }

    /// What is added under both roots: it starts the first steps, and is against division by 0.
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

impl<P: Parameters> Optimizer<P> for Adadelta<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        let rate = scalar(self.learning_rate);
        let (rho, rest) = (scalar(self.rho), scalar(1.0 - self.rho));
        let epsilon = scalar(self.epsilon);
        let decay = scalar(self.weight_decay);

        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [self.square.values_mut(), self.change.values_mut()],
            threads,
            #[inline(always)]
            |w, g, [v, d]| {
                let g = g + decay * w;
                *v = rho * *v + rest * g * g;
                let change = (*d + epsilon).sqrt() / (*v + epsilon).sqrt() * g;
                *d = rho * *d + rest * change * change;
                w - rate * change
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
            .tensor("square_avg", self.square.values())
            .tensor("acc_delta", self.change.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps)
            .tensor("square_avg", self.square.values_mut())
            .tensor("acc_delta", self.change.values_mut())
    }
}
