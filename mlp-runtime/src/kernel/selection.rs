//! Functions that only compare: the same for both precisions.

use crate::scalar::Scalar;

/// −1 below zero, 1 above, 0 at zero and for NaN.
#[inline]
pub fn sign<T: Scalar>(x: T) -> T {
    let below = if x < T::ZERO { T::ONE } else { T::ZERO };
    let above = if x > T::ZERO { T::ONE } else { T::ZERO };
    above - below
}

/// 1 above zero, else 0.
#[inline]
pub fn step<T: Scalar>(x: T) -> T {
    if x > T::ZERO { T::ONE } else { T::ZERO }
}

/// The larger of two numbers; a NaN in `a` passes through.
#[inline]
pub fn maximum<T: Scalar>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

/// The smaller of two numbers; a NaN in `a` passes through.
#[inline]
pub fn minimum<T: Scalar>(a: T, b: T) -> T {
    if b < a { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::{maximum, minimum, sign, step};

    #[test]
    fn comparisons_at_zero_and_nan() {
        assert_eq!([-2.0, 0.0, 3.0].map(sign::<f64>), [-1.0, 0.0, 1.0]);
        assert_eq!([-2.0, 0.0, 3.0].map(step::<f32>), [0.0, 0.0, 1.0]);
        assert_eq!(sign(f32::NAN), 0.0);
        assert!(maximum(f32::NAN, 0.0).is_nan() && minimum(f64::NAN, 0.0).is_nan());
        assert_eq!((maximum(1.0, 2.0), minimum(1.0, 2.0)), (2.0, 1.0));
    }
}
