//! Steps of training: batches in, a changed network out. Needs `std` for its threads and nothing else, so that a compiler
//! can copy it beside generated code.

use std::boxed::Box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::vec::Vec;

use crate::kernel::pool::share;
use crate::network::{Network, Trainable};
use crate::optimizer::{Optimizer, gradient};
use crate::random::Random;
use crate::scalar::Scalar;

/// The rows of a batch whose gradient is summed apart, whatever the number of threads: the order of summation, and so
/// every bit of the result, depends on this number alone. A batch of so many rows is never divided, which costs nothing.
pub const ROWS: usize = 64;

/// How many rows of a batch are computed together. Statistics of a batch are those of all its rows.
const fn most_rows<N: Trainable>() -> usize {
    if N::STATE.is_empty() {
        ROWS
    } else {
        usize::MAX
    }
}

/// The bytes of a batch's inputs from which on it pays to lay them out ahead. What lies within reach of a processor's cache
/// is copied in no time; rows from all over a large data set take a tenth of a step or more.
const WIDE: usize = 1 << 16;

/// The products and sums, rows times parameters, from which on a thread of its own pays for a batch.
const WORK: usize = 1 << 20;

/// How many of `threads` threads share a batch of so many rows: 1 where it is too little work, cannot be divided, or there
/// are no more.
#[must_use]
pub fn sharing<N: Trainable>(batch: usize, threads: usize) -> usize {
    let pays = batch.saturating_mul(N::PARAMETERS) >= WORK;
    let parts = batch.div_ceil(most_rows::<N>());
    if pays { threads.min(parts).max(1) } else { 1 }
}

/// Samples and their targets, of equal length.
pub struct Samples<'a, N: Trainable> {
    /// A row for each sample.
    pub inputs: &'a [N::Input],
    /// A target for each sample.
    pub targets: &'a [N::Target],
}

/// The part of a run that is done without a look around: some batches of an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// The rows in the order in which they are used.
    pub order: &'a [usize],
    /// Rows in a batch; the last may have fewer.
    pub batch: usize,
    /// The number of the first step within the whole run, counted from 0.
    pub first: u64,
    /// The learning rate of each step.
    pub rates: &'a [f64],
    /// Decides what a `dropout` leaves out.
    pub seed: u64,
    /// How many threads share a batch, at most.
    pub threads: usize,
    /// What is done to the gradient before a step.
    pub adjustment: Adjustment,
}

impl Stretch<'_> {
    /// The random numbers for a part of a step; both count from 0, the step within this stretch.
    #[must_use]
    pub fn random(&self, step: usize, part: usize) -> Random {
        Random::at(self.seed, [DROPOUT, self.first + step as u64, part as u64])
    }
}

/// What is done to a gradient before a step, in this order; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Adjustment {
    /// λ of the penalty λ·Σ|w|, whose gradient is added.
    pub l1: f64,
    /// λ of the penalty ½λ·Σw², whose gradient is added.
    pub l2: f64,
    /// The largest magnitude of an element.
    pub clip_value: Option<f64>,
    /// The largest norm.
    pub clip_norm: Option<f64>,
}

impl Adjustment {
    /// Does it.
    pub fn apply<S: Scalar>(&self, gradient: &mut [S], parameters: &[S]) {
        if self.l1 != 0.0 {
            gradient::add_l1(gradient, parameters, self.l1);
        }
        if self.l2 != 0.0 {
            gradient::add_l2(gradient, parameters, self.l2);
        }
        if let Some(limit) = self.clip_value {
            gradient::clip_value(gradient, limit);
        }
        if let Some(limit) = self.clip_norm {
            gradient::clip_norm(gradient, limit);
        }
    }
}

