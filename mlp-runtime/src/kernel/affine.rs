//! X·W + b and X·W.

use super::level::Level;
use crate::scalar::Scalar;

/// X·W + b: a row of outputs for each row of inputs.
///
/// # Panics
/// Where there are not as many outputs as inputs.
#[inline]
pub fn affine<const IN: usize, const OUT: usize, T: Scalar>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    bias: &[T; OUT],
    outputs: &mut [[T; OUT]],
) {
    assert_eq!(inputs.len(), outputs.len(), "rows of inputs and outputs");
    for (input, output) in inputs.iter().zip(outputs) {
        *output = affine_row(level, input, weight, bias);
    }
}

/// X·W: a row of outputs for each row of inputs.
///
/// # Panics
/// Where there are not as many outputs as inputs.
#[inline]
pub fn linear<const IN: usize, const OUT: usize, T: Scalar>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    outputs: &mut [[T; OUT]],
) {
    affine(level, inputs, weight, &[T::ZERO; OUT], outputs);
}

/// x·W + b.
#[inline(always)]
pub fn affine_row<const IN: usize, const OUT: usize, T: Scalar>(
    _level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
    bias: &[T; OUT],
) -> [T; OUT] {
    let mut output = *bias;
    for (input, weight) in input.iter().zip(weight) {
        for (output, weight) in output.iter_mut().zip(weight) {
            *output += *input * *weight;
        }
    }
    output
}

/// x·W.
#[inline(always)]
pub fn linear_row<const IN: usize, const OUT: usize, T: Scalar>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
) -> [T; OUT] {
    affine_row(level, input, weight, &[T::ZERO; OUT])
}
