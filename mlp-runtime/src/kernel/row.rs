//! Products with a single row, which are as fast as their matrix comes from memory: it is read once, in order.

use super::lanes::Lanes;
use super::real::Kernel;
use super::tile::{grid, repeat};
use crate::scalar::Scalar;

/// A row times a matrix: `columns` sums of `depth` terms.
#[derive(Clone, Copy)]
pub struct Row<T> {
    pub(super) depth: usize,
    pub(super) columns: usize,
    /// The row, its numbers so far apart.
    pub(super) left: *const T,
    /// See `left`.
    pub(super) left_column: usize,
    pub(super) right: *const T,
    pub(super) output: *mut T,
    /// What the sums start from.
    pub(super) start: Option<*const T>,
    /// The output becomes the sum, or with a factor has so many times the sum added.
    pub(super) factor: Option<T>,
}

impl<T: Scalar> Kernel<T> for Row<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function; no part goes beyond the last column.
        unsafe {
            let mut column = 0;
            while column + 8 * L::LANES <= self.columns {
                self.part::<L, 8, 1>(lanes, column, None);
                column += 8 * L::LANES;
            }
            if column + 4 * L::LANES <= self.columns {
                self.part::<L, 4, 1>(lanes, column, None);
                column += 4 * L::LANES;
            }
            if column + 2 * L::LANES <= self.columns {
                self.part::<L, 2, 2>(lanes, column, None);
                column += 2 * L::LANES;
            }
            if column + L::LANES <= self.columns {
                self.part::<L, 1, 4>(lanes, column, None);
                column += L::LANES;
            }
            if column < self.columns {
                let first = lanes.first(self.columns - column);
                self.part::<L, 1, 4>(lanes, column, Some((first, self.columns - column)));
            }
        }
    }
}

impl<T: Scalar> Row<T> {
    /// So many vectors of the output, each summed in 1, 2 or 4 chains: a sum waits for the one before it, so that a few
    /// vectors alone would leave the processor idle.
    #[inline(always)]
    unsafe fn part<L: Lanes<T>, const VECTORS: usize, const CHAINS: usize>(
        self,
        lanes: L,
        column: usize,
        columns: Option<(L::First, usize)>,
    ) {
        // SAFETY: the caller sees to the matrices.
        unsafe {
            let load = |from: *const T| match columns {
                Some((first, _)) => lanes.load_first(from, first),
                None => lanes.load(from),
            };
            let output = self.output.add(column);
            let mut sums = [[lanes.splat(T::ZERO); VECTORS]; CHAINS];
            repeat::<VECTORS>(
                #[inline(always)]
                |vector| {
                    if let Some(start) = self.start {
                        sums[0][vector] = load(start.add(column + vector * L::LANES));
                    }
                },
            );
            let right = self.right.add(column);
            let mut depth = 0;
            while depth + CHAINS <= self.depth {
                grid::<CHAINS, VECTORS>(
                    #[inline(always)]
                    |chain, vector| {
                        let x = *self.left.add((depth + chain) * self.left_column);
                        let row = right.add((depth + chain) * self.columns);
                        let weight = load(row.add(vector * L::LANES));
                        let sum = &mut sums[chain][vector];
                        *sum = lanes.mul_add(lanes.splat(x), weight, *sum);
                    },
                );
                depth += CHAINS;
            }
            while depth < self.depth {
                let x = lanes.splat(*self.left.add(depth * self.left_column));
                let row = right.add(depth * self.columns);
                repeat::<VECTORS>(
                    #[inline(always)]
                    |vector| {
                        let weight = load(row.add(vector * L::LANES));
                        sums[0][vector] = lanes.mul_add(x, weight, sums[0][vector]);
                    },
                );
                depth += 1;
            }
            repeat::<VECTORS>(
                #[inline(always)]
                |vector| {
                    let mut sum = sums[0][vector];
                    if CHAINS > 1 {
                        sum = lanes.add(sum, sums[1 % CHAINS][vector]);
                    }
                    if CHAINS > 2 {
                        let other = lanes.add(sums[2 % CHAINS][vector], sums[3 % CHAINS][vector]);
                        sum = lanes.add(sum, other);
                    }
                    let to = output.add(vector * L::LANES);
                    if let Some(factor) = self.factor {
                        sum = lanes.mul_add(lanes.splat(factor), sum, load(to));
                    }
                    match columns {
                        Some((_, count)) => lanes.store_first(to, count, sum),
                        None => lanes.store(to, sum),
                    }
                },
            );
        }
    }
}

/// A matrix times a column: for each of its rows the sum of `depth` products.
#[derive(Clone, Copy)]
pub struct Dots<T> {
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) left: *const T,
    pub(super) right: *const T,
    /// What every sum starts from.
    pub(super) start: Option<T>,
    pub(super) output: *mut T,
}

impl<T: Scalar> Kernel<T> for Dots<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let mut row = 0;
        // SAFETY: as for this function; four rows at a time are there, then one.
        unsafe {
            while row + 4 <= self.rows {
                *self.output.add(row).cast::<[T; 4]>() = self.four(lanes, row, self.depth);
                row += 4;
            }
            while row < self.rows {
                // Four times the same row.
                *self.output.add(row) = self.four(lanes, row, 0)[0];
                row += 1;
            }
        }
    }
}

impl<T: Scalar> Dots<T> {
    /// The sums of four rows, `stride` apart.
    #[inline(always)]
    unsafe fn four<L: Lanes<T>>(self, lanes: L, row: usize, stride: usize) -> [T; 4] {
        // SAFETY: the caller sees to the rows.
        unsafe {
            let left = self.left.add(row * self.depth);
            let mut sums = [lanes.splat(T::ZERO); 4];
            let mut depth = 0;
            while depth + L::LANES <= self.depth {
                let right = lanes.load(self.right.add(depth));
                repeat::<4>(
                    #[inline(always)]
                    |row| {
                        let left = lanes.load(left.add(row * stride + depth));
                        sums[row] = lanes.mul_add(left, right, sums[row]);
                    },
                );
                depth += L::LANES;
            }
            if depth < self.depth {
                let first = lanes.first(self.depth - depth);
                let right = lanes.load_first(self.right.add(depth), first);
                repeat::<4>(
                    #[inline(always)]
                    |row| {
                        let left = lanes.load_first(left.add(row * stride + depth), first);
                        sums[row] = lanes.mul_add(left, right, sums[row]);
                    },
                );
            }
            let mut sums = lanes.sums(sums);
            if let Some(start) = self.start {
                for sum in &mut sums {
                    *sum += start;
                }
            }
            sums
        }
    }
}
