//! The products of matrices over the shapes of known workloads at every level, beside what the processor can do: an item is
//! a multiplication or an addition.
//!
//! `cargo bench -p mlp-runtime --bench kernels [-- PART]` takes those whose name has PART in it.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mlp_runtime::kernel::{self, Level};

fn main() {
    divan::main();
}

/// What multiplying and adding in registers alone comes to.
#[divan::bench(args = Level::available(), sample_count = 200)]
fn peak(bencher: Bencher<'_, '_>, level: Level) {
    const STEPS: usize = 1000;
    let count = 2 * kernel::multiply_adds::<f32>(level, STEPS);
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| kernel::multiply_adds::<f32>(level, black_box(STEPS)));
}

/// Numbers from −½ to ½.
fn values<const ROWS: usize, const COLUMNS: usize>() -> Box<[[f32; COLUMNS]]> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0 - 0.5
    };
    (0..ROWS).map(|_| std::array::from_fn(|_| next())).collect()
}

/// So small that nothing overflows, however often it is added.
const FACTOR: f32 = 1e-12;

/// Products with `ROWS` rows.
struct Rows<const ROWS: usize, const IN: usize, const OUT: usize>;

/// Products with a single row, many within one call of the level, as generated code has all layers within one.
struct Row<const IN: usize, const OUT: usize>;

/// How often [`Row`] computes its product.
const TIMES: usize = 100;

/// A layer's product and its pullbacks.
trait Products {
    /// Multiplications and additions of each.
    const OPERATIONS: usize;

    fn affine(bencher: Bencher<'_, '_>, level: Level);
    fn to_inputs(bencher: Bencher<'_, '_>, level: Level);
    fn to_weights(bencher: Bencher<'_, '_>, level: Level);
}

impl<const ROWS: usize, const IN: usize, const OUT: usize> Products for Rows<ROWS, IN, OUT> {
    const OPERATIONS: usize = 2 * ROWS * IN * OUT;

    fn affine(bencher: Bencher<'_, '_>, level: Level) {
        let (inputs, weight) = (values::<ROWS, IN>(), weight::<IN, OUT>());
        let mut outputs = values::<ROWS, OUT>();
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                kernel::affine(
                    level,
                    black_box(&inputs),
                    &weight,
                    &[0.5; OUT],
                    &mut outputs,
                );
            });
    }

    fn to_inputs(bencher: Bencher<'_, '_>, level: Level) {
        let (cotangents, weight) = (values::<ROWS, OUT>(), weight::<IN, OUT>());
        let mut pulled = values::<ROWS, IN>();
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                kernel::pullback_input(level, black_box(&cotangents), &weight, &mut pulled);
            });
    }

    fn to_weights(bencher: Bencher<'_, '_>, level: Level) {
        let (inputs, cotangents) = (values::<ROWS, IN>(), values::<ROWS, OUT>());
        let mut gradient = weight::<IN, OUT>();
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                let inputs = black_box(&inputs);
                kernel::pullback_weight(level, FACTOR, inputs, &cotangents, &mut gradient);
            });
    }
}

impl<const IN: usize, const OUT: usize> Products for Row<IN, OUT> {
    const OPERATIONS: usize = 2 * TIMES * IN * OUT;

    fn affine(bencher: Bencher<'_, '_>, level: Level) {
        let (input, weight) = (row::<IN>(), weight::<IN, OUT>());
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                level.run(
                    #[inline(always)]
                    |level| {
                        for _ in 0..TIMES {
                            let input = black_box(&*input);
                            black_box(kernel::affine_row(level, input, &weight, &[0.5; OUT]));
                        }
                    },
                );
            });
    }

    fn to_inputs(bencher: Bencher<'_, '_>, level: Level) {
        let (cotangent, weight) = (row::<OUT>(), weight::<IN, OUT>());
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                level.run(
                    #[inline(always)]
                    |level| {
                        for _ in 0..TIMES {
                            let cotangent = black_box(&*cotangent);
                            black_box(kernel::pullback_input_row(level, cotangent, &weight));
                        }
                    },
                );
            });
    }

    fn to_weights(bencher: Bencher<'_, '_>, level: Level) {
        let (input, cotangent) = (row::<IN>(), row::<OUT>());
        let mut gradient = weight::<IN, OUT>();
        bencher
            .counter(ItemsCount::new(Self::OPERATIONS))
            .bench_local(|| {
                level.run(
                    #[inline(always)]
                    |level| {
                        for _ in 0..TIMES {
                            let input = black_box(&*input);
                            kernel::pullback_weight_row(
                                level,
                                FACTOR,
                                input,
                                &cotangent,
                                &mut gradient,
                            );
                        }
                    },
                );
            });
    }
}

fn weight<const IN: usize, const OUT: usize>() -> Box<[[f32; OUT]; IN]> {
    values::<IN, OUT>().try_into().expect("as many rows")
}

fn row<const COLUMNS: usize>() -> Box<[f32; COLUMNS]> {
    Box::new(values::<1, COLUMNS>()[0])
}

macro_rules! benches {
    ($($name:ident),*) => {
        $(
            #[divan::bench(
                types = [
                    Rows<200, 4, 32>, Rows<200, 32, 16>, Rows<200, 16, 4>,
                    Rows<64, 784, 128>, Rows<64, 128, 10>,
                    Rows<1024, 784, 128>, Rows<1024, 128, 10>,
                    Rows<128, 784, 512>, Rows<128, 512, 512>, Rows<128, 512, 10>,
                    Row<4, 32>, Row<32, 16>, Row<16, 4>, Row<64, 32>, Row<32, 10>, Row<784, 128>,
                    Row<128, 10>,
                ],
                args = Level::available(),
            )]
            fn $name<P: Products>(bencher: Bencher<'_, '_>, level: Level) {
                P::$name(bencher, level);
            }
        )*
    };
}

benches!(affine, to_inputs, to_weights);
