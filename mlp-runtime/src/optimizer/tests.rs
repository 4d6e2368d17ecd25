//! On the quadratic ½ Σ cᵢ(wᵢ − aᵢ)², whose gradient is cᵢ(wᵢ − aᵢ): against closed forms and against the textbook's sums
//! over all earlier gradients, which keep no state.

use std::vec::Vec;

use super::*;
use crate::example::{Line, line};
use crate::network::Network;

const CURVATURE: [f64; 3] = [1.0, 0.3, 2.5];
const MINIMUM: [f64; 3] = [1.0, -2.0, 0.5];
const START: [f64; 3] = [0.2, 3.0, -1.0];
const STEPS: i32 = 20;

fn slope(parameter: usize, w: f64) -> f64 {
    CURVATURE[parameter] * (w - MINIMUM[parameter])
}

/// The parameters after each step.
fn path(mut optimizer: impl Optimizer<Line>) -> Vec<[f64; 3]> {
    let mut network = line(START);
    (0..STEPS)
        .map(|_| {
            let mut gradient = Line::zeros();
            for (index, g) in gradient.parameters_mut().iter_mut().enumerate() {
                *g = slope(index, network.parameters()[index]);
            }
            optimizer.step(&mut network, &gradient);
            network.parameters().try_into().expect("three parameters")
        })
        .collect()
}

/// Compares a path with one of single numbers: `next` gives w from the last w and all decayed gradients so far.
fn assert_path(
    optimizer: impl Optimizer<Line>,
    weight_decay: f64,
    next: impl Fn(f64, &[f64]) -> f64,
) {
    let path = path(optimizer);
    for parameter in 0..3 {
        let mut w = START[parameter];
        let mut gradients = Vec::new();
        for (step, found) in path.iter().enumerate() {
            gradients.push(slope(parameter, w) + weight_decay * w);
            w = next(w, &gradients);
            let error = (found[parameter] - w).abs();
            assert!(
                error < 1e-13,
                "parameter {parameter}, step {step}: {error:e}"
            );
        }
    }
}

/// Σ βᵏ·f(g) over the gradients, the newest with k = 0.
fn decaying_sum(gradients: &[f64], beta: f64, f: impl Fn(f64) -> f64) -> f64 {
    let newest_first = gradients.iter().rev().enumerate();
    newest_first
        .map(|(age, g)| beta.powi(age as i32) * f(*g))
        .sum()
}

#[test]
fn descent_shrinks_the_distance_geometrically() {
    let path = path(Sgd::new(0.1));
    for parameter in 0..3 {
        let factor = (1.0 - 0.1 * CURVATURE[parameter]).powi(STEPS);
        let expected = MINIMUM[parameter] + factor * (START[parameter] - MINIMUM[parameter]);
        assert!((path[19][parameter] - expected).abs() < 1e-14);
    }
}

#[test]
fn descent_with_weight_decay() {
    assert_path(Sgd::new(0.1).weight_decay(0.2), 0.2, |w, g| {
        w - 0.1 * g[g.len() - 1]
    });
}

#[test]
fn momentum_is_a_decaying_sum_of_gradients() {
    assert_path(Momentum::new(0.05, 0.9), 0.0, |w, g| {
        w - 0.05 * decaying_sum(g, 0.9, |g| g)
    });
    assert_path(Momentum::new(0.05, 0.5).weight_decay(0.1), 0.1, |w, g| {
        w - 0.05 * decaying_sum(g, 0.5, |g| g)
    });
}

#[test]
fn nesterov_looks_one_step_ahead() {
    assert_path(Momentum::new(0.05, 0.9).nesterov(true), 0.0, |w, g| {
        w - 0.05 * (g[g.len() - 1] + 0.9 * decaying_sum(g, 0.9, |g| g))
    });
}

#[test]
fn momentum_zero_is_plain_descent() {
    assert_eq!(path(Momentum::new(0.1, 0.0)), path(Sgd::new(0.1)));
}

#[test]
fn adam_is_a_ratio_of_corrected_means() {
    let adam = |rate: f64, (first, second): (f64, f64), epsilon: f64| {
        move |w: f64, g: &[f64]| {
            let t = g.len() as i32;
            let mean = (1.0 - first) * decaying_sum(g, first, |g| g) / (1.0 - first.powi(t));
            let square =
                (1.0 - second) * decaying_sum(g, second, |g| g * g) / (1.0 - second.powi(t));
            w - rate * mean / (square.sqrt() + epsilon)
        }
    };
    assert_path(Adam::new(1e-3), 0.0, adam(1e-3, (0.9, 0.999), 1e-8));
    let tuned = Adam::new(0.1)
        .betas(0.8, 0.95)
        .epsilon(1e-3)
        .weight_decay(0.05);
    assert_path(tuned, 0.05, adam(0.1, (0.8, 0.95), 1e-3));
}

#[test]
fn the_first_step_of_adam_has_the_length_of_the_learning_rate() {
    let path = path(Adam::new(0.01).epsilon(0.0));
    for parameter in 0..3 {
        let step = path[0][parameter] - START[parameter];
        let expected = -0.01 * slope(parameter, START[parameter]).signum();
        assert!((step - expected).abs() < 1e-15);
    }
}

#[test]
fn a_learning_rate_set_later_counts_from_then_on() {
    let mut optimizer = Sgd::new(1.0);
    Optimizer::<Line>::set_learning_rate(&mut optimizer, 0.0);
    assert_eq!(Optimizer::<Line>::learning_rate(&optimizer), 0.0);
    assert_eq!(path(optimizer)[19], START);
}

#[test]
#[should_panic(expected = "the learning rate must be at least 0 and finite, not NaN")]
fn a_learning_rate_is_a_number() {
    let _ = Sgd::new(f64::NAN);
}

#[test]
#[should_panic(expected = "the momentum must lie in 0 .. 1, not 1")]
fn a_momentum_of_one_would_never_forget() {
    let _ = Momentum::<Line>::new(0.1, 1.0);
}
