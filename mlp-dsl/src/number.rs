//! Constants of formulas: exact fractions while they fit, so that ½·2 is 1 and 1/49·49 is 1 in every derivative.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A constant of a formula. Arithmetic is exact on fractions and falls back to `f64` where a fraction grows too large.
#[derive(Clone, Copy, Debug)]
pub struct Number(Repr);

/// A fraction in lowest terms with a positive denominator, or a float that is no such fraction.
#[derive(Clone, Copy, Debug)]
enum Repr {
    Fraction(i64, i64),
    Float(f64),
}

/// Numerators and denominators stay below this, so that a product fits an `i64`.
const LIMIT: i128 = 1 << 31;

impl Number {
    /// 0
    pub const ZERO: Self = Self::integer(0);
    /// 1
    pub const ONE: Self = Self::integer(1);
    /// −1
    pub const MINUS_ONE: Self = Self::integer(-1);
    /// ½
    pub const HALF: Self = Self(Repr::Fraction(1, 2));

    /// A whole number.
    pub const fn integer(value: i32) -> Self {
        Self(Repr::Fraction(value as i64, 1))
    }

    /// The fraction `numerator / denominator`; a float where it is too large or the denominator is zero.
    pub fn fraction(numerator: i64, denominator: i64) -> Self {
        Self::reduced(i128::from(numerator), i128::from(denominator))
    }

    /// A length or count.
    pub fn count(value: usize) -> Self {
        i64::try_from(value).map_or(Self::float(value as f64), |value| Self::fraction(value, 1))
    }

    /// The float itself; whole numbers of moderate size become exact.
    pub fn float(value: f64) -> Self {
        if value.fract() == 0.0 && value.abs() < LIMIT as f64 {
            Self(Repr::Fraction(value as i64, 1))
        } else {
            Self(Repr::Float(value))
        }
    }

    /// A literal of the language, `1e-3` or `0.25`; exact where the fraction is small enough.
    pub fn parse(literal: &str) -> Option<Self> {
        let plain: String = literal.chars().filter(|&c| c != '_').collect();
        let value: f64 = plain.parse().ok().filter(|value: &f64| value.is_finite())?;
        Some(Self::decimal(&plain).unwrap_or(Self::float(value)))
    }