/// Takes a step for each batch and returns the mean loss of each, before its step. Where one is infinite or NaN, it is the
/// last, and the network is of no more use.
///
/// The number of threads does not change the result by a single bit.
pub fn steps<N: Trainable + Send + Sync, O: Optimizer<N> + ?Sized>(
    network: &mut N,
    optimizer: &mut O,
    workspace: &mut Workspace<N>,
    samples: &Samples<'_, N>,
    stretch: &Stretch<'_>,
) -> Vec<f64> {
    let most = most_rows::<N>();
    let pays = stretch.batch.saturating_mul(N::PARAMETERS) >= WORK;
    if stretch.batch <= most && stretch.adjustment == Adjustment::default() {
        let is_wide = stretch.batch.saturating_mul(size_of::<N::Input>()) >= WIDE;
        let several = stretch.threads > 1 && stretch.rates.len() > 1;
        return alone(
            network,
            optimizer,
            workspace,
            samples,
            stretch,
            pays && is_wide && several,
        );
    }
    let parts = stretch.batch.min(stretch.order.len()).div_ceil(most);
    let threads = sharing::<N>(stretch.batch, stretch.threads).min(parts);
    workspace.grow(parts, threads);
    let Workspace { parts, passes, .. } = workspace;
    let mut losses = Vec::with_capacity(stretch.rates.len());
    let batches = stretch.order.chunks(stretch.batch).zip(stretch.rates);
    for (step, (rows, rate)) in batches.enumerate() {
        let parts = &mut parts[..rows.len().div_ceil(most)];
        let random = |part| stretch.random(step, part);
        compute(network, parts, passes, rows, samples, random);
        let loss = sum(parts, rows.len(), threads);
        losses.push(loss);
        if !loss.is_finite() {
            break;
        }
        optimizer.set_learning_rate(*rate);
        let gradient = &mut parts[0].gradient;
        let values = gradient.parameters_mut();
        stretch.adjustment.apply(values, network.parameters());
        network.update_statistics(gradient);
        optimizer.step_shared(network, gradient, threads);
    }
    losses
}

/// The gradient of each part of a batch, whose rows these are: neighbouring parts by one thread, as many threads as there
/// are `passes`.
fn compute<N: Trainable + Send + Sync>(
    network: &N,
    parts: &mut [Part<N>],
    passes: &mut [Box<N::Workspace>],
    rows: &[usize],
    samples: &Samples<'_, N>,
    random: impl Fn(usize) -> Random + Sync,
) {
    let most = most_rows::<N>();
    let each = parts.len().div_ceil(passes.len());
    let indexed: Vec<_> = parts
        .iter_mut()
        .zip(rows.chunks(most))
        .enumerate()
        .collect();
    let mut indexed = indexed.into_iter();
    let shares = passes.iter_mut().map_while(|pass| {
        let parts: Vec<_> = indexed.by_ref().take(each).collect();
        (!parts.is_empty()).then_some((pass, parts))
    });
    share(shares, stack::<N>(), |(pass, parts)| {
        for (index, (part, rows)) in parts {
            gather(rows, samples, &mut part.inputs, &mut part.targets);
            let Part {
                gradient,
                inputs,
                targets,
                loss,
            } = part;
            gradient.parameters_mut().fill(N::Scalar::ZERO);
            let mut random = random(index);
            *loss = network
                .training_gradient_in(inputs, targets, gradient, pass, &mut random)
                .to_f64();
        }
    });
}

/// Adds the gradients of the parts of a batch of so many rows up in the first, in their order, and returns the mean loss.
fn sum<N: Trainable + Send + Sync>(parts: &mut [Part<N>], rows: usize, threads: usize) -> f64 {
    let Some((first, others)) = parts.split_first_mut() else {
        return 0.0;
    };
    if others.is_empty() {
        return first.loss;
    }
    let weight = |part: &Part<N>| part.inputs.len() as f64 / rows as f64;
    let own = weight(first);
    let losses = others.iter().map(|part| weight(part) * part.loss);
    let loss = losses.fold(own * first.loss, |sum, loss| sum + loss);
    let all = first.gradient.parameters_mut();
    let each = all.len().div_ceil(threads).max(1);
    let shares = all.chunks_mut(each).enumerate();
    share(shares, stack::<N>(), |(index, sums)| {
        let mut scale = N::Scalar::from_f64(own);
        for other in &*others {
            let weight = N::Scalar::from_f64(weight(other));
            let values = other.gradient.parameters()[index * each..].iter();
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = scale * *sum + weight * *value;
            }
            scale = N::Scalar::ONE;
        }
    });
    loss
}

