//! Parts of a matrix laid side by side in a buffer, where the next step reads them in order.

use core::mem::MaybeUninit;

use super::lanes::Lanes;
use super::real::Kernel;
use crate::scalar::Scalar;

/// Numbers in the buffer of a kernel for large matrices: a panel of them stays in the first cache beside what it meets.
pub(super) const LARGE: usize = 4096;

/// Numbers in the buffer of a kernel for small matrices.
pub(super) const SMALL: usize = 1024;

/// Products of so many numbers at most are compiled into the code around them, where all lengths are constants.
#[cfg(not(feature = "apart"))]
pub(super) const INLINE: usize = 1024;
/// None are.
#[cfg(feature = "apart")]
pub(super) const INLINE: usize = 0;

/// A buffer on the stack.
pub(super) type Buffer<T, const LENGTH: usize> = MaybeUninit<[T; LENGTH]>;

/// Memory for numbers that a kernel lays together.
#[derive(Clone, Copy)]
pub(super) struct Space<T> {
    pub(super) start: *mut T,
    pub(super) length: usize,
}

impl<T> Space<T> {
    /// None.
    pub(super) const NONE: Self = Self {
        start: core::ptr::null_mut(),
        length: 0,
    };

    /// A buffer, which has to stay for as long as the space is used.
    pub(super) const fn of<const LENGTH: usize>(buffer: &mut Buffer<T, LENGTH>) -> Self {
        Self {
            start: buffer.as_mut_ptr().cast(),
            length: LENGTH,
        }
    }
}

/// A part of a matrix and where it is to be: `rows` × `columns` numbers.
#[derive(Clone, Copy)]
pub(super) struct Part<T> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) from: *const T,
    /// How far apart the rows of the matrix are.
    pub(super) from_row: usize,
    pub(super) to: *mut T,
    /// How far apart the rows are to be.
    pub(super) to_row: usize,
}

/// A part as it is.
#[derive(Clone, Copy)]
pub struct Copied<T>(pub(super) Part<T>);

/// A part transposed: each column becomes a row.
#[derive(Clone, Copy)]
pub struct Transposed<T>(pub(super) Part<T>);

/// How many rows before it is copied a row is asked for.
const AHEAD: usize = 16;

impl<T: Scalar> Kernel<T> for Copied<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let part = self.0;
        for row in 0..part.rows {
            // SAFETY: as for this function.
            unsafe {
                let (from, to) = (
                    part.from.add(row * part.from_row),
                    part.to.add(row * part.to_row),
                );
                // Rows far apart come from a slower cache, and the processor does not see which is next.
                let ahead = from.wrapping_add(AHEAD * part.from_row);
                let mut column = 0;
                while column + L::LANES <= part.columns {
                    lanes.prefetch(ahead.wrapping_add(column));
                    lanes.store(to.add(column), lanes.load(from.add(column)));
                    column += L::LANES;
                }
                for column in column..part.columns {
                    *to.add(column) = *from.add(column);
                }
            }
        }
    }
}

impl<T: Scalar> Kernel<T> for Transposed<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let part = self.0;
        let rows = part.rows - part.rows % L::LANES;
        let columns = part.columns - part.columns % L::BLOCK;
        // SAFETY: as for this function.
        unsafe {
            for row in (0..rows).step_by(L::LANES) {
                for column in (0..columns).step_by(L::BLOCK) {
                    let from = part.from.add(row * part.from_row + column);
                    let to = part.to.add(column * part.to_row + row);
                    lanes.transpose(from, part.from_row, to, part.to_row);
                }
            }
            for row in 0..part.rows {
                for column in if row < rows { columns } else { 0 }..part.columns {
                    *part.to.add(column * part.to_row + row) =
                        *part.from.add(row * part.from_row + column);
                }
            }
        }
    }
}
