//! The largest error of each function over all numbers of single precision, in ulp of the exact result.
//!
//! `cargo run --release -p mlp-runtime --example accuracy [-- STEP]` takes some minutes; with a step of 1000 only every
//! thousandth number is tried, which takes a second.

use std::thread;

use mlp_runtime::kernel::{Level, f32 as single};

/// A function, the same at a level, and what is exact.
struct Function {
    name: &'static str,
    plain: fn(f32) -> f32,
    at: fn(Level, f32) -> f32,
    exact: fn(f64) -> f64,
}

const FUNCTIONS: [Function; 8] = [
    Function {
        name: "exp",
        plain: single::exp,
        at: single::exp_at,
        exact: libm::exp,
    },
    Function {
        name: "exp_m1",
        plain: single::exp_m1,
        at: single::exp_m1_at,
        exact: libm::expm1,
    },
    Function {
        name: "sigmoid",
        plain: single::sigmoid,
        at: single::sigmoid_at,
        exact: |x| {
            let e = libm::exp(-x.abs());
            if x < 0.0 {
                e / (1.0 + e)
            } else {
                1.0 / (1.0 + e)
            }
        },
    },
    Function {
        name: "tanh",
        plain: single::tanh,
        at: single::tanh_at,
        exact: libm::tanh,
    },
    Function {
        name: "ln",
        plain: single::ln,
        at: single::ln_at,
        exact: libm::log,
    },
    Function {
        name: "ln_1p",
        plain: single::ln_1p,
        at: single::ln_1p_at,
        exact: libm::log1p,
    },
    Function {
        name: "softplus",
        plain: single::softplus,
        at: single::softplus_at,
        exact: |x| x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
    },
    Function {
        name: "erf",
        plain: single::erf,
        at: single::erf_at,
        exact: libm::erf,
    },
];

/// The largest error so far, and the argument where it is.
type Worst = (f64, f32);

/// The error of a result in ulp. Where the exact result is below the smallest normal number, 0 is no error; beyond the
/// largest, and where it is no number, the result has to be the same.
fn error(result: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if result == rounded || result.is_nan() && rounded.is_nan() {
        // Within half an ulp, which is less than all that is looked for.
        return 0.0;
    }
    if result == 0.0 && exact.abs() < f64::from(f32::MIN_POSITIVE) {
        return 0.0;
    }
    let exponent = ((exact.to_bits() >> 52 & 0x7ff) as i32 - 1023).max(-126);
    let ulp = f64::from_bits(((exponent - 23 + 1023) as u64) << 52);
    (f64::from(result) - exact).abs() / ulp
}

/// The errors of both forms of a function for the numbers whose bits are `first`, `first + step`, …
fn worst(function: &Function, level: Level, first: u32, step: usize) -> [Worst; 2] {
    let mut worst = [(0.0, 0.0); 2];
    for bits in (first..=u32::MAX).step_by(step) {
        let x = f32::from_bits(bits);
        let exact = (function.exact)(f64::from(x));
        let results = [(function.plain)(x), (function.at)(level, x)];
        for (worst, result) in worst.iter_mut().zip(results) {
            let error = error(result, exact);
            if error > worst.0 {
                *worst = (error, x);
            }
        }
    }
    worst
}

fn main() {
    let step = std::env::args()
        .nth(1)
        .and_then(|step| step.parse().ok())
        .unwrap_or(1_usize);
    let level = Level::best();
    println!("{:10} {:>26} {:>26}", "", "plain", level.name());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    for function in &FUNCTIONS {
        let parts = thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|part| {
                    let first = (part * step) as u32;
                    scope.spawn(move || worst(function, level, first, step * threads))
                })
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().expect("no panic"))
                .collect::<Vec<_>>()
        });
        print!("{:10}", function.name);
        for form in 0..2 {
            let (error, x) =
                parts
                    .iter()
                    .map(|part| part[form])
                    .fold(
                        (0.0, 0.0),
                        |worst: Worst, part| if part.0 > worst.0 { part } else { worst },
                    );
            print!(" {error:7.3} at {x:<15e}");
        }
        println!();
    }
}
