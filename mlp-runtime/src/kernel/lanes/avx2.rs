//! AVX2 and FMA: eight `f32` or four `f64`.

use core::arch::x86_64::{
    __m256, __m256d, __m256i, _MM_HINT_T0, _mm_loadu_pd, _mm_loadu_ps, _mm_prefetch,
    _mm_unpacklo_ps, _mm256_add_pd, _mm256_add_ps, _mm256_castpd128_pd256, _mm256_castpd256_pd128,
    _mm256_castps128_ps256, _mm256_castps256_ps128, _mm256_extractf128_pd, _mm256_extractf128_ps,
    _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_hadd_pd, _mm256_hadd_ps, _mm256_insertf128_pd,
    _mm256_insertf128_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_pd,
    _mm256_maskload_ps, _mm256_permute2f128_pd, _mm256_permute2f128_ps, _mm256_set1_pd,
    _mm256_set1_ps, _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_unpackhi_pd,
    _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps,
};
use core::mem::transmute;

use super::Lanes;
use super::sse2::Sse2;

/// Proof that the processor has AVX2 and FMA.
#[derive(Clone, Copy)]
pub(in crate::kernel) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor has the instructions.
    #[inline(always)]
    pub(in crate::kernel) const unsafe fn new() -> Self {
        Self(())
    }
}

macro_rules! avx2 {
    (
        $float:ident, $integer:ident, $vector:ident, $set1:ident, $loadu:ident, $maskload:ident, $storeu:ident,
        $low:ident, $high:ident, $add:ident, $fmadd:ident, $sums:ident, $transpose:ident
    ) => {
        impl Lanes<$float> for Avx2 {
            type Vector = $vector;
            type First = __m256i;
            type Half = Sse2;

            const LANES: usize = size_of::<$vector>() / size_of::<$float>();
            const ROWS: usize = 6;
            const VECTORS: usize = 2;
            const BLOCK: usize = 16 / size_of::<$float>();

            #[inline(always)]
            fn half(self) -> Sse2 {
                Sse2
            }

            #[inline(always)]
            fn prefetch(self, from: *const $float) {
                // SAFETY: every x86-64 processor has it, and it reads nothing.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) };
            }

            #[inline(always)]
            fn splat(self, x: $float) -> $vector {
                // SAFETY: `self` is proof of AVX2.
                unsafe { $set1(x) }
            }

            #[inline(always)]
            fn first(self, count: usize) -> __m256i {
                const LANES: usize = <Avx2 as Lanes<$float>>::LANES;
                const ONES: [[$integer; LANES]; 2] = [[-1; LANES], [0; LANES]];
                let end = ONES.as_flattened();
                let mask = &end[LANES - count..][..LANES];
                // SAFETY: `self` is proof of AVX2, and as many numbers as a vector has lanes are there.
                unsafe { _mm256_loadu_si256(mask.as_ptr().cast()) }
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $float) -> $vector {
                // SAFETY: `self` is proof of AVX2; the caller sees to the memory.
                unsafe { $loadu(from) }
            }

            #[inline(always)]
            unsafe fn load_first(self, from: *const $float, first: __m256i) -> $vector {
                // SAFETY: as for `load`; what is masked is not read.
                unsafe { $maskload(from, first) }
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
                // SAFETY: `self` is proof of AVX2; the caller sees to the first lanes.
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
                // SAFETY: `self` is proof of AVX2.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: $vector, b: $vector, c: $vector) -> $vector {
                // SAFETY: `self` is proof of FMA.
                unsafe { $fmadd(a, b, c) }
            }

            #[inline(always)]
            fn sums(self, vectors: [$vector; 4]) -> [$float; 4] {
                // SAFETY: `self` is proof of AVX2.
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
                // SAFETY: `self` is proof of AVX2; the caller sees to the memory.
                unsafe { $transpose(from, stride, to, to_stride) }
            }
        }
    };
}

avx2!(
    f32,
    i32,
    __m256,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_maskload_ps,
    _mm256_storeu_ps,
    _mm256_castps256_ps128,
    _mm256_extractf128_ps,
    _mm256_add_ps,
    _mm256_fmadd_ps,
    sums_ps,
    transpose_ps
);
avx2!(
    f64,
    i64,
    __m256d,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_maskload_pd,
    _mm256_storeu_pd,
    _mm256_castpd256_pd128,
    _mm256_extractf128_pd,
    _mm256_add_pd,
    _mm256_fmadd_pd,
    sums_pd,
    transpose_pd
);

/// The four sums: first the halves of each vector are added, then neighbours.
#[target_feature(enable = "avx2")]
#[inline]
fn sums_ps([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
    let ab = _mm256_add_ps(
        _mm256_permute2f128_ps::<0x20>(a, b),
        _mm256_permute2f128_ps::<0x31>(a, b),
    );
    let cd = _mm256_add_ps(
        _mm256_permute2f128_ps::<0x20>(c, d),
        _mm256_permute2f128_ps::<0x31>(c, d),
    );
    let pairs = _mm256_hadd_ps(ab, cd);
    let sums = _mm256_hadd_ps(pairs, pairs);
    let (ac, bd) = (
        _mm256_castps256_ps128(sums),
        _mm256_extractf128_ps::<1>(sums),
    );
    // SAFETY: both are four floats.
    unsafe { transmute(_mm_unpacklo_ps(ac, bd)) }
}

/// As [`sums_ps`].
#[target_feature(enable = "avx2")]
#[inline]
fn sums_pd([a, b, c, d]: [__m256d; 4]) -> [f64; 4] {
    let ab = _mm256_hadd_pd(a, b);
    let cd = _mm256_hadd_pd(c, d);
    let sums = _mm256_add_pd(
        _mm256_permute2f128_pd::<0x20>(ab, cd),
        _mm256_permute2f128_pd::<0x31>(ab, cd),
    );
    // SAFETY: both are four floats.
    unsafe { transmute(sums) }
}

/// Four columns of eight rows. Half h of `rows(i)` is row 4h + i, so that transposing within the halves is all that is
/// left.
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn transpose_ps(from: *const f32, stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| _mm_loadu_ps(from.add(i * stride));
        let rows = |i: usize| _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(row(i)), row(i + 4));
        let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3));
        let (ab_low, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x44>(ab_low, cd_low));
        _mm256_storeu_ps(to.add(to_stride), _mm256_shuffle_ps::<0xee>(ab_low, cd_low));
        _mm256_storeu_ps(
            to.add(2 * to_stride),
            _mm256_shuffle_ps::<0x44>(ab_high, cd_high),
        );
        _mm256_storeu_ps(
            to.add(3 * to_stride),
            _mm256_shuffle_ps::<0xee>(ab_high, cd_high),
        );
    }
}

/// Two columns of four rows, as [`transpose_ps`].
///
/// # Safety
/// The rows can be read and the vectors written.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn transpose_pd(from: *const f64, stride: usize, to: *mut f64, to_stride: usize) {
    // SAFETY: the caller sees to the memory.
    unsafe {
        let row = |i: usize| _mm_loadu_pd(from.add(i * stride));
        let rows = |i: usize| _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(row(i)), row(i + 2));
        let (a, b) = (rows(0), rows(1));
        _mm256_storeu_pd(to, _mm256_unpacklo_pd(a, b));
        _mm256_storeu_pd(to.add(to_stride), _mm256_unpackhi_pd(a, b));
    }
}
