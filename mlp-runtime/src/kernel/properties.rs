//! What holds for every bit pattern, denormals, infinities and NaN among them.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::f32 as kernel;
use super::level::Level;

fn any_float() -> impl proptest::strategy::Strategy<Value = f32> {
    proptest::strategy::Strategy::prop_map(any::<u32>(), f32::from_bits)
}

proptest! {
    #[test]
    fn results_stay_in_their_range(x in any_float()) {
        let within = |y: f32, low: f32, high: f32| y.is_nan() || (low..=high).contains(&y);
        prop_assert!(within(kernel::exp(x), 0.0, f32::INFINITY));
        prop_assert!(within(kernel::exp_m1(x), -1.0, f32::INFINITY));
        prop_assert!(within(kernel::sigmoid(x), 0.0, 1.0));
        prop_assert!(within(kernel::softplus(x), 0.0, f32::INFINITY));
        for function in [kernel::tanh, kernel::erf, kernel::sin, kernel::cos] {
            prop_assert!(within(function(x), -1.0, 1.0));
        }
    }

    #[test]
    fn only_not_a_number_gives_it(x in any_float()) {
        for function in [kernel::exp, kernel::exp_m1, kernel::sigmoid, kernel::softplus, kernel::tanh, kernel::erf] {
            prop_assert_eq!(function(x).is_nan(), x.is_nan());
        }
        for function in [kernel::sin, kernel::cos] {
            prop_assert_eq!(function(x).is_nan(), !x.is_finite());
        }
        prop_assert_eq!(kernel::ln(x).is_nan(), x.is_nan() || x < 0.0);
        prop_assert_eq!(kernel::ln_1p(x).is_nan(), x.is_nan() || x < -1.0);
    }

    #[test]
    fn functions_at_a_level_are_those_without(x in any_float()) {
        type Plain = fn(f32) -> f32;
        type AtLevel = fn(Level, f32) -> f32;
        let pairs: [(Plain, AtLevel); 8] = [
            (kernel::exp, kernel::exp_at),
            (kernel::exp_m1, kernel::exp_m1_at),
            (kernel::sigmoid, kernel::sigmoid_at),
            (kernel::tanh, kernel::tanh_at),
            (kernel::ln, kernel::ln_at),
            (kernel::ln_1p, kernel::ln_1p_at),
            (kernel::softplus, kernel::softplus_at),
            (kernel::erf, kernel::erf_at),
        ];
        for (plain, at_level) in pairs {
            for level in Level::available() {
                let (plain, at_level) = (plain(x), at_level(level, x));
                // Neighbours have neighbouring bits.
                let steps = (plain.to_bits() as i32).abs_diff(at_level.to_bits() as i32);
                prop_assert!(steps <= 4 || plain.is_nan() && at_level.is_nan(), "{}: {} and {}", x, plain, at_level);
            }
        }
    }

    #[test]
    fn tanh_and_erf_are_odd(x in any_float()) {
        for function in [kernel::tanh, kernel::erf] {
            prop_assert!(x.is_nan() || function(-x) == -function(x));
        }
        for function in [kernel::tanh_at, kernel::erf_at] {
            for level in Level::available() {
                prop_assert!(x.is_nan() || function(level, -x) == -function(level, x));
            }
        }
    }

    #[test]
    fn square_roots_are_those_of_libm(x in any_float()) {
        let (root, expected) = (kernel::sqrt_in_software(x), libm::sqrtf(x));
        prop_assert!(root == expected || root.is_nan() && expected.is_nan());
    }

    #[test]
    fn powers_are_those_of_libm(x in any_float(), exponent in -4.0_f32..4.0) {
        for exponent in [exponent, exponent.round()] {
            let (power, expected) = (kernel::power(x, exponent), libm::powf(x, exponent));
            let flushed = expected.abs() < f32::MIN_POSITIVE && power == 0.0;
            let close = power == expected || (power - expected).abs() <= 4.0 * f32::EPSILON * expected.abs();
            prop_assert!(flushed || close || power.is_nan() && expected.is_nan(), "{}^{}: {} not {}", x, exponent, power, expected);
        }
    }

    #[test]
    fn logsumexp_lies_between_the_largest_and_it_plus_the_logarithm_of_the_length(
        values in proptest::collection::vec(-1e3_f32..1e3, 1..40)
    ) {
        let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let result = kernel::logsumexp(&values);
        let slack = 1e-6 * largest.abs().max(1.0);
        prop_assert!(result >= largest && result <= largest + (values.len() as f32).ln() + slack);
    }

    #[test]
    fn a_softmax_is_the_exponentials_over_their_sum(
        values in proptest::collection::vec(-1e3_f32..1e3, 1..40)
    ) {
        let mut result = std::vec![0.0; values.len()];
        let total = kernel::softmax(&values, &mut result);
        prop_assert_eq!(total.to_bits(), kernel::logsumexp(&values).to_bits());
        let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponentials = values.iter().map(|value| f64::from(value - largest).exp());
        let exponentials: std::vec::Vec<f64> = exponentials.collect();
        let sum: f64 = exponentials.iter().sum();
        for (result, exponential) in result.iter().zip(&exponentials) {
            let expected = exponential / sum;
            let close = (f64::from(*result) - expected).abs() <= 4e-7 * expected + 1e-44;
            let flushed = *result == 0.0 && expected < 2.0 * f64::from(f32::MIN_POSITIVE);
            prop_assert!(close || flushed, "{} not {}", result, expected);
        }
    }
}
