//! What X·W + b hands back to its parts: δ·Wᵀ to the inputs, Xᵀ·δ to the weights, the sum of δ's rows to the bias.

use super::level::Level;
use crate::scalar::Scalar;

/// δ·Wᵀ: what each row of inputs gets for its row of cotangents.
///
/// # Panics
/// Where there are not as many inputs as cotangents.
#[inline]
pub fn pullback_input<const IN: usize, const OUT: usize, T: Scalar>(
    level: Level,
    cotangents: &[[T; OUT]],
    weight: &[[T; OUT]; IN],
    inputs: &mut [[T; IN]],
) {
    assert_eq!(
        cotangents.len(),
        inputs.len(),
        "rows of cotangents and inputs"
    );
    for (cotangent, input) in cotangents.iter().zip(inputs) {
        *input = pullback_input_row(level, cotangent, weight);
    }
}

/// Adds factor·Xᵀ·δ to the gradient of the weights.
///
/// # Panics
/// Where there are not as many inputs as cotangents.
#[inline]
pub fn pullback_weight<const IN: usize, const OUT: usize, T: Scalar>(
    level: Level,
    factor: T,
    inputs: &[[T; IN]],
    cotangents: &[[T; OUT]],
    gradient: &mut [[T; OUT]; IN],
) {
    assert_eq!(
        inputs.len(),
        cotangents.len(),
        "rows of inputs and cotangents"
    );
    for (input, cotangent) in inputs.iter().zip(cotangents) {
        pullback_weight_row(level, factor, input, cotangent, gradient);
    }
}

/// Adds factor times the sum of the rows of δ to the gradient of the bias.
#[inline]
pub fn pullback_bias<const OUT: usize, T: Scalar>(
    _level: Level,
    factor: T,
    cotangents: &[[T; OUT]],
    gradient: &mut [T; OUT],
) {
    for cotangent in cotangents {
        for (gradient, cotangent) in gradient.iter_mut().zip(cotangent) {
            *gradient += factor * *cotangent;
        }
    }
}

/// δ·Wᵀ for one row.
#[inline(always)]
pub fn pullback_input_row<const IN: usize, const OUT: usize, T: Scalar>(
    _level: Level,
    cotangent: &[T; OUT],
    weight: &[[T; OUT]; IN],
) -> [T; IN] {
    let mut input = [T::ZERO; IN];
    for (input, weight) in input.iter_mut().zip(weight) {
        for (cotangent, weight) in cotangent.iter().zip(weight) {
            *input += *cotangent * *weight;
        }
    }
    input
}

/// Adds factor·xᵀ·δ of one row to the gradient of the weights.
#[inline(always)]
pub fn pullback_weight_row<const IN: usize, const OUT: usize, T: Scalar>(
    _level: Level,
    factor: T,
    input: &[T; IN],
    cotangent: &[T; OUT],
    gradient: &mut [[T; OUT]; IN],
) {
    for (input, gradient) in input.iter().zip(gradient) {
        let scaled = factor * *input;
        for (gradient, cotangent) in gradient.iter_mut().zip(cotangent) {
            *gradient += scaled * *cotangent;
        }
    }
}
