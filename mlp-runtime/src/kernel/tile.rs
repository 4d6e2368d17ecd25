//! The register tile that every product of matrices is made of: a few rows by a few vectors, summed over the depth.

use core::hint::black_box;

use super::lanes::Lanes;
use super::real::Kernel;
use crate::scalar::Scalar;

/// A product of two matrices, left · right: `rows` × `depth` by `depth` × some columns.
#[derive(Clone, Copy)]
pub(super) struct Product<T> {
    /// The number of rows of the output.
    pub(super) rows: usize,
    /// The number of terms of each sum.
    pub(super) depth: usize,
    /// The left matrix.
    pub(super) left: *const T,
    /// How far apart its rows are …
    pub(super) left_row: usize,
    /// … and its columns.
    pub(super) left_column: usize,
    /// The right matrix, whose columns lie side by side.
    pub(super) right: *const T,
    /// How far apart its rows are.
    pub(super) right_row: usize,
    /// What the sums start from, laid out like the output.
    pub(super) start: *const T,
    /// How far apart its rows are; 0 where all start from the same.
    pub(super) start_row: usize,
    /// The output, whose columns lie side by side.
    pub(super) output: *mut T,
    /// How far apart its rows are.
    pub(super) output_row: usize,
    /// The output becomes the sum, or with a factor has so many times the sum added.
    pub(super) factor: Option<T>,
}

/// A product as wide as the tile, or at most as wide as one vector.
#[derive(Clone, Copy)]
pub struct Panel<T> {
    pub(super) product: Product<T>,
    pub(super) columns: usize,
}

impl<T: Scalar> Kernel<T> for Panel<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function.
        unsafe {
            if self.columns <= L::LANES {
                let columns = Some((lanes.first(self.columns), self.columns));
                self.product.all_rows::<L, 1>(lanes, columns);
            } else {
                match L::VECTORS {
                    4 => self.product.all_rows::<L, 4>(lanes, None),
                    _ => self.product.all_rows::<L, 2>(lanes, None),
                }
            }
        }
    }
}

impl<T: Scalar> Product<T> {
    #[inline(always)]
    unsafe fn all_rows<L: Lanes<T>, const VECTORS: usize>(
        self,
        lanes: L,
        columns: Option<(L::First, usize)>,
    ) {
        // SAFETY: the caller sees to the matrices; no tile goes beyond the last row.
        unsafe {
            // A single vector leaves room for more rows, and needs them.
            let row = match (VECTORS, L::ROWS) {
                (1, _) | (_, 8) => {
                    let row = self.tiles::<L, 8, VECTORS>(lanes, columns, 0);
                    self.tiles::<L, 4, VECTORS>(lanes, columns, row)
                }
                (_, 6) => {
                    // Batches are powers of two, which leave 2 or 4.
                    let row = self.tiles::<L, 6, VECTORS>(lanes, columns, 0);
                    let row = self.tiles::<L, 4, VECTORS>(lanes, columns, row);
                    self.tiles::<L, 2, VECTORS>(lanes, columns, row)
                }
                (_, 4) => {
                    let row = self.tiles::<L, 4, VECTORS>(lanes, columns, 0);
                    self.tiles::<L, 2, VECTORS>(lanes, columns, row)
                }
                _ => self.tiles::<L, 2, VECTORS>(lanes, columns, 0),
            };
            self.tiles::<L, 1, VECTORS>(lanes, columns, row);
        }
    }

    /// As many tiles from `row` on as there are; the row after them.
    #[inline(always)]
    unsafe fn tiles<L: Lanes<T>, const ROWS: usize, const VECTORS: usize>(
        self,
        lanes: L,
        columns: Option<(L::First, usize)>,
        mut row: usize,
    ) -> usize {
        while row + ROWS <= self.rows {
            // SAFETY: the rows are there.
            unsafe { self.tile::<L, ROWS, VECTORS>(lanes, columns, row) };
            row += ROWS;
        }
        row
    }

