// How long it takes to train the model, by the optimizer that `chosen` gives.

use std::boxed::Box;
use std::hint::black_box;
use std::vec::Vec;

use crate::child::{Clock, Input, Wanted};
use crate::exchange::Real;
use crate::generated::Model as Network;
use crate::network::{Network as _, Trainable};
use crate::random::Random;
use crate::row;
use crate::steps::{self, Adjustment, Samples, Stretch, steps};

pub const BYTES: usize = Network::TRAINING_BYTES;
pub const WORKSPACE: usize = size_of::<<Network as Trainable>::Workspace>();

type Target = <Network as Trainable>::Target;

/// The most steps in one go, where threads share them: starting the threads is a small part of that.
const STRETCH: usize = 256;

pub fn sharing(batch: usize, threads: usize) -> usize {
    steps::sharing::<Network>(batch, threads)
}

/// Targets at random: a class, or 0 or 1 in each place.
fn targets(rows: usize, random: &mut Random) -> Option<Vec<Target>> {
    let from_class = <Target as row::Target<Real>>::from_class;
    let from_values = <Target as row::Target<Real>>::from_values;
    let mut target = || {
        let class = (random.uniform() * Network::OUTPUTS as f64) as usize;
        from_class(class, Network::OUTPUTS).or_else(|| {
            let values = (0..Network::OUTPUTS).map(|_| random.uniform().round() as Real);
            from_values(&values.collect::<Vec<Real>>(), Network::OUTPUTS)
        })
    };
    (0..rows).map(|_| target()).collect()
}

pub fn gradient(mut wanted: Wanted<'_>) -> Option<Vec<f64>> {
    let targets = targets(wanted.inputs.len(), &mut wanted.random)?;
    let (network, inputs) = (&wanted.network, &wanted.inputs);
    let mut gradient = Box::new(Network::zeros());
    Some(wanted.blocks.time_each(|| {
        let (inputs, gradient) = (black_box(inputs), &mut gradient);
        let random = &mut wanted.random;
        black_box(network.training_gradient_batch(inputs, &targets, gradient, random));
    }))
}

pub fn step(wanted: Wanted<'_>) -> Option<Vec<f64>> {
    let Wanted {
        blocks,
        threads,
        mut network,
        inputs,
        mut random,
        settings,
    } = wanted;
    let targets = targets(inputs.len(), &mut random)?;
    let mut optimizer = crate::chosen(&settings)?;
    if sharing(inputs.len(), threads) > 1 {
        let steps = shared(&mut network, &mut optimizer, &inputs, &targets, threads);
        return Some(blocks.time(Clock::Wall, steps));
    }
    let mut workspace = Box::new(Network::workspace());
    Some(blocks.time_each(|| {
        black_box(network.step(
            black_box(&inputs),
            &targets,
            &mut *optimizer,
            &mut workspace,
            &mut random,
        ));
    }))
}

/// Steps as training makes them where threads share a batch.
fn shared(
    network: &mut Network,
    optimizer: &mut crate::Chosen,
    inputs: &[Input],
    targets: &[Target],
    threads: usize,
) -> impl FnMut(u64) {
    let batch = inputs.len();
    let order: Vec<usize> = (0..STRETCH).flat_map(|_| 0..batch).collect();
    // No rate at all: the arithmetic is the same, and the loss stays finite, without which the steps would end.
    let rates = [0.0; STRETCH];
    let mut workspace = steps::Workspace::new();
    move |count| {
        let mut rest = count as usize;
        while rest > 0 {
            let some = rest.min(STRETCH);
            let stretch = Stretch {
                order: &order[..some * batch],
                batch,
                first: 0,
                rates: &rates[..some],
                seed: 1,
                threads,
                adjustment: Adjustment::default(),
            };
            let samples = Samples { inputs, targets };
            black_box(steps(network, optimizer, &mut workspace, &samples, &stretch));
            rest -= some;
        }
    }
}
