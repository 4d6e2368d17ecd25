use std::boxed::Box;
use std::format;
use std::thread::available_parallelism;

use super::history::{Epoch, History};
use super::learner::Local;
use super::metrics::Metric;
use super::progress::Progress;
use super::run::{Checkpoint, Control, Moment, Observer, Plan, run};
use super::stopping::EarlyStopping;
use super::FitError;
use crate::data::Dataset;
use crate::network::Trainable;
use crate::optimizer::Optimizer;
use crate::row::Row;
use crate::scalar::Scalar;

/// How [`fit`] goes about training. Change what matters and leave the rest: `Fit { epochs: 30, ..Fit::default() }`.
pub struct Fit<'a, S: Scalar> {
    /// How often every sample is used; 10 by default.
    pub epochs: usize,
    /// Samples per step; 32 by default.
    pub batch: usize,
    /// Decides the order of the samples; 0 by default.
    pub seed: u64,
    /// Whether to show a progress bar where standard error is a terminal; so by default.
    pub progress: bool,
    /// How many threads share a batch, at most; 0, the default, for as many as the machine has. The result is the same for
    /// any number of them, to the bit. Only batches of more than 64 samples are shared.
    pub threads: usize,
    /// Samples that the network is measured with after every epoch.
    pub validation: Option<&'a Dataset<S>>,
    /// What it is measured in, beside the loss; by default what suits the targets ([`Metric::for_targets`]).
    pub metric: Option<Metric>,
    /// When to end early; by default never.
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the network ends with the weights of its best epoch, in terms of the loss that early stopping watches,
    /// instead of the last one's.
    pub restore_best: bool,
    /// Called after every epoch; ends training by [`Control::Stop`].
    pub on_epoch: Option<&'a mut dyn FnMut(&Epoch) -> Control>,
    /// Called after every epoch with all that is needed to go on from there.
    pub on_checkpoint: Option<&'a mut dyn FnMut(Checkpoint<S>) -> Result<(), FitError>>,
    /// Where to go on; by default training starts with the first epoch.
    pub resume: Option<Checkpoint<S>>,
}

impl<S: Scalar> Default for Fit<'_, S> {
    fn default() -> Self {
        Self {
            epochs: 10,
            batch: 32,
            seed: 0,
            progress: true,
            threads: 0,
            validation: None,
            metric: None,
            early_stopping: None,
            restore_best: false,
            on_epoch: None,
            on_checkpoint: None,
            resume: None,
        }
    }
}

/// Trains `network` on all samples for some epochs, shuffled anew for each.
///
/// The same network, optimizer, data and settings give the same bits on every machine, also where training was stopped
/// and resumed on the way.
///
/// # Errors
/// Where the data do not fit the network, where there are none, or where loss or parameters become infinite or NaN; the
/// network is then left as it is. Where it is to be resumed from a checkpoint of another network or optimizer, and where a
/// checkpoint cannot be kept.
pub fn fit<N: Trainable + Send + Sync, O: Optimizer<N> + ?Sized>(
    network: &mut N,
    optimizer: &mut O,
    dataset: &Dataset<N::Scalar>,
    settings: Fit<'_, N::Scalar>,
) -> Result<History, FitError> {
    let targets = dataset.typed_targets::<N>()?;
    let validation = match settings.validation {
        Some(data) => Some((data, data.typed_targets::<N>()?)),
        None => None,
    };
    let plan = Plan {
        samples: dataset.len(),
        epochs: settings.epochs,
        batch: settings.batch,
        seed: settings.seed,
        threads: match settings.threads {
            0 => available_parallelism().map_or(1, usize::from),
            threads => threads,
        },
        early_stopping: settings.early_stopping,
        restore_best: settings.restore_best,
        validation: settings.validation.map(|data| {
            let suits = || Metric::for_targets(&data.targets);
            (settings.metric.unwrap_or_else(suits), &data.targets)
        }),
    };
    let mut calls = Calls {
        progress: Progress::new(settings.progress, &plan),
        on_epoch: settings.on_epoch,
        on_checkpoint: settings.on_checkpoint,
    };
    let contiguous = dataset.inputs.as_standard_layout();
    let inputs = contiguous.as_slice().and_then(N::Input::rows);
    let inputs = inputs.unwrap_or_default();
    let mut learner = Local::new(network, optimizer, inputs, targets, validation);
    if let Some(checkpoint) = &settings.resume {
        check::<N>(checkpoint)?;
    }
    let history = run(&mut learner, &plan, settings.resume, &mut calls)?;
    calls.progress.finish();
    Ok(history)
}

/// Whether a checkpoint has weights for a network.
fn check<N: Trainable>(checkpoint: &Checkpoint<N::Scalar>) -> Result<(), FitError> {
    let best = checkpoint.best_weights.iter();
    let mut all = best.chain([&checkpoint.weights]);
    match all.find(|weights| weights.len() != N::PARAMETERS) {
        None => Ok(()),
        Some(weights) => Err(FitError::Memory(format!(
            "the checkpoint has {} weights, but the network {} has {}",
            weights.len(),
            N::NAME,
            N::PARAMETERS
        ))),
    }
}

/// The callbacks of [`Fit`] as an observer.
struct Calls<'a, S: Scalar> {
    progress: Progress,
    on_epoch: Option<&'a mut dyn FnMut(&Epoch) -> Control>,
    on_checkpoint: Option<&'a mut dyn FnMut(Checkpoint<S>) -> Result<(), FitError>>,
}

