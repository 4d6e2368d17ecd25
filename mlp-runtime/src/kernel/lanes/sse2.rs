//! SSE2, which every x86-64 processor has: four `f32` or two `f64`.

use core::arch::x86_64::{
    __m128, __m128d, _MM_HINT_T0, _mm_add_pd, _mm_add_ps, _mm_loadu_pd, _mm_loadu_ps,
    _mm_movehl_ps, _mm_movelh_ps, _mm_mul_pd, _mm_mul_ps, _mm_prefetch, _mm_set1_pd, _mm_set1_ps,
    _mm_storeu_pd, _mm_storeu_ps, _mm_unpackhi_pd, _mm_unpackhi_ps, _mm_unpacklo_pd,
    _mm_unpacklo_ps,
};
use core::mem::transmute;

use super::Lanes;

/// Every x86-64 processor has it.
#[derive(Clone, Copy)]
pub(in crate::kernel) struct Sse2;

macro_rules! sse2 {
    ($float:ident, $vector:ident, $set1:ident, $loadu:ident, $storeu:ident, $add:ident, $mul:ident, $sums:ident, $transpose:ident) => {
        impl Lanes<$float> for Sse2 {
            type Vector = $vector;
            type First = usize;
            type Half = Self;

            const LANES: usize = 16 / size_of::<$float>();
            const ROWS: usize = 2;
            const VECTORS: usize = 4;
            const BLOCK: usize = 16 / size_of::<$float>();

            #[inline(always)]
            fn half(self) -> Self {
                self
            }

            #[inline(always)]
            fn prefetch(self, from: *const $float) {
                // SAFETY: every x86-64 processor has it, and it reads nothing.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) };
            }

            #[inline(always)]
            fn splat(self, x: $float) -> $vector {
                // SAFETY: every x86-64 processor has SSE2.
                unsafe { $set1(x) }
            }

            #[inline(always)]
            fn first(self, count: usize) -> usize {
                count
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $float) -> $vector {
                // SAFETY: every x86-64 processor has SSE2; the caller sees to the memory.
                unsafe { $loadu(from) }
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
                unsafe { $storeu(to, vector) }
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
                // SAFETY: every x86-64 processor has SSE2.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: $vector, b: $vector, c: $vector) -> $vector {
                // SAFETY: every x86-64 processor has SSE2.
                unsafe { $add($mul(a, b), c) }
            }

            #[inline(always)]
            fn sums(self, vectors: [$vector; 4]) -> [$float; 4] {
                // SAFETY: every x86-64 processor has SSE2.
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
                // SAFETY: the caller sees to the memory.
                unsafe { $transpose(from, stride, to, to_stride) }
            }
        }
    };
}

sse2!(
    f32,
    __m128,
    _mm_set1_ps,
    _mm_loadu_ps,
    _mm_storeu_ps,
    _mm_add_ps,
    _mm_mul_ps,
    sums_ps,
    transpose_ps
);
sse2!(
    f64,
    __m128d,
    _mm_set1_pd,
    _mm_loadu_pd,
    _mm_storeu_pd,
    _mm_add_pd,
    _mm_mul_pd,
    sums_pd,
    transpose_pd
);

/// The four sums, by adding the columns of the vectors as rows of a matrix.
#[target_feature(enable = "sse2")]
#[inline]
fn sums_ps([a, b, c, d]: [__m128; 4]) -> [f32; 4] {
    let ab = _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
    let cd = _mm_add_ps(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
    let sums = _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab));
    // SAFETY: both are four floats.
    unsafe { transmute(sums) }
}

/// As [`sums_ps`].
#[target_feature(enable = "sse2")]
#[inline]
fn sums_pd([a, b, c, d]: [__m128d; 4]) -> [f64; 4] {
    let ab = _mm_add_pd(_mm_unpacklo_pd(a, b), _mm_unpackhi_pd(a, b));
    let cd = _mm_add_pd(_mm_unpacklo_pd(c, d), _mm_unpackhi_pd(c, d));
    // SAFETY: both are four floats.
    unsafe { transmute([ab, cd]) }
}

/// Four columns of four rows.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "sse2")]
#[inline]
unsafe fn transpose_ps(from: *const f32, stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| _mm_loadu_ps(from.add(i * stride));
        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
        let (ab_low, ab_high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
        _mm_storeu_ps(to, _mm_movelh_ps(ab_low, cd_low));
        _mm_storeu_ps(to.add(to_stride), _mm_movehl_ps(cd_low, ab_low));
        _mm_storeu_ps(to.add(2 * to_stride), _mm_movelh_ps(ab_high, cd_high));
        _mm_storeu_ps(to.add(3 * to_stride), _mm_movehl_ps(cd_high, ab_high));
    }
}

/// Two columns of two rows.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "sse2")]
#[inline]
unsafe fn transpose_pd(from: *const f64, stride: usize, to: *mut f64, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let (a, b) = (_mm_loadu_pd(from), _mm_loadu_pd(from.add(stride)));
        _mm_storeu_pd(to, _mm_unpacklo_pd(a, b));
        _mm_storeu_pd(to.add(to_stride), _mm_unpackhi_pd(a, b));
    }
}
