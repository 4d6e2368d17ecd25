//! Beside the loops that a programmer writes by hand, over arrays of constant size: the outputs of the two small networks, I1
//! and I2, for one sample, in nanoseconds. Compiled for the processor at hand, so that the loops have all its instructions;
//! generated code chooses them when it runs.
//!
//! ```text
//! RUSTFLAGS="-C target-cpu=native" cargo run --release -p benches --example by_hand --target-dir target/native
//! ```

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use mlp_macros::mlp;
use mlp_runtime::Network;

mlp!("../workloads/tiny.mlp");
mlp!("../workloads/small.mlp");

/// A layer as a programmer writes it who wants it fast: input-major, so that the inner loop becomes vectors.
struct Dense<const IN: usize, const OUT: usize> {
    weight: [[f32; OUT]; IN],
    bias: [f32; OUT],
}

impl<const IN: usize, const OUT: usize> Dense<IN, OUT> {
    /// That of a network, by its name.
    fn of<N: Network<Scalar = f32>>(network: &N, name: &str) -> Self {
        let tensor = |part| network.tensor(&format!("{name}.{part}")).expect("a tensor");
        let values = |part| tensor(part).iter().collect::<Vec<f32>>();
        let (weight, bias) = (values("weight"), values("bias"));
        Self {
            weight: std::array::from_fn(|i| std::array::from_fn(|j| weight[j * IN + i])),
            bias: std::array::from_fn(|j| bias[j]),
        }
    }

    #[inline(always)]
    fn forward(&self, x: &[f32; IN], activation: impl Fn(f32) -> f32) -> [f32; OUT] {
        let mut a = self.bias;
        for (x, weight) in x.iter().zip(&self.weight) {
            for (a, weight) in a.iter_mut().zip(weight) {
                *a += x * weight;
            }
        }
        a.map(activation)
    }
}

/// Nanoseconds of a call: the fastest of blocks of a tenth of a second.
fn time(mut call: impl FnMut()) -> f64 {
    let mut elapsed = |calls: u32| {
        let start = ThreadTime::now();
        (0..calls).for_each(|_| call());
        start.elapsed()
    };
    let mut calls = 1;
    while elapsed(calls) < Duration::from_millis(100) {
        calls *= 2;
    }
    let blocks = (0..15).map(|_| elapsed(calls).as_secs_f64() * 1e9 / f64::from(calls));
    blocks.fold(f64::INFINITY, f64::min)
}

/// Prints both times, after a look at whether both answer alike.
fn report<const IN: usize, const OUT: usize>(
    name: &str,
    generated: impl Fn(&[f32; IN]) -> [f32; OUT],
    by_hand: impl Fn(&[f32; IN]) -> [f32; OUT],
) {
    let x = std::array::from_fn(|i| (i as f32 * 0.37).sin());
    let pairs = generated(&x).into_iter().zip(by_hand(&x));
    let largest = pairs.fold(0.0, |largest: f32, (a, b)| largest.max((a - b).abs()));
    assert!(largest < 1e-5, "{name}: outputs differ by {largest}");
    let ours = time(|| {
        black_box(generated(black_box(&x)));
    });
    let loops = time(|| {
        black_box(by_hand(black_box(&x)));
    });
    let ratio = loops / ours;
    println!("{name}: generated {ours:.1} ns, by hand {loops:.1} ns, {ratio:.2} times that");
}

fn main() {
    let tiny = Tiny::init(7);
    let first = Dense::<4, 16>::of(&tiny, "dense1");
    let second = Dense::<16, 16>::of(&tiny, "dense2");
    let third = Dense::<16, 2>::of(&tiny, "dense3");
    report(
        "I1",
        |x| tiny.forward(x),
        |x| {
            let z = first.forward(x, f32::tanh);
            third.forward(&second.forward(&z, f32::tanh), |a| a)
        },
    );
    let small = Small::init(7);
    let first = Dense::<64, 64>::of(&small, "dense1");
    let second = Dense::<64, 32>::of(&small, "dense2");
    let third = Dense::<32, 10>::of(&small, "dense3");
    let relu = |a: f32| a.max(0.0);
    report(
        "I2",
        |x| small.forward(x),
        |x| third.forward(&second.forward(&first.forward(x, relu), relu), |a| a),
    );
}
