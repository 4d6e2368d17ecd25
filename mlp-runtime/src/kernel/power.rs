//! A power with a real exponent.
//!
//! xʸ = e^(y ln x), and an error in y ln x is as large a relative error of the result: with y ln x up to 709 the
//! logarithm has to be known to ten bits more than a float holds. It is a sum of two floats here, high and low.

macro_rules! power {
    ($float:ident, $signed:ident) => {
        /// a + b as the rounded sum and what rounding took from it (Knuth).
        #[inline(always)]
        fn two_sum(a: $float, b: $float) -> ($float, $float) {
            let sum = a + b;
            let part = sum - a;
            (sum, (a - (sum - part)) + (b - part))
        }

        /// a·b as the rounded product and what rounding took from it (Dekker).
        #[inline(always)]
        fn two_product(a: $float, b: $float) -> ($float, $float) {
            let product = a * b;
            let (a_high, a_low) = halves(a);
            let (b_high, b_low) = halves(b);
            let lost =
                ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
            (product, lost)
        }

        /// a as a sum of two floats with half as many digits (Veltkamp).
        #[inline(always)]
        fn halves(a: $float) -> ($float, $float) {
            let scaled = a * HALVING;
            let high = scaled - (scaled - a);
            (high, a - high)
        }

        /// ln x for a finite x above 0, as high + low: 2 atanh s = 2s + ⅔s³ + s⁵·Q(s²), all but the last in two floats.
        #[inline(always)]
        fn ln_in_two(x: $float) -> ($float, $float) {
            let (k, m) = split_exponent(x);
            let f = m - 1.0;
            let (sum, sum_low) = two_sum(m, 1.0);
            let s = f / sum;
            let (product, lost) = two_product(s, sum);
            let s_low = (((f - product) - lost) - s * sum_low) / sum;

            let (square, lost) = two_product(s, s);
            let square_low = lost + 2.0 * s * s_low;
            let (cube, lost) = two_product(s, square);
            let cube_low = lost + (s * square_low + s_low * square);
            let (third, lost) = two_product(cube, TWO_THIRDS);
            let third_low = lost + (cube_low * TWO_THIRDS + cube * TWO_THIRDS_LOW);
            let rest = cube * square * polynomial::<false, _>(&POWER, square);

            let (high, first) = two_sum(k * LN_2_HIGH, 2.0 * s);
            let (high, second) = two_sum(high, third);
            let low = (first + second) + (k * LN_2_LOW + (2.0 * s_low + (third_low + rest)));
            two_sum(high, low)
        }

        /// xʸ for y = `exponent`, to 1.2 ulp in `f32` and 1.1 ulp in `f64`.
        ///
        /// Special cases are those of C's `pow`: x⁰ = 1 and 1ʸ = 1 whatever the other is, a negative x has a power only
        /// for a whole exponent and NaN otherwise, 0 to a negative exponent is infinite. Results below the smallest
        /// normal number are 0.
        #[inline]
        pub fn power(x: $float, exponent: $float) -> $float {
            // Beyond the limit every x but 1 gives 0 or ∞, and the halves of `exponent` must not overflow.
            let limited = clamp(exponent, -EXPONENT_LIMIT, EXPONENT_LIMIT);
            let magnitude = x.abs();
            let (ln, ln_low) = ln_in_two(magnitude);
            let (product, lost) = two_product(limited, ln);
            let product_low = clamp(lost + limited * ln_low, -1e-2, 1e-2);
            let limited = clamp(product, EXP_LOWEST, EXP_M1_HIGHEST);
            let (shifted, r) = reduce_by_ln_2::<false>(limited, ROUNDING);
            let r = r + product_low;
            let (first, second) = power_of_two(shifted);
            let y = (1.0 + (r + r * r * polynomial::<false, _>(&EXP, r))) * first * second;
            let y = if product < EXP_LOWEST { 0.0 } else { y };

            let edge = magnitude == 0.0 || magnitude == <$float>::INFINITY;
            let vanishes = (magnitude == 0.0) == (exponent > 0.0);
            let at_edge = if vanishes { 0.0 } else { <$float>::INFINITY };
            let y = if edge { at_edge } else { y };

            // Above WHOLE all floats are even whole numbers.
            let truncated = exponent as $signed;
            let large = exponent.abs() >= WHOLE;
            let whole = large || truncated as $float == exponent;
            let odd = !large && whole && truncated & 1 != 0;
            let y = if odd { y.copysign(x) } else { y };
            let y = if x < 0.0 && !whole && !edge {
                <$float>::NAN
            } else {
                y
            };

            let y = if x.is_nan() || exponent.is_nan() {
                x + exponent
            } else {
                y
            };
            if exponent == 0.0 || x == 1.0 { 1.0 } else { y }
        }
    };
}

pub(crate) use power;
