//! The two precisions, and the kernels compiled for each of them and each level.

#[cfg(test)]
use super::lanes::Array;
#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, Avx512};
use super::lanes::{Baseline, Lanes};
use super::level::{Level, Set};
use super::outer::Outer;
use super::pack::{Copied, Transposed};
use super::row::{Dots, Row};
use super::tile::Panel;
use crate::scalar::Scalar;

/// `f32` or `f64`: what the kernels are compiled for.
pub trait Real: Scalar + Kernels {}

impl Real for f32 {}
impl Real for f64 {}

/// A kernel over the vectors of any level.
pub trait Kernel<T>: Copy {
    /// Runs it.
    ///
    /// # Safety
    /// The memory that the kernel names is there.
    unsafe fn run<L: Lanes<T>>(self, lanes: L);
}

/// The kernels of one precision. Those named are compiled in this crate, once for each level, so that a program has
/// nothing to compile but the calls.
pub trait Kernels: Sized + 'static {
    /// What sums start from: as many zeros as the widest panel has columns.
    const ZEROS: &'static [Self; 64];

    /// The numbers in a vector, and in a row of the tile.
    fn widths(level: Level) -> (usize, usize);

    /// Runs a kernel in the caller's own code.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn inline<K: Kernel<Self>>(level: Level, kernel: K);

    /// Runs this kernel apart.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn panel(level: Level, kernel: Panel<Self>);

    /// See `panel`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn copied(level: Level, kernel: Copied<Self>);

    /// See `panel`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn transposed(level: Level, kernel: Transposed<Self>);

    /// See `panel`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn row(level: Level, kernel: Row<Self>);

    /// See `panel`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn dots(level: Level, kernel: Dots<Self>);

    /// See `panel`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn outer(level: Level, kernel: Outer<Self>);
}

/// The level for rows of so many numbers: longer vectors would stay half empty.
#[inline(always)]
pub(super) fn suited<T: Real>(level: Level, width: usize) -> Level {
    level.suited_to(width * size_of::<T>())
}

/// The level for sums of products of so many terms: the lanes of longer vectors take longer to add up at the end.
#[inline(always)]
pub(super) fn suited_to_dots<T: Real>(level: Level, terms: usize) -> Level {
    suited::<T>(level, terms / 4)
}

macro_rules! kernels {
    ($float:ident) => {
        impl Kernels for $float {
            const ZEROS: &'static [Self; 64] = &[0.0; 64];

            #[inline(always)]
            fn widths(level: Level) -> (usize, usize) {
                const fn of<L: Lanes<$float>>() -> (usize, usize) {
                    (L::LANES, L::VECTORS * L::LANES)
                }
                match level.set() {
                    #[cfg(test)]
                    Set::Arrays => of::<Array>(),
                    Set::Baseline => of::<Baseline>(),
                    #[cfg(target_arch = "x86_64")]
                    Set::Avx2 => of::<Avx2>(),
                    #[cfg(target_arch = "x86_64")]
                    Set::Avx512 => of::<Avx512>(),
                }
            }

            #[inline(always)]
            unsafe fn inline<K: Kernel<Self>>(level: Level, kernel: K) {
                // SAFETY: the level is proof of the instructions; the caller sees to the memory.
                unsafe {
                    match level.set() {
                        #[cfg(test)]
                        Set::Arrays => kernel.run(Array),
                        Set::Baseline => kernel.run(Baseline),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx2 => kernel.run(Avx2::new()),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx512 => kernel.run(Avx512::new()),
                    }
                }
            }

            unsafe fn panel(level: Level, kernel: Panel<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn copied(level: Level, kernel: Copied<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn transposed(level: Level, kernel: Transposed<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn row(level: Level, kernel: Row<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn dots(level: Level, kernel: Dots<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn outer(level: Level, kernel: Outer<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }
        }
    };
}

kernels!(f32);
kernels!(f64);
