//! The functions against the crate `libm`, on grids and at special values.
//!
//! The limits are what the documentation states. For `f32` the reference is the `f64` function, so the error is exact
//! to a millionth ulp; for `f64` it is `libm`'s, whose own error adds up to one ulp to what is measured here.

use super::level::Level;
use super::{f32 as single, f64 as double};

/// `count` points from `low` to `high`.
fn grid(low: f64, high: f64, count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(move |step| low + (high - low) * f64::from(step) / f64::from(count - 1))
}

/// Points of either sign whose magnitudes are spread evenly over the exponents 2^`low` to 2^`high`.
fn magnitudes(low: f64, high: f64, count: u32) -> impl Iterator<Item = f64> {
    grid(low, high, count).flat_map(|exponent| [libm::exp2(exponent), -libm::exp2(exponent)])
}

/// The largest error in ulp of the exact result, with the argument where it is.
fn worst_single(
    points: impl Iterator<Item = f64>,
    function: impl Fn(f32) -> f32,
    exact: impl Fn(f64) -> f64,
) -> (f64, f64) {
    points.fold((0.0, 0.0), |worst, point| {
        let x = point as f32;
        let expected = exact(f64::from(x));
        if expected.abs() < f64::from(f32::MIN_POSITIVE) {
            return worst;
        }
        let ulp = libm::exp2(libm::floor(libm::log2(expected.abs())) - 23.0);
        let error = (f64::from(function(x)) - expected).abs() / ulp;
        if error <= worst.0 {
            worst
        } else {
            (error, point)
        }
    })
}

/// Likewise in double precision.
fn worst_double(
    points: impl Iterator<Item = f64>,
    function: impl Fn(f64) -> f64,
    exact: impl Fn(f64) -> f64,
) -> (f64, f64) {
    points.fold((0.0, 0.0), |worst, x| {
        let expected = exact(x);
        if expected.abs() < f64::MIN_POSITIVE {
            return worst;
        }
        let ulp = libm::exp2(libm::floor(libm::log2(expected.abs())) - 52.0);
        let error = (function(x) - expected).abs() / ulp;
        if error <= worst.0 { worst } else { (error, x) }
    })
}

/// Both precisions of one function on grids of their own, `limits` in ulp, without a level and at each.
macro_rules! accurate {
    ($name:ident, $at:ident, $exact:expr, $single:expr, $double:expr, limits $single_limit:literal $double_limit:literal) => {
        #[test]
        fn $name() {
            accurate!($name, $exact, $single, $double, limits $single_limit $double_limit);
            for level in Level::available() {
                let name = level.name();
                let (error, at) = worst_single($single, |x| single::$at(level, x), $exact);
                assert!(error <= $single_limit, "f32, {name}: {error} ulp at {at:e}");
                let (error, at) = worst_double($double, |x| double::$at(level, x), $exact);
                let limit = $double_limit + OF_REFERENCE;
                assert!(error <= limit, "f64, {name}: {error} ulp at {at:e}");
            }
        }
    };
    ($name:ident, $exact:expr, $single:expr, $double:expr, limits $single_limit:literal $double_limit:literal) => {
        let (error, at) = worst_single($single, single::$name, $exact);
        std::println!("{} f32: {error:.3} ulp at {at:e}", stringify!($name));
        assert!(error <= $single_limit, "f32: {error} ulp at {at:e}");
        let (error, at) = worst_double($double, double::$name, $exact);
        std::println!("{} f64: {error:.3} ulp at {at:e}", stringify!($name));
        let limit = $double_limit + OF_REFERENCE;
        assert!(error <= limit, "f64: {error} ulp at {at:e}");
    };
}

const POINTS: u32 = 100_000;
/// The error of `libm` itself, in ulp.
const OF_REFERENCE: f64 = 1.0;

accurate!(exp, exp_at, libm::exp, grid(-87.3, 88.7, POINTS), grid(-708.3, 709.7, POINTS), limits 1.2 1.0);
accurate!(
    exp_m1, exp_m1_at, libm::expm1,
    grid(-19.0, 20.0, POINTS).chain(magnitudes(-40.0, 6.0, POINTS)),
    grid(-40.0, 40.0, POINTS).chain(magnitudes(-60.0, 9.0, POINTS)),
    limits 1.9 1.7
);
accurate!(
    ln, ln_at, libm::log,
    grid(0.01, 4.0, POINTS).chain(grid(-149.0, 127.9, POINTS).map(libm::exp2)),
    grid(0.01, 4.0, POINTS).chain(grid(-1074.0, 1023.9, POINTS).map(libm::exp2)),
    limits 0.9 0.8
);
accurate!(
    ln_1p, ln_1p_at, libm::log1p,
    grid(-0.9999, 4.0, POINTS).chain(magnitudes(-60.0, 127.0, POINTS).filter(|x| *x > -1.0)),
    grid(-0.9999, 4.0, POINTS).chain(magnitudes(-90.0, 127.0, POINTS).filter(|x| *x > -1.0)),
    limits 0.9 0.9
);
accurate!(
    sigmoid, sigmoid_at, |x| { let e = libm::exp(-x.abs()); if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) } },
    grid(-87.3, 30.0, POINTS), grid(-708.3, 40.0, POINTS), limits 2.5 1.8
);
accurate!(
    tanh, tanh_at, libm::tanh,
    grid(-10.0, 10.0, POINTS).chain(magnitudes(-40.0, 6.0, POINTS)),
    grid(-20.0, 20.0, POINTS).chain(magnitudes(-60.0, 6.0, POINTS)),
    limits 2.6 2.4
);
accurate!(
    softplus, softplus_at, |x| if x > 0.0 { x + libm::log1p(libm::exp(-x)) } else { libm::log1p(libm::exp(x)) },
    grid(-87.3, 100.0, POINTS), grid(-708.3, 100.0, POINTS), limits 2.1 1.8
);
accurate!(
    erf, erf_at, libm::erf,
    grid(-4.5, 4.5, POINTS).chain(magnitudes(-40.0, 3.0, POINTS)),
    grid(-6.5, 6.5, POINTS).chain(magnitudes(-60.0, 3.0, POINTS)),
    limits 1.3 1.1
);

