use std::vec::Vec;

use ndarray::{CowArray, Ix2};

use super::Dataset;
use crate::network::{Network, Trainable};
use crate::random::Random;
use crate::row::Row;
use crate::shape::ShapeError;

/// Inputs and their targets, of equal length.
pub type Batch<'b, N> = (&'b [<N as Network>::Input], &'b [<N as Trainable>::Target]);

/// The samples of a data set as batches of typed rows, in a new random order each epoch.
///
/// ```no_run
/// # fn example<N: mlp_runtime::Trainable>(dataset: &mlp_runtime::data::Dataset<N::Scalar>) -> Result<(), mlp_runtime::ShapeError> {
/// let mut batches = mlp_runtime::data::Batches::<N>::new(dataset, 32, 7)?;
/// for _epoch in 0..10 {
///     batches.shuffle();
///     while let Some((inputs, targets)) = batches.next_batch() {
///         // inputs: &[N::Input], targets: &[N::Target]
///         # let _ = (inputs, targets);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Batches<'a, N: Trainable> {
    samples: CowArray<'a, N::Scalar, Ix2>,
    targets: Vec<N::Target>,
    // Empty until the rows are shuffled: in the order of the data nothing is copied.
    order: Vec<usize>,
    random: Random,
    next: usize,
    size: usize,
    // One batch, gathered; kept, so that no batch but the first allocates.
    batch_inputs: Vec<N::Input>,
    batch_targets: Vec<N::Target>,
}

impl<'a, N: Trainable> Batches<'a, N> {
    /// Batches of `size` samples; the last of an epoch has what is left. The order is that of the data until
    /// [`Batches::shuffle`].
    ///
    /// # Errors
    /// Where the data do not fit the network.
    ///
    /// # Panics
    /// Where `size` is 0.
    pub fn new(
        dataset: &'a Dataset<N::Scalar>,
        size: usize,
        seed: u64,
    ) -> Result<Self, ShapeError> {
        assert!(size > 0, "a batch needs at least one sample");
        let targets = dataset.typed_targets::<N>()?;
        let size = size.min(targets.len().max(1));
        Ok(Self {
            samples: dataset.inputs.as_standard_layout(),
            order: Vec::new(),
            targets,
            random: Random::new(seed),
            next: 0,
            size,
            batch_inputs: Vec::new(),
            batch_targets: Vec::new(),
        })
    }

    /// Begins a new epoch, in a new order.
    pub fn shuffle(&mut self) {
        if self.order.is_empty() {
            self.order = (0..self.targets.len()).collect();
        }
        self.random.shuffle(&mut self.order);
        self.next = 0;
    }

    /// The next batch of this epoch; `None` at its end.
    ///
    /// Before the first [`Batches::shuffle`] a batch is a part of the data themselves; afterwards it is gathered from them.
    pub fn next_batch(&mut self) -> Option<Batch<'_, N>> {
        let (start, end) = (self.next, self.targets.len().min(self.next + self.size));
        if start == end {
            return None;
        }
        let samples = N::Input::rows(self.samples.as_slice()?)?;
        self.next = end;
        if self.order.is_empty() {
            return Some((&samples[start..end], &self.targets[start..end]));
        }
        let rows = &self.order[start..end];
        self.batch_inputs.clear();
        self.batch_inputs
            .extend(rows.iter().map(|&row| samples[row]));
        self.batch_targets.clear();
        self.batch_targets
            .extend(rows.iter().map(|&row| self.targets[row].clone()));
        Some((&self.batch_inputs, &self.batch_targets))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::data::Targets;
    use crate::example::Line;

    fn numbered(rows: usize) -> Dataset<f64> {
        let inputs = Array2::from_shape_fn((rows, 2), |(row, column)| (2 * row + column) as f64);
        let targets = Array2::from_shape_fn((rows, 1), |(row, _)| row as f64);
        Dataset::new(inputs, Targets::Values(targets)).expect("as many targets")
    }

    /// The targets of one epoch, batch by batch, with inputs checked to be theirs.
    fn epoch(batches: &mut Batches<'_, Line>) -> Vec<Vec<f64>> {
        let mut all = Vec::new();
        while let Some((inputs, targets)) = batches.next_batch() {
            assert_eq!(inputs.len(), targets.len());
            for (input, target) in inputs.iter().zip(targets) {
                assert_eq!(*input, [2.0 * target[0], 2.0 * target[0] + 1.0]);
            }
            all.push(targets.iter().map(|target| target[0]).collect());
        }
        all
    }

    #[test]
    fn every_sample_comes_once_an_epoch_and_the_rest_last() {
        let dataset = numbered(10);
        let mut batches = Batches::<Line>::new(&dataset, 4, 1).expect("data that fit");
        assert_eq!(
            epoch(&mut batches).concat(),
            (0..10).map(f64::from).collect::<Vec<_>>()
        );
        let mut orders = Vec::new();
        for _ in 0..2 {
            batches.shuffle();
            let epoch = epoch(&mut batches);
            assert!(epoch.iter().map(Vec::len).eq([4, 4, 2]));
            let mut all = epoch.concat();
            orders.push(all.clone());
            all.sort_by(f64::total_cmp);
            assert!(all.into_iter().eq((0..10).map(f64::from)));
        }
        assert_ne!(orders[0], orders[1]);
    }

    #[test]
    fn inputs_stored_by_column_are_rows_all_the_same() {
        let mut dataset = numbered(6);
        dataset.inputs = dataset
            .inputs
            .t()
            .as_standard_layout()
            .into_owned()
            .reversed_axes();
        let mut batches = Batches::<Line>::new(&dataset, 100, 1).expect("data that fit");
        batches.shuffle();
        assert_eq!(epoch(&mut batches).concat().len(), 6);
    }

    #[test]
    fn no_samples_are_no_batches() {
        let dataset = numbered(0);
        let mut batches = Batches::<Line>::new(&dataset, 4, 1).expect("data that fit");
        assert!(batches.next_batch().is_none());
    }
}
