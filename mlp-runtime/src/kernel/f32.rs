//! The functions in single precision, computed in single precision throughout: microcontrollers have no `f64` unit.

use super::error_function::error_function;
use super::exponential::exponential;
use super::fused::single;
use super::level::Level;
use super::logarithm::logarithm;
use super::power::power;
use super::root::root;
use super::softmax::softmax;
use super::trigonometry::trigonometry;

const MANTISSA_BITS: u32 = 23;
const BIAS: u32 = 127;
/// The bits of 1, twice: less the bits of a power of two, they are the bits of its inverse.
const ONE_TWICE: u32 = (2 * BIAS) << MANTISSA_BITS;
/// 1.5·2²³: no float of this size has a fraction.
const ROUNDING: f32 = 12_582_912.0;
/// `ROUNDING` and the bias: the whole number in its low bits is an exponent as a float has it.
const BIASED_ROUNDING: f32 = ROUNDING + 127.0;
/// From here on every float is an even whole number.
const WHOLE: f32 = 16_777_216.0;
/// 2²⁴ lifts every denormal into the normal range.
const DENORMAL_SCALE: f32 = 16_777_216.0;
const DENORMAL_EXPONENT: f32 = 24.0;
/// 2¹² + 1.
const HALVING: f32 = 4097.0;
/// Its product with the logarithm of the float next to 1 still overflows `exp`.
const EXPONENT_LIMIT: f32 = 1e12;
const SQRT_HALF: f32 = core::f32::consts::FRAC_1_SQRT_2;

/// ln 2 in two pieces; the first has 15 bits.
const LN_2_HIGH: f32 = 0.69314575;
const LN_2_LOW: f32 = 1.4286068e-6;
const TWO_THIRDS: f32 = 0.6666667;
const TWO_THIRDS_LOW: f32 = -1.9868216e-8;
/// π/2 in pieces; all but the last have 8 bits.
const HALF_PI_PIECES: [f32; 4] = [1.5703125, 0.0004825592, 1.2665987e-6, 9.920936e-10];

/// The logarithm of the smallest normal number.
const EXP_LOWEST: f32 = -87.33654;
/// The logarithm of the largest.
const EXP_HIGHEST: f32 = 88.72283;
/// Somewhat above it.
const EXP_M1_HIGHEST: f32 = 89.0;
/// Here eˣ − 1 has long been −1.
const EXP_M1_LOWEST: f32 = -20.0;
/// (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2; relative error of eʳ − 1: 2.4·10⁻⁸.
const EXP: [f32; 5] = [0.5, 0.16666576, 0.041666556, 0.00836319, 0.0013926198];

/// (2 atanh s − 2s) / s³ in s² for √½ ≤ (1 + s) / (1 − s) ≤ √2; relative error of 2 atanh s: 2.5·10⁻⁹.
const LN: [f32; 3] = [0.66666687, 0.3998876, 0.29580986];
/// The same for 1 ≤ (1 + s) / (1 − s) ≤ 2; 9.6·10⁻¹⁰.
const LN_TO_2: [f32; 5] = [0.6666667, 0.39999706, 0.28592357, 0.21706575, 0.2322433];
/// (2 atanh s − 2s − ⅔s³) / s⁵ in s², likewise; 6.4·10⁻¹¹.
const POWER: [f32; 3] = [0.40000015, 0.28562218, 0.23049003];

/// From here on tanh rounds to 1.
const TANH_ONE: f32 = 9.1;

/// (sin r − r) / r³ in r² for |r| ≤ π/4; relative error of sin r: 3.4·10⁻⁹.
const SIN: [f32; 4] = [-0.16666667, 0.008333332, -0.00019840081, 2.7249146e-6];
/// (cos r − 1 + ½r²) / r⁴ in r², likewise; 8.2·10⁻¹⁰.
const COS: [f32; 3] = [0.041666664, -0.00138883, 2.4547298e-5];

/// Where the error function goes over from its own polynomial to that of its complement.
const ERF_SPLIT: f32 = 0.93;
const ERF_ONE: f32 = 4.0;
/// (erf x − x) / x in x² up to the split; relative error of erf x: 1.6·10⁻⁸.
const ERF: [f32; 7] = [
    0.12837917,
    -0.37612635,
    0.11283691,
    -0.026859151,
    0.005200369,
    -0.0008134709,
    8.3347186e-5,
];
/// ln erfc x from the split on; relative error of erf x: 3.6·10⁻⁹.
const LN_ERFC: [f32; 8] = [
    0.00010361168,
    -1.129168,
    -0.63405013,
    -0.10751531,
    0.024639135,
    -0.003997385,
    0.0004010455,
    -1.845787e-5,
];

/// a·b + c, rounded once if `FUSED`, which [`Level::is_fused`] alone decides.
#[inline(always)]
fn mul_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { single(a, b, c) } else { a * b + c }
}

exponential!(f32, u32);
logarithm!(f32, u32);
trigonometry!(f32, u32);
error_function!(f32);
root!(f32, u32, u64);
softmax!(f32);
power!(f32, i32);

/// 1 − erf x for `ERF_SPLIT` ≤ x ≤ `ERF_ONE`.
#[inline(always)]
fn complementary_error<const FUSED: bool>(x: f32) -> f32 {
    exp_of_negative::<FUSED>(polynomial::<FUSED, _>(&LN_ERFC, x))
}
