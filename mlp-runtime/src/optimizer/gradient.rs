//! What can be done to a gradient before a step.

use crate::kernel::{self, maximum, minimum, sign};
use crate::scalar::Scalar;
use crate::setting::not_negative;

/// How many sums run side by side: as many as make full vectors.
const LANES: usize = 16;

/// √Σ gᵢ², in double precision and in an order that depends on the length alone.
pub fn norm<S: Scalar>(gradient: &[S]) -> f64 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = gradient.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, g) in sums.iter_mut().zip(chunk) {
            *sum += g.to_f64() * g.to_f64();
        }
    }
    for (sum, g) in sums.iter_mut().zip(rest) {
        *sum += g.to_f64() * g.to_f64();
    }
    kernel::f64::sqrt(sums.iter().sum())
}

/// Shrinks a gradient whose norm is above `limit` to that norm, and returns the norm it had.
///
/// As PyTorch's `clip_grad_norm_`: the factor is limit / (norm + 10⁻⁶), at most 1.
///
/// # Panics
/// Where `limit` is negative, infinite or NaN.
pub fn clip_norm<S: Scalar>(gradient: &mut [S], limit: f64) -> f64 {
    let limit = not_negative("the largest norm", limit);
    let norm = norm(gradient);
    let factor = minimum(limit / (norm + 1e-6), 1.0);
    // So it is for NaN, too, which stays one and shows.
    if factor != 1.0 {
        let factor = S::from_f64(factor);
        for g in gradient {
            *g *= factor;
        }
    }
    norm
}

/// Puts each element of a gradient between −`limit` and `limit`, as PyTorch's `clip_grad_value_`.
///
/// # Panics
/// Where `limit` is negative, infinite or NaN.
pub fn clip_value<S: Scalar>(gradient: &mut [S], limit: f64) {
    let limit = S::from_f64(not_negative("the largest value", limit));
    for g in gradient {
        *g = maximum(minimum(*g, limit), -limit);
    }
}

/// Adds the gradient λ·sign wᵢ of the penalty λ·Σ |wᵢ|, which makes small weights 0.
///
/// # Panics
/// Where `lambda` is negative, infinite or NaN.
pub fn add_l1<S: Scalar>(gradient: &mut [S], parameters: &[S], lambda: f64) {
    let lambda = S::from_f64(not_negative("the L1 penalty", lambda));
    for (g, &w) in gradient.iter_mut().zip(parameters) {
        *g += lambda * sign(w);
    }
}

/// Adds the gradient λ·wᵢ of the penalty ½λ·Σ wᵢ², which keeps weights small.
///
/// # Panics
/// Where `lambda` is negative, infinite or NaN.
pub fn add_l2<S: Scalar>(gradient: &mut [S], parameters: &[S], lambda: f64) {
    let lambda = S::from_f64(not_negative("the L2 penalty", lambda));
    for (g, &w) in gradient.iter_mut().zip(parameters) {
        *g += lambda * w;
    }
}