/// Bytes of stack for a thread: a pass keeps its values there where the workspace has no place for them, and a network may
/// be large; what is not touched costs nothing.
const fn stack<N>() -> usize {
    (8 << 20) + 2 * size_of::<N>()
}

/// Steps of whole batches, each by the network's own step. Where `ahead`, another thread lays out the next batch meanwhile.
fn alone<N: Trainable, O: Optimizer<N> + ?Sized>(
    network: &mut N,
    optimizer: &mut O,
    workspace: &mut Workspace<N>,
    samples: &Samples<'_, N>,
    stretch: &Stretch<'_>,
    ahead: bool,
) -> Vec<f64> {
    let Workspace {
        whole,
        inputs,
        targets,
        ..
    } = workspace;
    let whole = whole.get_or_insert_with(|| Box::new(N::workspace()));
    let mut losses = Vec::with_capacity(stretch.rates.len());
    let mut step = |inputs: &[N::Input], targets: &[N::Target], rate: f64| {
        optimizer.set_learning_rate(rate);
        let mut random = stretch.random(losses.len(), 0);
        let loss = network.step(inputs, targets, optimizer, whole, &mut random);
        losses.push(loss.to_f64());
        loss.is_finite()
    };
    let batches = stretch.order.chunks(stretch.batch).zip(stretch.rates);
    let wanted = AtomicUsize::new(0);
    thread::scope(|scope| {
        let start = || Ahead::start(scope, samples, stretch, &wanted);
        let ahead = ahead.then(start).flatten();
        for (index, (rows, rate)) in batches.enumerate() {
            let laid = ahead
                .as_ref()
                .and_then(|ahead| Some((ahead.take(index)?, ahead)));
            let goes_on = if let Some(((inputs, targets), ahead)) = laid {
                let goes_on = step(&inputs, &targets, *rate);
                ahead.give_back((inputs, targets));
                goes_on
            } else {
                gather(rows, samples, inputs, targets);
                step(inputs, targets, *rate)
            };
            if !goes_on {
                break;
            }
        }
    });
    losses
}

/// A batch, laid out.
type Laid<N> = (Vec<<N as Network>::Input>, Vec<<N as Trainable>::Target>);

/// A thread that lays out one batch after the other, two of them at a time: one that is used and one to come. Nobody waits
/// for it: a batch that it has not laid out in time is its reader's.
struct Ahead<'scope, N: Trainable> {
    laid: Receiver<(usize, Laid<N>)>,
    /// Takes back what was used.
    used: Sender<Laid<N>>,
    /// The first step whose batch is still of use.
    wanted: &'scope AtomicUsize,
}

impl<'scope, N: Trainable> Ahead<'scope, N> {
    /// `None` where no thread can be started.
    fn start(
        scope: &'scope thread::Scope<'scope, '_>,
        samples: &'scope Samples<'scope, N>,
        stretch: &'scope Stretch<'scope>,
        wanted: &'scope AtomicUsize,
    ) -> Option<Self> {
        let (ready, laid) = channel();
        let (used, free) = channel();
        for _ in 0..2 {
            used.send((Vec::new(), Vec::new())).ok()?;
        }
        let work = move || {
            let mut batches = stretch.order.chunks(stretch.batch).enumerate();
            for (mut inputs, mut targets) in free {
                let in_time = |(step, _): &(usize, _)| *step >= wanted.load(Ordering::Relaxed);
                let Some((step, rows)) = batches.find(in_time) else {
                    return;
                };
                gather(rows, samples, &mut inputs, &mut targets);
                if ready.send((step, (inputs, targets))).is_err() {
                    return;
                }
            }
        };
        let started = thread::Builder::new().spawn_scoped(scope, work);
        started.ok().map(|_| Self { laid, used, wanted })
    }

