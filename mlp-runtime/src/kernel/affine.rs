//! X·W + b and X·W.

use core::mem::MaybeUninit;

use super::level::Level;
use super::pack::{Buffer, Copied, INLINE, LARGE, Part, Space};
use super::real::{Real, suited, suited_to_dots};
use super::row::{Dots, Row};
use super::tile::{Panel, Product};

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
    product(level, inputs, weight, Some(bias), outputs);
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
    product(level, inputs, weight, None, outputs);
}

/// x·W + b.
#[inline(always)]
pub fn affine_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
    bias: &[T; OUT],
) -> [T; OUT] {
    product_row(level, input, weight, Some(bias))
}

/// x·W.
#[inline(always)]
pub fn linear_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
) -> [T; OUT] {
    product_row(level, input, weight, None)
}

#[inline(always)]
fn product<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    inputs: &[[T; IN]],
    weight: &[[T; OUT]; IN],
    bias: Option<&[T; OUT]>,
    outputs: &mut [[T; OUT]],
) {
    let rows = inputs.len();
    assert_eq!(rows, outputs.len(), "rows of inputs and outputs");
    let affine = Affine {
        rows,
        inputs: IN,
        outputs: OUT,
        input: inputs.as_flattened().as_ptr(),
        weight: weight.as_flattened().as_ptr(),
        bias: bias.map(|bias| bias.as_ptr()),
        output: outputs.as_flattened_mut().as_mut_ptr(),
    };
    // SAFETY: the slices and arrays have these lengths.
    unsafe {
        // Where the weights leave the first cache and go along with many rows, it pays to lay them together.
        if IN * OUT > 2 * LARGE && rows >= 32 {
            affine.run_with_space(level);
        } else {
            affine.run(level, Space::NONE);
        }
    }
}

#[inline(always)]
fn product_row<const IN: usize, const OUT: usize, T: Real>(
    level: Level,
    input: &[T; IN],
    weight: &[[T; OUT]; IN],
    bias: Option<&[T; OUT]>,
) -> [T; OUT] {
    let mut output = MaybeUninit::<[T; OUT]>::uninit();
    let affine = Affine {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        input: input.as_ptr(),
        weight: weight.as_flattened().as_ptr(),
        bias: bias.map(|bias| bias.as_ptr()),
        output: output.as_mut_ptr().cast::<T>(),
    };
    // SAFETY: the arrays have these lengths, and the kernels write every output.
    unsafe {
        match (OUT == 1, IN * OUT <= INLINE) {
            (true, true) => T::inline(suited_to_dots::<T>(level, IN), affine.dots()),
            (true, false) => T::dots(suited_to_dots::<T>(level, IN), affine.dots()),
            (false, true) => T::inline(suited::<T>(level, OUT), affine.row()),
            (false, false) => T::row(suited::<T>(level, OUT), affine.row()),
        }
        output.assume_init()
    }
}

/// X·W + b.
#[derive(Clone, Copy)]
pub(super) struct Affine<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) input: *const T,
    pub(super) weight: *const T,
    pub(super) bias: Option<*const T>,
    pub(super) output: *mut T,
}

impl<T: Real> Affine<T> {
    /// One column of weights lies in memory like a row: each output is the product of two rows.
    #[inline(always)]
    unsafe fn dots(self) -> Dots<T> {
        Dots {
            rows: self.rows,
            depth: self.inputs,
            left: self.input,
            right: self.weight,
            // SAFETY: the caller sees to the bias.
            start: self.bias.map(|bias| unsafe { *bias }),
            output: self.output,
        }
    }

    /// The first row.
    #[inline(always)]
    fn row(self) -> Row<T> {
        Row {
            depth: self.inputs,
            columns: self.outputs,
            left: self.input,
            left_column: 1,
            right: self.weight,
            start: self.bias,
            output: self.output,
            factor: None,
        }
    }

    /// Apart, so that those alone who need the space take it from the stack.
    #[inline(never)]
    unsafe fn run_with_space(self, level: Level) {
        let mut buffer = Buffer::<T, LARGE>::uninit();
        // SAFETY: as for this function.
        unsafe { self.run(level, Space::of(&mut buffer)) };
    }

    /// Goes by panels of the weights. If there is space, each is laid together and goes along with all rows.
    ///
    /// # Safety
    /// The matrices are there.
    pub(super) unsafe fn run(self, level: Level, space: Space<T>) {
        if self.outputs == 1 {
            // SAFETY: as for this function.
            return unsafe { T::dots(suited_to_dots::<T>(level, self.inputs), self.dots()) };
        }
        let level = suited::<T>(level, self.outputs);
        if self.rows == 1 {
            // SAFETY: as for this function.
            return unsafe { T::row(level, self.row()) };
        }
        let (lanes, whole) = T::widths(level);
        let mut column = 0;
        while column < self.outputs {
            let left = self.outputs - column;
            let columns = if left >= whole {
                whole
            } else {
                left.min(lanes)
            };
            // SAFETY: a panel has at most the columns that are left, and the space holds its rows.
            unsafe {
                let (start, start_row) = match self.bias {
                    Some(bias) => (bias.add(column), 0),
                    None => (T::ZEROS.as_ptr(), 0),
                };
                let mut product = Product {
                    rows: self.rows,
                    depth: self.inputs,
                    left: self.input,
                    left_row: self.inputs,
                    left_column: 1,
                    right: self.weight.add(column),
                    right_row: self.outputs,
                    start,
                    start_row,
                    output: self.output.add(column),
                    output_row: self.outputs,
                    factor: None,
                };
                let mut depth = 0;
                loop {
                    product.left = self.input.add(depth);
                    if space.length > 0 {
                        product.depth = (space.length / columns).min(self.inputs - depth);
                        let part = Part {
                            rows: product.depth,
                            columns,
                            from: self.weight.add(depth * self.outputs + column),
                            from_row: self.outputs,
                            to: space.start,
                            to_row: columns,
                        };
                        T::copied(level, Copied(part));
                        (product.right, product.right_row) = (space.start, columns);
                    }
                    T::panel(level, Panel { product, columns });
                    depth += product.depth;
                    if depth == self.inputs {
                        break;
                    }
                    (product.start, product.start_row) = (product.output, self.outputs);
                }
            }
            column += columns;
        }
    }
}
