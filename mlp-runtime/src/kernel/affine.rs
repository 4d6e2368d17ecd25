//! X·W + b and X·W.

use core::mem::MaybeUninit;

use super::lanes::Lanes;
use super::level::Level;
use super::pack::{self, Buffer, LARGE, SMALL, Space};
use super::real::{Kernel, Real};
use super::row::{Dots, Row};
use super::tile::{Product, Start};
use crate::scalar::Scalar;

/// X·W + b: a row of outputs for each row of inputs.
///
/// # Panics
/// Where there are not as many outputs as inputs.
#[inline]
pub fn affine<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    bias: &[T; OUT],
    outputs: &mut [[T; OUT]],
) {
    product(level, inputs, weight, Start::Row(bias.as_ptr()), outputs);
}

/// X·W: a row of outputs for each row of inputs.
///
/// # Panics
/// Where there are not as many outputs as inputs.
#[inline]
pub fn linear<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    outputs: &mut [[T; OUT]],
) {
    product(level, inputs, weight, Start::Zero, outputs);
}

/// x·W + b.
#[inline(always)]
pub fn affine_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
    bias: &[T; OUT],
) -> [T; OUT] {
    product_row(level, input, weight, Start::Row(bias.as_ptr()))
}

/// x·W.
#[inline(always)]
pub fn linear_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
) -> [T; OUT] {
    product_row(level, input, weight, Start::Zero)
}

#[inline]
fn product<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    start: Start<T>,
    outputs: &mut [[T; OUT]],
) {
    assert_eq!(inputs.len(), outputs.len(), "rows of inputs and outputs");
    let kernel = Affine {
        rows: inputs.len(),
        inputs: IN,
        outputs: OUT,
        input: inputs.as_ptr().cast(),
        weight: weight.as_ptr().cast(),
        start,
        output: outputs.as_mut_ptr().cast(),
        space: Space::NONE,
    };
    // Where the weights leave the first cache and go along with many rows, it pays to lay them together.
    if IN * OUT > 2 * LARGE && inputs.len() >= 32 {
        large(level, kernel);
    } else {
        // SAFETY: the slices and arrays have these lengths, and the bias that of a row of outputs.
        unsafe { T::affine(level, kernel) };
    }
}

/// Apart, so that the space on the stack is taken by those alone who need it.
#[inline(never)]
fn large<T: Real>(level: Level, kernel: Affine<T>) {
    let mut buffer = Buffer::<T, LARGE>::uninit();
    let space = Space::of(&mut buffer);
    // SAFETY: as in `product`.
    unsafe { T::affine(level, Affine { space, ..kernel }) };
}

#[inline(always)]
fn product_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
    start: Start<T>,
) -> [T; OUT] {
    let mut output = MaybeUninit::<[T; OUT]>::uninit();
    let kernel = Affine {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        input: input.as_ptr(),
        weight: weight.as_ptr().cast(),
        start,
        output: output.as_mut_ptr().cast(),
        space: Space::NONE,
    };
    // SAFETY: the arrays have these lengths, and the kernel writes every output.
    unsafe {
        if IN * OUT <= SMALL {
            T::inline(level, AffineRow(kernel));
        } else {
            T::affine(level, kernel);
        }
        output.assume_init()
    }
}

/// X·W + b.
#[derive(Clone, Copy)]
pub struct Affine<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) input: *const T,
    pub(super) weight: *const T,
    pub(super) start: Start<T>,
    pub(super) output: *mut T,
    /// Where a panel of the weights is laid together, if it is to be.
    pub(super) space: Space<T>,
}

/// x·W + b for the first row.
#[derive(Clone, Copy)]
struct AffineRow<T>(Affine<T>);

impl<T: Scalar> Kernel<T> for AffineRow<T> {
    #[inline(always)]
    fn width(self) -> usize {
        if self.0.outputs == 1 {
            self.0.inputs
        } else {
            self.0.outputs
        }
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let kernel = self.0;
        // SAFETY: as for this function.
        unsafe {
            if kernel.outputs == 1 {
                // One column of weights lies in memory like a row.
                Dots {
                    rows: 1,
                    depth: kernel.inputs,
                    left: kernel.input,
                    right: kernel.weight,
                    start: kernel.start,
                    output: kernel.output,
                }
                .run(lanes);
            } else {
                Row {
                    depth: kernel.inputs,
                    columns: kernel.outputs,
                    left: kernel.input,
                    left_column: 1,
                    right: kernel.weight,
                    output: kernel.output,
                    start: kernel.start,
                    factor: None,
                }
                .run(lanes);
            }
        }
    }
}

impl<T: Scalar> Kernel<T> for Affine<T> {
    #[inline(always)]
    fn width(self) -> usize {
        AffineRow(self).width()
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function.
        unsafe {
            if self.outputs == 1 {
                Dots {
                    rows: self.rows,
                    depth: self.inputs,
                    left: self.input,
                    right: self.weight,
                    start: self.start,
                    output: self.output,
                }
                .run(lanes);
            } else if self.rows == 1 {
                AffineRow(self).run(lanes);
            } else {
                self.panels(lanes);
            }
        }
    }
}

impl<T: Scalar> Affine<T> {
    #[inline(always)]
    unsafe fn panels<L: Lanes<T>>(self, lanes: L) {
        let product = Product {
            rows: self.rows,
            depth: self.inputs,
            left: self.input,
            left_row: self.inputs,
            left_column: 1,
            right: self.weight,
            right_row: self.outputs,
            output: self.output,
            output_row: self.outputs,
            start: self.start,
            factor: None,
        };
        let packs = self.space.length > 0;
        let mut column = 0;
        // SAFETY: as for this function; a panel has at most the columns that are left, and the space holds its rows.
        unsafe {
            while column < self.outputs {
                let width = Product::<T>::panel_width::<L>(self.outputs - column);
                let stride = width.next_multiple_of(L::LANES);
                let mut panel = product.from(0, column);
                let mut depth = 0;
                loop {
                    panel.left = self.input.add(depth);
                    if packs {
                        panel.depth = (self.space.length / stride).min(self.inputs - depth);
                        let right = self.weight.add(depth * self.outputs + column);
                        pack::copy(
                            lanes,
                            (panel.depth, width),
                            (right, self.outputs),
                            (self.space.start, stride),
                        );
                        panel.right = self.space.start;
                        panel.right_row = stride;
                    }
                    panel.panel(lanes, width);
                    panel.start = Start::Output;
                    depth += panel.depth;
                    if depth == self.inputs {
                        break;
                    }
                }
                column += width;
            }
        }
    }
}
