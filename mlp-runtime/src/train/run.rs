use std::time::{Duration, Instant};
use std::vec::Vec;

use super::FitError;
use super::history::{Ending, Epoch, History, Validation};
use super::learner::Learner;
use super::metrics::Metric;
use super::stopping::{Best, EarlyStopping};
use crate::data::Targets;
use crate::decision::Decision;
use crate::random::Random;
use crate::scalar::Scalar;
use crate::schedule::{Plateau, Schedule};
use crate::steps::{Adjustment, Stretch};
use crate::store::Snapshot;

/// What a run of training does.
#[derive(Debug, Clone)]
pub struct Plan<'a, S> {
    /// Samples to train on.
    pub samples: usize,
    /// Passes over them.
    pub epochs: usize,
    /// Samples in a step.
    pub batch: usize,
    /// Decides the order of the samples and what a `dropout` leaves out.
    pub seed: u64,
    /// How many threads share a batch, at most.
    pub threads: usize,
    /// When to end early.
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the network ends with the weights of the epoch with the smallest watched loss, instead of the last.
    pub restore_best: bool,
    /// The metric on the data to validate with, and their targets.
    pub validation: Option<(Metric, &'a Targets<S>)>,
    /// How outputs decide for classes, in that metric.
    pub decision: Decision,
    /// What is done to the gradient before a step.
    pub adjustment: Adjustment,
    /// How the learning rate changes.
    pub schedule: Schedule,
}

/// Where a run is: all that it needs, apart from plan and data, to go on to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint<S> {
    /// The epochs that are complete.
    pub history: History,
    /// Samples of the next epoch that are used already.
    pub used: usize,
    /// The sum of their losses.
    pub sum: f64,
    /// The epoch with the smallest watched loss.
    pub best: Best,
    /// The weights after that epoch, where they are to be restored.
    pub best_weights: Option<Vec<S>>,
    /// What a schedule that listens to the loss remembers.
    pub plateau: Option<Plateau>,
    /// The weights now.
    pub weights: Vec<S>,
    /// What the optimizer remembers.
    pub memory: Snapshot<S>,
}

impl<S: Scalar> Checkpoint<S> {
    /// The weights to answer with: the best, where they are to be restored, else the last.
    #[must_use]
    pub fn answering(&self) -> &[S] {
        self.best_weights.as_deref().unwrap_or(&self.weights)
    }
}

/// Whether a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// It goes on.
    Continue,
    /// It ends here.
    Stop,
}

/// Who watches a run.
pub trait Observer<S: Scalar> {
    /// An epoch begins or goes on, counted from 1, with so many of its samples used.
    fn begin(&mut self, _epoch: usize, _used: usize) {}

    /// So many more samples are used.
    fn advance(&mut self, _samples: usize) -> Control {
        Control::Continue
    }

    /// An epoch is complete.
    fn epoch(&mut self, _epoch: &Epoch) -> Control {
        Control::Continue
    }

    /// Now is a moment at which a run can be taken up again: an epoch is complete, or the run is stopped, or `ended`. The
    /// checkpoint is made when it is asked for.
    ///
    /// # Errors
    /// Where the checkpoint cannot be made or kept; the run ends with it.
    fn checkpoint(
        &mut self,
        _moment: Moment,
        _make: &mut dyn FnMut() -> Result<Checkpoint<S>, FitError>,
    ) -> Result<(), FitError> {
        Ok(())
    }
}

/// What a checkpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// This epoch is complete, counted from 1.
    Epoch(usize),
    /// The run ends.
    End,
}

/// So long a learner works without a look around.
const PACE: Duration = Duration::from_millis(30);

/// Trains as the plan says, from the start or from a checkpoint.
///
/// # Errors
/// Where loss or parameters become infinite or NaN, the learner is then left as it is; where it fails; where the observer
/// cannot keep a checkpoint.
pub fn run<L: Learner + ?Sized>(
    learner: &mut L,
    plan: &Plan<'_, L::Scalar>,
    start: Option<Checkpoint<L::Scalar>>,
    observer: &mut dyn Observer<L::Scalar>,
) -> Result<History, FitError> {
    if plan.batch == 0 {
        return Err(FitError::EmptyBatch);
    }
    if plan.samples == 0 {
        return Err(FitError::NoSamples);
    }
    let mut run = Run {
        learner,
        plan,
        history: History::default(),
        used: 0,
        sum: 0.0,
        best: Best::default(),
        best_weights: None,
        schedule: plan.schedule,
        per_stretch: 1,
    };
    if let Some(start) = start {
        run.resume(start)?;
    }
    run.history.ending = run.epochs(observer)?;
    observer.checkpoint(Moment::End, &mut || run.checkpoint())?;
    if let Some(weights) = &run.best_weights {
        run.learner.set_weights(weights)?;
        run.history.restored = Some(run.best.epoch);
    }
    Ok(run.history)
}

struct Run<'a, L: Learner + ?Sized> {
    learner: &'a mut L,
    plan: &'a Plan<'a, L::Scalar>,
    history: History,
    used: usize,
    sum: f64,
    best: Best,
    best_weights: Option<Vec<L::Scalar>>,
    schedule: Schedule,
    /// How many batches take about as long as [`PACE`].
    per_stretch: usize,
}