    /// The tile from `row` on.
    #[inline(always)]
    unsafe fn tile<L: Lanes<T>, const ROWS: usize, const VECTORS: usize>(
        self,
        lanes: L,
        columns: Option<(L::First, usize)>,
        row: usize,
    ) {
        // SAFETY: the caller sees to the matrices.
        unsafe {
            let load = |from: *const T| match columns {
                Some((first, _)) => lanes.load_first(from, first),
                None => lanes.load(from),
            };
            let start = self.start.add(row * self.start_row);
            let output = self.output.add(row * self.output_row);
            let mut sums = [[lanes.splat(T::ZERO); VECTORS]; ROWS];
            grid::<ROWS, VECTORS>(
                #[inline(always)]
                |row, vector| {
                    sums[row][vector] = load(start.add(row * self.start_row + vector * L::LANES));
                },
            );
            if self.factor.is_some() {
                for row in 0..ROWS {
                    for vector in 0..VECTORS {
                        lanes.prefetch(output.add(row * self.output_row + vector * L::LANES));
                    }
                }
            }
            // Two pointers, whose distance the compiler does not see: else it goes from row to row by adding, and the sum
            // that each address waits for takes longer than the products.
            let near = self.left.add(row * self.left_row);
            let mut left = [near, black_box(near.wrapping_add(4 * self.left_row))];
            let mut right = self.right;
            for _ in 0..self.depth {
                let mut weights = [lanes.splat(T::ZERO); VECTORS];
                repeat::<VECTORS>(
                    #[inline(always)]
                    |vector| weights[vector] = load(right.add(vector * L::LANES)),
                );
                grid::<ROWS, VECTORS>(
                    #[inline(always)]
                    |row, vector| {
                        let x = lanes.splat(*left[row / 4].add(row % 4 * self.left_row));
                        sums[row][vector] = lanes.mul_add(x, weights[vector], sums[row][vector]);
                    },
                );
                left[0] = left[0].wrapping_add(self.left_column);
                left[1] = left[1].wrapping_add(self.left_column);
                right = right.wrapping_add(self.right_row);
            }
            let is_whole = columns.is_none_or(|(_, count)| count == L::LANES);
            if is_whole && self.factor.is_none() {
                grid::<ROWS, VECTORS>(
                    #[inline(always)]
                    |row, vector| {
                        let to = output.add(row * self.output_row + vector * L::LANES);
                        lanes.store(to, sums[row][vector]);
                    },
                );
                return;
            }
            // Through memory, so that what follows is compiled once and not for each row.
            let mut finished = [[lanes.splat(T::ZERO); VECTORS]; ROWS];
            grid::<ROWS, VECTORS>(
                #[inline(always)]
                |row, vector| finished[row][vector] = sums[row][vector],
            );
            for (row, finished) in finished.iter().enumerate() {
                for (vector, sum) in finished.iter().enumerate() {
                    let to = output.add(row * self.output_row + vector * L::LANES);
                    let sum = match self.factor {
                        Some(factor) => lanes.mul_add(lanes.splat(factor), *sum, load(to)),
                        None => *sum,
                    };
                    match columns {
                        Some((_, count)) => lanes.store_first(to, count, sum),
                        None => lanes.store(to, sum),
                    }
                }
            }
        }
    }
}

/// Runs `body` for 0, 1, … up to eight times. Written out, not a loop: sums in an array stay in registers only where
/// every index is a constant from the start.
#[inline(always)]
pub(super) fn repeat<const TIMES: usize>(mut body: impl FnMut(usize)) {
    const { assert!(TIMES <= 8) };
    if TIMES > 0 {
        body(0);
    }
    if TIMES > 1 {
        body(1);
    }
    if TIMES > 2 {
        body(2);
    }
    if TIMES > 3 {
        body(3);
    }
    if TIMES > 4 {
        body(4);
    }
    if TIMES > 5 {
        body(5);
    }
    if TIMES > 6 {
        body(6);
    }
    if TIMES > 7 {
        body(7);
    }
}

/// Runs `body` for every row and column, row by row, written out as [`repeat`].
#[inline(always)]
pub(super) fn grid<const ROWS: usize, const COLUMNS: usize>(mut body: impl FnMut(usize, usize)) {
    repeat::<ROWS>(
        #[inline(always)]
        |row| {
            repeat::<COLUMNS>(
                #[inline(always)]
                |column| body(row, column),
            );
        },
    );
}