    /// The batch of a step, where it is laid out.
    fn take(&self, step: usize) -> Option<Laid<N>> {
        self.wanted.store(step + 1, Ordering::Relaxed);
        for (found, batch) in self.laid.try_iter() {
            if found == step {
                return Some(batch);
            }
            self.give_back(batch);
        }
        None
    }

    fn give_back(&self, batch: Laid<N>) {
        // After the last batch nobody needs it.
        let _ = self.used.send(batch);
    }
}

/// Copies rows side by side.
fn gather<N: Trainable>(
    rows: &[usize],
    samples: &Samples<'_, N>,
    inputs: &mut Vec<N::Input>,
    targets: &mut Vec<N::Target>,
) {
    inputs.clear();
    for row in rows {
        // A slice is copied once, where a value would go over the stack.
        inputs.extend_from_slice(core::slice::from_ref(&samples.inputs[*row]));
    }
    targets.clear();
    targets.extend(rows.iter().map(|row| samples.targets[*row].clone()));
}

/// Memory that steps need: that of a network's own step, and a gradient for each part of a batch. Kept from stretch to
/// stretch.
pub struct Workspace<N: Trainable> {
    whole: Option<Box<N::Workspace>>,
    inputs: Vec<N::Input>,
    targets: Vec<N::Target>,
    parts: Vec<Part<N>>,
    /// For the values of a pass, one for each thread.
    passes: Vec<Box<N::Workspace>>,
}

impl<N: Trainable> Workspace<N> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            whole: None,
            inputs: Vec::new(),
            targets: Vec::new(),
            parts: Vec::new(),
            passes: Vec::new(),
        }
    }

    /// Makes place for so many parts of a batch, computed by so many threads.
    fn grow(&mut self, parts: usize, threads: usize) {
        // Networks can be larger than a thread's stack.
        self.parts
            .resize_with(usize::max(parts, self.parts.len()), || Part {
                gradient: Box::new(N::zeros()),
                inputs: Vec::with_capacity(ROWS),
                targets: Vec::with_capacity(ROWS),
                loss: 0.0,
            });
        self.passes
            .resize_with(threads.max(1), || Box::new(N::workspace()));
    }
}

impl<N: Trainable> Default for Workspace<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Some rows of a batch, with the mean of their losses and its gradient.
struct Part<N: Trainable> {
    gradient: Box<N>,
    inputs: Vec<N::Input>,
    targets: Vec<N::Target>,
    loss: f64,
}

/// Keeps the random numbers of a `dropout` apart from those of the shuffling.
const DROPOUT: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Line;
    use crate::network::Network;
    use crate::optimizer::Sgd;

    #[test]
    fn batches_that_are_laid_out_ahead_are_the_same() {
        let inputs: Vec<[f64; 2]> = (0..50).map(|row| [f64::from(row), -0.5]).collect();
        let targets: Vec<[f64; 1]> = (0..50).map(|row| [f64::from(row % 7)]).collect();
        let order: Vec<usize> = (0..50).rev().collect();
        let samples = Samples::<Line> {
            inputs: &inputs,
            targets: &targets,
        };
        // Seven whole batches and a smaller one; with the larger rate the second loss is infinite, and the last.
        for (rate, count) in [(1e-4, 8), (1e300, 2)] {
            let trained = |ahead| {
                let mut network = Line::init(1);
                let stretch = Stretch {
                    order: &order,
                    batch: 7,
                    first: 0,
                    rates: &[rate; 8],
                    seed: 1,
                    threads: 2,
                    adjustment: Adjustment::default(),
                };
                let losses = alone(
                    &mut network,
                    &mut Sgd::new(rate),
                    &mut Workspace::new(),
                    &samples,
                    &stretch,
                    ahead,
                );
                let bits = |values: &[f64]| -> Vec<u64> {
                    values.iter().map(|value| value.to_bits()).collect()
                };
                (bits(&losses), bits(network.parameters()))
            };
            assert_eq!(trained(true), trained(false));
            assert_eq!(trained(true).0.len(), count);
        }
    }
}
