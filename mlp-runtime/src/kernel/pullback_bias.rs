//! The sum of the rows of δ: what X·W + b hands back to its bias.

use super::level::Level;
use super::real::{Real, suited};
use super::row::Row;

/// Adds factor times the sum of the rows of δ to the gradient of the bias.
#[inline]
pub fn pullback_bias<const OUT: usize, T: Real>(
    level: Level,
    factor: T,
    cotangents: &[[T; OUT]],
    gradient: &mut [T; OUT],
) {
    let pullback = PullbackBias {
        rows: cotangents.len(),
        outputs: OUT,
        factor,
        cotangent: cotangents.as_flattened().as_ptr(),
        gradient: gradient.as_mut_ptr(),
    };
    // SAFETY: the slice and the array have these lengths.
    unsafe { pullback.run(level) };
}

/// The sum of the rows of δ.
#[derive(Clone, Copy)]
pub(super) struct PullbackBias<T> {
    pub(super) rows: usize,
    pub(super) outputs: usize,
    pub(super) factor: T,
    pub(super) cotangent: *const T,
    pub(super) gradient: *mut T,
}

impl<T: Real> PullbackBias<T> {
    /// The sum is the product with a row of ones.
    ///
    /// # Safety
    /// The matrix and the gradient are there.
    pub(super) unsafe fn run(self, level: Level) {
        let row = Row {
            depth: self.rows,
            columns: self.outputs,
            left: &T::ONE,
            left_column: 0,
            right: self.cotangent,
            start: None,
            output: self.gradient,
            factor: Some(self.factor),
        };
        // SAFETY: as for this function.
        unsafe { T::row(suited::<T>(level, self.outputs), row) };
    }
}
