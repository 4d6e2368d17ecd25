//! AVX-512: sixteen `f32` or eight `f64`.

use core::arch::x86_64::{
    __m512, __m512d, __mmask8, __mmask16, _MM_HINT_T0, _mm_loadu_pd, _mm_loadu_ps, _mm_prefetch,
    _mm512_add_pd, _mm512_add_ps, _mm512_castpd128_pd512, _mm512_castpd512_pd256,
    _mm512_castps128_ps512, _mm512_castps512_ps128, _mm512_castps512_ps256, _mm512_extractf32x8_ps,
    _mm512_extractf64x4_pd, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_insertf32x4,
    _mm512_insertf64x2, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_maskz_loadu_pd,
    _mm512_maskz_loadu_ps, _mm512_permute_pd, _mm512_permute_ps, _mm512_permutexvar_pd,
    _mm512_permutexvar_ps, _mm512_set1_pd, _mm512_set1_ps, _mm512_setr_epi32, _mm512_setr_epi64,
    _mm512_shuffle_f32x4, _mm512_shuffle_f64x2, _mm512_shuffle_ps, _mm512_storeu_pd,
    _mm512_storeu_ps, _mm512_unpackhi_pd, _mm512_unpackhi_ps, _mm512_unpacklo_pd,
    _mm512_unpacklo_ps,
};
use core::mem::transmute;

use super::{Avx2, Lanes};

/// Proof that the processor has AVX2, FMA and AVX-512 F, BW, DQ and VL.
#[derive(Clone, Copy)]
pub(in crate::kernel) struct Avx512(Avx2);

impl Avx512 {
    /// # Safety
    /// The processor has the instructions.
    #[inline(always)]
    pub(in crate::kernel) const unsafe fn new() -> Self {
        // SAFETY: AVX2 and FMA are among them.
        Self(unsafe { Avx2::new() })
    }
}