    /// The exact value of a decimal literal.
    fn decimal(literal: &str) -> Option<Self> {
        let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (literal, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let shift = exponent.checked_sub(i32::try_from(part.len()).ok()?)?;
        let power = 10i128.checked_pow(shift.unsigned_abs())?;
        let exact = if shift >= 0 {
            Self::reduced(digits.checked_mul(power)?, 1)
        } else {
            Self::reduced(digits, power)
        };
        exact.is_exact().then_some(exact)
    }

    fn reduced(numerator: i128, denominator: i128) -> Self {
        let divisor = greatest_common_divisor(numerator, denominator).max(1) * denominator.signum();
        if divisor == 0 {
            return Self(Repr::Float(numerator as f64 / denominator as f64));
        }
        let (top, bottom) = (numerator / divisor, denominator / divisor);
        if top.abs() < LIMIT && bottom < LIMIT {
            Self(Repr::Fraction(top as i64, bottom as i64))
        } else {
            Self::float(numerator as f64 / denominator as f64)
        }
    }

    /// Its value as a float.
    pub fn value(self) -> f64 {
        match self.0 {
            Repr::Fraction(top, bottom) => top as f64 / bottom as f64,
            Repr::Float(value) => value,
        }
    }

    /// Whether it is a fraction, and arithmetic with it exact.
    fn is_exact(self) -> bool {
        matches!(self.0, Repr::Fraction(..))
    }

    /// Its value where it is a whole number.
    pub fn as_integer(self) -> Option<i64> {
        match self.0 {
            Repr::Fraction(top, 1) => Some(top),
            _ => None,
        }
    }

    /// Numerator and denominator where it is a fraction and no whole number.
    pub fn as_fraction(self) -> Option<(i64, i64)> {
        match self.0 {
            Repr::Fraction(top, bottom) if bottom != 1 => Some((top, bottom)),
            _ => None,
        }
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Whether it is 1.
    pub fn is_one(self) -> bool {
        self == Self::ONE
    }

    /// Whether it is below 0.
    pub fn is_negative(self) -> bool {
        self.value() < 0.0
    }

    /// Its absolute value.
    pub fn abs(self) -> Self {
        if self.is_negative() { -self } else { self }
    }

    /// `self` to the power of `exponent`; exact for small whole exponents.
    pub fn power(self, exponent: Self) -> Self {
        match exponent.as_integer() {
            Some(n @ -16..=16) if self.is_exact() => {
                let base = if n < 0 { Self::ONE / self } else { self };
                (0..n.abs()).fold(Self::ONE, |product, _| product * base)
            }
            _ => Self::float(self.value().powf(exponent.value())),
        }
    }

    /// The square root where it is exact.
    pub fn exact_root(self) -> Option<Self> {
        let Repr::Fraction(top, bottom) = self.0 else {
            return None;
        };
        let root = |n: i64| Some(n.isqrt()).filter(|root| root * root == n);
        (top >= 0).then_some(())?;
        Some(Self::fraction(root(top)?, root(bottom)?))
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Applies the exact operation to two fractions, the float operation otherwise.
fn combine(
    left: Number,
    right: Number,
    exact: impl Fn(i128, i128, i128, i128) -> (i128, i128),
    float: impl Fn(f64, f64) -> f64,
) -> Number {
    match (left.0, right.0) {
        (Repr::Fraction(a, b), Repr::Fraction(c, d)) => {
            let (top, bottom) = exact(a.into(), b.into(), c.into(), d.into());
            Number::reduced(top, bottom)
        }
        _ => Number::float(float(left.value(), right.value())),
    }
}

impl Add for Number {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        combine(
            self,
            other,
            |a, b, c, d| (a * d + c * b, b * d),
            |x, y| x + y,
        )
    }
}

impl Sub for Number {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Number {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        combine(self, other, |a, b, c, d| (a * c, b * d), |x, y| x * y)
    }
}

impl Div for Number {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        combine(self, other, |a, b, c, d| (a * d, b * c), |x, y| x / y)
    }
}

impl Neg for Number {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO.minus(self)
    }
}

impl Number {
    fn minus(self, other: Self) -> Self {
        combine(
            self,
            other,
            |a, b, c, d| (a * d - c * b, b * d),
            |x, y| x - y,
        )
    }
}

impl Ord for Number {
    /// Numbers are ordered by value, so that rewriting is deterministic; every NaN equals itself.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.value() + 0.0).total_cmp(&(other.value() + 0.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    /// The shortest way to write it: `½`, `0.01`, `2/3`, `1.0507009873554805`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "−" } else { "" };
        let magnitude = self.abs();
        match magnitude.as_fraction() {
            Some((1, 2)) => write!(formatter, "{sign}½"),
            Some((top, bottom)) if !is_decimal(bottom) => write!(formatter, "{sign}{top}/{bottom}"),
            _ => {
                let value = magnitude.value();
                let tiny = value != 0.0 && value < 1e-4;
                if tiny || value >= 1e15 {
                    write!(formatter, "{sign}{value:e}")
                } else {
                    write!(formatter, "{sign}{value}")
                }
            }
        }
    }
}

/// Whether a fraction with this denominator has a finite decimal expansion.
fn is_decimal(denominator: i64) -> bool {
    let mut rest = denominator;
    for factor in [2, 5] {
        while rest % factor == 0 {
            rest /= factor;
        }
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn fractions_are_exact_and_floats_take_over() {
        let third = Number::fraction(1, 49);
        assert_eq!(third * Number::integer(49), Number::ONE);
        assert_eq!(
            Number::parse("0.1").map(|n| n + Number::parse("0.2").unwrap_or(n)),
            Number::parse("0.3")
        );
        assert_eq!(Number::parse("1e-3"), Some(Number::fraction(1, 1000)));
        assert_eq!(Number::parse("1e400"), None);
        let large = Number::integer(i32::MAX);
        assert_eq!(
            (large * large).value(),
            f64::from(i32::MAX) * f64::from(i32::MAX)
        );
        assert!((Number::ONE / Number::ZERO).value().is_infinite());
        assert_eq!(Number::fraction(2, -4), Number::fraction(-1, 2));
    }

    #[test]
    fn powers_and_roots() {
        assert_eq!(
            Number::integer(-2).power(Number::integer(-3)),
            Number::fraction(-1, 8)
        );
        assert_eq!(
            Number::fraction(4, 9).exact_root(),
            Some(Number::fraction(2, 3))
        );
        assert_eq!(Number::integer(2).exact_root(), None);
    }

    #[test]
    fn display_is_short() {
        let shown: Vec<String> = [
            "0.5",
            "0.01",
            "1e-8",
            "1.0507009873554805",
            "64",
            "0.044715",
        ]
        .into_iter()
        .filter_map(Number::parse)
        .map(|number| number.to_string())
        .collect();
        assert_eq!(
            shown,
            ["½", "0.01", "1e-8", "1.0507009873554805", "64", "0.044715"]
        );
        assert_eq!(Number::fraction(-2, 3).to_string(), "−2/3");
    }
}
