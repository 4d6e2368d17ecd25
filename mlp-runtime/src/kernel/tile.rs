//! The register tile that every product of matrices is made of: a few rows by a few vectors, summed over the depth.

use super::lanes::Lanes;
use crate::scalar::Scalar;

/// What a sum starts from.
#[derive(Clone, Copy)]
pub(super) enum Start<T> {
    /// Nothing.
    Zero,
    /// A row that all rows of the product start from.
    Row(*const T),
    /// What the output holds.
    Output,
}

/// A product of two matrices, left · right: `rows` × `depth` by `depth` × some columns.
#[derive(Clone, Copy)]
pub(super) struct Product<T> {
    /// The number of rows of the output.
    pub(super) rows: usize,
    /// The number of terms of each sum.
    pub(super) depth: usize,
    /// The left matrix, its rows and its columns so far apart.
    pub(super) left: *const T,
    /// See `left`.
    pub(super) left_row: usize,
    /// See `left`.
    pub(super) left_column: usize,
    /// The right matrix, its rows so far apart.
    pub(super) right: *const T,
    /// See `right`.
    pub(super) right_row: usize,
    /// The output, its rows so far apart.
    pub(super) output: *mut T,
    /// See `output`.
    pub(super) output_row: usize,
    /// What each sum starts from.
    pub(super) start: Start<T>,
    /// The output becomes the sum, or with a factor has so many times the sum added.
    pub(super) factor: Option<T>,
}

impl<T: Scalar> Product<T> {
    /// The product from another row and column of the output on.
    #[inline(always)]
    pub(super) unsafe fn from(self, row: usize, column: usize) -> Self {
        // SAFETY: the caller sees to it that they are there.
        unsafe {
            Self {
                left: self.left.add(row * self.left_row),
                right: self.right.add(column),
                output: self.output.add(row * self.output_row + column),
                start: match self.start {
                    Start::Row(start) => Start::Row(start.add(column)),
                    start => start,
                },
                ..self
            }
        }
    }

    /// How wide a panel is where so many columns are left: as the tile, or a single vector or less.
    #[inline(always)]
    pub(super) fn panel_width<L: Lanes<T>>(left: usize) -> usize {
        let whole = L::VECTORS * L::LANES;
        if left >= whole {
            whole
        } else {
            left.min(L::LANES)
        }
    }

    /// All rows of the first columns, as many as [`panel_width`](Self::panel_width) says.
    ///
    /// # Safety
    /// The matrices are there, with so many columns.
    #[inline(always)]
    pub(super) unsafe fn panel<L: Lanes<T>>(self, lanes: L, width: usize) {
        // SAFETY: as for this function.
        unsafe {
            if width <= L::LANES {
                self.rows::<L, 1>(lanes, Some((lanes.first(width), width)));
            } else {
                match L::VECTORS {
                    4 => self.rows::<L, 4>(lanes, None),
                    _ => self.rows::<L, 2>(lanes, None),
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn rows<L: Lanes<T>, const VECTORS: usize>(
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
                    let row = self.tiles::<L, 6, VECTORS>(lanes, columns, 0);
                    self.tiles::<L, 3, VECTORS>(lanes, columns, row)
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
            unsafe { self.from(row, 0).tile::<L, ROWS, VECTORS>(lanes, columns) };
            row += ROWS;
        }
        row
    }

    /// One tile.
    #[inline(always)]
    unsafe fn tile<L: Lanes<T>, const ROWS: usize, const VECTORS: usize>(
        self,
        lanes: L,
        columns: Option<(L::First, usize)>,
    ) {
        // SAFETY: the caller sees to the matrices.
        unsafe {
            let load = |from: *const T| match columns {
                Some((first, _)) => lanes.load_first(from, first),
                None => lanes.load(from),
            };
            let at = |row: usize, vector: usize| {
                self.output.add(row * self.output_row + vector * L::LANES)
            };
            let mut sums = [[lanes.splat(T::ZERO); VECTORS]; ROWS];
            grid::<ROWS, VECTORS>(
                #[inline(always)]
                |row, vector| match self.start {
                    Start::Zero => {}
                    Start::Row(start) => sums[row][vector] = load(start.add(vector * L::LANES)),
                    Start::Output => sums[row][vector] = load(at(row, vector)),
                },
            );
            if self.factor.is_some() {
                grid::<ROWS, VECTORS>(
                    #[inline(always)]
                    |row, vector| lanes.prefetch(at(row, vector)),
                );
            }
            let mut left = self.left;
            let mut right = self.right;
            for _ in 0..self.depth {
                let mut columns = [lanes.splat(T::ZERO); VECTORS];
                repeat::<VECTORS>(
                    #[inline(always)]
                    |vector| columns[vector] = load(right.add(vector * L::LANES)),
                );
                grid::<ROWS, VECTORS>(
                    #[inline(always)]
                    |row, vector| {
                        let x = lanes.splat(*left.add(row * self.left_row));
                        sums[row][vector] = lanes.mul_add(x, columns[vector], sums[row][vector]);
                    },
                );
                left = left.wrapping_add(self.left_column);
                right = right.wrapping_add(self.right_row);
            }
            grid::<ROWS, VECTORS>(
                #[inline(always)]
                |row, vector| {
                    let sum = match self.factor {
                        Some(factor) => {
                            let output = load(at(row, vector));
                            lanes.mul_add(lanes.splat(factor), sums[row][vector], output)
                        }
                        None => sums[row][vector],
                    };
                    match columns {
                        Some((_, count)) => lanes.store_first(at(row, vector), count, sum),
                        None => lanes.store(at(row, vector), sum),
                    }
                },
            );
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
