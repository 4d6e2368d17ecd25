//! The workloads: T1 to T5 are training steps, I1 to I4 inference.

use std::hint::black_box;

use mlp_macros::mlp;
use mlp_runtime::optimizer::{Adam, Optimizer, Sgd};
use mlp_runtime::{Network, Random, Row, Target, Trainable};

use crate::timing::{Times, time};

mlp!("workloads/matexp.mlp");
mlp!("workloads/xor.mlp");
mlp!("workloads/mnist.mlp");
mlp!("workloads/mnist_big.mlp");
mlp!("workloads/online.mlp");
mlp!("workloads/tiny.mlp");
mlp!("workloads/small.mlp");

/// A workload by its name: how long it takes, and what else is to say.
pub(crate) type Workload = fn() -> (Times, String);

/// All of them.
pub(crate) const ALL: [(&str, Workload); 10] = [
    ("T1", || train::<MatrixExponential, _>(200, Adam::new(1e-3))),
    ("T1x10k", || {
        train::<MatrixExponential, _>(10_000, Adam::new(1e-3))
    }),
    ("T2", || train::<Xor, _>(4, Sgd::new(0.5))),
    ("T3", || train::<Mnist, _>(64, Sgd::new(0.1))),
    ("T4", || train::<MnistBig, _>(128, Adam::new(1e-3))),
    ("T5", || train::<Online, _>(1, Sgd::new(0.01))),
    ("I1", || infer::<Tiny>(1)),
    ("I2", || infer::<Small>(1)),
    ("I3", || infer::<Mnist>(1)),
    ("I4", || infer::<Mnist>(1_024)),
];

fn inputs<N: Network<Scalar = f32>>(rows: usize, random: &mut Random) -> Vec<N::Input> {
    let values: Vec<f32> = (0..rows * N::INPUTS)
        .map(|_| random.uniform() as f32)
        .collect();
    let rows = N::Input::rows(&values).expect("the values are whole rows");
    rows.to_vec()
}

fn targets<N: Trainable<Scalar = f32>>(rows: usize, random: &mut Random) -> Vec<N::Target> {
    let target = |random: &mut Random| {
        let class = (random.uniform() * N::OUTPUTS as f64) as usize;
        N::Target::from_class(class, N::OUTPUTS).or_else(|| {
            let values: Vec<f32> = (0..N::OUTPUTS)
                .map(|_| random.uniform().round() as f32)
                .collect();
            N::Target::from_values(&values, N::OUTPUTS)
        })
    };
    (0..rows)
        .map(|_| target(random).expect("it fits the outputs"))
        .collect()
}

/// A training step with `rows` samples.
fn train<N: Trainable<Scalar = f32>, O: Optimizer<N>>(
    rows: usize,
    mut optimizer: O,
) -> (Times, String) {
    let mut random = Random::new(1);
    let (inputs, targets) = (
        inputs::<N>(rows, &mut random),
        targets::<N>(rows, &mut random),
    );
    let mut network = Box::new(N::init(7));
    let mut workspace = Box::new(N::workspace());
    let mut step = || {
        network.step(
            black_box(&inputs),
            &targets,
            &mut optimizer,
            &mut workspace,
            &mut random,
        )
    };
    let before = step();
    let times = time(|| {
        black_box(step());
    });
    (times, format!("loss {before:.4} to {:.4}", step()))
}

/// The outputs of `rows` samples.
fn infer<N: Network<Scalar = f32>>(rows: usize) -> (Times, String) {
    let mut random = Random::new(1);
    let inputs = inputs::<N>(rows, &mut random);
    let network = Box::new(N::init(7));
    let mut outputs = vec![N::Output::zeros(); rows];
    let times = if rows == 1 {
        time(|| {
            black_box(network.forward(black_box(&inputs[0])));
        })
    } else {
        time(|| {
            network.forward_batch(black_box(&inputs), &mut outputs);
            black_box(&outputs);
        })
    };
    (times, String::new())
}
