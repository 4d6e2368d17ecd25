//! Xᵀ·δ: what X·W + b hands back to its weights.

use super::lanes::Lanes;
use super::level::Level;
use super::pack::{self, Buffer, LARGE, SMALL, Space};
use super::real::{Kernel, Real};
use super::row::Row;
use super::tile::{Product, Start};
use crate::scalar::Scalar;

/// So many columns at most are summed as rows, whose vectors are full.
const FEW: usize = 8;

/// Rows that are laid together at a time.
const DEPTH: usize = 128;

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
        space: Space::NONE,
    };
    // Where the gradient leaves the first cache, it pays to lay the cotangents together.
    if IN * OUT > 2 * LARGE {
        with_space::<LARGE, T>(level, kernel);
    } else if OUT <= FEW {
        with_space::<SMALL, T>(level, kernel);
    } else {
        // SAFETY: the slices and arrays have these lengths.
        unsafe { T::pullback_weight(level, kernel) };
    }
}

/// Apart, so that no more space on the stack is taken than is needed.
#[inline(never)]
fn with_space<const LENGTH: usize, T: Real>(level: Level, kernel: PullbackWeight<T>) {
    let mut buffer = Buffer::<T, LENGTH>::uninit();
    let space = Space::of(&mut buffer);
    // SAFETY: the slices and arrays of `pullback_weight` have the lengths that the kernel names.
    unsafe { T::pullback_weight(level, PullbackWeight { space, ..kernel }) };
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
        space: Space::NONE,
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
    /// Where the sums of a few columns are, or a panel of δ is laid together.
    pub(super) space: Space<T>,
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
            left_column: 1,
            right: self.input,
            output: self.gradient,
            start: Start::Zero,
            factor: Some(self.factor),
        }
    }

    #[inline(always)]
    unsafe fn panels<L: Lanes<T>>(self, lanes: L) {
        let has_space = self.space.length > 0;
        let transposed =
            has_space && self.outputs <= FEW.min(L::LANES / 2) && self.inputs >= L::LANES;
        let packs = has_space && !transposed && self.rows >= 8;
        let mut product = Product {
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
        let mut columns = self.outputs;
        if transposed {
            product.rows = self.outputs;
            (product.left, product.right) = (product.right, product.left);
            (product.left_column, product.right_row) = (product.right_row, product.left_column);
            product.output = self.space.start;
            product.output_row = L::VECTORS * L::LANES;
            columns = self.inputs;
        }
        let mut row = 0;
        // SAFETY: as for this function; a panel has at most the columns that are left, and the space holds its rows.
        unsafe {
            while row < self.rows {
                let depth = if packs {
                    DEPTH.min(self.rows - row)
                } else {
                    self.rows
                };
                let mut column = 0;
                while column < columns {
                    let width = Product::<T>::panel_width::<L>(columns - column);
                    let mut panel = product;
                    panel.depth = depth;
                    panel.left = product.left.add(row * product.left_column);
                    panel.right = product.right.add(row * product.right_row + column);
                    if packs {
                        let stride = width.next_multiple_of(L::LANES);
                        let from = (panel.right, panel.right_row);
                        pack::copy(lanes, (depth, width), from, (self.space.start, stride));
                        panel.right = self.space.start;
                        panel.right_row = stride;
                    }
                    if transposed {
                        self.space
                            .start
                            .write_bytes(0, self.outputs * product.output_row);
                    } else {
                        panel.output = product.output.add(column);
                    }
                    panel.panel(lanes, width);
                    if transposed {
                        let gradient = self.gradient.add(column * self.outputs);
                        for output in 0..self.outputs {
                            for input in 0..width {
                                let sum =
                                    *self.space.start.add(output * product.output_row + input);
                                *gradient.add(input * self.outputs + output) += sum;
                            }
                        }
                    }
                    column += width;
                }
                row += depth;
            }
        }
    }
}
