//! The products of matrices over the shapes of known workloads: nanoseconds and GFLOP/s at every level, beside what the
//! processor can do.
//!
//! `cargo bench -p mlp-runtime --bench kernels [-- PART]` takes those shapes whose name has PART in it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp_runtime::kernel::{self, Level};

/// Blocks of this length are timed, and the fastest counts: others may use the machine.
const BLOCK: Duration = Duration::from_micros(400);
const BLOCKS: usize = 200;

/// The time of one run in nanoseconds.
fn time(mut run: impl FnMut()) -> f64 {
    let mut block = |runs: u32| {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        start.elapsed()
    };
    let mut runs = 1;
    while block(runs) < BLOCK {
        runs = runs * 3 / 2 + 1;
    }
    let fastest = (0..BLOCKS).map(|_| block(runs)).min().unwrap_or_default();
    fastest.as_secs_f64() * 1e9 / f64::from(runs)
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "vector instructions")]
mod peak {
    use std::arch::x86_64::{
        _mm_add_ps, _mm_mul_ps, _mm_set1_ps, _mm256_fmadd_ps, _mm256_set1_ps, _mm512_fmadd_ps,
        _mm512_set1_ps,
    };
    use std::hint::black_box;

    use super::{Level, time};

    /// So many vectors are each multiplied and added to, a thousand times: enough for none to wait for itself.
    const SUMS: u32 = 12;
    const STEPS: u32 = 1000;

    macro_rules! products {
        ($name:ident, $features:literal, $set1:ident, $step:expr) => {
            #[target_feature(enable = $features)]
            fn $name() {
                let factor = $set1(black_box(0.999));
                let mut sums = [$set1(1.0); SUMS as usize];
                for _ in 0..STEPS {
                    for sum in &mut sums {
                        *sum = $step(*sum, factor);
                    }
                }
                black_box(sums);
            }
        };
    }

    products!(sse2, "sse2", _mm_set1_ps, |sum, factor| _mm_add_ps(
        _mm_mul_ps(sum, factor),
        factor
    ));
    products!(avx2, "avx2,fma", _mm256_set1_ps, |sum, factor| {
        _mm256_fmadd_ps(sum, factor, factor)
    });
    products!(avx512, "avx512f", _mm512_set1_ps, |sum, factor| {
        _mm512_fmadd_ps(sum, factor, factor)
    });

    /// What multiplying and adding in registers alone comes to, in GFLOP/s.
    pub(crate) fn peak(level: Level) -> f64 {
        let (lanes, nanoseconds) = match level.name() {
            // SAFETY: the level is proof of its instructions.
            "avx512" => (16, time(|| unsafe { avx512() })),
            // SAFETY: likewise.
            "avx2" => (8, time(|| unsafe { avx2() })),
            // SAFETY: every x86-64 processor has SSE2.
            _ => (4, time(|| unsafe { sse2() })),
        };
        f64::from(2 * SUMS * STEPS * lanes) / nanoseconds
    }
}

fn values<const ROWS: usize, const COLUMNS: usize>() -> Box<[[f32; COLUMNS]]> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0 - 0.5
    };
    (0..ROWS).map(|_| std::array::from_fn(|_| next())).collect()
}

/// Prints a name, the time, and what comes of it.
fn print(name: &str, flops: usize, nanoseconds: f64) {
    print!(
        "  {name} {nanoseconds:10.1} ns {:6.1}",
        flops as f64 / nanoseconds
    );
}

/// Products with many rows.
fn shape<const ROWS: usize, const IN: usize, const OUT: usize>(part: &str) {
    let name = format!("{ROWS}×{IN}→{OUT}");
    if !name.contains(part) {
        return;
    }
    println!("{name}");
    let (inputs, cotangents) = (values::<ROWS, IN>(), values::<ROWS, OUT>());
    let weight: Box<[[f32; OUT]; IN]> = values::<IN, OUT>().try_into().expect("as many rows");
    let bias = [0.5; OUT];
    let (mut outputs, mut pulled) = (cotangents.clone(), inputs.clone());
    let (mut gradient, mut bias_gradient) = (weight.clone(), bias);
    // So small that nothing overflows, however often it is added.
    let factor = 1e-12;
    let flops = 2 * ROWS * IN * OUT;
    for level in Level::available() {
        print!("{:10}", level.name());
        let affine = || kernel::affine(level, black_box(&inputs), &weight, &bias, &mut outputs);
        print("affine", flops, time(affine));
        let pullback =
            || kernel::pullback_input(level, black_box(&cotangents), &weight, &mut pulled);
        print("to inputs", flops, time(pullback));
        let pullback = || {
            kernel::pullback_weight(
                level,
                factor,
                black_box(&inputs),
                &cotangents,
                &mut gradient,
            )
        };
        print("to weights", flops, time(pullback));
        let pullback =
            || kernel::pullback_bias(level, factor, black_box(&cotangents), &mut bias_gradient);
        print("to bias", 2 * ROWS * OUT, time(pullback));
        println!();
    }
}

/// Products with a single row, many within one call of the level, as generated code has all layers within one.
fn row<const IN: usize, const OUT: usize>(part: &str) {
    const TIMES: usize = 100;
    let name = format!("1×{IN}→{OUT}");
    if !name.contains(part) {
        return;
    }
    println!("{name}");
    let (input, cotangent) = (
        Box::new(values::<1, IN>()[0]),
        Box::new(values::<1, OUT>()[0]),
    );
    let weight: Box<[[f32; OUT]; IN]> = values::<IN, OUT>().try_into().expect("as many rows");
    let bias = [0.5; OUT];
    let mut gradient = weight.clone();
    let flops = 2 * IN * OUT;
    for level in Level::available() {
        print!("{:10}", level.name());
        let many = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..TIMES {
                        black_box(kernel::affine_row(level, black_box(&input), &weight, &bias));
                    }
                },
            );
        });
        print("affine", flops, many / TIMES as f64);
        let many = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..TIMES {
                        black_box(kernel::pullback_input_row(
                            level,
                            black_box(&cotangent),
                            &weight,
                        ));
                    }
                },
            );
        });
        print("to inputs", flops, many / TIMES as f64);
        let many = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..TIMES {
                        let input = black_box(&input);
                        kernel::pullback_weight_row(level, 1e-12, input, &cotangent, &mut gradient);
                    }
                },
            );
        });
        print("to weights", flops, many / TIMES as f64);
        println!();
    }
}

fn main() {
    let part = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let part = part.as_deref().unwrap_or_default();
    #[cfg(target_arch = "x86_64")]
    for level in Level::available() {
        println!("peak {:8} {:6.1} GFLOP/s", level.name(), peak::peak(level));
    }
    shape::<200, 4, 32>(part);
    shape::<200, 32, 16>(part);
    shape::<200, 16, 4>(part);
    shape::<64, 784, 128>(part);
    shape::<64, 128, 10>(part);
    shape::<1024, 784, 128>(part);
    shape::<1024, 128, 10>(part);
    shape::<128, 784, 512>(part);
    shape::<128, 512, 512>(part);
    shape::<128, 512, 10>(part);
    row::<4, 32>(part);
    row::<32, 16>(part);
    row::<16, 4>(part);
    row::<64, 32>(part);
    row::<32, 10>(part);
    row::<784, 128>(part);
    row::<128, 10>(part);
}
