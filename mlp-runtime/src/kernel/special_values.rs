//! What the functions give at the ends of their domains, in both precisions.

macro_rules! special_values {
    ($float:ident, $tiny:expr) => {
        mod $float {
            use crate::kernel::$float as kernel;

            const INFINITY: $float = $float::INFINITY;
            const NAN: $float = $float::NAN;

            #[test]
            fn not_a_number_stays_so() {
                let functions: [fn($float) -> $float; 12] = [
                    kernel::exp,
                    kernel::exp_m1,
                    kernel::ln,
                    kernel::ln_1p,
                    kernel::sqrt,
                    kernel::sqrt_in_software,
                    kernel::sin,
                    kernel::cos,
                    kernel::tanh,
                    kernel::sigmoid,
                    kernel::erf,
                    kernel::softplus,
                ];
                for function in functions {
                    assert!(function(NAN).is_nan());
                }
                assert!(kernel::logsumexp(&[1.0, NAN, 2.0]).is_nan());
                assert!(kernel::logsumexp(&[NAN]).is_nan());
            }

            #[test]
            fn exponentials_saturate() {
                assert_eq!(kernel::exp(-INFINITY), 0.0);
                assert_eq!(kernel::exp(-1e30), 0.0);
                assert_eq!(kernel::exp(0.0), 1.0);
                assert_eq!(kernel::exp(1e30), INFINITY);
                assert_eq!(kernel::exp(INFINITY), INFINITY);
                assert_eq!(kernel::exp($float::MIN_POSITIVE.ln() - 1e-3), 0.0);
                assert!(kernel::exp($float::MIN_POSITIVE.ln() + 1e-3) >= $float::MIN_POSITIVE);
                assert!(kernel::exp($float::MAX.ln() - 1e-3).is_finite());
                assert_eq!(kernel::exp($float::MAX.ln() + 1e-3), INFINITY);
                assert_eq!(kernel::exp_m1(-INFINITY), -1.0);
                assert_eq!(kernel::exp_m1(INFINITY), INFINITY);
                assert_eq!(kernel::exp_m1($tiny), $tiny);
            }

            #[test]
            fn logarithms_have_their_poles() {
                for zero in [0.0, -0.0] {
                    assert_eq!(kernel::ln(zero), -INFINITY);
                }
                assert_eq!(kernel::ln(1.0), 0.0);
                assert_eq!(kernel::ln(INFINITY), INFINITY);
                assert!(kernel::ln(-1.0).is_nan() && kernel::ln(-INFINITY).is_nan());
                assert_eq!(kernel::ln_1p(-1.0), -INFINITY);
                assert_eq!(kernel::ln_1p(INFINITY), INFINITY);
                assert_eq!(kernel::ln_1p($tiny), $tiny);
                assert!(kernel::ln_1p(-1.5).is_nan() && kernel::ln_1p(-INFINITY).is_nan());
            }

            #[test]
            fn square_roots_of_the_ends() {
                for root in [kernel::sqrt, kernel::sqrt_in_software] {
                    assert_eq!(root(0.0), 0.0);
                    assert!(root(-0.0).is_sign_negative());
                    assert_eq!(root(INFINITY), INFINITY);
                    assert!(root(-1.0).is_nan() && root(-INFINITY).is_nan());
                    assert_eq!(root(16.0), 4.0);
                }
            }

            #[test]
            fn sigmoids_saturate_and_keep_small_arguments() {
                assert_eq!(kernel::sigmoid(-INFINITY), 0.0);
                assert_eq!(kernel::sigmoid(INFINITY), 1.0);
                assert_eq!(kernel::sigmoid(0.0), 0.5);
                for (function, slope) in [
                    (kernel::tanh as fn($float) -> $float, 1.0),
                    (kernel::erf, core::f64::consts::FRAC_2_SQRT_PI as $float),
                ] {
                    assert_eq!(function(INFINITY), 1.0);
                    assert_eq!(function(-INFINITY), -1.0);
                    assert_eq!(function(1e30), 1.0);
                    assert!(function(-0.0).is_sign_negative());
                    assert!((function(-$tiny) / (-$tiny * slope) - 1.0).abs() < 1e-6);
                }
            }

            #[test]
            fn softplus_is_the_identity_far_out_and_tiny_far_below() {
                assert_eq!(kernel::softplus(INFINITY), INFINITY);
                assert_eq!(kernel::softplus(-INFINITY), 0.0);
                assert_eq!(kernel::softplus(1000.0), 1000.0);
                assert_eq!(kernel::softplus(-80.0), kernel::exp(-80.0));
                assert_eq!(kernel::softplus(0.0), core::$float::consts::LN_2);
            }

            #[test]
            fn sums_of_exponentials_are_shifted() {
                let ln_2 = core::$float::consts::LN_2;
                assert_eq!(kernel::logsumexp(&[]), -INFINITY);
                assert_eq!(kernel::logsumexp(&[-INFINITY; 3]), -INFINITY);
                assert_eq!(kernel::logsumexp(&[1.0, INFINITY, -INFINITY]), INFINITY);
                assert_eq!(kernel::logsumexp(&[-INFINITY, 7.0]), 7.0);
                assert_eq!(kernel::logsumexp(&[1e4, 1e4]), 1e4 + ln_2);
                assert_eq!(kernel::logsumexp(&[-1e4, -1e4]), -1e4 + ln_2);
                // More than one row of lanes, and a rest.
                let sum = kernel::logsumexp(&[3.0; 21]);
                assert!((sum - (3.0 + (21.0 as $float).ln())).abs() < 1e-6);
            }

            #[test]
            fn a_softmax_neither_overflows_nor_vanishes() {
                let of = |values: [$float; 2]| {
                    let mut result = [0.0; 2];
                    kernel::softmax(&values, &mut result);
                    result
                };
                assert_eq!(kernel::softmax(&[], &mut []), -INFINITY);
                for same in [1e4, 0.0, -1e4] {
                    assert_eq!(of([same, same]), [0.5, 0.5]);
                }
                assert_eq!(of([-1e4, 1e4]), [0.0, 1.0]);
                assert_eq!(of([7.0, -INFINITY]), [1.0, 0.0]);
                assert!(of([NAN, 0.0]).iter().all(|value| value.is_nan()));
                for without in [[INFINITY, INFINITY], [-INFINITY, -INFINITY]] {
                    assert!(of(without).iter().all(|value| value.is_nan()));
                }
            }
        }
    };
}

special_values!(f32, 1e-30);
special_values!(f64, 1e-300);
