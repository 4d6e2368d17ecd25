use super::{Optimizer, fraction, not_negative};
use crate::kernel;
use crate::network::Network;
use crate::scalar::Scalar;

/// Adam: with g ← g + λw, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² and after t steps
/// w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
///
/// As PyTorch's `Adam`, with its defaults β = (0.9, 0.999), ε = 10⁻⁸, λ = 0; 10⁻³ is the usual learning rate η.
/// Kingma and Ba, 2015 (<https://arxiv.org/abs/1412.6980>).
#[derive(Debug, Clone, PartialEq)]
pub struct Adam<N> {
    learning_rate: f64,
    betas: (f64, f64),
    epsilon: f64,
    weight_decay: f64,
    // β₁ᵗ and β₂ᵗ.
    powers: (f64, f64),
    mean: N,
    square: N,
}

impl<N: Network> Adam<N> {
    /// Adam with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            betas: (0.9, 0.999),
            epsilon: 1e-8,
            weight_decay: 0.0,
            powers: (1.0, 1.0),
            mean: N::zeros(),
            square: N::zeros(),
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

    /// With weight decay λ as an L2 penalty: λw is added to the gradient.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = not_negative("the weight decay", weight_decay);
        self
    }
}

impl<N: Network> Optimizer<N> for Adam<N> {
    fn step(&mut self, network: &mut N, gradient: &N) {
        let (first, second) = self.betas;
        self.powers.0 *= first;
        self.powers.1 *= second;
        // In f64 even for f32 networks: 1 − β₂ᵗ of the first steps would lose its digits.
        let rate = N::Scalar::from_f64(self.learning_rate / (1.0 - self.powers.0));
        let correction = N::Scalar::from_f64(1.0 / kernel::f64::sqrt(1.0 - self.powers.1));
        let epsilon = N::Scalar::from_f64(self.epsilon);
        let decay = N::Scalar::from_f64(self.weight_decay);
        let (first, first_rest) = (N::Scalar::from_f64(first), N::Scalar::from_f64(1.0 - first));
        let (second, second_rest) = (
            N::Scalar::from_f64(second),
            N::Scalar::from_f64(1.0 - second),
        );

        let parameters = network.parameters_mut().iter_mut();
        let means = self.mean.parameters_mut().iter_mut();
        let squares = self.square.parameters_mut().iter_mut();
        for (((w, m), v), &g) in parameters
            .zip(means)
            .zip(squares)
            .zip(gradient.parameters())
        {
            let g = g + decay * *w;
            *m = first * *m + first_rest * g;
            *v = second * *v + second_rest * g * g;
            *w -= rate * *m / (v.sqrt() * correction + epsilon);
        }
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }
}
