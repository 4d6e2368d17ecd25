//! Steps of whole batches, laid out by a thread of its own where that pays.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::vec::Vec;

use super::{Samples, Stretch, Workspace, gather};
use crate::boxed::boxed;
use crate::network::{Network, Trainable};
use crate::optimizer::Optimizer;
use crate::scalar::Scalar;

/// Steps of whole batches, each by the network's own step. Where `ahead`, another thread lays out the next batch meanwhile.
pub(super) fn alone<N: Trainable, O: Optimizer<N> + ?Sized>(
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
    let whole = whole.get_or_insert_with(|| boxed(N::workspace));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Line;
    use crate::network::Network;
    use crate::optimizer::Sgd;
    use crate::steps::Adjustment;

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