macro_rules! avx512 {
    (
        $float:ident, $vector:ident, $mask:ident, $set1:ident, $loadu:ident, $maskz_loadu:ident, $storeu:ident,
        $low:ident, $high:ident, $add:ident, $fmadd:ident, $sums:ident, $transpose:ident
    ) => {
        impl Lanes<$float> for Avx512 {
            type Vector = $vector;
            type First = $mask;
            type Half = Avx2;

            const LANES: usize = size_of::<$vector>() / size_of::<$float>();
            const ROWS: usize = 8;
            const VECTORS: usize = 2;
            const BLOCK: usize = 16 / size_of::<$float>();

            #[inline(always)]
            fn half(self) -> Avx2 {
                self.0
            }

            #[inline(always)]
            fn prefetch(self, from: *const $float) {
                // SAFETY: every x86-64 processor has it, and it reads nothing.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) };
            }

            #[inline(always)]
            fn splat(self, x: $float) -> $vector {
                // SAFETY: `self` is proof of AVX-512.
                unsafe { $set1(x) }
            }

            #[inline(always)]
            fn first(self, count: usize) -> $mask {
                !<$mask>::MAX.checked_shl(count as u32).unwrap_or_default()
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $float) -> $vector {
                // SAFETY: `self` is proof of AVX-512; the caller sees to the memory.
                unsafe { $loadu(from) }
            }

            #[inline(always)]
            unsafe fn load_first(self, from: *const $float, first: $mask) -> $vector {
                // SAFETY: as for `load`; what is masked is not read.
                unsafe { $maskz_loadu(first, from) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $float, vector: $vector) {
                // SAFETY: as for `load`.
                unsafe { $storeu(to, vector) }
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $float, count: usize, vector: $vector) {
                let half: <Self as Lanes<$float>>::Half = Lanes::<$float>::half(self);
                let length = <Self as Lanes<$float>>::LANES / 2;
                // SAFETY: `self` is proof of AVX-512; the caller sees to the first lanes.
                unsafe {
                    let (low, high) = ($low(vector), $high::<1>(vector));
                    if count == 2 * length {
                        self.store(to, vector);
                    } else if count > length {
                        half.store(to, low);
                        half.store_first(to.add(length), count - length, high);
                    } else {
                        half.store_first(to, count, low);
                    }
                }
            }

            #[inline(always)]
            fn add(self, a: $vector, b: $vector) -> $vector {
                // SAFETY: `self` is proof of AVX-512.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: $vector, b: $vector, c: $vector) -> $vector {
                // SAFETY: `self` is proof of AVX-512.
                unsafe { $fmadd(a, b, c) }
            }

            #[inline(always)]
            fn sums(self, vectors: [$vector; 4]) -> [$float; 4] {
                // SAFETY: `self` is proof of AVX-512.
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
                // SAFETY: `self` is proof of AVX-512; the caller sees to the memory.
                unsafe { $transpose(from, stride, to, to_stride) }
            }
        }
    };
}

avx512!(
    f32,
    __m512,
    __mmask16,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_maskz_loadu_ps,
    _mm512_storeu_ps,
    _mm512_castps512_ps256,
    _mm512_extractf32x8_ps,
    _mm512_add_ps,
    _mm512_fmadd_ps,
    sums_ps,
    transpose_ps
);
avx512!(
    f64,
    __m512d,
    __mmask8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_maskz_loadu_pd,
    _mm512_storeu_pd,
    _mm512_castpd512_pd256,
    _mm512_extractf64x4_pd,
    _mm512_add_pd,
    _mm512_fmadd_pd,
    sums_pd,
    transpose_pd
);

/// The four sums: first the quarters of each vector are added, so that one vector holds what is left of all four, a
/// quarter each; then the lanes of each quarter.
#[target_feature(enable = "avx512f")]
#[inline]
fn sums_ps([a, b, c, d]: [__m512; 4]) -> [f32; 4] {
    let ab = _mm512_add_ps(
        _mm512_shuffle_f32x4::<0x44>(a, b),
        _mm512_shuffle_f32x4::<0xee>(a, b),
    );
    let cd = _mm512_add_ps(
        _mm512_shuffle_f32x4::<0x44>(c, d),
        _mm512_shuffle_f32x4::<0xee>(c, d),
    );
    let quarters = _mm512_add_ps(
        _mm512_shuffle_f32x4::<0x88>(ab, cd),
        _mm512_shuffle_f32x4::<0xdd>(ab, cd),
    );
    let pairs = _mm512_add_ps(quarters, _mm512_permute_ps::<0b01_00_11_10>(quarters));
    let sums = _mm512_add_ps(pairs, _mm512_permute_ps::<0b10_11_00_01>(pairs));
    let order = _mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    let first = _mm512_castps512_ps128(_mm512_permutexvar_ps(order, sums));
    // SAFETY: both are four floats.
    unsafe { transmute(first) }
}

/// As [`sums_ps`].
#[target_feature(enable = "avx512f")]
#[inline]
fn sums_pd([a, b, c, d]: [__m512d; 4]) -> [f64; 4] {
    let ab = _mm512_add_pd(
        _mm512_shuffle_f64x2::<0x44>(a, b),
        _mm512_shuffle_f64x2::<0xee>(a, b),
    );
    let cd = _mm512_add_pd(
        _mm512_shuffle_f64x2::<0x44>(c, d),
        _mm512_shuffle_f64x2::<0xee>(c, d),
    );
    let quarters = _mm512_add_pd(
        _mm512_shuffle_f64x2::<0x88>(ab, cd),
        _mm512_shuffle_f64x2::<0xdd>(ab, cd),
    );
    let sums = _mm512_add_pd(quarters, _mm512_permute_pd::<0x55>(quarters));
    let order = _mm512_setr_epi64(0, 2, 4, 6, 0, 0, 0, 0);
    let first = _mm512_castpd512_pd256(_mm512_permutexvar_pd(order, sums));
    // SAFETY: both are four floats.
    unsafe { transmute(first) }
}

/// Four columns of sixteen rows. Quarter q of `rows(i)` is row 4q + i, so that transposing within the quarters is all
/// that is left.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "avx512f")]
#[inline]
unsafe fn transpose_ps(from: *const f32, stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| _mm_loadu_ps(from.add(i * stride));
        let rows = |i: usize| {
            let first = _mm512_castps128_ps512(row(i));
            let two = _mm512_insertf32x4::<1>(first, row(i + 4));
            let three = _mm512_insertf32x4::<2>(two, row(i + 8));
            _mm512_insertf32x4::<3>(three, row(i + 12))
        };
        let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3));
        let (ab_low, ab_high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
        _mm512_storeu_ps(to, _mm512_shuffle_ps::<0x44>(ab_low, cd_low));
        _mm512_storeu_ps(to.add(to_stride), _mm512_shuffle_ps::<0xee>(ab_low, cd_low));
        _mm512_storeu_ps(
            to.add(2 * to_stride),
            _mm512_shuffle_ps::<0x44>(ab_high, cd_high),
        );
        _mm512_storeu_ps(
            to.add(3 * to_stride),
            _mm512_shuffle_ps::<0xee>(ab_high, cd_high),
        );
    }
}

/// Two columns of eight rows, as [`transpose_ps`].
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
unsafe fn transpose_pd(from: *const f64, stride: usize, to: *mut f64, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| _mm_loadu_pd(from.add(i * stride));
        let rows = |i: usize| {
            let first = _mm512_castpd128_pd512(row(i));
            let two = _mm512_insertf64x2::<1>(first, row(i + 2));
            let three = _mm512_insertf64x2::<2>(two, row(i + 4));
            _mm512_insertf64x2::<3>(three, row(i + 6))
        };
        let (a, b) = (rows(0), rows(1));
        _mm512_storeu_pd(to, _mm512_unpacklo_pd(a, b));
        _mm512_storeu_pd(to.add(to_stride), _mm512_unpackhi_pd(a, b));
    }
}