impl<S: Scalar> Observer<S> for Calls<'_, S> {
    fn begin(&mut self, epoch: usize, used: usize) {
        self.progress.begin(epoch, used);
    }

    fn advance(&mut self, samples: usize) -> Control {
        self.progress.advance(samples);
        Control::Continue
    }

    fn epoch(&mut self, epoch: &Epoch) -> Control {
        self.progress.epoch(epoch);
        match &mut self.on_epoch {
            Some(call) => call(epoch),
            None => Control::Continue,
        }
    }

    fn checkpoint(
        &mut self,
        moment: Moment,
        make: &mut dyn FnMut() -> Result<Checkpoint<S>, FitError>,
    ) -> Result<(), FitError> {
        match (moment, &mut self.on_checkpoint) {
            (Moment::Epoch(_), Some(call)) => call(make()?),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use ndarray::{Array2, array};

    use super::*;
    use crate::data::Targets;
    use crate::example::{Line, line};
    use crate::optimizer::{Adam, Momentum, Sgd};
    use crate::random::Random;
    use crate::views::NetworkViews;

    /// Samples of the line 2x₁ − 3x₂ + 0.5.
    fn samples(count: usize) -> Dataset<f64> {
        let mut random = Random::new(1);
        let inputs = Array2::from_shape_simple_fn((count, 2), || random.normal());
        let targets = line([2.0, -3.0, 0.5])
            .forward_view(inputs.view())
            .expect("two inputs");
        Dataset::new(inputs, Targets::Values(targets)).expect("as many targets")
    }

    #[test]
    fn a_line_is_found_by_every_optimizer() {
        let settings = Fit {
            epochs: 60,
            batch: 8,
            ..Fit::default()
        };
        let optimizers: [(&str, Box<dyn Optimizer<Line>>); 3] = [
            ("sgd", Box::new(Sgd::new(0.1))),
            ("momentum", Box::new(Momentum::new(0.02, 0.8))),
            ("adam", Box::new(Adam::new(0.03))),
        ];
        for (name, mut optimizer) in optimizers {
            let mut network = Line::init(3);
            let history = fit(&mut network, optimizer.as_mut(), &samples(101), settings)
                .expect("data that fit");
            assert_eq!(history.losses.len(), 60);
            assert!(
                history.losses[59] < 1e-4 * history.losses[0],
                "{name}: {history:?}"
            );
            for (found, expected) in network.parameters().iter().zip([2.0, -3.0, 0.5]) {
                assert!((found - expected).abs() < 1e-2, "{name}: {found}");
            }
        }
    }

    #[test]
    fn the_seed_decides_every_bit() {
        let train = |seed| {
            let mut network = Line::init(3);
            let settings = Fit {
                epochs: 3,
                seed,
                ..Fit::default()
            };
            let history = fit(&mut network, &mut Adam::new(0.01), &samples(100), settings);
            (network, history.expect("data that fit"))
        };
        assert_eq!(train(5), train(5));
        assert_ne!(train(5), train(6));
    }

    #[test]
    fn the_loss_of_an_epoch_is_the_mean_over_samples_not_over_batches() {
        let dataset = Dataset::new(
            array![[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]],
            Targets::Values(array![[2.0], [2.0], [2.0]]),
        );
        let settings = Fit {
            epochs: 1,
            batch: 2,
            ..Fit::default()
        };
        let history = fit(
            &mut Line::zeros(),
            &mut Sgd::new(0.0),
            &dataset.expect("three rows each"),
            settings,
        );
        assert_eq!(history, Ok(History { losses: vec![2.0] }));
    }

    #[test]
    fn too_large_a_step_is_an_error_with_advice() {
        let settings = Fit {
            epochs: 1000,
            ..Fit::default()
        };
        let error = fit(
            &mut Line::init(1),
            &mut Sgd::new(100.0),
            &samples(64),
            settings,
        )
        .expect_err("a loss that grows");
        let FitError::Loss { learning_rate, .. } = error else {
            panic!("not a loss: {error}")
        };
        assert_eq!(learning_rate, 100.0);
        let text = error.to_string();
        assert!(
            text.starts_with("the loss became ") && text.contains("try a smaller one"),
            "{text}"
        );
    }

    #[test]
    fn what_cannot_be_trained_on_is_refused() {
        let train = |dataset: &Dataset<f64>, batch| {
            let settings = Fit {
                batch,
                ..Fit::default()
            };
            fit(&mut Line::zeros(), &mut Sgd::new(0.1), dataset, settings)
                .expect_err("a mistake")
                .to_string()
        };
        assert_eq!(train(&samples(0), 8), "there is no sample to train on");
        assert_eq!(
            train(&samples(5), 0),
            "a batch needs at least one sample: the batch size is 0"
        );
        let wide = Dataset::new(array![[1.0, 2.0, 3.0]], Targets::Classes(vec![0]));
        assert_eq!(
            train(&wide.expect("one row each"), 8),
            "the data have 3 inputs a row, but the network Line takes 2"
        );
    }

    #[test]
    fn a_parameter_that_is_no_number_is_named() {
        assert_eq!(first_not_finite(&line([0.0; 3])), None);
        assert_eq!(
            first_not_finite(&line([0.0, f64::NAN, 0.0])),
            Some("dense1.weight")
        );
        assert_eq!(
            first_not_finite(&line([0.0, 0.0, f64::INFINITY])),
            Some("dense1.bias")
        );
    }
}
