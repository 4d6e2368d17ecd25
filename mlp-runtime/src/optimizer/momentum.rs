use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};

/// Stochastic gradient descent with momentum: with g ← g + λw, b ← μb + (1 − d)g, w ← w − η·b.
///
/// η is the learning rate, μ the momentum, d the dampening and λ the weight decay (both 0 unless set). With Nesterov's
/// variant the step is g + μb. As PyTorch's `SGD`: the learning rate is outside the sum b, which starts as the whole of the
/// first gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct Momentum<P> {
    learning_rate: f64,
    momentum: f64,
    dampening: f64,
    weight_decay: f64,
    nesterov: bool,
    steps: u64,
    velocity: P,
}

impl<N: Network> Momentum<N> {
    /// Descent with this learning rate and momentum, often 0.9.
    ///
    /// # Panics
    /// Where the learning rate is negative, infinite or NaN, or the momentum not in [0, 1).
    #[must_use]
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self::start(learning_rate, momentum, N::zeros)
    }
}

impl<P: Parameters> Momentum<P> {
    pub(super) fn start(learning_rate: f64, momentum: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            momentum: fraction("the momentum", momentum),
            dampening: 0.0,
            weight_decay: 0.0,
            nesterov: false,
            steps: 0,
            velocity: zeros(),
        }
    }

    /// With dampening d: what a gradient adds to the sum is 1 − d of it.
    ///
    /// # Panics
    /// Where it is not in [0, 1), or above 0 with Nesterov's variant, which has none.
    #[must_use]
    pub fn dampening(mut self, dampening: f64) -> Self {
        self.dampening = fraction("the dampening", dampening);
        self.assert_variant();
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

    /// With Nesterov's variant of the step, or without.
    ///
    /// # Panics
    /// Where there is dampening, of which Nesterov's variant knows nothing.
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self.assert_variant();
        self
    }

    #[track_caller]
    fn assert_variant(&self) {
        assert!(
            !self.nesterov || self.dampening == 0.0,
            "Nesterov's variant has no dampening"
        );
    }
}

impl<P: Parameters> Optimizer<P> for Momentum<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let share = match self.steps {
            0 => 1.0,
            _ => 1.0 - self.dampening,
        };
        self.steps += 1;
        let rate = P::Scalar::from_f64(self.learning_rate);
        let momentum = P::Scalar::from_f64(self.momentum);
        let share = P::Scalar::from_f64(share);
        let decay = P::Scalar::from_f64(self.weight_decay);
        // The step is `own`·g + `carried`·b.
        let (own, carried) = match self.nesterov {
            true => (P::Scalar::ONE, momentum),
            false => (P::Scalar::ZERO, P::Scalar::ONE),
        };
        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        each(
            weights,
            gradient,
            [self.velocity.values_mut()],
            threads,
            #[inline(always)]
            |w, g, [b]| {
                let g = g + decay * w;
                *b = momentum * *b + share * g;
                w - rate * (own * g + carried * *b)
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
        State::new(self.steps).tensor("momentum_buffer", self.velocity.values())
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        State::new(&mut self.steps).tensor("momentum_buffer", self.velocity.values_mut())
    }
}
