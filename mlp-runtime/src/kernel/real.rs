//! The two precisions, and the kernels compiled for each of them and each level.

use super::affine::Affine;
#[cfg(not(target_arch = "x86_64"))]
use super::lanes::Array;
use super::lanes::Lanes;
#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, Avx512, Sse2};
use super::level::{Level, Set};
use super::pullback_bias::PullbackBias;
use super::pullback_input::PullbackInput;
use super::pullback_weight::PullbackWeight;
use crate::scalar::Scalar;

/// `f32` or `f64`: what the kernels are compiled for.
pub trait Real: Scalar + Kernels {}

impl Real for f32 {}
impl Real for f64 {}

/// A kernel over the vectors of any level.
pub trait Kernel<T>: Copy {
    /// How many numbers lie side by side: a few do not need the longest vectors.
    fn width(self) -> usize;

    /// The level for vectors of that length.
    #[inline(always)]
    fn suited(self, level: Level) -> Level {
        level.suited_to(self.width() * size_of::<T>())
    }

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
    unsafe fn pullback_bias(level: Level, kernel: PullbackBias<Self>);
}

macro_rules! kernels {
    ($float:ident) => {
        impl Kernels for $float {
            #[inline(always)]
            unsafe fn inline<K: Kernel<Self>>(level: Level, kernel: K) {
                // SAFETY: the level is proof of the instructions; the caller sees to the memory.
                unsafe {
                    match kernel.suited(level).set() {
                        #[cfg(not(target_arch = "x86_64"))]
                        Set::Baseline => kernel.run(Array),
                        #[cfg(target_arch = "x86_64")]
                        Set::Baseline => kernel.run(Sse2),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx2 => kernel.run(Avx2::new()),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx512 => kernel.run(Avx512::new()),
                    }
                }
            }

            unsafe fn affine(level: Level, kernel: Affine<Self>) {
                kernel.suited(level).run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_input(level: Level, kernel: PullbackInput<Self>) {
                kernel.suited(level).run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_weight(level: Level, kernel: PullbackWeight<Self>) {
                kernel.suited(level).run(
                    #[inline(always)]
                    // SAFETY: as for this function.
                    |level| unsafe { Self::inline(level, kernel) },
                );
            }

            unsafe fn pullback_bias(level: Level, kernel: PullbackBias<Self>) {
                kernel.suited(level).run(
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
