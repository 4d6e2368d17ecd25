//! The functions of equations in plain loops: nanoseconds for an element at every level.
//!
//! `cargo bench -p mlp-runtime --bench functions`

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp_runtime::kernel::{Level, f32 as single, f64 as double};

/// So many numbers stay in the first cache.
const LENGTH: usize = 2048;
const BLOCKS: usize = 400;
const BLOCK: Duration = Duration::from_micros(100);

/// The time of one run for each element in nanoseconds: that of the fastest of many short blocks, as others may use the
/// machine.
fn time(mut run: impl FnMut()) -> f64 {
    let mut runs = 1_u32;
    let mut block = |runs: u32| {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        start.elapsed()
    };
    while block(runs) < BLOCK {
        runs *= 2;
    }
    let fastest = (0..BLOCKS).map(|_| block(runs)).min().unwrap_or_default();
    fastest.as_secs_f64() * 1e9 / f64::from(runs) / LENGTH as f64
}

macro_rules! functions {
    ($float:ident, $($name:literal: $function:expr),+) => {
        $({
            let inputs: Vec<$float> = (0..LENGTH).map(|i| i as $float / 256.0 - 3.9).collect();
            let mut outputs = vec![0.0; LENGTH];
            let function = $function;
            let times: Vec<String> = Level::available()
                .map(|level| {
                    let time = time(|| {
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
                    format!("{time:8.3}")
                })
                .collect();
            println!("{:20} {}", $name, times.concat());
        })+
    };
}

fn main() {
    for level in Level::available() {
        print!("{:>20}", level.name());
    }
    println!();
    functions!(
        f32,
        "f32 identity": |_, x: f32| x,
        "f32 exp": |_, x| single::exp(x),
        "f32 exp_at": single::exp_at,
        "f32 exp_m1_at": single::exp_m1_at,
        "f32 ln_at": |level, x: f32| single::ln_at(level, x.abs()),
        "f32 ln_1p_at": |level, x: f32| single::ln_1p_at(level, x.abs()),
        "f32 softplus": |_, x| single::softplus(x),
        "f32 softplus_at": single::softplus_at,
        "f32 sigmoid": |_, x| single::sigmoid(x),
        "f32 sigmoid_at": single::sigmoid_at,
        "f32 tanh": |_, x| single::tanh(x),
        "f32 tanh_at": single::tanh_at,
        "f32 erf": |_, x| single::erf(x),
        "f32 erf_at": single::erf_at,
        "f32 silu": |level, x: f32| x * single::sigmoid_at(level, x),
        "f32 gelu": |level, x: f32| {
            0.5 * x * (1.0 + single::erf_at(level, x * core::f32::consts::FRAC_1_SQRT_2))
        },
        "f32 sin": |_, x| single::sin(x),
        "f32 sqrt": |_, x: f32| single::sqrt(x.abs())
    );
    functions!(
        f64,
        "f64 exp_at": double::exp_at,
        "f64 ln_at": |level, x: f64| double::ln_at(level, x.abs()),
        "f64 softplus_at": double::softplus_at,
        "f64 sigmoid_at": double::sigmoid_at,
        "f64 tanh_at": double::tanh_at,
        "f64 erf_at": double::erf_at,
        "f64 sin": |_, x| double::sin(x)
    );
}
