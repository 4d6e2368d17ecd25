//! The functions in double precision.

use super::error_function::error_function;
use super::exponential::exponential;
use super::fused::double;
use super::level::Level;
use super::logarithm::logarithm;
use super::power::power;
use super::root::root;
use super::softmax::softmax;
use super::trigonometry::trigonometry;

const MANTISSA_BITS: u64 = 52;
const BIAS: u64 = 1023;
/// The bits of 1, twice: less the bits of a power of two, they are the bits of its inverse.
const ONE_TWICE: u64 = (2 * BIAS) << MANTISSA_BITS;
/// 1.5·2⁵²: no float of this size has a fraction.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// `ROUNDING` and the bias: the whole number in its low bits is an exponent as a float has it.
const BIASED_ROUNDING: f64 = ROUNDING + 1023.0;
/// From here on every float is an even whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;
/// 2⁵⁴ lifts every denormal into the normal range.
const DENORMAL_SCALE: f64 = 18_014_398_509_481_984.0;
const DENORMAL_EXPONENT: f64 = 54.0;
/// 2²⁷ + 1.
const HALVING: f64 = 134_217_729.0;
/// Its product with the logarithm of the float next to 1 still overflows `exp`.
const EXPONENT_LIMIT: f64 = 1e20;
const SQRT_HALF: f64 = core::f64::consts::FRAC_1_SQRT_2;

/// ln 2 in two pieces; the first has 38 bits.
const LN_2_HIGH: f64 = 0.6931471805582987;
const LN_2_LOW: f64 = 1.6465949582897082e-12;
const TWO_THIRDS: f64 = 0.6666666666666666;
const TWO_THIRDS_LOW: f64 = 3.700743415417188e-17;
/// π/2 in pieces; all but the last have 33 bits.
const HALF_PI_PIECES: [f64; 3] = [
    1.5707963267341256,
    6.077100506303966e-11,
    2.0222662487959506e-21,
];

/// The logarithm of the smallest normal number.
const EXP_LOWEST: f64 = -708.3964185322641;
/// The logarithm of the largest.
const EXP_HIGHEST: f64 = 709.782712893384;
/// Somewhat above it.
const EXP_M1_HIGHEST: f64 = 710.0;
/// Here eˣ − 1 has long been −1.
const EXP_M1_LOWEST: f64 = -40.0;
/// (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2; relative error of eʳ − 1: 8.3·10⁻¹⁹.
const EXP: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326124,
    0.0013888888888883742,
    0.00019841269874858612,
    2.4801587325574868e-5,
    2.7557255352032673e-6,
    2.7557273608709007e-7,
    2.51052370507603e-8,
    2.0914701283103285e-9,
];

/// (2 atanh s − 2s) / s³ in s² for √½ ≤ (1 + s) / (1 − s) ≤ √2; relative error of 2 atanh s: 4.2·10⁻¹⁸.
const LN: [f64; 7] = [
    0.666666666666667,
    0.3999999999989889,
    0.28571428626253864,
    0.22222211089376664,
    0.181828924326972,
    0.153316117176995,
    0.1461780719892111,
];
/// The same for 1 ≤ (1 + s) / (1 − s) ≤ 2; 2.1·10⁻¹⁸.
const LN_TO_2: [f64; 11] = [
    0.6666666666666666,
    0.39999999999999525,
    0.285714285716001,
    0.2222222219823677,
    0.18181819897962714,
    0.1538454396486055,
    0.13335178631449257,
    0.11734279061303197,
    0.10845178394880015,
    0.07492143795550767,
    0.1563057780092285,
];
/// (2 atanh s − 2s − ⅔s³) / s⁵ in s², likewise; 1.2·10⁻¹⁹.
const POWER: [f64; 7] = [
    0.4000000000000003,
    0.2857142857133801,
    0.2222222227132683,
    0.18181808210919345,
    0.15385577463451755,
    0.13285868833644368,
    0.12914712224694594,
];

/// From here on tanh rounds to 1.
const TANH_ONE: f64 = 19.1;

/// (sin r − r) / r³ in r² for |r| ≤ π/4; relative error of sin r: 2.1·10⁻¹⁷.
const SIN: [f64; 6] = [
    -0.16666666666666666,
    0.008333333333330918,
    -0.0001984126983671243,
    2.7557316078656716e-6,
    -2.505112687221229e-8,
    1.591777153161609e-10,
];
/// (cos r − 1 + ½r²) / r⁴ in r², likewise; 1.2·10⁻¹⁸.
const COS: [f64; 6] = [
    0.041666666666666664,
    -0.0013888888888887378,
    2.4801587298736822e-5,
    -2.755731725678106e-7,
    2.087614315748681e-9,
    -1.1382408611707654e-11,
];

/// Where the error function goes over from its own polynomial to its complement.
const ERF_SPLIT: f64 = 1.0;
const ERF_ONE: f64 = 6.0;
/// (erf x − x) / x in x² up to the split; relative error of erf x: 2.0·10⁻¹⁷.
const ERF: [f64; 13] = [
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954879,
    -0.026866170645076792,
    0.0052239776248180145,
    -0.0008548326980833789,
    0.00012055331111642686,
    -1.492559526683065e-5,
    1.6461000484113562e-6,
    -1.6350312700978063e-7,
    1.4659775273566131e-8,
    -1.1372848855042739e-9,
    5.957176144952467e-11,
];
/// e^x²·erfc x from the split on, with the next; relative error of erf x: 3.0·10⁻¹⁷.
const ERFC_NUMERATOR: [f64; 7] = [
    1.0000000756615817,
    1.66943270872327,
    1.3663698166286182,
    0.6755812249885044,
    0.21133366199409265,
    0.03994294064742913,
    0.0036864234706955818,
];
const ERFC_DENOMINATOR: [f64; 8] = [
    1.0,
    2.7978126631904594,
    3.5233594225212808,
    2.605719167030837,
    1.2328472069735186,
    0.377845379994134,
    0.07079705110155607,
    0.006534014863886336,
];

/// a·b + c, rounded once if `FUSED`, which [`Level::is_fused`] alone decides.
#[inline(always)]
fn mul_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { double(a, b, c) } else { a * b + c }
}

exponential!(f64, u64);
logarithm!(f64, u64);
trigonometry!(f64, u64);
error_function!(f64);
root!(f64, u64, u128);
softmax!(f64);
power!(f64, i64);

/// 1 − erf x for `ERF_SPLIT` ≤ x ≤ `ERF_ONE`.
#[inline(always)]
fn complementary_error<const FUSED: bool>(x: f64) -> f64 {
    let numerator = polynomial::<FUSED, _>(&ERFC_NUMERATOR, x);
    let denominator = polynomial::<FUSED, _>(&ERFC_DENOMINATOR, x);
    exp_of_negative::<FUSED>(-x * x) * numerator / denominator
}
