//! Parts of a matrix laid side by side in a buffer, where the next step reads them in order.

use core::mem::MaybeUninit;

use super::lanes::Lanes;
use crate::scalar::Scalar;

/// Numbers in the buffer of a kernel for large matrices: a panel of them stays in the first cache beside what it meets.
pub(super) const LARGE: usize = 4096;

/// Numbers in the buffer of a kernel for small matrices, which have no more themselves.
pub(super) const SMALL: usize = 1024;

/// A buffer on the stack.
pub(super) type Buffer<T, const LENGTH: usize> = MaybeUninit<[T; LENGTH]>;

/// Memory for numbers that a kernel lays together.
#[derive(Clone, Copy)]
pub struct Space<T> {
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

/// Copies `rows` rows of so many columns, `stride` apart, to rows that are `to_stride` apart.
///
/// # Safety
/// The rows can be read and written.
#[inline(always)]
pub(super) unsafe fn copy<T: Scalar, L: Lanes<T>>(
    lanes: L,
    (rows, columns): (usize, usize),
    (from, stride): (*const T, usize),
    (to, to_stride): (*mut T, usize),
) {
    for row in 0..rows {
        let mut column = 0;
        // SAFETY: as for this function.
        unsafe {
            let (from, to) = (from.add(row * stride), to.add(row * to_stride));
            while column + L::LANES <= columns {
                lanes.store(to.add(column), lanes.load(from.add(column)));
                column += L::LANES;
            }
            if column < columns {
                let first = lanes.first(columns - column);
                lanes.store_first(
                    to.add(column),
                    columns - column,
                    lanes.load_first(from.add(column), first),
                );
            }
        }
    }
}

/// Copies `rows` rows of so many columns, `stride` apart, so that each column is a row, `to_stride` after the one before.
///
/// # Safety
/// The rows can be read and the columns written.
#[inline(always)]
pub(super) unsafe fn transpose<T: Scalar, L: Lanes<T>>(
    lanes: L,
    (rows, columns): (usize, usize),
    (from, stride): (*const T, usize),
    (to, to_stride): (*mut T, usize),
) {
    let (whole_rows, whole_columns) = (rows - rows % L::LANES, columns - columns % L::BLOCK);
    // SAFETY: as for this function.
    unsafe {
        for row in (0..whole_rows).step_by(L::LANES) {
            for column in (0..whole_columns).step_by(L::BLOCK) {
                let (from, to) = (
                    from.add(row * stride + column),
                    to.add(column * to_stride + row),
                );
                lanes.transpose(from, stride, to, to_stride);
            }
        }
        for row in 0..rows {
            let from_column = if row < whole_rows { whole_columns } else { 0 };
            for column in from_column..columns {
                *to.add(column * to_stride + row) = *from.add(row * stride + column);
            }
        }
    }
}

/// Copies up to eight columns of so many rows, `stride` apart, to rows of eight.
///
/// # Safety
/// The columns can be read, the rows of eight written, and eight can be read if `whole`.
#[inline(always)]
pub(super) unsafe fn copy_eight<T: Scalar>(
    (rows, columns, whole): (usize, usize, bool),
    (from, stride): (*const T, usize),
    to: *mut T,
) {
    for row in 0..rows {
        // SAFETY: as for this function.
        unsafe {
            let (from, to) = (from.add(row * stride), to.add(row * 8));
            if whole {
                *to.cast::<[T; 8]>() = *from.cast::<[T; 8]>();
            } else {
                for column in 0..columns {
                    *to.add(column) = *from.add(column);
                }
            }
        }
    }
}
