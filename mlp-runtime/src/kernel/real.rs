//! The two precisions, and the kernels compiled for each of them and each level.

use super::affine::{Affine, LargeAffine};
#[cfg(not(target_arch = "x86_64"))]
use super::lanes::Array;
use super::lanes::Lanes;
#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, Avx512, Sse2};
use super::level::{Level, Set};
use super::pullback_bias::PullbackBias;
use super::pullback_input::{LargePullbackInput, PullbackInput};
use super::pullback_weight::{LargePullbackWeight, PullbackWeight};
use crate::scalar::Scalar;

/// `f32` or `f64`: what the kernels are compiled for.
pub trait Real: Scalar + Kernels {}

impl Real for f32 {}
impl Real for f64 {}

/// A kernel over the vectors of any level.
pub trait Kernel<T>: Copy {
    /// How many numbers lie side by side: a few do not need the longest vectors.
    fn width(self) -> usize;

    /// Runs it.
    ///
    /// # Safety
    /// The memory that the kernel names is there.
    unsafe fn run<L: Lanes<T>>(self, lanes: L);
}

/// The kernels of one precision. Those named are compiled in this crate, once for each level, so that a program has
/// nothing to compile but the calls.
pub trait Kernels: Sized {
    /// Runs a kernel in the caller's own code.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn inline<K: Kernel<Self>>(level: Level, kernel: K);

    /// Runs a kernel apart.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn affine(level: Level, kernel: Affine<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pullback_input(level: Level, kernel: PullbackInput<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pullback_weight(level: Level, kernel: PullbackWeight<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn large_affine(level: Level, kernel: LargeAffine<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn large_pullback_input(level: Level, kernel: LargePullbackInput<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn large_pullback_weight(level: Level, kernel: LargePullbackWeight<Self>);

    /// See `affine`.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pullback_bias(level: Level, kernel: PullbackBias<Self>);
}

macro_rules! kernels {
    ($float:ident) => {
        impl Kernels for $float {
            #[inline(always)]
            unsafe fn inline<K: Kernel<Self>>(level: Level, kernel: K) {
                // SAFETY: the level is proof of the instructions; the caller sees to the memory.
                unsafe {
                    match level.set() {
                        #[cfg(not(target_arch = "x86_64"))]
                        Set::Baseline => kernel.run(Array),
                        #[cfg(target_arch = "x86_64")]
                        Set::Baseline => kernel.run(Sse2::new()),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx2 => {
                            let lanes = Avx2::new();
                            if 2 * kernel.width() <= <Avx2 as Lanes<$float>>::LANES {
                                kernel.run(Lanes::<$float>::half(lanes));
                            } else {
                                kernel.run(lanes);
                            }
                        }
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx512 => {
                            let lanes = Avx512::new();
                            let half = Lanes::<$float>::half(lanes);
                            if 4 * kernel.width() <= <Avx512 as Lanes<$float>>::LANES {
                                kernel.run(Lanes::<$float>::half(half));
                            } else if 2 * kernel.width() <= <Avx512 as Lanes<$float>>::LANES {
                                kernel.run(half);
                            } else {
                                kernel.run(lanes);
                            }
                        }
                    }
                }
            }

            unsafe fn affine(level: Level, kernel: Affine<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_input(level: Level, kernel: PullbackInput<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_weight(level: Level, kernel: PullbackWeight<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn large_affine(level: Level, kernel: LargeAffine<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn large_pullback_input(level: Level, kernel: LargePullbackInput<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn large_pullback_weight(level: Level, kernel: LargePullbackWeight<Self>) {
                level.run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_bias(level: Level, kernel: PullbackBias<Self>) {
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
