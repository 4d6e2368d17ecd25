//! Natural logarithm and what is made of it: `ln`, `ln_1p`, `softplus`.
//!
//! With x = 2ᵏ·m, √½ ≤ m < √2, f = m − 1 and s = f/(2 + f): ln x = k ln 2 + 2 atanh s and
//! 2 atanh s = 2s + s³·L(s²) = f − (f²/2 − s·(f²/2 + s²·L(s²))), whose first term is exact.

macro_rules! logarithm {
    ($float:ident, $bits:ident) => {
        /// (k, m) with x = 2ᵏ·m and √½ ≤ m < √2, for a finite x above 0.
        #[inline(always)]
        fn split_exponent(x: $float) -> ($float, $float) {
            let denormal = x < <$float>::MIN_POSITIVE;
            let scaled = if denormal { x * DENORMAL_SCALE } else { x };
            let offset = if denormal { DENORMAL_EXPONENT } else { 0.0 };
            // The mantissa counted from √½ instead of from 1; the bias keeps the exponent positive, so that logical
            // shifts do, and ROUNDING turns it into a float without a conversion.
            let bits = scaled
                .to_bits()
                .wrapping_sub(SQRT_HALF.to_bits())
                .wrapping_add(BIAS << MANTISSA_BITS);
            let exponent =
                <$float>::from_bits(ROUNDING.to_bits().wrapping_add(bits >> MANTISSA_BITS));
            let mantissa = (bits & ((1 << MANTISSA_BITS) - 1)).wrapping_add(SQRT_HALF.to_bits());
            (
                exponent - (ROUNDING + BIAS as $float) - offset,
                <$float>::from_bits(mantissa),
            )
        }

        /// ln(1 + f) = f − `low` for s = f/(2 + f), by the polynomial of the interval that f is in.
        #[inline(always)]
        fn ln_low<const FUSED: bool, const TERMS: usize>(
            coefficients: &[$float; TERMS],
            f: $float,
        ) -> $float {
            let s = f / (2.0 + f);
            let square = s * s;
            let half_square = 0.5 * f * f;
            let rest = polynomial::<FUSED, TERMS>(coefficients, square);
            mul_add::<FUSED>(-s, mul_add::<FUSED>(square, rest, half_square), half_square)
        }

        /// k·ln 2 + ln(1 + f) + correction.
        #[inline(always)]
        fn ln_of_parts<const FUSED: bool>(k: $float, f: $float, correction: $float) -> $float {
            let low = ln_low::<FUSED, _>(&LN, f) - mul_add::<FUSED>(k, LN_2_LOW, correction);
            mul_add::<FUSED>(k, LN_2_HIGH, f - low)
        }

        #[inline(always)]
        fn ln_with<const FUSED: bool>(x: $float) -> $float {
            let (k, m) = split_exponent(x);
            let y = ln_of_parts::<FUSED>(k, m - 1.0, 0.0);
            let y = if x == <$float>::INFINITY { x } else { y };
            let y = if x == 0.0 { <$float>::NEG_INFINITY } else { y };
            if x >= 0.0 { y } else { <$float>::NAN }
        }

        #[inline(always)]
        fn ln_1p_with<const FUSED: bool>(x: $float) -> $float {
            let sum = 1.0 + x;
            let (k, m) = split_exponent(sum);
            // What rounding took from the sum, relative to it; near 0 there is no need, x itself is the f.
            let lost = if x < 1.0 {
                x - (sum - 1.0)
            } else {
                1.0 - (sum - x)
            };
            let near = k == 0.0;
            let f = if near { x } else { m - 1.0 };
            let correction = if near { 0.0 } else { lost / sum };
            let y = ln_of_parts::<FUSED>(k, f, correction);
            let y = if x == <$float>::INFINITY { x } else { y };
            let y = if x == -1.0 { <$float>::NEG_INFINITY } else { y };
            if x >= -1.0 { y } else { <$float>::NAN }
        }

        #[inline(always)]
        fn softplus_with<const FUSED: bool>(x: $float) -> $float {
            let positive = if x > 0.0 { x } else { 0.0 };
            // At most 1: a longer polynomial serves all of it, where `ln_1p` has to look for the exponent.
            let e = exp_of_negative::<FUSED>(-x.abs());
            positive + (e - ln_low::<FUSED, _>(&LN_TO_2, e))
        }

        /// Natural logarithm, to 1.0 ulp in `f32` and 0.8 ulp in `f64`, denormals included.
        ///
        /// ln(0) = −∞, ln(∞) = ∞, NaN below 0, ln(NaN) = NaN.
        #[inline]
        pub fn ln(x: $float) -> $float {
            ln_with::<false>(x)
        }

        /// [`ln`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn ln_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                ln_with::<true>(x)
            } else {
                ln_with::<false>(x)
            }
        }

        /// ln(1 + x) without the cancellation near 0, to 1.0 ulp in `f32` and 0.9 ulp in `f64`.
        ///
        /// ln_1p(−1) = −∞, ln_1p(∞) = ∞, NaN below −1, ln_1p(NaN) = NaN.
        #[inline]
        pub fn ln_1p(x: $float) -> $float {
            ln_1p_with::<false>(x)
        }

        /// [`ln_1p`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn ln_1p_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                ln_1p_with::<true>(x)
            } else {
                ln_1p_with::<false>(x)
            }
        }

        /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), to 2.1 ulp in `f32` and 1.8 ulp in `f64`, also where it is tiny.
        ///
        /// 0 where eˣ is below the smallest normal number; softplus(∞) = ∞, softplus(NaN) = NaN.
        #[inline]
        pub fn softplus(x: $float) -> $float {
            softplus_with::<false>(x)
        }

        /// [`softplus`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn softplus_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                softplus_with::<true>(x)
            } else {
                softplus_with::<false>(x)
            }
        }
    };
}

pub(crate) use logarithm;