#[test]
fn sin() {
    accurate!(sin, libm::sin, grid(-100.0, 100.0, POINTS), grid(-100.0, 100.0, POINTS), limits 2.4 1.5);
}

#[test]
fn cos() {
    accurate!(cos, libm::cos, grid(-100.0, 100.0, POINTS), grid(-100.0, 100.0, POINTS), limits 2.4 1.5);
}

#[test]
fn sines_of_large_arguments_keep_their_absolute_error() {
    let (mut of_single, mut of_double) = (0.0_f64, 0.0_f64);
    for point in grid(-1e5, 1e5, POINTS) {
        let x = point as f32;
        let exact = f64::from(x);
        of_single = of_single
            .max((f64::from(single::sin(x)) - libm::sin(exact)).abs())
            .max((f64::from(single::cos(x)) - libm::cos(exact)).abs());
        of_double = of_double
            .max((double::sin(point) - libm::sin(point)).abs())
            .max((double::cos(point) - libm::cos(point)).abs());
    }
    std::println!("up to 1e5: f32 {of_single:e}, f64 {of_double:e}");
    assert!(of_single < 1.2e-7, "f32: {of_single:e}");
    assert!(of_double < 2.3e-16, "f64: {of_double:e}");
    for x in [1e8, 3.4e38, -7e30, 1e15] {
        assert!(
            single::sin(x).abs() <= 1.0 && single::cos(x).abs() <= 1.0,
            "{x}"
        );
        let x = f64::from(x) * f64::from(x) * f64::from(x);
        assert!(
            double::sin(x).abs() <= 1.0 && double::cos(x).abs() <= 1.0,
            "{x}"
        );
    }
    assert!(single::sin(f32::INFINITY).is_nan() && double::cos(f64::NEG_INFINITY).is_nan());
}

#[test]
fn power_is_accurate_over_its_whole_range() {
    let (mut worst_of_single, mut worst_of_double) = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    for exponent in [
        -37.0, -3.0, -1.5, -0.5, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 7.25, 11.0, 40.0,
    ] {
        let exact = |x| libm::pow(x, exponent);
        let points = || {
            magnitudes(-30.0, 30.0, 4000)
                .filter(|x| *x > 0.0)
                .chain(grid(0.5, 2.0, 4000))
        };
        let in_range = |x: &f64| exact(*x).abs() < 3e38;
        let single_power = |x| single::power(x, exponent as f32);
        // 0.1 is another number in f32.
        let exact_single = |x| libm::pow(x, f64::from(exponent as f32));
        let (error, at) = worst_single(points().filter(in_range), single_power, exact_single);
        if error > worst_of_single.0 {
            worst_of_single = (error, at, exponent);
        }
        let (error, at) = worst_double(
            points().map(|x| x * x * x),
            |x| double::power(x, exponent),
            exact,
        );
        if error > worst_of_double.0 {
            worst_of_double = (error, at, exponent);
        }
    }
    std::println!("power f32: {worst_of_single:?} f64: {worst_of_double:?}");
    assert!(worst_of_single.0 <= 1.2, "f32: {worst_of_single:?}");
    assert!(
        worst_of_double.0 <= 1.1 + OF_REFERENCE,
        "f64: {worst_of_double:?}"
    );
}

/// Equal but for rounding, with equal signs also of zeros, or both NaN.
fn alike(result: f64, expected: f64) -> bool {
    let close = result == expected || (result - expected).abs() < 1e-6;
    let signs = result.is_sign_negative() == expected.is_sign_negative();
    close && signs || result.is_nan() && expected.is_nan()
}

#[test]
fn power_has_the_special_cases_of_c() {
    let bases = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.0,
        0.5,
        -0.5,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let exponents = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.0,
        3.0,
        -3.0,
        0.5,
        -0.5,
        1e300,
        -1e300,
        1e10,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    for x in bases {
        for y in exponents {
            let (result, expected) = (double::power(x, y), libm::pow(x, y));
            assert!(
                alike(result, expected),
                "{x}^{y} = {result}, not {expected}"
            );
            let (x, y) = (x as f32, y as f32);
            let (result, expected) = (single::power(x, y), libm::powf(x, y));
            let (result, expected) = (f64::from(result), f64::from(expected));
            assert!(
                alike(result, expected),
                "{x}^{y} = {result}, not {expected} in f32"
            );
        }
    }
}

#[test]
fn software_square_roots_are_those_of_the_processor() {
    for x in magnitudes(-149.0, 127.9, 20_000).filter(|x| *x > 0.0) {
        let x = x as f32;
        assert_eq!(single::sqrt_in_software(x), libm::sqrtf(x), "{x:e}");
        assert_eq!(single::sqrt(x), libm::sqrtf(x), "{x:e}");
    }
    for x in magnitudes(-1074.0, 1023.9, 20_000).filter(|x| *x > 0.0) {
        assert_eq!(double::sqrt_in_software(x), libm::sqrt(x), "{x:e}");
        assert_eq!(double::sqrt(x), libm::sqrt(x), "{x:e}");
    }
}
