//! Steps of training: batches in, a changed network out. Needs `std` for its threads and nothing else, so that a compiler
//! can copy it beside generated code.

mod adjustment;
mod parts;
mod whole;

pub use adjustment::Adjustment;

use std::boxed::Box;
use std::vec::Vec;

use self::parts::{Part, compute, sum};
use self::whole::alone;
use crate::boxed::boxed;
use crate::network::Trainable;
use crate::optimizer::Optimizer;
use crate::random::Random;

/// How many rows of a batch are computed together, whatever the number of threads: their gradients are summed apart, and the
/// order of summation, and so every bit of the result, depends on this number alone. A batch of no more rows is never
/// divided, which costs nothing. Statistics of a batch are those of all its rows.
#[must_use]
pub const fn together(parameters: usize, has_statistics: bool) -> usize {
    /// Whole vector registers, and the weights are a small part of the work by then.
    const LEAST: usize = 64;
    if has_statistics {
        return usize::MAX;
    }
    // Two of them pay for a second thread.
    let paying = match (WORK / 2).checked_div(parameters) {
        Some(rows) => rows,
        None => LEAST,
    };
    if paying < LEAST {
        LEAST
    } else {
        paying / LEAST * LEAST
    }
}

const fn most_rows<N: Trainable>() -> usize {
    together(N::PARAMETERS, !N::STATE.is_empty())
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

/// Copies rows side by side.
fn gather<N: Trainable>(
    rows: &[usize],
    samples: &Samples<'_, N>,
    inputs: &mut Vec<N::Input>,
    targets: &mut Vec<N::Target>,
) {
    inputs.clear();
    inputs.reserve(rows.len());
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
    fn grow(&mut self, parts: usize, threads: usize)
    where
        N: Send,
    {
        // Networks can be larger than a thread's stack.
        self.parts
            .resize_with(usize::max(parts, self.parts.len()), || Part {
                gradient: boxed(N::zeros),
                inputs: Vec::new(),
                targets: Vec::new(),
                loss: 0.0,
            });
        self.passes
            .resize_with(threads.max(1), || boxed(N::workspace));
    }
}

impl<N: Trainable> Default for Workspace<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Keeps the random numbers of a `dropout` apart from those of the shuffling.
const DROPOUT: u64 = 1;
