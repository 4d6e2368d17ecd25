//! Xᵀ·δ: what X·W + b hands back to its weights.

use super::affine::INLINE;
use super::lanes::Lanes;
use super::level::Level;
use super::pack::{self, Buffer, CAPACITY};
use super::real::{Kernel, Real};
use super::row::Row;
use super::tile::{Product, Start};
use crate::scalar::Scalar;

/// Adds factor·Xᵀ·δ to the gradient of the weights.
///
/// # Panics
/// Where there are not as many inputs as cotangents.
#[inline]
pub fn pullback_weight<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    factor: T,
    inputs: &[[T; IN]],
    cotangents: &[[T; OUT]],
    gradient: &mut [[T; OUT]; IN],
) {
    let rows = inputs.len();
    assert_eq!(rows, cotangents.len(), "rows of inputs and cotangents");
    let kernel = PullbackWeight {
        rows,
        inputs: IN,
        outputs: OUT,
        factor,
        input: inputs.as_ptr().cast(),
        cotangent: cotangents.as_ptr().cast(),
        gradient: gradient.as_mut_ptr().cast(),
    };
    // SAFETY: the slices and arrays have these lengths.
    unsafe { T::pullback_weight(level, kernel) };
}

/// Adds factor·xᵀ·δ of one row to the gradient of the weights.
#[inline(always)]
pub fn pullback_weight_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    factor: T,
    input: &[T; IN],
    cotangent: &[T; OUT],
    gradient: &mut [[T; OUT]; IN],
) {
    let kernel = PullbackWeight {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        factor,
        input: input.as_ptr(),
        cotangent: cotangent.as_ptr(),
        gradient: gradient.as_mut_ptr().cast(),
    };
    // SAFETY: the arrays have these lengths.
    unsafe {
        if IN * OUT <= INLINE {
            T::inline(level, PullbackWeightRow(kernel));
        } else {
            T::pullback_weight(level, kernel);
        }
    }
}

/// Xᵀ·δ.
#[derive(Clone, Copy)]
pub struct PullbackWeight<T> {
    rows: usize,
    inputs: usize,
    outputs: usize,
    factor: T,
    input: *const T,
    cotangent: *const T,
    gradient: *mut T,
}

/// xᵀ·δ of the first row.
#[derive(Clone, Copy)]
struct PullbackWeightRow<T>(PullbackWeight<T>);

impl<T: Scalar> Kernel<T> for PullbackWeightRow<T> {
    #[inline(always)]
    fn width(self) -> usize {
        self.0.width()
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let kernel = self.0;
        // SAFETY: as for this function.
        unsafe {
            if kernel.outputs == 1 {
                // One column of weights lies in memory like a row.
                return kernel.row().run(lanes);
            }
            for input in 0..kernel.inputs {
                let scaled = lanes.splat(kernel.factor * *kernel.input.add(input));
                let gradient = kernel.gradient.add(input * kernel.outputs);
                let mut column = 0;
                while column + L::LANES <= kernel.outputs {
                    let (to, from) = (gradient.add(column), kernel.cotangent.add(column));
                    lanes.store(to, lanes.mul_add(scaled, lanes.load(from), lanes.load(to)));
                    column += L::LANES;
                }
                if column < kernel.outputs {
                    let first = lanes.first(kernel.outputs - column);
                    let (to, from) = (gradient.add(column), kernel.cotangent.add(column));
                    let cotangent = lanes.load_first(from, first);
                    let sum = lanes.mul_add(scaled, cotangent, lanes.load_first(to, first));
                    lanes.store_first(to, first, sum);
                }
            }
        }
    }
}

impl<T: Scalar> Kernel<T> for PullbackWeight<T> {
    #[inline(always)]
    fn width(self) -> usize {
        if self.outputs == 1 {
            self.inputs
        } else {
            self.outputs
        }
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function.
        unsafe {
            if self.outputs == 1 {
                self.row().run(lanes);
            } else if self.rows == 1 {
                PullbackWeightRow(self).run(lanes);
            } else {
                self.panels(lanes);
            }
        }
    }
}

impl<T: Scalar> PullbackWeight<T> {
    /// The gradient of a single column, which is δᵀ·X.
    #[inline(always)]
    fn row(self) -> Row<T> {
        Row {
            depth: self.rows,
            columns: self.inputs,
            left: self.cotangent,
            right: self.input,
            output: self.gradient,
            start: Start::Zero,
            factor: Some(self.factor),
        }
    }

    #[inline(always)]
    unsafe fn panels<L: Lanes<T>>(self, lanes: L) {
        let whole = L::VECTORS * L::LANES;
        let product = Product {
            rows: self.inputs,
            depth: self.rows,
            left: self.input,
            left_row: 1,
            left_column: self.inputs,
            right: self.cotangent,
            right_row: self.outputs,
            output: self.gradient,
            output_row: self.outputs,
            start: Start::Zero,
            factor: Some(self.factor),
        };
        let mut column = 0;
        // SAFETY: as for this function; a panel has as many columns as are left, a block as many rows as the buffer holds.
        unsafe {
            while column + whole <= self.outputs {
                product.from(0, column).wide_panel(lanes);
                column += whole;
            }
            while column < self.outputs {
                let width = L::LANES.min(self.outputs - column);
                product
                    .from(0, column)
                    .narrow_panel(lanes, lanes.first(width));
                column += width;
            }
        }
    }
}
