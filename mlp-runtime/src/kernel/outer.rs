//! The product of a column and a row, added to a matrix.

use super::lanes::Lanes;
use super::real::Kernel;
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
        for row in 0..self.rows {
            // SAFETY: as for this function; no part goes beyond the last column.
            unsafe {
                let scaled = self.factor * *self.left.add(row);
                let to = self.matrix.add(row * self.columns);
                // By halves, not by masked stores: the next row is read before they would be done.
                let column = self.add_scaled(lanes, scaled, to, 0);
                let half = lanes.half();
                let column = self.add_scaled(half, scaled, to, column);
                let column = self.add_scaled(half.half(), scaled, to, column);
                for column in column..self.columns {
                    *to.add(column) += scaled * *self.right.add(column);
                }
            }
        }
    }
}

impl<T: Scalar> Outer<T> {
    /// Adds so many times the row to another, as many whole vectors from a column on as there are; the column after them.
    #[inline(always)]
    unsafe fn add_scaled<L: Lanes<T>>(
        self,
        lanes: L,
        factor: T,
        to: *mut T,
        column: usize,
    ) -> usize {
        let mut column = column;
        while column + L::LANES <= self.columns {
            // SAFETY: the caller sees to the rows.
            unsafe {
                let (from, to) = (lanes.load(self.right.add(column)), to.add(column));
                lanes.store(to, lanes.mul_add(lanes.splat(factor), from, lanes.load(to)));
            }
            column += L::LANES;
        }
        column
    }
}
