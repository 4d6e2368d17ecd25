use std::format;
use std::string::ToString;
use std::thread::available_parallelism;

use super::FitError;
use super::history::{Epoch, History};
use super::learner::Local;
use super::metrics::Metric;
use super::progress::Progress;
use super::run::{Checkpoint, Control, Moment, Observer, Plan, run};
use super::stopping::EarlyStopping;
use crate::data::Dataset;
use crate::network::Trainable;
use crate::optimizer::Optimizer;
use crate::row::Row;
use crate::scalar::Scalar;
use crate::schedule::{Length, Schedule};
use crate::steps::Adjustment;
use crate::store;

/// How [`fit`] goes about training. Change what matters and leave the rest: `Fit { epochs: 30, ..Fit::default() }`.
pub struct Fit<'a, S: Scalar> {
    /// How often every sample is used; 10 by default.
    pub epochs: usize,
    /// Samples per step; 32 by default.
    pub batch: usize,
    /// Decides the order of the samples; 0 by default.
    pub seed: u64,
    /// Whether to show a progress bar where standard error is a terminal and the feature `progress` is on; so by default.
    pub progress: bool,
    /// How many threads share a batch, at most; 0, the default, for as many as the machine has. The result is the same for
    /// any number of them, to the bit. Only batches of more than 64 samples are shared.
    pub threads: usize,
    /// How the learning rate changes: the name of one of [`schedule::KINDS`](crate::schedule::KINDS), and its settings; by
    /// default it stays.
    pub schedule: Option<(&'a str, &'a [(&'a str, f64)])>,
    /// What is done to the gradient before a step: penalties, clipping; by default nothing.
    pub adjustment: Adjustment,
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
            schedule: None,
            adjustment: Adjustment::default(),
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
    let (name, given) = settings.schedule.unwrap_or(("constant", &[]));
    let length = Length {
        epochs: settings.epochs as u64,
        steps_per_epoch: dataset.len().div_ceil(settings.batch.max(1)) as u64,
    };
    let schedule = Schedule::named(name, given, length)
        .map_err(|error| FitError::Setting(error.to_string()))?;
    let plan = Plan {
        decision: N::DECISION,
        adjustment: settings.adjustment,
        schedule,
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
    match all.find(|weights| weights.len() != store::count::<N>()) {
        None => Ok(()),
        Some(weights) => Err(FitError::Memory(format!(
            "the checkpoint has {} weights, but the network {} has {}",
            weights.len(),
            N::NAME,
            store::count::<N>()
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
