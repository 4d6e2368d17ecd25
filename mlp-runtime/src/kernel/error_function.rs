//! The error function.

macro_rules! error_function {
    ($float:ident) => {
        /// erf x = 2/√π ∫₀ˣ e^−t² dt, to 1.3 ulp in `f32` and 1.2 ulp in `f64`.
        ///
        /// x + x·P(x²) near 0, which keeps every digit there, and 1 − erfc x above. erf(±∞) = ±1, erf(NaN) = NaN.
        // Above the size that is inlined by itself; as a call it would keep loops from becoming vector instructions.
        #[inline(always)]
        pub fn erf(x: $float) -> $float {
            let magnitude = x.abs();
            let square = x * x;
            let small = magnitude + magnitude * polynomial(&ERF, square);
            // Past ERF_ONE the function rounds to 1.
            let large = 1.0 - complementary_error(clamp(magnitude, ERF_SPLIT, ERF_ONE));
            let y = if magnitude < ERF_SPLIT { small } else { large };
            y.copysign(x)
        }
    };
}

pub(crate) use error_function;
