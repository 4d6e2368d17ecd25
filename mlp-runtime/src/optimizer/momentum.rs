use super::{Optimizer, fraction, not_negative};
use crate::network::Network;
use crate::scalar::Scalar;

/// Stochastic gradient descent with momentum: b ← μb + (g + λw), w ← w − η·b.
///
/// η is the learning rate, μ the momentum, λ the weight decay (0 unless set). With Nesterov's variant the step is
/// (g + λw) + μb. As PyTorch's `SGD` with dampening 0: the learning rate is outside the sum b, which starts as the first
/// gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct Momentum<N> {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
    nesterov: bool,
    velocity: N,
}

impl<N: Network> Momentum<N> {
    /// Descent with this learning rate and momentum, often 0.9.
    ///
    /// # Panics
    /// Where the learning rate is negative, infinite or NaN, or the momentum not in [0, 1).
    #[must_use]
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            momentum: fraction("the momentum", momentum),
            weight_decay: 0.0,
            nesterov: false,
            velocity: N::zeros(),
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

    /// With Nesterov's variant of the step, or without.
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }
}

impl<N: Network> Optimizer<N> for Momentum<N> {
    fn step(&mut self, network: &mut N, gradient: &N) {
        let rate = N::Scalar::from_f64(self.learning_rate);
        let momentum = N::Scalar::from_f64(self.momentum);
        let decay = N::Scalar::from_f64(self.weight_decay);
        let nesterov = self.nesterov;
        let parameters = network.parameters_mut().iter_mut();
        let velocities = self.velocity.parameters_mut().iter_mut();
        for ((w, b), &g) in parameters.zip(velocities).zip(gradient.parameters()) {
            let g = g + decay * *w;
            *b = momentum * *b + g;
            let step = if nesterov { g + momentum * *b } else { *b };
            *w -= rate * step;
        }
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }
}
