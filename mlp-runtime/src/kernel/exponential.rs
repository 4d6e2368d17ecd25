//! Exponential and what is made of it: `exp`, `exp_m1`, `sigmoid`, `tanh`.
//!
//! With n = round(x / ln 2) and r = x − n ln 2, |r| ≤ ½ ln 2: eˣ = 2ⁿ·eʳ and eʳ = 1 + r + r²·P(r).

macro_rules! exponential {
    ($float:ident, $bits:ident) => {
        /// The bits of round(x / ln 2) + `rounding`, and r = x − n·ln 2.
        ///
        /// Adding 1.5·2^MANTISSA_BITS leaves no fraction bits: the sum is rounded to a whole number, which stands in its low
        /// bits. LN_2_HIGH has so many trailing zeros that its product with n is exact.
        #[inline(always)]
        fn reduce_by_ln_2<const FUSED: bool>(x: $float, rounding: $float) -> ($bits, $float) {
            let shifted = mul_add::<FUSED>(x, core::$float::consts::LOG2_E, rounding);
            let n = shifted - rounding;
            let high = mul_add::<FUSED>(n, -LN_2_HIGH, x);
            (shifted.to_bits(), mul_add::<FUSED>(n, -LN_2_LOW, high))
        }

        /// eʳ − 1.
        #[inline(always)]
        fn exp_m1_reduced<const FUSED: bool>(r: $float) -> $float {
            mul_add::<FUSED>(r * r, polynomial::<FUSED, _>(&EXP, r), r)
        }

        /// Two powers of two, in that order a and b, with a·b = 2ⁿ: n reaches beyond the exponents of one number.
        #[inline(always)]
        fn power_of_two(shifted: $bits) -> ($float, $float) {
            let twice_biased = shifted
                .wrapping_sub(ROUNDING.to_bits())
                .wrapping_add(2 * BIAS);
            let first = twice_biased >> 1;
            let second = twice_biased.wrapping_sub(first);
            (
                <$float>::from_bits(first << MANTISSA_BITS),
                <$float>::from_bits(second << MANTISSA_BITS),
            )
        }

        /// 2ⁿ of a reduction with `BIASED_ROUNDING`, for n within the exponents of normal numbers.
        #[inline(always)]
        fn power_of_biased(shifted: $bits) -> $float {
            <$float>::from_bits(shifted << MANTISSA_BITS)
        }

        /// `x` moved into `low..=high`; NaN stays NaN.
        #[inline(always)]
        fn clamp(x: $float, low: $float, high: $float) -> $float {
            let x = if x < low { low } else { x };
            if x > high { high } else { x }
        }

        /// c₀ + c₁x + c₂x² + …, by Estrin's scheme: neighbours are joined, then pairs of them, so that no long chain has to
        /// be waited for.
        #[inline(always)]
        fn polynomial<const FUSED: bool, const TERMS: usize>(
            coefficients: &[$float; TERMS],
            x: $float,
        ) -> $float {
            const { assert!(0 < TERMS && TERMS <= 16) };
            let mut sums = *coefficients;
            let square = x * x;
            let fourth = square * square;
            join::<FUSED>(&mut sums, TERMS, x);
            join::<FUSED>(&mut sums, TERMS.div_ceil(2), square);
            join::<FUSED>(&mut sums, TERMS.div_ceil(4), fourth);
            join::<FUSED>(&mut sums, TERMS.div_ceil(8), fourth * fourth);
            sums[0]
        }

        /// Joins neighbours of the first `count` sums.
        #[inline(always)]
        fn join<const FUSED: bool>(sums: &mut [$float], count: usize, power: $float) {
            let mut pair = 0;
            while 2 * pair + 1 < count {
                sums[pair] = mul_add::<FUSED>(sums[2 * pair + 1], power, sums[2 * pair]);
                pair += 1;
            }
            if count % 2 == 1 {
                sums[pair] = sums[2 * pair];
            }
        }

        #[inline(always)]
        fn exp_with<const FUSED: bool>(x: $float) -> $float {
            let (shifted, r) = reduce_by_ln_2::<FUSED>(x, ROUNDING);
            let reduced = 1.0 + exp_m1_reduced::<FUSED>(r);
            // Times 2ⁿ: n is added to the exponent, which has room for it within the limits.
            let y = <$float>::from_bits(reduced.to_bits().wrapping_add(shifted << MANTISSA_BITS));
            // NaN, too, goes through the sum.
            let beyond = if x < EXP_LOWEST {
                0.0
            } else {
                x + <$float>::INFINITY
            };
            if (EXP_LOWEST..=EXP_HIGHEST).contains(&x) {
                y
            } else {
                beyond
            }
        }

        /// eˣ for an x that is at most 0; 0 below EXP_LOWEST.
        #[inline(always)]
        fn exp_of_negative<const FUSED: bool>(x: $float) -> $float {
            let (shifted, r) = reduce_by_ln_2::<FUSED>(x, BIASED_ROUNDING);
            let y = (1.0 + exp_m1_reduced::<FUSED>(r)) * power_of_biased(shifted);
            if x < EXP_LOWEST { 0.0 } else { y }
        }

        #[inline(always)]
        fn exp_m1_with<const FUSED: bool>(x: $float) -> $float {
            let limited = clamp(x, EXP_M1_LOWEST, EXP_M1_HIGHEST);
            let (shifted, r) = reduce_by_ln_2::<FUSED>(limited, ROUNDING);
            let (first, second) = power_of_two(shifted);
            // 2ⁿ·(eʳ − 1) + (2ⁿ − 1) over the second factor, which keeps 2¹⁰²⁴ within range.
            let inverse = <$float>::from_bits(ONE_TWICE.wrapping_sub(second.to_bits()));
            mul_add::<FUSED>(exp_m1_reduced::<FUSED>(r), first, first - inverse) * second
        }

        #[inline(always)]
        fn sigmoid_with<const FUSED: bool>(x: $float) -> $float {
            let e = exp_of_negative::<FUSED>(-x.abs());
            let numerator = if x < 0.0 { e } else { 1.0 };
            numerator / (1.0 + e)
        }

        #[inline(always)]
        fn tanh_with<const FUSED: bool>(x: $float) -> $float {
            let magnitude = x.abs();
            let limited = if magnitude > TANH_ONE {
                TANH_ONE
            } else {
                magnitude
            };
            let (shifted, r) = reduce_by_ln_2::<FUSED>(2.0 * limited, BIASED_ROUNDING);
            let power = power_of_biased(shifted);
            let e = mul_add::<FUSED>(exp_m1_reduced::<FUSED>(r), power, power - 1.0);
            (e / (e + 2.0)).copysign(x)
        }

        /// eˣ, to 1.2 ulp in `f32` and 1.0 ulp in `f64`.
        ///
        /// Results below the smallest normal number are 0 (denormals would slow the loops that use them), those above
        /// the largest are infinite. exp(−∞) = 0, exp(∞) = ∞, exp(NaN) = NaN.
        #[inline]
        pub fn exp(x: $float) -> $float {
            exp_with::<false>(x)
        }

        /// [`exp`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn exp_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                exp_with::<true>(x)
            } else {
                exp_with::<false>(x)
            }
        }

        /// eˣ − 1 without the cancellation near 0, to 1.9 ulp in `f32` and 1.7 ulp in `f64`.
        ///
        /// exp_m1(−∞) = −1, exp_m1(∞) = ∞, exp_m1(NaN) = NaN.
        #[inline]
        pub fn exp_m1(x: $float) -> $float {
            exp_m1_with::<false>(x)
        }

        /// [`exp_m1`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn exp_m1_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                exp_m1_with::<true>(x)
            } else {
                exp_m1_with::<false>(x)
            }
        }

        /// 1 / (1 + e⁻ˣ), to 2.5 ulp in `f32` and 1.8 ulp in `f64`, also where it is tiny: sigmoid(−80) ≈ 1.8·10⁻³⁵.
        ///
        /// 0 where eˣ is below the smallest normal number; sigmoid(NaN) = NaN.
        #[inline]
        pub fn sigmoid(x: $float) -> $float {
            sigmoid_with::<false>(x)
        }

        /// [`sigmoid`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn sigmoid_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                sigmoid_with::<true>(x)
            } else {
                sigmoid_with::<false>(x)
            }
        }

        /// Hyperbolic tangent, to 2.6 ulp in `f32` and 2.4 ulp in `f64`.
        ///
        /// (e²ˣ − 1) / (e²ˣ + 1), whose numerator keeps every digit near 0. tanh(±∞) = ±1, tanh(−0) = −0, tanh(NaN) = NaN.
        #[inline]
        pub fn tanh(x: $float) -> $float {
            tanh_with::<false>(x)
        }

        /// [`tanh`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn tanh_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                tanh_with::<true>(x)
            } else {
                tanh_with::<false>(x)
            }
        }
    };
}

pub(crate) use exponential;
