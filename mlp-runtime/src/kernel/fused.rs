//! The fused multiply-add of one number, which stable `core` does not offer.

/// a·b + c, rounded once. To be called where [`Level::is_fused`](super::level::Level::is_fused) holds.
#[inline(always)]
pub(super) fn single(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cvtss_f32, _mm_fmadd_ss, _mm_set_ss};
        // SAFETY: a level that is fused is proof of FMA.
        unsafe { _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c))) }
    }
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    {
        use core::arch::aarch64::{vdup_n_f32, vfmas_lane_f32};
        // SAFETY: the program is compiled for NEON.
        unsafe { vfmas_lane_f32::<0>(c, a, vdup_n_f32(b)) }
    }
    #[cfg(not(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    )))]
    {
        a * b + c
    }
}

/// As [`single`].
#[inline(always)]
pub(super) fn double(a: f64, b: f64, c: f64) -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cvtsd_f64, _mm_fmadd_sd, _mm_set_sd};
        // SAFETY: a level that is fused is proof of FMA.
        unsafe { _mm_cvtsd_f64(_mm_fmadd_sd(_mm_set_sd(a), _mm_set_sd(b), _mm_set_sd(c))) }
    }
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    {
        use core::arch::aarch64::{vdup_n_f64, vfmad_lane_f64};
        // SAFETY: the program is compiled for NEON.
        unsafe { vfmad_lane_f64::<0>(c, a, vdup_n_f64(b)) }
    }
    #[cfg(not(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    )))]
    {
        a * b + c
    }
}
