//! The sum of the rows of δ: what X·W + b hands back to its bias.

use super::lanes::Lanes;
use super::level::Level;
use super::real::{Kernel, Real};
use super::row::Row;
use super::tile::Start;
use crate::scalar::Scalar;

/// Adds factor times the sum of the rows of δ to the gradient of the bias.
#[inline]
pub fn pullback_bias<const OUT: usize, T: Real>(
    level: Level,
    factor: T,
    cotangents: &[[T; OUT]],
    gradient: &mut [T; OUT],
) {
    let kernel = PullbackBias {
        rows: cotangents.len(),
        outputs: OUT,
        factor,
        cotangent: cotangents.as_ptr().cast(),
        gradient: gradient.as_mut_ptr(),
    };
    // SAFETY: the slice and the array have these lengths.
    unsafe { T::pullback_bias(level, kernel) };
}

/// The sum of the rows of δ.
#[derive(Clone, Copy)]
pub struct PullbackBias<T> {
    pub(super) rows: usize,
    pub(super) outputs: usize,
    pub(super) factor: T,
    pub(super) cotangent: *const T,
    pub(super) gradient: *mut T,
}

impl<T: Scalar> Kernel<T> for PullbackBias<T> {
    #[inline(always)]
    fn width(self) -> usize {
        self.outputs
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // The sum is the product with a row of ones.
        let row = Row {
            depth: self.rows,
            columns: self.outputs,
            left: &T::ONE,
            left_column: 0,
            right: self.cotangent,
            output: self.gradient,
            start: Start::Zero,
            factor: Some(self.factor),
        };
        // SAFETY: as for this function.
        unsafe { row.run(lanes) };
    }
}
