//! The product of a column and a row, added to a matrix.

use super::lanes::Lanes;
use super::real::Kernel;
use super::tile::repeat;
use crate::scalar::Scalar;

/// matrix += factor · left · right for a column of `rows` and a row of `columns` numbers.
#[derive(Clone, Copy)]
pub struct Outer<T> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) factor: T,
    pub(super) left: *const T,
    pub(super) right: *const T,
    pub(super) matrix: *mut T,
}

impl<T: Scalar> Kernel<T> for Outer<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        // SAFETY: as for this function; no part goes beyond the last column.
        unsafe {
            let mut column = 0;
            while column + 4 * L::LANES <= self.columns {
                column = self.part::<L, 4>(lanes, column);
            }
            if column + 2 * L::LANES <= self.columns {
                column = self.part::<L, 2>(lanes, column);
            }
            if column + L::LANES <= self.columns {
                column = self.part::<L, 1>(lanes, column);
            }
            // By halves, not by masked stores: the next row is read before they would be done.
            let half = lanes.half();
            if column + L::Half::LANES <= self.columns {
                column = self.part::<L::Half, 1>(half, column);
            }
            let half = half.half();
            if column + <L::Half as Lanes<T>>::Half::LANES <= self.columns {
                column = self.part::<<L::Half as Lanes<T>>::Half, 1>(half, column);
            }
            if column < self.columns {
                // Vectors, too: as a plain loop it can become a scatter.
                let count = self.columns - column;
                let first = half.first(count);
                let right = half.load_first(self.right.add(column), first);
                for row in 0..self.rows {
                    let scaled = half.splat(self.factor * *self.left.add(row));
                    let to = self.matrix.add(row * self.columns + column);
                    let sum = half.mul_add(scaled, right, half.load_first(to, first));
                    half.store_first(to, count, sum);
                }
            }
        }
    }
}

impl<T: Scalar> Outer<T> {
    /// So many vectors of every row from a column on; the column after them.
    #[inline(always)]
    unsafe fn part<L: Lanes<T>, const VECTORS: usize>(self, lanes: L, column: usize) -> usize {
        // SAFETY: the caller sees to the columns.
        unsafe {
            let mut right = [lanes.splat(T::ZERO); VECTORS];
            repeat::<VECTORS>(
                #[inline(always)]
                |vector| right[vector] = lanes.load(self.right.add(column + vector * L::LANES)),
            );
            for row in 0..self.rows {
                let scaled = lanes.splat(self.factor * *self.left.add(row));
                let to = self.matrix.add(row * self.columns + column);
                repeat::<VECTORS>(
                    #[inline(always)]
                    |vector| {
                        let to = to.add(vector * L::LANES);
                        lanes.store(to, lanes.mul_add(scaled, right[vector], lanes.load(to)));
                    },
                );
            }
        }
        column + VECTORS * L::LANES
    }
}
