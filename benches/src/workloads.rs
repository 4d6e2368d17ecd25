//! The workloads: T1 to T5 are training steps, I1 to I4 inference. Weights, samples and targets come from fixed seeds.

use std::hint::black_box;
use std::path::Path;

use mlp_macros::mlp;
use mlp_runtime::optimizer::{Adam, Optimizer, Sgd};
use mlp_runtime::parallel;
use mlp_runtime::steps::{self, Samples, Stretch};
use mlp_runtime::store::{NamedTensor, StoreError, Stored};
use mlp_runtime::train::Adjustment;
use mlp_runtime::{Network, Random, Row, Target, Trainable};

use crate::timing::{Times, time};

mlp!("workloads/matexp.mlp");
mlp!("workloads/xor.mlp");
mlp!("workloads/mnist.mlp");
mlp!("workloads/mnist_big.mlp");
mlp!("workloads/online.mlp");
mlp!("workloads/tiny.mlp");
mlp!("workloads/small.mlp");

/// How long a workload takes; for training, the loss at first and after [`STEPS`] steps.
pub(crate) type Measured = Result<(Times, String), StoreError>;

/// A workload measures itself; where it is given a file, it writes what it starts from there, so that others can start
/// from the same. At most so many threads share its batch.
pub(crate) type Workload = fn(Option<&Path>, usize) -> Measured;

/// All of them, by their names.
pub(crate) const ALL: [(&str, Workload); 10] = [
    ("T1", |file, threads| {
        train::<MatrixExponential, _>(200, Adam::new(1e-3), file, threads)
    }),
    ("T1x10k", |file, threads| {
        train::<MatrixExponential, _>(10_000, Adam::new(1e-3), file, threads)
    }),
    ("T2", |file, threads| {
        train::<Xor, _>(4, Sgd::new(0.5), file, threads)
    }),
    ("T3", |file, threads| {
        train::<Mnist, _>(64, Sgd::new(0.1), file, threads)
    }),
    ("T4", |file, threads| {
        train::<MnistBig, _>(128, Adam::new(1e-3), file, threads)
    }),
    ("T5", |file, threads| {
        train::<Online, _>(1, Sgd::new(0.01), file, threads)
    }),
    ("I1", |file, threads| infer::<Tiny>(1, file, threads)),
    ("I2", |file, threads| infer::<Small>(1, file, threads)),
    ("I3", |file, threads| infer::<Mnist>(1, file, threads)),
    ("I4", |file, threads| infer::<Mnist>(1_024, file, threads)),
];

/// Steps before the loss that is printed: enough to show a wrong step, too few for rounding to be felt.
pub(crate) const STEPS: usize = 100;

/// `rows` rows of `length` values in [0, 1).
fn uniform(name: &str, rows: usize, length: usize, random: &mut Random) -> NamedTensor<f32> {
    let values = (0..rows * length).map(|_| random.uniform() as f32);
    NamedTensor {
        name: name.to_owned(),
        shape: vec![rows, length],
        values: values.collect(),
    }
}

/// Targets as values [rows, `N::Target::LENGTH`]: where there is one, it is a class.
fn targets<N: Trainable<Scalar = f32>>(rows: usize, random: &mut Random) -> NamedTensor<f32> {
    let mut targets = uniform("targets", rows, N::Target::LENGTH, random);
    if N::Target::LENGTH == 1 {
        let classes = N::OUTPUTS.max(2) as f32;
        for value in &mut targets.values {
            *value = (*value * classes).floor();
        }
    }
    targets
}

/// Writes the network's weights and these tensors.
fn write<N: Network<Scalar = f32>>(
    file: &Path,
    network: &N,
    tensors: [NamedTensor<f32>; 2],
) -> Result<(), StoreError> {
    let mut stored = Stored::of(network);
    stored.tensors.extend(tensors);
    stored.save(file)
}

/// A training step with `rows` samples.
fn train<N: Trainable<Scalar = f32> + Send + Sync, O: Optimizer<N>>(
    rows: usize,
    mut optimizer: O,
    file: Option<&Path>,
    threads: usize,
) -> Measured {
    let mut random = Random::new(1);
    let samples = uniform("inputs", rows, N::INPUTS, &mut random);
    let values = targets::<N>(rows, &mut random);
    let inputs = N::Input::rows(&samples.values)
        .expect("the values are whole rows")
        .to_vec();
    let targets: Vec<N::Target> = values
        .values
        .chunks(N::Target::LENGTH)
        .map(|target| N::Target::from_values(target, N::OUTPUTS).expect("it fits the outputs"))
        .collect();
    let mut network = Box::new(N::init(7));
    if let Some(file) = file {
        write(file, &*network, [samples, values])?;
    }
    let mut workspace = Box::new(N::workspace());
    let mut several = steps::Workspace::new();
    let order: Vec<usize> = (0..rows).collect();
    let rates = [optimizer.learning_rate()];
    let mut step = || {
        let inputs = black_box(&inputs);
        if threads == 1 {
            return network.step(
                inputs,
                &targets,
                &mut optimizer,
                &mut workspace,
                &mut random,
            );
        }
        let samples = Samples {
            inputs,
            targets: &targets,
        };
        let stretch = Stretch {
            order: &order,
            batch: rows,
            first: 0,
            rates: &rates,
            seed: 1,
            threads,
            adjustment: Adjustment::default(),
        };
        let losses = steps::steps(
            &mut *network,
            &mut optimizer,
            &mut several,
            &samples,
            &stretch,
        );
        losses[0] as f32
    };
    let before = step();
    (1..STEPS).for_each(|_| {
        step();
    });
    let after = step();
    let times = time(threads, || {
        black_box(step());
    });
    Ok((times, format!("{before:.6} → {after:.6}")))
}

/// The outputs of `rows` samples.
fn infer<N: Network<Scalar = f32> + Sync>(
    rows: usize,
    file: Option<&Path>,
    threads: usize,
) -> Measured
where
    N::Input: Sync,
    N::Output: Send,
{
    let mut random = Random::new(1);
    let samples = uniform("inputs", rows, N::INPUTS, &mut random);
    let inputs = N::Input::rows(&samples.values)
        .expect("the values are whole rows")
        .to_vec();
    let network = Box::new(N::init(7));
    let mut outputs = vec![N::Output::zeros(); rows];
    network.forward_batch(&inputs, &mut outputs);
    if let Some(file) = file {
        let values = outputs.iter().flat_map(|row| row.as_slice()).copied();
        let outputs = NamedTensor {
            name: "outputs".to_owned(),
            shape: vec![rows, N::OUTPUTS],
            values: values.collect(),
        };
        write(file, &*network, [samples, outputs])?;
    }
    let times = if rows == 1 {
        time(threads, || {
            black_box(network.forward(black_box(&inputs[0])));
        })
    } else {
        time(threads, || {
            parallel::forward_batch(&*network, black_box(&inputs), &mut outputs, threads);
            black_box(&outputs);
        })
    };
    Ok((times, String::new()))
}
