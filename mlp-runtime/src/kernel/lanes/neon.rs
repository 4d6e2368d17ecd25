//! NEON, which every AArch64 processor with floating point has: four `f32` or two `f64`.
//!
//! Arrays become vectors there, too, as far as whole ones go. But `core` has no multiply-add for them, and with the one of
//! `std` the first lanes and the sums over lanes were left to instructions for single numbers.

use core::arch::aarch64::{
    float32x4_t, float64x2_t, vaddq_f32, vaddq_f64, vdupq_n_f32, vdupq_n_f64, vfmaq_f32, vfmaq_f64,
    vld1q_f32, vld1q_f64, vpaddq_f32, vpaddq_f64, vst1q_f32, vst1q_f64, vzip1q_f32, vzip1q_f64,
    vzip2q_f32, vzip2q_f64,
};
use core::mem::transmute;

use super::Lanes;

/// Every AArch64 processor that this file is compiled for has it.
#[derive(Clone, Copy)]
pub(in crate::kernel) struct Neon;

macro_rules! neon {
    ($float:ident, $vector:ident, $dup:ident, $load:ident, $store:ident, $add:ident, $fma:ident, $sums:ident, $transpose:ident) => {
        impl Lanes<$float> for Neon {
            type Vector = $vector;
            type First = usize;
            type Half = Self;

            const LANES: usize = 16 / size_of::<$float>();
            const ROWS: usize = 4;
            const VECTORS: usize = 4;
            const BLOCK: usize = 16 / size_of::<$float>();

            #[inline(always)]
            fn half(self) -> Self {
                self
            }

            #[inline(always)]
            fn prefetch(self, _from: *const $float) {}

            #[inline(always)]
            fn splat(self, x: $float) -> $vector {
                // SAFETY: the program is compiled for NEON.
                unsafe { $dup(x) }
            }

            #[inline(always)]
            fn first(self, count: usize) -> usize {
                count
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $float) -> $vector {
                // SAFETY: the program is compiled for NEON; the caller sees to the memory.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn load_first(self, from: *const $float, first: usize) -> $vector {
                let mut lanes = [0.0; 16 / size_of::<$float>()];
                for (lane, value) in lanes.iter_mut().enumerate() {
                    if lane < first {
                        // SAFETY: the caller sees to the first lanes.
                        *value = unsafe { *from.add(lane) };
                    }
                }
                // SAFETY: both are so many floats.
                unsafe { transmute(lanes) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $float, vector: $vector) {
                // SAFETY: as for `load`.
                unsafe { $store(to, vector) }
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $float, count: usize, vector: $vector) {
                if count == 16 / size_of::<$float>() {
                    // SAFETY: as for `load`.
                    return unsafe { self.store(to, vector) };
                }
                // SAFETY: both are so many floats.
                let lanes: [$float; 16 / size_of::<$float>()] = unsafe { transmute(vector) };
                for (lane, value) in lanes.into_iter().enumerate() {
                    if lane < count {
                        // SAFETY: the caller sees to the first lanes.
                        unsafe { *to.add(lane) = value };
                    }
                }
            }

            #[inline(always)]
            fn add(self, a: $vector, b: $vector) -> $vector {
                // SAFETY: the program is compiled for NEON.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: $vector, b: $vector, c: $vector) -> $vector {
                // SAFETY: the program is compiled for NEON.
                unsafe { $fma(c, a, b) }
            }

            #[inline(always)]
            fn sums(self, vectors: [$vector; 4]) -> [$float; 4] {
                // SAFETY: the program is compiled for NEON.
                unsafe { $sums(vectors) }
            }

            #[inline(always)]
            unsafe fn transpose(
                self,
                from: *const $float,
                stride: usize,
                to: *mut $float,
                to_stride: usize,
            ) {
                // SAFETY: the program is compiled for NEON; the caller sees to the memory.
                unsafe { $transpose(from, stride, to, to_stride) }
            }
        }
    };
}

neon!(
    f32,
    float32x4_t,
    vdupq_n_f32,
    vld1q_f32,
    vst1q_f32,
    vaddq_f32,
    vfmaq_f32,
    sums_single,
    transpose_single
);
neon!(
    f64,
    float64x2_t,
    vdupq_n_f64,
    vld1q_f64,
    vst1q_f64,
    vaddq_f64,
    vfmaq_f64,
    sums_double,
    transpose_double
);

/// The four sums, by adding neighbours twice.
#[target_feature(enable = "neon")]
#[inline]
fn sums_single([a, b, c, d]: [float32x4_t; 4]) -> [f32; 4] {
    let sums = vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d));
    // SAFETY: both are four floats.
    unsafe { transmute(sums) }
}

/// The four sums of neighbours.
#[target_feature(enable = "neon")]
#[inline]
fn sums_double([a, b, c, d]: [float64x2_t; 4]) -> [f64; 4] {
    // SAFETY: both are four floats.
    unsafe { transmute([vpaddq_f64(a, b), vpaddq_f64(c, d)]) }
}

/// Four columns of four rows.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "neon")]
#[inline]
unsafe fn transpose_single(from: *const f32, stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| vld1q_f32(from.add(i * stride));
        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
        let (ac_low, ac_high) = (vzip1q_f32(a, c), vzip2q_f32(a, c));
        let (bd_low, bd_high) = (vzip1q_f32(b, d), vzip2q_f32(b, d));
        vst1q_f32(to, vzip1q_f32(ac_low, bd_low));
        vst1q_f32(to.add(to_stride), vzip2q_f32(ac_low, bd_low));
        vst1q_f32(to.add(2 * to_stride), vzip1q_f32(ac_high, bd_high));
        vst1q_f32(to.add(3 * to_stride), vzip2q_f32(ac_high, bd_high));
    }
}

/// Two columns of two rows.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "neon")]
#[inline]
unsafe fn transpose_double(from: *const f64, stride: usize, to: *mut f64, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let (a, b) = (vld1q_f64(from), vld1q_f64(from.add(stride)));
        vst1q_f64(to, vzip1q_f64(a, b));
        vst1q_f64(to.add(to_stride), vzip2q_f64(a, b));
    }
}
