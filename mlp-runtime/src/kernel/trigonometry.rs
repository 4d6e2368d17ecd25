//! Sine and cosine.
//!
//! With n = round(x / (π/2)) and r = x − n·π/2, |r| ≤ π/4, both are ± the sine or the cosine of r, as n mod 4 says
//! (Cody and Waite's reduction: π/2 is a sum of pieces so short that their products with n are exact).

macro_rules! trigonometry {
    ($float:ident, $bits:ident) => {
        /// n = round(x / (π/2)), of which the two lowest bits count, and r = x − n·π/2.
        #[inline(always)]
        fn reduce_by_quarter_turn(x: $float) -> ($bits, $float) {
            let shifted = x * core::$float::consts::FRAC_2_PI + ROUNDING;
            let n = shifted - ROUNDING;
            let mut r = x;
            for piece in HALF_PI_PIECES {
                r -= n * piece;
            }
            // Out of the range of the reduction r is meaningless; the result is to stay within −1 ..= 1 all the same.
            // A little above π/4, because n is one off where the product above is rounded over a half.
            (shifted.to_bits(), clamp(r, -0.8, 0.8))
        }

        /// sin(r + n·π/2) for |r| ≤ π/4.
        #[inline(always)]
        fn sine_of_quarter(n: $bits, r: $float) -> $float {
            let square = r * r;
            let sine = r + r * square * polynomial::<false, _>(&SIN, square);
            let cosine =
                1.0 - (0.5 * square - square * square * polynomial::<false, _>(&COS, square));
            let y = if n & 1 == 0 { sine } else { cosine };
            <$float>::from_bits(y.to_bits() ^ ((n & 2) << ($bits::BITS - 2)))
        }

        /// Sine of `x` radians. For |x| ≤ 100 to 2.5 ulp in `f32` and 1.5 ulp in `f64`; for |x| ≤ 10⁵ to an absolute
        /// 1.2·10⁻⁷ and 2.3·10⁻¹⁶.
        ///
        /// Larger arguments lose digits, until the result means nothing but still lies within −1 ..= 1.
        /// sin(±∞) = sin(NaN) = NaN.
        #[inline]
        pub fn sin(x: $float) -> $float {
            let (n, r) = reduce_by_quarter_turn(x);
            sine_of_quarter(n, r)
        }

        /// Cosine of `x` radians. For |x| ≤ 100 to 2.5 ulp in `f32` and 1.5 ulp in `f64`; for |x| ≤ 10⁵ to an absolute
        /// 1.2·10⁻⁷ and 2.3·10⁻¹⁶.
        ///
        /// Larger arguments lose digits, until the result means nothing but still lies within −1 ..= 1.
        /// cos(±∞) = cos(NaN) = NaN.
        #[inline]
        pub fn cos(x: $float) -> $float {
            let (n, r) = reduce_by_quarter_turn(x);
            sine_of_quarter(n.wrapping_add(1), r)
        }
    };
}

pub(crate) use trigonometry;
