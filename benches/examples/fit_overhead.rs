//! What `fit` costs beside the training steps: 784-128-10 in batches of 64, once by `fit` and once by bare calls of `step`
//! over the same batches, in turn. Both end with the same weights. On more than one processor `fit` lays out batches on a
//! second thread, whose time shows by the clock alone, and only where all processors are busy.
//!
//! ```text
//! cargo run --release -p benches --example fit_overhead
//! ```

use std::time::Instant;

use cpu_time::ThreadTime;
use mlp_macros::mlp;
use mlp_runtime::data::{Dataset, Targets};
use mlp_runtime::optimizer::Sgd;
use mlp_runtime::train::{Fit, fit};
use mlp_runtime::{Random, Trainable};

mlp!("../workloads/mnist.mlp");

const SAMPLES: usize = 6_400;
const BATCH: usize = 64;
const EPOCHS: usize = 10;
const SEED: u64 = 7;
const RUNS: usize = 7;

/// Samples without any pattern, and the same rows as the network takes them.
struct Samples {
    dataset: Dataset<f32>,
    /// In the order of each epoch.
    epochs: Vec<(Vec<[f32; 784]>, Vec<usize>)>,
}

impl Samples {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let mut random = Random::new(1);
        let pixels = (0..SAMPLES * Mnist::INPUTS).map(|_| random.uniform() as f32);
        let pixels: Vec<f32> = pixels.collect();
        let classes: Vec<usize> = (0..SAMPLES).map(|_| random.below(Mnist::OUTPUTS)).collect();
        let (rows, _) = pixels.as_chunks::<784>();
        let epochs = (0..EPOCHS).map(|epoch| {
            let mut order: Vec<usize> = (0..SAMPLES).collect();
            // The order that `fit` takes.
            Random::at(SEED, [0, epoch as u64]).shuffle(&mut order);
            let inputs = order.iter().map(|row| rows[*row]).collect();
            (inputs, order.iter().map(|row| classes[*row]).collect())
        });
        let epochs = epochs.collect();
        let inputs = ndarray::Array2::from_shape_vec((SAMPLES, Mnist::INPUTS), pixels)?;
        let dataset = Dataset::new(inputs, Targets::Classes(classes))?;
        Ok(Self { dataset, epochs })
    }
}

/// The thread's own time, and time by the clock.
type Seconds = [f64; 2];

fn seconds((own, clock): (ThreadTime, Instant)) -> Seconds {
    [own.elapsed(), clock.elapsed()].map(|time| time.as_secs_f64())
}

fn by_fit(samples: &Samples) -> Result<(Box<Mnist>, Seconds), mlp_runtime::train::FitError> {
    let mut network = Box::new(Mnist::init(SEED));
    let settings = Fit {
        epochs: EPOCHS,
        batch: BATCH,
        seed: SEED,
        progress: false,
        ..Fit::default()
    };
    let start = (ThreadTime::now(), Instant::now());
    fit(
        &mut *network,
        &mut Sgd::new(0.1),
        &samples.dataset,
        settings,
    )?;
    Ok((network, seconds(start)))
}

fn by_steps(samples: &Samples) -> (Box<Mnist>, Seconds) {
    let mut network = Box::new(Mnist::init(SEED));
    let mut workspace = Box::new(<Mnist as Trainable>::workspace());
    let (mut sgd, mut random) = (Sgd::new(0.1), Random::new(SEED));
    let start = (ThreadTime::now(), Instant::now());
    for (inputs, targets) in &samples.epochs {
        for (inputs, targets) in inputs.chunks(BATCH).zip(targets.chunks(BATCH)) {
            network.step(inputs, targets, &mut sgd, &mut workspace, &mut random);
        }
    }
    (network, seconds(start))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let samples = Samples::new()?;
    let mut times = [Vec::new(), Vec::new()];
    for run in 0..RUNS {
        let ((fitted, fit), (stepped, steps)) = if run % 2 == 0 {
            let first = by_fit(&samples)?;
            (first, by_steps(&samples))
        } else {
            let first = by_steps(&samples);
            (by_fit(&samples)?, first)
        };
        assert!(fitted == stepped, "both take the same steps");
        times[0].push(fit);
        times[1].push(steps);
    }
    for (index, kind) in ["the thread's own time", "the clock"].iter().enumerate() {
        let [fit, steps] = times.each_ref().map(|times| {
            let mut times: Vec<f64> = times.iter().map(|time: &Seconds| time[index]).collect();
            times.sort_by(f64::total_cmp);
            times[RUNS / 2] * 1e6 / (EPOCHS * SAMPLES / BATCH) as f64
        });
        let ratio = fit / steps;
        println!("µs per step, by {kind}: fit {fit:.1}, bare {steps:.1}, ratio {ratio:.3}");
    }
    Ok(())
}
