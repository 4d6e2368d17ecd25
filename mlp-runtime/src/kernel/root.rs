//! Square root.

macro_rules! root {
    ($float:ident, $bits:ident, $wide:ident) => {
        /// √x, correctly rounded (0.5 ulp).
        ///
        /// One instruction with the feature `std`; without it whole-number arithmetic with the same bits, because stable
        /// `core` offers no square root of floats. √(−0) = −0, √∞ = ∞, NaN below 0, √NaN = NaN.
        #[inline]
        pub fn sqrt(x: $float) -> $float {
            #[cfg(feature = "std")]
            {
                x.sqrt()
            }
            #[cfg(not(feature = "std"))]
            {
                sqrt_in_software(x)
            }
        }

        /// √x from the whole-number square root of the mantissa, shifted left so far that the root has one bit more than a
        /// float's; a last bit that says whether there is a remainder makes the conversion round as IEEE 754 asks.
        #[cfg(any(test, not(feature = "std")))]
        pub(super) fn sqrt_in_software(x: $float) -> $float {
            // Not `x <= 0.0 || …`: NaN, too, is returned from here.
            if !(x > 0.0 && x < <$float>::INFINITY) {
                return if x < 0.0 { <$float>::NAN } else { x };
            }
            let denormal = x < <$float>::MIN_POSITIVE;
            let scaled = if denormal { x * DENORMAL_SCALE } else { x };
            // Even, so that its root is a whole number, too.
            let scale_exponent = if denormal {
                DENORMAL_EXPONENT as $bits
            } else {
                0
            };
            let biased = scaled.to_bits() >> MANTISSA_BITS;
            let mantissa = scaled.to_bits() & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;

            // x = mantissa · 2^(biased − BIAS − MANTISSA_BITS), and the exponent left after the shift is to be even.
            let odd = (biased ^ BIAS) & 1;
            let square = $wide::from(mantissa) << (MANTISSA_BITS + 2 + odd);
            let root = square.isqrt();
            let sticky = $wide::from(root * root != square);
            let rounded = (root << 1 | sticky) as $float;
            // √(2^(biased − BIAS − odd)) over the 2^(MANTISSA_BITS + 2) by which `rounded` is too large.
            let exponent = (biased + BIAS - odd - scale_exponent) / 2 - (MANTISSA_BITS + 2);
            rounded * <$float>::from_bits(exponent << MANTISSA_BITS)
        }
    };
}

pub(crate) use root;
