//! The largest error of each function over all numbers of single precision, in ulp of the exact result, beside the error
//! that its documentation states: it fails where one is larger.
//!
//! `cargo run --release -p mlp-runtime --example accuracy [-- STEP [FUNCTION…]]` takes two minutes a function on two
//! processors; with a step of 1000 only every thousandth number is tried, which takes a second in all.

use std::process::ExitCode;
use std::thread;

use mlp_runtime::kernel::{Level, f32 as single};

/// A function, the same at a level, and what is exact.
struct Function {
    name: &'static str,
    /// The error that its documentation states.
    stated: f64,
    /// The largest magnitude of an argument for which it does.
    range: f64,
    plain: fn(f32) -> f32,
    at: fn(Level, f32) -> f32,
    exact: fn(f64) -> f64,
}

const FUNCTIONS: [Function; 11] = [
    Function {
        name: "exp",
        stated: 1.2,
        range: f64::INFINITY,
        plain: single::exp,
        at: single::exp_at,
        exact: libm::exp,
    },
    Function {
        name: "exp_m1",
        stated: 1.9,
        range: f64::INFINITY,
        plain: single::exp_m1,
        at: single::exp_m1_at,
        exact: libm::expm1,
    },
    Function {
        name: "sigmoid",
        stated: 2.5,
        range: f64::INFINITY,
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
        stated: 2.6,
        range: f64::INFINITY,
        plain: single::tanh,
        at: single::tanh_at,
        exact: libm::tanh,
    },
    Function {
        name: "ln",
        stated: 1.0,
        range: f64::INFINITY,
        plain: single::ln,
        at: single::ln_at,
        exact: libm::log,
    },
    Function {
        name: "ln_1p",
        stated: 1.0,
        range: f64::INFINITY,
        plain: single::ln_1p,
        at: single::ln_1p_at,
        exact: libm::log1p,
    },
    Function {
        name: "softplus",
        stated: 2.1,
        range: f64::INFINITY,
        plain: single::softplus,
        at: single::softplus_at,
        exact: |x| x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
    },
    Function {
        name: "erf",
        stated: 1.6,
        range: f64::INFINITY,
        plain: single::erf,
        at: single::erf_at,
        exact: libm::erf,
    },
    Function {
        name: "sin",
        stated: 2.5,
        range: 100.0,
        plain: single::sin,
        at: |_, x| single::sin(x),
        exact: libm::sin,
    },
    Function {
        name: "cos",
        stated: 2.5,
        range: 100.0,
        plain: single::cos,
        at: |_, x| single::cos(x),
        exact: libm::cos,
    },
    Function {
        name: "sqrt",
        stated: 0.5,
        range: f64::INFINITY,
        plain: single::sqrt,
        at: |_, x| single::sqrt(x),
        exact: libm::sqrt,
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
        if f64::from(x).abs() > function.range {
            continue;
        }
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

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let step = arguments.next().and_then(|step| step.parse().ok());
    let step = step.unwrap_or(1_usize).max(1);
    let names: Vec<String> = arguments.collect();
    let level = Level::best();
    println!(
        "{:10} {:>6} {:>26} {:>26}",
        "",
        "stated",
        "plain",
        level.name()
    );
    let mut exit = ExitCode::SUCCESS;
    let is_wanted =
        |function: &&Function| names.is_empty() || names.iter().any(|name| name == function.name);
    for function in FUNCTIONS.iter().filter(is_wanted) {
        let forms = over_all(function, level, step);
        print!("{:10} {:6}", function.name, function.stated);
        for (error, x) in forms {
            print!(" {error:7.3} at {x:<15e}");
            if error > function.stated {
                exit = ExitCode::FAILURE;
            }
        }
        println!();
    }
    exit
}

/// The errors of both forms of a function, by all processors.
fn over_all(function: &Function, level: Level, step: usize) -> [Worst; 2] {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let first = (part * step) as u32;
                scope.spawn(move || worst(function, level, first, step * threads))
            })
            .collect();
        let mut all = [(0.0, 0.0); 2];
        for part in parts {
            let part = part.join().expect("no panic");
            for (all, part) in all.iter_mut().zip(part) {
                if part.0 > all.0 {
                    *all = part;
                }
            }
        }
        all
    })
}
