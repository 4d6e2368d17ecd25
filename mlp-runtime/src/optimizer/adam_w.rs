use super::{Adam, Optimizer, Parameters, StateMut, StateRef};
use crate::network::Network;

/// Adam with weight decay apart from the gradient: w ← (1 − ηλ)w, then the step of [`Adam`] without a penalty.
///
/// As PyTorch's `AdamW`, with its defaults β = (0.9, 0.999), ε = 10⁻⁸, λ = 0.01; 10⁻³ is the usual learning rate η.
/// Loshchilov and Hutter, 2019 (<https://arxiv.org/abs/1711.05101>).
#[derive(Debug, Clone, PartialEq)]
pub struct AdamW<P, const AMSGRAD: usize = 0> {
    adam: Adam<P, AMSGRAD>,
}

impl<N: Network> AdamW<N> {
    /// AdamW with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }

    /// With the largest v so far in place of v; see [`Adam::amsgrad`].
    #[must_use]
    pub fn amsgrad(self) -> AdamW<N, 1> {
        self.remembering(N::zeros)
    }
}

impl<P: Parameters> AdamW<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        let adam = Adam::start(learning_rate, zeros);
        Self {
            adam: adam.decoupled().weight_decay(0.01),
        }
    }

    pub(super) fn remembering(self, zeros: impl Fn() -> P) -> AdamW<P, 1> {
        AdamW {
            adam: self.adam.remembering(zeros),
        }
    }
}

impl<P: Parameters, const AMSGRAD: usize> AdamW<P, AMSGRAD> {
    /// How much of the running means of g and of g² one step keeps.
    ///
    /// # Panics
    /// Where one is not in [0, 1).
    #[must_use]
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.adam = self.adam.betas(first, second);
        self
    }

    /// What is added to the root of the mean of g², against division by 0.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.adam = self.adam.epsilon(epsilon);
        self
    }

    /// With weight decay λ: a step shrinks each weight by ηλ of itself.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.adam = self.adam.weight_decay(weight_decay);
        self
    }
}

impl<P: Parameters, const AMSGRAD: usize> Optimizer<P> for AdamW<P, AMSGRAD> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        self.adam.step_shared(parameters, gradient, threads);
    }

    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.set_learning_rate(learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        self.adam.state()
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        self.adam.state_mut()
    }
}
