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
                            |_| {
                                for (output, input) in outputs.iter_mut().zip(black_box(&inputs)) {
                                    *output = function(*input);
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
        "f32 identity": |x: f32| x,
        "f32 exp": single::exp,
        "f32 exp_m1": single::exp_m1,
        "f32 ln": |x: f32| single::ln(x.abs()),
        "f32 ln_1p": |x: f32| single::ln_1p(x.abs()),
        "f32 softplus": single::softplus,
        "f32 sigmoid": single::sigmoid,
        "f32 tanh": single::tanh,
        "f32 erf": single::erf,
        "f32 silu": |x: f32| x * single::sigmoid(x),
        "f32 gelu": |x: f32| 0.5 * x * (1.0 + single::erf(x * core::f32::consts::FRAC_1_SQRT_2)),
        "f32 sin": single::sin,
        "f32 sqrt": |x: f32| single::sqrt(x.abs())
    );
    functions!(
        f64,
        "f64 exp": double::exp,
        "f64 ln": |x: f64| double::ln(x.abs()),
        "f64 softplus": double::softplus,
        "f64 sigmoid": double::sigmoid,
        "f64 tanh": double::tanh,
        "f64 erf": double::erf,
        "f64 sin": double::sin
    );
}
