//! How good a network is.

mod confusion;
mod errors;

use std::fmt::{self, Display, Formatter};

use ndarray::ArrayView2;

pub use confusion::{Confusion, top_k};
pub use errors::Errors;

use crate::data::{Dataset, Targets};
use crate::decision::Decision;
use crate::network::{Network, Trainable};
use crate::scalar::Scalar;
use crate::shape::ShapeError;
use crate::views::{NetworkViews, with_rows};

/// What stands for the name of a network where only its outputs are known.
const MEASURED: &str = "that is measured";

/// One number that tells how good outputs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// [`Confusion::accuracy`]
    Accuracy,
    /// [`top_k`] for this k.
    TopK(usize),
    /// [`Confusion::mean_f1`]
    F1,
    /// [`Errors::mae`]
    Mae,
    /// [`Errors::rmse`]
    Rmse,
    /// [`Errors::r2`]
    R2,
}

impl Metric {
    /// What suits the targets: accuracy of classes, R² of values.
    #[must_use]
    pub const fn for_targets<S>(targets: &Targets<S>) -> Self {
        match targets {
            Targets::Classes(_) => Self::Accuracy,
            Targets::Values(_) => Self::R2,
        }
    }

    /// The metric of outputs [rows, outputs of the network]; `decision` says how they decide for classes.
    ///
    /// # Errors
    /// Where targets and outputs do not go together.
    pub fn of<S: Scalar>(
        self,
        outputs: ArrayView2<'_, S>,
        targets: &Targets<S>,
        decision: Decision,
    ) -> Result<f64, ShapeError> {
        Ok(match self {
            Self::Accuracy => Confusion::of(outputs, targets, decision)?.accuracy(),
            Self::TopK(k) => top_k(outputs, targets, k, decision)?,
            Self::F1 => Confusion::of(outputs, targets, decision)?.mean_f1(),
            Self::Mae => Errors::of(outputs, targets)?.mae,
            Self::Rmse => Errors::of(outputs, targets)?.rmse,
            Self::R2 => Errors::of(outputs, targets)?.r2,
        })
    }
}

impl Display for Metric {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accuracy => f.write_str("accuracy"),
            Self::TopK(k) => write!(f, "top-{k} accuracy"),
            Self::F1 => f.write_str("F1"),
            Self::Mae => f.write_str("MAE"),
            Self::Rmse => f.write_str("RMSE"),
            Self::R2 => f.write_str("R²"),
        }
    }
}

/// The fraction of samples that the network decides rightly, from 0 to 1; NaN for no samples. [`Confusion::of`] says what
/// a decision is.
///
/// # Panics
/// Where the data do not fit the network.
#[must_use]
pub fn accuracy<N: Network>(network: &N, dataset: &Dataset<N::Scalar>) -> f64 {
    metric(network, dataset, Metric::Accuracy)
}

/// A metric of the network's outputs for these samples.
///
/// # Panics
/// Where the data do not fit the network.
#[must_use]
pub fn metric<N: Network>(network: &N, dataset: &Dataset<N::Scalar>, metric: Metric) -> f64 {
    let outputs = network.forward_view(dataset.inputs.view());
    let value =
        outputs.and_then(|outputs| metric.of(outputs.view(), &dataset.targets, N::DECISION));
    value.unwrap_or_else(|error| panic!("{}", error.of_network(N::NAME)))
}

/// The mean loss over the samples; NaN for no samples.
///
/// # Panics
/// Where the data do not fit the network.
#[must_use]
pub fn mean_loss<N: Trainable>(network: &N, dataset: &Dataset<N::Scalar>) -> f64 {
    let sum = dataset.typed_targets::<N>().and_then(|targets| {
        with_rows::<N, _>(dataset.inputs.view(), |inputs| {
            sum_of_losses(network, inputs, &targets)
        })
    });
    let sum = sum.unwrap_or_else(|error| panic!("{error}"));
    sum / dataset.len() as f64
}

/// The losses of samples, added in their order.
pub(super) fn sum_of_losses<N: Trainable>(
    network: &N,
    inputs: &[N::Input],
    targets: &[N::Target],
) -> f64 {
    let losses = inputs.iter().zip(targets);
    losses
        .map(|(input, target)| network.loss(input, target).to_f64())
        .sum()
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use ndarray::{Array2, array};

    use super::*;
    use crate::example::{Line, line};

    fn dataset(targets: Targets<f64>) -> Dataset<f64> {
        let inputs = array![[0.9, 0.0], [0.1, 0.0], [0.5, 0.0], [0.6, 0.0]];
        Dataset::new(inputs, targets).expect("four targets")
    }

    #[test]
    fn a_single_output_decides_at_one_half() {
        let first = line([1.0, 0.0, 0.0]);
        assert_eq!(
            accuracy(&first, &dataset(Targets::Classes(vec![1, 0, 0, 0]))),
            0.75
        );
        let values = array![[1.0], [0.0], [0.4], [0.7]];
        assert_eq!(accuracy(&first, &dataset(Targets::Values(values))), 1.0);
    }

    #[test]
    fn the_mean_loss_is_that_of_the_samples() {
        let values = array![[0.9], [1.1], [0.5], [0.6]];
        let loss = mean_loss(&line([1.0, 0.0, 0.0]), &dataset(Targets::Values(values)));
        assert!((loss - 0.5 / 4.0).abs() < 1e-15);
    }

    #[test]
    fn every_metric_has_a_name_and_a_value() {
        let data = dataset(Targets::Values(array![[0.9], [0.1], [0.5], [0.6]]));
        let perfect = line([1.0, 0.0, 0.0]);
        for (kind, name, value) in [
            (Metric::Accuracy, "accuracy", 1.0),
            (Metric::TopK(2), "top-2 accuracy", 1.0),
            (Metric::F1, "F1", 1.0),
            (Metric::Mae, "MAE", 0.0),
            (Metric::Rmse, "RMSE", 0.0),
            (Metric::R2, "R²", 1.0),
        ] {
            assert_eq!(
                (kind.to_string().as_str(), metric(&perfect, &data, kind)),
                (name, value)
            );
        }
        assert_eq!(Metric::for_targets(&data.targets), Metric::R2);
    }

    #[test]
    fn of_no_samples_there_is_no_mean() {
        let empty =
            Dataset::new(Array2::zeros((0, 2)), Targets::Classes(vec![])).expect("none each");
        assert!(accuracy(&Line::zeros(), &empty).is_nan());
        assert!(mean_loss(&Line::zeros(), &empty).is_nan());
    }

    #[test]
    #[should_panic(expected = "the data have 1 inputs a row, but the network Line takes 2")]
    fn inputs_that_do_not_fit_are_told() {
        let narrow = Dataset::new(array![[1.0]], Targets::Classes(vec![0])).expect("one each");
        let _ = accuracy(&Line::zeros(), &narrow);
    }

    #[test]
    #[should_panic(
        expected = "the target of row 0 (counted from 0) is not a class of the network Line"
    )]
    fn targets_that_do_not_fit_are_told() {
        let data = dataset(Targets::Classes(vec![2, 0, 0, 0]));
        let _ = accuracy(&Line::zeros(), &data);
    }
}
