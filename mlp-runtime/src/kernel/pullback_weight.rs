//! Xᵀ·δ: what X·W + b hands back to its weights.

use super::lanes::Lanes;
use super::level::Level;
use super::pack::{self, Buffer, LARGE, SMALL};
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
    unsafe {
        // Where the gradient leaves the first cache and there are many rows, it pays to lay both factors together.
        if IN * OUT > 2 * LARGE && rows >= 16 && OUT >= 16 {
            T::large_pullback_weight(level, LargePullbackWeight(kernel));
        } else {
            T::pullback_weight(level, kernel);
        }
    }
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
        if IN * OUT <= SMALL {
            T::inline(level, PullbackWeightRow(kernel));
        } else {
            T::pullback_weight(level, kernel);
        }
    }
}

/// Xᵀ·δ.
#[derive(Clone, Copy)]
pub struct PullbackWeight<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) factor: T,
    pub(super) input: *const T,
    pub(super) cotangent: *const T,
    pub(super) gradient: *mut T,
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
                let scaled = kernel.factor * *kernel.input.add(input);
                let gradient = kernel.gradient.add(input * kernel.outputs);
                let column =
                    add_scaled(lanes, scaled, kernel.cotangent, gradient, 0, kernel.outputs);
                // By halves, not by masked stores: the next row is read before they would be done.
                let half = lanes.half();
                let column = add_scaled(
                    half,
                    scaled,
                    kernel.cotangent,
                    gradient,
                    column,
                    kernel.outputs,
                );
                let half = half.half();
                let column = add_scaled(
                    half,
                    scaled,
                    kernel.cotangent,
                    gradient,
                    column,
                    kernel.outputs,
                );
                for column in column..kernel.outputs {
                    *gradient.add(column) += scaled * *kernel.cotangent.add(column);
                }
            }
        }
    }
}

/// Adds factor times one row to another, as many whole vectors from a column on as there are; the column after them.
#[inline(always)]
unsafe fn add_scaled<T: Scalar, L: Lanes<T>>(
    lanes: L,
    factor: T,
    from: *const T,
    to: *mut T,
    mut column: usize,
    columns: usize,
) -> usize {
    while column + L::LANES <= columns {
        // SAFETY: the caller sees to the rows.
        unsafe {
            let (from, to) = (lanes.load(from.add(column)), to.add(column));
            lanes.store(to, lanes.mul_add(lanes.splat(factor), from, lanes.load(to)));
        }
        column += L::LANES;
    }
    column
}

impl<T: Scalar> Kernel<T> for PullbackWeight<T> {
    #[inline(always)]
    fn width(self) -> usize {
        // A few columns are summed as rows.
        self.inputs.max(self.outputs)
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function.
        unsafe {
            if self.outputs == 1 {
                self.row().run(lanes);
            } else if self.rows == 1 {
                PullbackWeightRow(self).run(lanes);
            } else if 2 * self.outputs <= L::LANES && self.inputs >= L::LANES {
                self.transposed(lanes);
            } else {
                self.product().panels(lanes, self.outputs);
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
            left_column: 1,
            right: self.input,
            output: self.gradient,
            start: Start::Zero,
            factor: Some(self.factor),
        }
    }

    #[inline(always)]
    fn product(self) -> Product<T> {
        Product {
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
        }
    }

    /// The gradient of a few columns, summed as δᵀ·X, whose vectors are full.
    #[inline(always)]
    unsafe fn transposed<L: Lanes<T>>(self, lanes: L) {
        let mut buffer = Buffer::<T, SMALL>::uninit();
        let sums: *mut T = buffer.as_mut_ptr().cast();
        let product = Product {
            rows: self.outputs,
            depth: self.rows,
            left: self.cotangent,
            left_row: 1,
            left_column: self.outputs,
            right: self.input,
            right_row: self.inputs,
            output: sums,
            output_row: SMALL / self.outputs,
            start: Start::Zero,
            factor: None,
        };
        let mut column = 0;
        while column < self.inputs {
            let width = product.panel_width::<L>(self.inputs - column);
            // SAFETY: as for this function; the buffer holds so many rows of a panel.
            unsafe {
                let mut panel = product;
                panel.right = product.right.add(column);
                panel.panel(lanes, width);
                for input in 0..width {
                    let gradient = self.gradient.add((column + input) * self.outputs);
                    for output in 0..self.outputs {
                        let sum = *sums.add(output * product.output_row + input);
                        *gradient.add(output) += self.factor * sum;
                    }
                }
            }
            column += width;
        }
    }
}

/// Xᵀ·δ for many rows and a large gradient, both factors laid together part by part.
#[derive(Clone, Copy)]
pub struct LargePullbackWeight<T>(pub(super) PullbackWeight<T>);

impl<T: Scalar> Kernel<T> for LargePullbackWeight<T> {
    #[inline(always)]
    fn width(self) -> usize {
        self.0.outputs
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let kernel = self.0;
        let whole = L::VECTORS * L::LANES;
        let mut right_buffer = Buffer::<T, LARGE>::uninit();
        let right: *mut T = right_buffer.as_mut_ptr().cast();
        let mut left_buffer = Buffer::<T, SMALL>::uninit();
        let left: *mut T = left_buffer.as_mut_ptr().cast();
        let depth_limit = SMALL / 8;
        let mut row = 0;
        // SAFETY: as for this function; what is laid together is at most what the buffers hold.
        unsafe {
            while row < kernel.rows {
                let depth = depth_limit.min(kernel.rows - row);
                let limit = LARGE / depth / whole * whole;
                let mut column = 0;
                while column < kernel.outputs {
                    let columns = limit.min(kernel.outputs - column);
                    let stride = columns.next_multiple_of(L::LANES);
                    pack::copy(
                        lanes,
                        (depth, columns),
                        (
                            kernel.cotangent.add(row * kernel.outputs + column),
                            kernel.outputs,
                        ),
                        (right, stride),
                    );
                    let mut input = 0;
                    while input < kernel.inputs {
                        let inputs = L::ROWS.min(kernel.inputs - input);
                        pack::copy_eight(
                            (depth, inputs, input + 8 <= kernel.inputs),
                            (kernel.input.add(row * kernel.inputs + input), kernel.inputs),
                            left,
                        );
                        let product = Product {
                            rows: inputs,
                            depth,
                            left,
                            left_row: 1,
                            left_column: 8,
                            right,
                            right_row: stride,
                            ..kernel.product().from(input, column)
                        };
                        product.panels(lanes, columns);
                        input += inputs;
                    }
                    column += columns;
                }
                row += depth;
            }
        }
    }
}
