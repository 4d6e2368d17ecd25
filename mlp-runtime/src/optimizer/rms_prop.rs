use core::array;

use super::elements::each;
use super::{Optimizer, Parameters, State, StateMut, StateRef};
use crate::kernel::maximum;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::setting::{fraction, not_negative};

/// RMSprop: with g ← g + λw, v ← αv + (1 − α)g², w ← w − η·g/(√v + ε).
///
/// With momentum μ, b ← μb + g/(√v + ε) and w ← w − η·b; centred, v − ḡ² takes the place of v, with ḡ ← αḡ + (1 − α)g.
/// As PyTorch's `RMSprop`, with its defaults α = 0.99, ε = 10⁻⁸ (outside the root), λ = 0 and neither of them; 0.01 is its
/// learning rate η. Tieleman and Hinton, 2012. `MOMENTUM` and `CENTRED` are 1 after [`RmsProp::momentum`] and
/// [`RmsProp::centred`], else 0; what they need is remembered only then.
#[derive(Debug, Clone, PartialEq)]
pub struct RmsProp<P, const MOMENTUM: usize = 0, const CENTRED: usize = 0> {
    learning_rate: f64,
    alpha: f64,
    epsilon: f64,
    weight_decay: f64,
    momentum: f64,
    steps: u64,
    square: P,
    velocity: [P; MOMENTUM],
    mean: [P; CENTRED],
}

impl<N: Network> RmsProp<N> {
    /// RMSprop with this learning rate and PyTorch's other defaults.
    ///
    /// # Panics
    /// Where it is negative, infinite or NaN.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self::start(learning_rate, N::zeros)
    }
}

impl<N: Network, const CENTRED: usize> RmsProp<N, 0, CENTRED> {
    /// With momentum μ, often 0.9. For a rule that has taken no step.
    ///
    /// # Panics
    /// Where it is not in [0, 1).
    #[must_use]
    pub fn momentum(self, momentum: f64) -> RmsProp<N, 1, CENTRED> {
        self.gathering(momentum, N::zeros)
    }
}

impl<N: Network, const MOMENTUM: usize> RmsProp<N, MOMENTUM, 0> {
    /// With the variance of the gradients in place of the mean of their squares. For a rule that has taken no step.
    #[must_use]
    pub fn centred(self) -> RmsProp<N, MOMENTUM, 1> {
        self.centring(N::zeros)
    }
}

impl<P: Parameters> RmsProp<P> {
    pub(super) fn start(learning_rate: f64, zeros: impl Fn() -> P) -> Self {
        Self {
            learning_rate: not_negative("the learning rate", learning_rate),
            alpha: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.0,
            momentum: 0.0,
            steps: 0,
            square: zeros(),
            velocity: [],
            mean: [],
        }
    }
}

impl<P: Parameters, const MOMENTUM: usize, const CENTRED: usize> RmsProp<P, MOMENTUM, CENTRED> {
    pub(super) fn gathering(self, momentum: f64, zeros: impl Fn() -> P) -> RmsProp<P, 1, CENTRED> {
        RmsProp {
            learning_rate: self.learning_rate,
            alpha: self.alpha,
            epsilon: self.epsilon,
            weight_decay: self.weight_decay,
            momentum: fraction("the momentum", momentum),
            steps: self.steps,
            square: self.square,
            velocity: array::from_fn(|_| zeros()),
            mean: self.mean,
        }
    }

    pub(super) fn centring(self, zeros: impl Fn() -> P) -> RmsProp<P, MOMENTUM, 1> {
        RmsProp {
            learning_rate: self.learning_rate,
            alpha: self.alpha,
            epsilon: self.epsilon,
            weight_decay: self.weight_decay,
            momentum: self.momentum,
            steps: self.steps,
            square: self.square,
            velocity: self.velocity,
            mean: array::from_fn(|_| zeros()),
        }
    }

    /// How much of the running mean of g² one step keeps.
    ///
    /// # Panics
    /// Where it is not in [0, 1).
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = fraction("alpha", alpha);
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
}

impl<P: Parameters, const MOMENTUM: usize, const CENTRED: usize> Optimizer<P>
    for RmsProp<P, MOMENTUM, CENTRED>
{
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        let scalar = P::Scalar::from_f64;
        self.steps += 1;
        let rate = scalar(self.learning_rate);
        let momentum = scalar(self.momentum);
        let (alpha, rest) = (scalar(self.alpha), scalar(1.0 - self.alpha));
        let epsilon = scalar(self.epsilon);
        let decay = scalar(self.weight_decay);

        // Each answers with g/(√v + ε).
        let plain = |w: P::Scalar, g: P::Scalar, v: &mut P::Scalar| {
            let g = g + decay * w;
            *v = alpha * *v + rest * g * g;
            g / (v.sqrt() + epsilon)
        };
        let centred = |w: P::Scalar, g: P::Scalar, v: &mut P::Scalar, mean: &mut P::Scalar| {
            let g = g + decay * w;
            *v = alpha * *v + rest * g * g;
            *mean = alpha * *mean + rest * g;
            // A variance that rounding makes negative would have no root.
            let variance = maximum(*v - *mean * *mean, P::Scalar::ZERO);
            g / (variance.sqrt() + epsilon)
        };
        let gather = |w: P::Scalar, b: &mut P::Scalar, step: P::Scalar| {
            *b = momentum * *b + step;
            w - rate * *b
        };
        let (weights, gradient) = (parameters.values_mut(), gradient.values());
        let square = self.square.values_mut();
        match (self.velocity.first_mut(), self.mean.first_mut()) {
            (None, None) => each(
                weights,
                gradient,
                [square],
                threads,
                #[inline(always)]
                |w, g, [v]| w - rate * plain(w, g, v),
            ),
            (Some(velocity), None) => each(
                weights,
                gradient,
                [square, velocity.values_mut()],
                threads,
                #[inline(always)]
                |w, g, [v, b]| gather(w, b, plain(w, g, v)),
            ),
            (None, Some(mean)) => each(
                weights,
                gradient,
                [square, mean.values_mut()],
                threads,
                #[inline(always)]
                |w, g, [v, mean]| w - rate * centred(w, g, v, mean),
            ),
            (Some(velocity), Some(mean)) => each(
                weights,
                gradient,
                [square, velocity.values_mut(), mean.values_mut()],
                threads,
                #[inline(always)]
                |w, g, [v, b, mean]| gather(w, b, centred(w, g, v, mean)),
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
        let mut state = State::new(self.steps).tensor("square_avg", self.square.values());
        for velocity in &self.velocity {
            state = state.tensor("momentum_buffer", velocity.values());
        }
        for mean in &self.mean {
            state = state.tensor("grad_avg", mean.values());
        }
        state
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        let mut state = State::new(&mut self.steps).tensor("square_avg", self.square.values_mut());
        for velocity in &mut self.velocity {
            state = state.tensor("momentum_buffer", velocity.values_mut());
        }
        for mean in &mut self.mean {
            state = state.tensor("grad_avg", mean.values_mut());
        }
        state
    }
}
