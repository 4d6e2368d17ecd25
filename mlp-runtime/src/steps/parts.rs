//! Batches in parts: the gradient of each by itself, and their sum, in an order that no number of threads changes.

use std::boxed::Box;
use std::vec::Vec;

use super::{Samples, gather, most_rows};
use crate::kernel::pool::share;
use crate::network::Trainable;
use crate::random::Random;
use crate::scalar::Scalar;

/// Some rows of a batch, with the mean of their losses and its gradient.
pub(super) struct Part<N: Trainable> {
    pub(super) gradient: Box<N>,
    pub(super) inputs: Vec<N::Input>,
    pub(super) targets: Vec<N::Target>,
    pub(super) loss: f64,
}

/// The gradient of each part of a batch, whose rows these are: neighbouring parts by one thread, as many threads as there
/// are `passes`.
pub(super) fn compute<N: Trainable + Send + Sync>(
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
pub(super) fn sum<N: Trainable + Send + Sync>(
    parts: &mut [Part<N>],
    rows: usize,
    threads: usize,
) -> f64 {
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
