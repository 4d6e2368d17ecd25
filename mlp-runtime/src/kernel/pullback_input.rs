//! δ·Wᵀ: what X·W + b hands back to its inputs.

use core::mem::MaybeUninit;

use super::lanes::Lanes;
use super::level::Level;
use super::pack::{self, Buffer, LARGE, SMALL, Space};
use super::real::{Kernel, Real};
use super::row::{Dots, Row};
use super::tile::{Product, Start};
use crate::scalar::Scalar;

/// δ·Wᵀ: what each row of inputs gets for its row of cotangents.
///
/// # Panics
/// Where there are not as many inputs as cotangents.
#[inline]
pub fn pullback_input<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    cotangents: &[[T; OUT]],
    weight: &[[T; OUT]; IN],
    inputs: &mut [[T; IN]],
) {
    let rows = cotangents.len();
    assert_eq!(rows, inputs.len(), "rows of cotangents and inputs");
    let kernel = PullbackInput {
        rows,
        inputs: IN,
        outputs: OUT,
        cotangent: cotangents.as_ptr().cast(),
        weight: weight.as_ptr().cast(),
        input: inputs.as_mut_ptr().cast(),
        space: Space::NONE,
    };
    if IN * OUT <= SMALL {
        with_space::<SMALL, T>(level, kernel);
    } else {
        with_space::<LARGE, T>(level, kernel);
    }
}

/// Apart, so that no more space on the stack is taken than is needed.
#[inline(never)]
fn with_space<const LENGTH: usize, T: Real>(level: Level, kernel: PullbackInput<T>) {
    let mut buffer = Buffer::<T, LENGTH>::uninit();
    let space = Space::of(&mut buffer);
    // SAFETY: the slices and arrays of `pullback_input` have the lengths that the kernel names.
    unsafe { T::pullback_input(level, PullbackInput { space, ..kernel }) };
}

/// δ·Wᵀ for one row.
#[inline(always)]
pub fn pullback_input_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    cotangent: &[T; OUT],
    weight: &[[T; OUT]; IN],
) -> [T; IN] {
    let mut input = MaybeUninit::<[T; IN]>::uninit();
    let kernel = PullbackInput {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        cotangent: cotangent.as_ptr(),
        weight: weight.as_ptr().cast(),
        input: input.as_mut_ptr().cast(),
        space: Space::NONE,
    };
    // SAFETY: the arrays have these lengths, and the kernel writes every input.
    unsafe {
        if IN * OUT <= SMALL {
            T::inline(level, PullbackInputRow(kernel));
        } else {
            T::pullback_input(level, kernel);
        }
        input.assume_init()
    }
}

/// δ·Wᵀ.
#[derive(Clone, Copy)]
pub struct PullbackInput<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) cotangent: *const T,
    pub(super) weight: *const T,
    pub(super) input: *mut T,
    /// Where a panel of Wᵀ is laid out; for a single row none is.
    pub(super) space: Space<T>,
}

/// δ·Wᵀ for the first row.
#[derive(Clone, Copy)]
struct PullbackInputRow<T>(PullbackInput<T>);

impl<T: Scalar> Kernel<T> for PullbackInputRow<T> {
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
                Row {
                    depth: 1,
                    columns: kernel.inputs,
                    left: kernel.cotangent,
                    left_column: 1,
                    right: kernel.weight,
                    output: kernel.input,
                    start: Start::Zero,
                    factor: None,
                }
                .run(lanes);
            } else {
                Dots {
                    rows: kernel.inputs,
                    depth: kernel.outputs,
                    left: kernel.weight,
                    right: kernel.cotangent,
                    start: Start::Zero,
                    output: kernel.input,
                }
                .run(lanes);
            }
        }
    }
}

impl<T: Scalar> Kernel<T> for PullbackInput<T> {
    #[inline(always)]
    fn width(self) -> usize {
        if self.rows == 1 {
            PullbackInputRow(self).width()
        } else {
            self.inputs
        }
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function.
        unsafe {
            if self.rows == 1 {
                PullbackInputRow(self).run(lanes);
            } else {
                self.panels(lanes);
            }
        }
    }
}

impl<T: Scalar> PullbackInput<T> {
    /// Goes by panels of Wᵀ, each laid out in the order that the tile reads it in.
    #[inline(always)]
    unsafe fn panels<L: Lanes<T>>(self, lanes: L) {
        let product = Product {
            rows: self.rows,
            depth: self.outputs,
            left: self.cotangent,
            left_row: self.outputs,
            left_column: 1,
            right: self.weight,
            right_row: 1,
            output: self.input,
            output_row: self.inputs,
            start: Start::Zero,
            factor: None,
        };
        // One column of weights lies in memory like a row.
        let transposes = self.outputs > 1;
        let mut column = 0;
        // SAFETY: as for this function; a panel has at most the columns that are left, and the buffer holds its rows.
        unsafe {
            while column < self.inputs {
                let width = Product::<T>::panel_width::<L>(self.inputs - column);
                let stride = width.next_multiple_of(L::LANES);
                let mut panel = product.from(0, column);
                let mut depth = 0;
                loop {
                    if transposes {
                        panel.depth = (self.space.length / stride).min(self.outputs - depth);
                        pack::transpose(
                            lanes,
                            (width, panel.depth),
                            (self.weight.add(column * self.outputs + depth), self.outputs),
                            (self.space.start, stride),
                        );
                        panel.right = self.space.start;
                        panel.right_row = stride;
                    }
                    panel.left = self.cotangent.add(depth);
                    panel.panel(lanes, width);
                    panel.start = Start::Output;
                    depth += panel.depth;
                    if depth == self.outputs {
                        break;
                    }
                }
                column += width;
            }
        }
    }
}
