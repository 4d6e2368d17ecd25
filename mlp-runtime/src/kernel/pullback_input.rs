//! δ·Wᵀ: what X·W + b hands back to its inputs.

use core::mem::MaybeUninit;

use super::level::Level;
use super::pack::{Buffer, INLINE, LARGE, Part, SMALL, Space, Transposed};
use super::real::{Real, suited, suited_to_dots};
use super::row::{Dots, Row};
use super::tile::{Panel, Product};

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
    let pullback = PullbackInput {
        rows,
        inputs: IN,
        outputs: OUT,
        cotangent: cotangents.as_flattened().as_ptr(),
        weight: weight.as_flattened().as_ptr(),
        input: inputs.as_flattened_mut().as_mut_ptr(),
    };
    // SAFETY: the slices and arrays have these lengths.
    unsafe {
        if IN * OUT <= SMALL {
            pullback.run_with_space::<SMALL>(level);
        } else {
            pullback.run_with_space::<LARGE>(level);
        }
    }
}

/// δ·Wᵀ for one row.
#[inline(always)]
pub fn pullback_input_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    cotangent: &[T; OUT],
    weight: &[[T; OUT]; IN],
) -> [T; IN] {
    let mut input = MaybeUninit::<[T; IN]>::uninit();
    let pullback = PullbackInput {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        cotangent: cotangent.as_ptr(),
        weight: weight.as_flattened().as_ptr(),
        input: input.as_mut_ptr().cast::<T>(),
    };
    // SAFETY: the arrays have these lengths, and the kernels write every input.
    unsafe {
        match (OUT == 1, IN * OUT <= INLINE) {
            (true, true) => T::inline(suited::<T>(level, IN), pullback.row()),
            (true, false) => T::row(level, pullback.row()),
            (false, true) => T::inline(suited_to_dots::<T>(level, OUT), pullback.dots()),
            (false, false) => T::dots(suited_to_dots::<T>(level, OUT), pullback.dots()),
        }
        input.assume_init()
    }
}

/// δ·Wᵀ.
#[derive(Clone, Copy)]
pub(super) struct PullbackInput<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) cotangent: *const T,
    pub(super) weight: *const T,
    pub(super) input: *mut T,
}

impl<T: Real> PullbackInput<T> {
    /// The first row, where one column of weights lies in memory like a row.
    #[inline(always)]
    fn row(self) -> Row<T> {
        Row {
            depth: 1,
            columns: self.inputs,
            left: self.cotangent,
            left_column: 1,
            right: self.weight,
            start: None,
            output: self.input,
            factor: None,
        }
    }

    /// The first row: each input's part is the product of two rows.
    #[inline(always)]
    fn dots(self) -> Dots<T> {
        Dots {
            rows: self.inputs,
            depth: self.outputs,
            left: self.weight,
            right: self.cotangent,
            start: None,
            output: self.input,
        }
    }

    /// Apart, so that no more is taken from the stack than is needed.
    #[inline(never)]
    unsafe fn run_with_space<const LENGTH: usize>(self, level: Level) {
        let mut buffer = Buffer::<T, LENGTH>::uninit();
        // SAFETY: as for this function.
        unsafe { self.run(level, Space::of(&mut buffer)) };
    }

    /// Goes by panels of Wᵀ, each laid out in the space in the order that the tile reads it in.
    ///
    /// # Safety
    /// The matrices are there, and the space holds some rows of a panel.
    pub(super) unsafe fn run(self, level: Level, space: Space<T>) {
        if self.rows == 1 {
            // SAFETY: as for this function.
            return unsafe {
                if self.outputs == 1 {
                    T::row(suited::<T>(level, self.inputs), self.row());
                } else {
                    T::dots(suited_to_dots::<T>(level, self.outputs), self.dots());
                }
            };
        }
        let level = suited::<T>(level, self.inputs);
        let (lanes, whole) = T::widths(level);
        let mut column = 0;
        while column < self.inputs {
            let left = self.inputs - column;
            let columns = if left >= whole {
                whole
            } else {
                left.min(lanes)
            };
            // SAFETY: a panel has at most the columns that are left, and the space holds its rows.
            unsafe {
                let mut product = Product {
                    rows: self.rows,
                    depth: 0,
                    left: self.cotangent,
                    left_row: self.outputs,
                    left_column: 1,
                    right: space.start,
                    right_row: columns,
                    start: T::ZEROS.as_ptr(),
                    start_row: 0,
                    output: self.input.add(column),
                    output_row: self.inputs,
                    factor: None,
                };
                let mut depth = 0;
                loop {
                    product.left = self.cotangent.add(depth);
                    product.depth = (space.length / columns).min(self.outputs - depth);
                    let part = Part {
                        rows: columns,
                        columns: product.depth,
                        from: self.weight.add(column * self.outputs + depth),
                        from_row: self.outputs,
                        to: space.start,
                        to_row: columns,
                    };
                    T::transposed(level, Transposed(part));
                    T::panel(level, Panel { product, columns });
                    depth += product.depth;
                    if depth == self.outputs {
                        break;
                    }
                    (product.start, product.start_row) = (product.output, self.inputs);
                }
            }
            column += columns;
        }
    }
}
