//! The functions of equations in plain loops at every level: an item is one number.
//!
//! `cargo bench -p mlp-runtime --bench functions [-- PART]` takes those whose name has PART in it.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mlp_runtime::Scalar;
use mlp_runtime::kernel::{Level, f32 as single, f64 as double};

fn main() {
    divan::main();
}

/// So many numbers stay in the first cache.
const LENGTH: usize = 2048;

/// A function of numbers from −3.9 to 4.1.
#[inline(always)]
fn over<S: Scalar>(bencher: Bencher<'_, '_>, level: Level, function: impl Fn(Level, S) -> S) {
    let inputs = (0..LENGTH).map(|i| S::from_f64(i as f64 / 256.0 - 3.9));
    let inputs: Vec<S> = inputs.collect();
    let mut outputs = vec![S::ZERO; LENGTH];
    bencher.counter(ItemsCount::new(LENGTH)).bench_local(|| {
        level.run(
            #[inline(always)]
            |level| {
                for (output, input) in outputs.iter_mut().zip(black_box(&inputs)) {
                    *output = function(level, *input);
                }
            },
        );
        black_box(&mut outputs);
    });
}

macro_rules! functions {
    ($module:ident, $float:ident, $($name:ident: $function:expr),+) => {
        mod $module {
            use super::*;

            $(
                #[divan::bench(args = Level::available(), sample_count = 400)]
                fn $name(bencher: Bencher<'_, '_>, level: Level) {
                    over::<$float>(bencher, level, $function);
                }
            )+
        }
    };
}

functions!(
    in_f32,
    f32,
    identity: |_, x: f32| x,
    exp: |_, x| single::exp(x),
    exp_at: single::exp_at,
    exp_m1_at: single::exp_m1_at,
    ln_at: |level, x: f32| single::ln_at(level, x.abs()),
    ln_1p_at: |level, x: f32| single::ln_1p_at(level, x.abs()),
    softplus: |_, x| single::softplus(x),
    softplus_at: single::softplus_at,
    sigmoid: |_, x| single::sigmoid(x),
    sigmoid_at: single::sigmoid_at,
    tanh: |_, x| single::tanh(x),
    tanh_at: single::tanh_at,
    erf: |_, x| single::erf(x),
    erf_at: single::erf_at,
    silu: |level, x: f32| x * single::sigmoid_at(level, x),
    gelu: |level, x: f32| {
        0.5 * x * (1.0 + single::erf_at(level, x * core::f32::consts::FRAC_1_SQRT_2))
    },
    sin: |_, x| single::sin(x),
    sqrt: |_, x: f32| single::sqrt(x.abs())
);

functions!(
    in_f64,
    f64,
    exp_at: double::exp_at,
    ln_at: |level, x: f64| double::ln_at(level, x.abs()),
    softplus_at: double::softplus_at,
    sigmoid_at: double::sigmoid_at,
    tanh_at: double::tanh_at,
    erf_at: double::erf_at,
    sin: |_, x| double::sin(x)
);
