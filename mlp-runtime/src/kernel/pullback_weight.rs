//! Xᵀ·δ: what X·W + b hands back to its weights.

use super::level::Level;
use super::outer::Outer;
use super::pack::{Buffer, Copied, INLINE, LARGE, Part, SMALL, Space};
use super::real::{Real, suited};
use super::row::Row;
use super::tile::{Panel, Product};

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
    let pullback = PullbackWeight {
        rows,
        inputs: IN,
        outputs: OUT,
        factor,
        input: inputs.as_flattened().as_ptr(),
        cotangent: cotangents.as_flattened().as_ptr(),
        gradient: gradient.as_flattened_mut().as_mut_ptr(),
    };
    // SAFETY: the slices and arrays have these lengths.
    unsafe {
        // Where the gradient leaves the first cache, it pays to lay the cotangents together.
        if IN * OUT > 2 * LARGE {
            pullback.run_with_space::<LARGE>(level);
        } else if OUT <= FEW {
            pullback.run_with_space::<SMALL>(level);
        } else {
            pullback.run(level, Space::NONE);
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
    let pullback = PullbackWeight {
        rows: 1,
        inputs: IN,
        outputs: OUT,
        factor,
        input: input.as_ptr(),
        cotangent: cotangent.as_ptr(),
        gradient: gradient.as_flattened_mut().as_mut_ptr(),
    };
    // SAFETY: the arrays have these lengths.
    unsafe {
        match (OUT == 1, IN * OUT <= INLINE) {
            (true, true) => T::inline(suited::<T>(level, IN), pullback.column()),
            (true, false) => T::row(level, pullback.column()),
            (false, true) => T::inline(suited::<T>(level, OUT), pullback.outer()),
            (false, false) => T::outer(suited::<T>(level, OUT), pullback.outer()),
        }
    }
}

/// Xᵀ·δ.
#[derive(Clone, Copy)]
pub(super) struct PullbackWeight<T> {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) factor: T,
    pub(super) input: *const T,
    pub(super) cotangent: *const T,
    pub(super) gradient: *mut T,
}

impl<T: Real> PullbackWeight<T> {
    /// The gradient of a single column, which is δᵀ·X.
    #[inline(always)]
    fn column(self) -> Row<T> {
        Row {
            depth: self.rows,
            columns: self.inputs,
            left: self.cotangent,
            left_column: 1,
            right: self.input,
            start: None,
            output: self.gradient,
            factor: Some(self.factor),
        }
    }

    /// The first row.
    #[inline(always)]
    fn outer(self) -> Outer<T> {
        Outer {
            rows: self.inputs,
            columns: self.outputs,
            factor: self.factor,
            left: self.input,
            right: self.cotangent,
            matrix: self.gradient,
        }
    }

    /// Apart, so that no more is taken from the stack than is needed.
    #[inline(never)]
    unsafe fn run_with_space<const LENGTH: usize>(self, level: Level) {
        let mut buffer = Buffer::<T, LENGTH>::uninit();
        // SAFETY: as for this function.
        unsafe { self.run(level, Space::of(&mut buffer)) };
    }

    /// Goes by panels of the gradient. If there is space, the panel's cotangents are laid together.
    ///
    /// # Safety
    /// The matrices are there.
    pub(super) unsafe fn run(self, level: Level, space: Space<T>) {
        if self.outputs == 1 {
            // SAFETY: as for this function.
            return unsafe { T::row(suited::<T>(level, self.inputs), self.column()) };
        }
        if self.rows == 1 {
            // SAFETY: as for this function.
            return unsafe { T::outer(suited::<T>(level, self.outputs), self.outer()) };
        }
        let long = suited::<T>(level, self.inputs);
        let (lanes, _) = T::widths(long);
        if self.outputs <= FEW.min(lanes / 2) && self.inputs >= lanes && space.length > 0 {
            // SAFETY: as for this function.
            return unsafe { self.run_transposed(long, space) };
        }
        let level = suited::<T>(level, self.outputs);
        let (lanes, whole) = T::widths(level);
        let mut row = 0;
        while row < self.rows {
            let packs = space.length > 0;
            let depth = if packs {
                DEPTH.min(self.rows - row)
            } else {
                self.rows
            };
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
                    let mut product = Product {
                        rows: self.inputs,
                        depth,
                        left: self.input.add(row * self.inputs),
                        left_row: 1,
                        left_column: self.inputs,
                        right: self.cotangent.add(row * self.outputs + column),
                        right_row: self.outputs,
                        start: T::ZEROS.as_ptr(),
                        start_row: 0,
                        output: self.gradient.add(column),
                        output_row: self.outputs,
                        factor: Some(self.factor),
                    };
                    if packs {
                        let part = Part {
                            rows: depth,
                            columns,
                            from: product.right,
                            from_row: self.outputs,
                            to: space.start,
                            to_row: columns,
                        };
                        T::copied(level, Copied(part));
                        (product.right, product.right_row) = (space.start, columns);
                    }
                    T::panel(level, Panel { product, columns });
                }
                column += columns;
            }
            row += depth;
        }
    }

    /// A few columns, summed as the rows of δᵀ·X in the space, from where they are added to the gradient.
    ///
    /// # Safety
    /// As for [`run`](Self::run); the space holds a panel of so many rows.
    unsafe fn run_transposed(self, level: Level, space: Space<T>) {
        let (lanes, whole) = T::widths(level);
        let mut column = 0;
        while column < self.inputs {
            let left = self.inputs - column;
            let columns = if left >= whole {
                whole
            } else {
                left.min(lanes)
            };
            // SAFETY: as for this function; a panel has at most the columns that are left.
            unsafe {
                let product = Product {
                    rows: self.outputs,
                    depth: self.rows,
                    left: self.cotangent,
                    left_row: 1,
                    left_column: self.outputs,
                    right: self.input.add(column),
                    right_row: self.inputs,
                    start: T::ZEROS.as_ptr(),
                    start_row: 0,
                    output: space.start,
                    output_row: whole,
                    factor: None,
                };
                T::panel(level, Panel { product, columns });
                let gradient = self.gradient.add(column * self.outputs);
                for output in 0..self.outputs {
                    for input in 0..columns {
                        let sum = *space.start.add(output * whole + input);
                        *gradient.add(input * self.outputs + output) += self.factor * sum;
                    }
                }
            }
            column += columns;
        }
    }
}
