//! The numbers of the reference engine.

use std::fmt;

use ndarray::LinalgScalar;

use super::Function;

/// A floating-point type to evaluate in. Functions are the standard library's and libm's, independent of those that
/// generated code uses.
pub trait Real: LinalgScalar + PartialOrd + fmt::Debug + Send + Sync {
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
    /// The same number as `f64`.
    fn to_f64(self) -> f64;
    /// The value of a scalar function.
    fn function(function: Function, argument: Self) -> Self;
    /// `self` to a power.
    fn power(self, exponent: f64) -> Self;
}

impl Real for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn function(function: Function, x: Self) -> Self {
        function.value(x)
    }

    fn power(self, exponent: f64) -> Self {
        match whole(exponent) {
            Some(exponent) => self.powi(exponent),
            None => self.powf(exponent),
        }
    }
}

impl Real for f32 {
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn function(function: Function, x: Self) -> Self {
        match function {
            Function::Exp => x.exp(),
            Function::Ln => x.ln(),
            Function::Sqrt => x.sqrt(),
            Function::Abs => x.abs(),
            Function::Sign => Self::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
            Function::Step => Self::from(u8::from(x > 0.0)),
            Function::Sin => x.sin(),
            Function::Cos => x.cos(),
            Function::Tanh => x.tanh(),
            // Either form is exact in its half; the other would round to 0 or overflow.
            Function::Sigmoid if x < 0.0 => x.exp() / (1.0 + x.exp()),
            Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Function::Erf => libm::erff(x),
            Function::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        }
    }

    fn power(self, exponent: f64) -> Self {
        match whole(exponent) {
            Some(exponent) => self.powi(exponent),
            None => self.powf(exponent as Self),
        }
    }
}

/// An exponent as a whole number, where it is one.
fn whole(exponent: f64) -> Option<i32> {
    let whole = exponent as i32;
    (f64::from(whole) == exponent).then_some(whole)
}