impl<L: Learner + ?Sized> Run<'_, L> {
    fn resume(&mut self, start: Checkpoint<L::Scalar>) -> Result<(), FitError> {
        self.learner.set_weights(&start.weights)?;
        self.learner.set_memory(&start.memory)?;
        self.history = start.history;
        self.history.restored = None;
        self.used = start.used;
        self.sum = start.sum;
        self.best = start.best;
        self.best_weights = start.best_weights;
        if let (Some(seen), Some(plateau)) = (self.schedule.seen_mut(), start.plateau) {
            *seen = plateau;
        }
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<Checkpoint<L::Scalar>, FitError> {
        Ok(Checkpoint {
            history: self.history.clone(),
            used: self.used,
            sum: self.sum,
            best: self.best,
            best_weights: self.best_weights.clone(),
            plateau: self.schedule.seen().copied(),
            weights: self.learner.weights()?,
            memory: self.learner.memory()?,
        })
    }

    fn epochs(&mut self, observer: &mut dyn Observer<L::Scalar>) -> Result<Ending, FitError> {
        while self.history.epochs.len() < self.plan.epochs {
            if self.is_late() {
                return Ok(Ending::Early);
            }
            if self.samples(observer)? == Control::Stop {
                return Ok(Ending::Stopped);
            }
            let epoch = self.complete()?;
            let control = observer.epoch(&epoch);
            let moment = Moment::Epoch(epoch.number);
            observer.checkpoint(moment, &mut || self.checkpoint())?;
            if control == Control::Stop {
                return Ok(Ending::Stopped);
            }
        }
        Ok(Ending::Complete)
    }

    /// Whether the watched loss has not fallen for too long.
    fn is_late(&self) -> bool {
        let stopping = self.plan.early_stopping;
        stopping.is_some_and(|stopping| self.best.waited >= stopping.patience.max(1))
    }

    /// The rest of an epoch's samples.
    fn samples(&mut self, observer: &mut dyn Observer<L::Scalar>) -> Result<Control, FitError> {
        let Plan {
            samples,
            batch,
            seed,
            threads,
            adjustment,
            ..
        } = *self.plan;
        let epoch = self.history.epochs.len();
        let mut order: Vec<usize> = (0..samples).collect();
        Random::at(seed, [ORDER, epoch as u64]).shuffle(&mut order);
        let steps_before = epoch as u64 * samples.div_ceil(batch) as u64;
        observer.begin(epoch + 1, self.used);
        while self.used < samples {
            let batches = (samples - self.used).div_ceil(batch).min(self.per_stretch);
            let end = samples.min(self.used + batches * batch);
            let first = steps_before + (self.used / batch) as u64;
            let rates: Vec<f64> = (first..first + batches as u64)
                .map(|step| self.rate(step))
                .collect();
            let rows = &order[self.used..end];
            let started = Instant::now();
            let losses = self.learner.steps(&Stretch {
                order: rows,
                batch,
                first,
                rates: &rates,
                seed,
                threads,
                adjustment,
            })?;
            for (step, (loss, rows)) in losses.iter().zip(rows.chunks(batch)).enumerate() {
                if !loss.is_finite() {
                    return Err(FitError::Loss {
                        loss: *loss,
                        epoch: epoch + 1,
                        step: self.used / batch + 1,
                        learning_rate: rates[step],
                    });
                }
                self.sum += loss * rows.len() as f64;
                self.used += rows.len();
            }
            self.keep_pace(started.elapsed());
            let control = observer.advance(rows.len());
            if control == Control::Stop && self.used < samples {
                return Ok(control);
            }
        }
        Ok(Control::Continue)
    }

    /// The learning rate of a step of the whole run, counted from 0.
    fn rate(&self, step: u64) -> f64 {
        self.learner.learning_rate() * self.schedule.factor(step)
    }

    /// Fits the length of a stretch to the time that one takes, in few steps: every stretch begins without a batch laid out.
    fn keep_pace(&mut self, elapsed: Duration) {
        let fitting = self.per_stretch as f64 * (PACE.as_secs_f64() / elapsed.as_secs_f64());
        let most = self.per_stretch.saturating_mul(8);
        self.per_stretch = (fitting as usize).clamp(1, most);
    }

    /// The end of an epoch.
    fn complete(&mut self) -> Result<Epoch, FitError> {
        let number = self.history.epochs.len() + 1;
        let steps = number as u64 * self.plan.samples.div_ceil(self.plan.batch) as u64;
        let learning_rate = self.rate(steps - 1);
        // A maximum with 0 can hide a NaN from the loss.
        if let Some(tensor) = self.learner.not_finite()? {
            return Err(FitError::Parameter {
                tensor,
                epoch: number,
                learning_rate,
            });
        }
        let mut validation = None;
        if let (Some((metric, targets)), Some(found)) =
            (self.plan.validation, self.learner.validate()?)
        {
            validation = Some(Validation {
                loss: found.loss,
                metric: metric.of(found.outputs.view(), targets, self.plan.decision)?,
            });
        }
        let epoch = Epoch {
            number,
            loss: self.sum / self.plan.samples as f64,
            learning_rate,
            validation,
        };
        self.used = 0;
        self.sum = 0.0;
        self.schedule.observe(epoch.watched());
        let min_delta = self
            .plan
            .early_stopping
            .map_or(0.0, |stopping| stopping.min_delta);
        if self.best.improves(&epoch, min_delta) && self.plan.restore_best {
            self.best_weights = Some(self.learner.weights()?);
        }
        self.history.epochs.push(epoch);
        Ok(epoch)
    }
}

/// Keeps the random numbers of the shuffling apart from those of a `dropout`.
const ORDER: u64 = 0;
