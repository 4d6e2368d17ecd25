//! The kernels over the shapes of known workloads: GFLOP/s at every level, beside what the processor can do.
//!
//! `cargo bench -p mlp-runtime --bench kernels [-- PART]`; the shapes whose name has PART in it.

use std::arch::x86_64::{
    _mm_add_ps, _mm_mul_ps, _mm_set1_ps, _mm256_fmadd_ps, _mm256_set1_ps, _mm512_fmadd_ps,
    _mm512_set1_ps,
};
use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp_runtime::kernel::{self, Level};

/// Blocks of this length are timed, and the fastest counts: others may use the machine.
const BLOCK: Duration = Duration::from_micros(400);
const BLOCKS: usize = 200;

/// The time of one run in nanoseconds.
fn time(mut run: impl FnMut()) -> f64 {
    let mut runs = 1_u32;
    loop {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        if start.elapsed() > BLOCK {
            break;
        }
        runs = runs * 3 / 2 + 1;
    }
    let blocks = (0..BLOCKS).map(|_| {
        let start = Instant::now();
        for _ in 0..runs {
            run();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(runs)
    });
    blocks.fold(f64::INFINITY, f64::min)
}

/// Twelve vectors, each multiplied and added to a thousand times: enough for none to wait for itself.
macro_rules! products {
    ($name:ident, $features:literal, $set1:ident, $step:expr) => {
        #[target_feature(enable = $features)]
        fn $name() {
            let factor = $set1(black_box(0.999));
            let mut sums = [$set1(1.0); 12];
            for _ in 0..1000 {
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
#[expect(unsafe_code, reason = "vector instructions")]
fn peak(level: Level) -> f64 {
    // SAFETY: the level is proof of its instructions.
    let (lanes, nanoseconds) = match level.name() {
        "avx512" => (16, time(|| unsafe { avx512() })),
        "avx2" => (8, time(|| unsafe { avx2() })),
        _ => (4, time(|| unsafe { sse2() })),
    };
    f64::from(2 * 12 * 1000 * lanes) / nanoseconds
}

fn values<const ROWS: usize, const COLUMNS: usize>() -> Box<[[f32; COLUMNS]]> {
    let mut state = 1_u32;
    (0..ROWS)
        .map(|_| {
            std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 16_777_216.0 - 0.5
            })
        })
        .collect()
}

fn shape<const ROWS: usize, const IN: usize, const OUT: usize>(part: &str) {
    let name = format!("{ROWS}×{IN}→{OUT}");
    if !name.contains(part) {
        return;
    }
    let inputs = values::<ROWS, IN>();
    let cotangents = values::<ROWS, OUT>();
    let weight: Box<[[f32; OUT]; IN]> = values::<IN, OUT>().try_into().unwrap();
    let bias = [0.5; OUT];
    let mut outputs = values::<ROWS, OUT>();
    let mut back = values::<ROWS, IN>();
    let mut gradient = weight.clone();
    let flops = (2 * ROWS * IN * OUT) as f64;
    println!("{name}");
    for level in Level::available() {
        let forward =
            time(|| kernel::affine(level, &inputs, black_box(&weight), &bias, &mut outputs));
        let input =
            time(|| kernel::pullback_input(level, black_box(&cotangents), &weight, &mut back));
        let update = time(|| {
            kernel::pullback_weight(level, 1e-9, &inputs, black_box(&cotangents), &mut gradient);
        });
        let mut sums = [0.0; OUT];
        let bias = time(|| kernel::pullback_bias(level, 1e-9, black_box(&cotangents), &mut sums));
        println!(
            "  {:8}  affine {:9.1} ns {:6.1}   pullback_input {:9.1} ns {:6.1}   pullback_weight {:9.1} ns {:6.1}   pullback_bias {:7.1} ns",
            level.name(),
            forward,
            flops / forward,
            input,
            flops / input,
            update,
            flops / update,
            bias
        );
    }
}

fn row<const IN: usize, const OUT: usize>(part: &str) {
    let name = format!("1×{IN}→{OUT}");
    if !name.contains(part) {
        return;
    }
    let input: Box<[f32; IN]> = Box::new(values::<1, IN>()[0]);
    let cotangent: Box<[f32; OUT]> = Box::new(values::<1, OUT>()[0]);
    let weight: Box<[[f32; OUT]; IN]> = values::<IN, OUT>().try_into().unwrap();
    let bias = [0.5; OUT];
    let mut gradient = weight.clone();
    println!("{name}");
    for level in Level::available() {
        // A hundred within one call of the level, as generated code has all layers within one.
        let forward = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..100 {
                        black_box(kernel::affine_row(level, black_box(&input), &weight, &bias));
                    }
                },
            );
        }) / 100.0;
        let back = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..100 {
                        black_box(kernel::pullback_input_row(
                            level,
                            black_box(&cotangent),
                            &weight,
                        ));
                    }
                },
            );
        }) / 100.0;
        let update = time(|| {
            level.run(
                #[inline(always)]
                |level| {
                    for _ in 0..100 {
                        kernel::pullback_weight_row(
                            level,
                            1e-9,
                            black_box(&input),
                            black_box(&cotangent),
                            &mut gradient,
                        );
                    }
                },
            );
        }) / 100.0;
        println!(
            "  {:8}  affine_row {forward:8.1} ns   pullback_input_row {back:8.1} ns   pullback_weight_row {update:8.1} ns",
            level.name()
        );
    }
}

fn main() {
    let part = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    for level in Level::available() {
        println!("peak {:8} {:6.1} GFLOP/s", level.name(), peak(level));
    }
    shape::<200, 4, 32>(&part);
    shape::<200, 32, 16>(&part);
    shape::<200, 16, 4>(&part);
    shape::<64, 784, 128>(&part);
    shape::<64, 128, 10>(&part);
    shape::<1024, 784, 128>(&part);
    shape::<1024, 128, 10>(&part);
    shape::<128, 784, 512>(&part);
    shape::<128, 512, 512>(&part);
    shape::<128, 512, 10>(&part);
    shape::<64, 512, 512>(&part);
    row::<4, 32>(&part);
    row::<32, 16>(&part);
    row::<16, 4>(&part);
    row::<64, 32>(&part);
    row::<32, 10>(&part);
    row::<784, 128>(&part);
    row::<128, 10>(&part);
}
