use core::array;

use super::decay::decay;
use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::kernel::{self, maximum};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};
use crate::whole_power::whole_power;

/// Adam: with g ← g + λw, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² and after t steps
/// w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
///
/// As PyTorch's `Adam`, with its defaults β = (0.9, 0.999), ε = 10⁻⁸, λ = 0; 10⁻³ is the usual learning rate η.
/// Kingma and Ba, 2015 (<https://arxiv.org/abs/1412.6980>). `AMSGRAD` is 1 after [`Adam::amsgrad`], else 0; what it
/// needs is remembered only then.
#[derive(Debug, Clone, PartialEq)]
pub struct Adam<P, const AMSGRAD: usize = 0> {
    learning_rate: f64,
    betas: (f64, f64),
    epsilon: f64,
    weight_decay: f64,
    decoupled: bool,
    steps: u64,
    mean: P,
    square: P,
    largest: [P; AMSGRAD],
}

impl<N: Network> Adam<N> {
    /// Adam with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }

    /// AMSGrad: the largest v so far takes the place of v in the step. For a rule that has taken no step.
    ///
    /// Reddi, Kale and Kumar, 2018 (<https://openreview.net/forum?id=ryQu7f-RZ>).
    #[must_use]
    pub fn amsgrad(self) -> Adam<N, 1> {
        self.remembering(N::zeros)
    }
}

impl<P: Parameters> Adam<P> {
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
            largest: [],
        }
    }

    pub(super) fn remembering(self, zeros: impl Fn() -> P) -> Adam<P, 1> {
        Adam {
            learning_rate: self.learning_rate,
            betas: self.betas,
            epsilon: self.epsilon,
            weight_decay: self.weight_decay,
            decoupled: self.decoupled,
            steps: self.steps,
            mean: self.mean,
            square: self.square,
            largest: array::from_fn(|_| zeros()),
        }
    }
}

impl<P: Parameters, const AMSGRAD: usize> Adam<P, AMSGRAD> {
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

    /// With weight decay λ as an L2 penalty: λw is added to the gradient. For weights that shrink by themselves see
    /// [`AdamW`](super::AdamW).
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = not_negative("the weight decay", weight_decay);
        self
    }

    /// With weight decay apart from the gradient, as in AdamW.
    pub(super) fn decoupled(mut self) -> Self {
        self.decoupled = true;
        self
    }
}

impl<P: Parameters, const AMSGRAD: usize> Optimizer<P> for Adam<P, AMSGRAD> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        // In f64 even for f32 networks: 1 − β₂ᵗ of the first steps would lose its digits.
        let (first, second) = self.betas;
        let rate = scalar(self.learning_rate / (1.0 - whole_power(first, self.steps)));
        let spread = kernel::f64::sqrt(1.0 - whole_power(second, self.steps));
        let correction = scalar(1.0 / spread);
        let epsilon = scalar(self.epsilon);
        let (penalty, kept) = decay(self.weight_decay, self.decoupled, self.learning_rate);
        let (penalty, kept) = (scalar(penalty), scalar(kept));
        let (first, first_rest) = (scalar(first), scalar(1.0 - first));
        let (second, second_rest) = (scalar(second), scalar(1.0 - second));

        let moments = |w, g, m: &mut P::Scalar, v: &mut P::Scalar| {
            let g = g + penalty * w;
            *m = first * *m + first_rest * g;
            *v = second * *v + second_rest * g * g;
        };
        let update =
            |w, m: P::Scalar, v: P::Scalar| kept * w - rate * m / (v.sqrt() * correction + epsilon);
        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        let (mean, square) = (self.mean.values_mut(), self.square.values_mut());
        match self.largest.first_mut() {
            None => each(
                weights,
                gradient,
                [mean, square],
                threads,
                #[inline(always)]
                |w, g, [m, v]| {
                    moments(w, g, m, v);
                    update(w, *m, *v)
                },
            ),
            Some(largest) => each(
                weights,
                gradient,
                [mean, square, largest.values_mut()],
                threads,
                #[inline(always)]
                |w, g, [m, v, largest]| {
                    moments(w, g, m, v);
                    *largest = maximum(*v, *largest);
                    update(w, *m, *largest)
                },
            ),
        }
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = not_negative("the learning rate", learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        let mut state = State::new(self.steps)
            .tensor("exp_avg", self.mean.values())
            .tensor("exp_avg_sq", self.square.values());
        for largest in &self.largest {
            state = state.tensor("max_exp_avg_sq", largest.values());
        }
        state
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        let mut state = State::new(&mut self.steps)
            .tensor("exp_avg", self.mean.values_mut())
            .tensor("exp_avg_sq", self.square.values_mut());
        for largest in &mut self.largest {
            state = state.tensor("max_exp_avg_sq", largest.values_mut());
        }
        state
    }
}
