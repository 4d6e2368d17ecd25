use crate::data::{Dataset, Targets};
use crate::network::{Network, Trainable};
use crate::scalar::Scalar;
use crate::views::{NetworkViews, with_rows};

/// The fraction of samples that the network decides rightly, from 0 to 1; NaN for no samples.
///
/// The decision is the index of the largest output, the first of equal ones. A single output decides for class 1 above
/// 0.5, else for class 0, and so does a single target value: the output has to be a probability, not a logit. Several
/// target values stand for the index of the largest.
///
/// # Panics
/// Where the data do not fit the network.
#[must_use]
pub fn accuracy<N: Network>(network: &N, dataset: &Dataset<N::Scalar>) -> f64 {
    assert_eq!(
        dataset.targets.len(),
        dataset.len(),
        "there must be as many targets as rows of inputs"
    );
    let outputs = network
        .forward_view(dataset.inputs.view())
        .unwrap_or_else(|error| panic!("{error}"));
    let decisions = outputs
        .rows()
        .into_iter()
        .map(|output| decision(output.iter().copied()));
    let right = match &dataset.targets {
        Targets::Classes(classes) => decisions
            .zip(classes)
            .filter(|(decided, class)| decided == *class)
            .count(),
        Targets::Values(values) => {
            assert_eq!(
                values.ncols(),
                N::OUTPUTS,
                "the data must have as many target values a row as the network {} has outputs",
                N::NAME
            );
            let wanted = values
                .rows()
                .into_iter()
                .map(|target| decision(target.iter().copied()));
            decisions
                .zip(wanted)
                .filter(|(decided, wanted)| decided == wanted)
                .count()
        }
    };
    right as f64 / dataset.len() as f64
}

/// The class that outputs or target values stand for.
fn decision<S: Scalar>(values: impl ExactSizeIterator<Item = S>) -> usize {
    let single = values.len() == 1;
    let mut best: Option<(usize, S)> = None;
    for (index, value) in values.enumerate() {
        if single {
            return usize::from(value.to_f64() > 0.5);
        }
        if best.is_none_or(|(_, largest)| value > largest) {
            best = Some((index, value));
        }
    }
    best.map_or(0, |(index, _)| index)
}

/// The mean loss over the samples; NaN for no samples.
///
/// # Panics
/// Where the data do not fit the network.
#[must_use]
pub fn mean_loss<N: Trainable>(network: &N, dataset: &Dataset<N::Scalar>) -> f64 {
    let sum = dataset.typed_targets::<N>().and_then(|targets| {
        with_rows::<N, _>(dataset.inputs.view(), |inputs| {
            let losses = inputs.iter().zip(&targets);
            losses
                .map(|(input, target)| network.loss(input, target).to_f64())
                .sum::<f64>()
        })
    });
    let sum = sum.unwrap_or_else(|error| panic!("{error}"));
    sum / dataset.len() as f64
}

#[cfg(test)]
mod tests {
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
    fn several_values_decide_by_the_largest() {
        assert_eq!(decision([0.1_f32, 0.7, 0.2].into_iter()), 1);
        assert_eq!(decision([3.0_f32, 3.0].into_iter()), 0);
        assert_eq!(decision([-3.0_f32, -2.0].into_iter()), 1);
    }

    #[test]
    fn the_mean_loss_is_that_of_the_samples() {
        let values = array![[0.9], [1.1], [0.5], [0.6]];
        let loss = mean_loss(&line([1.0, 0.0, 0.0]), &dataset(Targets::Values(values)));
        assert!((loss - 0.5 / 4.0).abs() < 1e-15);
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
}
