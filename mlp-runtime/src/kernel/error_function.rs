//! The error function.

macro_rules! error_function {
    ($float:ident) => {
        #[inline(always)]
        fn erf_with<const FUSED: bool>(x: $float) -> $float {
            let magnitude = x.abs();
            let square = x * x;
            let rest = polynomial::<FUSED, _>(&ERF, square);
            let small = mul_add::<FUSED>(magnitude, rest, magnitude);
            // Past ERF_ONE the function rounds to 1.
            let large = 1.0 - complementary_error::<FUSED>(clamp(magnitude, ERF_SPLIT, ERF_ONE));
            let y = if magnitude < ERF_SPLIT { small } else { large };
            y.copysign(x)
        }

        /// erf x = 2/√π ∫₀ˣ e^−t² dt, to 1.6 ulp in `f32` and 1.1 ulp in `f64`.
        ///
        /// x + x·P(x²) near 0, which keeps every digit there, and 1 − erfc x above. erf(±∞) = ±1, erf(NaN) = NaN.
        // Above the size that is inlined by itself; as a call it would keep loops from becoming vector instructions.
        #[inline(always)]
        pub fn erf(x: $float) -> $float {
            erf_with::<false>(x)
        }

        /// [`erf`] with the fused multiply-add that `level` may have: as accurate, faster, and not the same bits.
        #[inline(always)]
        pub fn erf_at(level: Level, x: $float) -> $float {
            if level.is_fused() {
                erf_with::<true>(x)
            } else {
                erf_with::<false>(x)
            }
        }
    };
}

pub(crate) use error_function;
