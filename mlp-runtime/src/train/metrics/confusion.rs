use std::vec::Vec;

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::MEASURED;
use crate::data::Targets;
use crate::decision::Decision;
use crate::scalar::Scalar;
use crate::shape::ShapeError;

/// How often which class was taken for which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// [true class, decided class]: a number of samples.
    pub counts: Array2<usize>,
}

impl Confusion {
    /// Counts decisions: outputs [rows, outputs of the network] against targets.
    ///
    /// The decision is the index of the largest output, the first of equal ones. A single output decides for class 1 above
    /// the threshold of `decision`, else for class 0. A target value stands for class 1 above ½, else for class 0; several
    /// stand for the index of the largest.
    ///
    /// # Errors
    /// Where there are not as many targets as outputs, or a target is no class of the outputs.
    pub fn of<S: Scalar>(
        outputs: ArrayView2<'_, S>,
        targets: &Targets<S>,
        decision: Decision,
    ) -> Result<Self, ShapeError> {
        let wanted = wanted(outputs, targets)?;
        let classes = outputs.ncols().max(2);
        let mut counts = Array2::zeros((classes, classes));
        for (output, class) in outputs.rows().into_iter().zip(wanted) {
            counts[(class, decided(output, decision))] += 1;
        }
        Ok(Self { counts })
    }

    /// How many samples were counted.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.counts.sum()
    }

    /// The fraction of right decisions, from 0 to 1; NaN for no samples.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.samples() as f64
    }

    /// Of the samples decided for a class, the fraction that belongs to it; 0 where there are none.
    #[must_use]
    pub fn precision(&self, class: usize) -> f64 {
        fraction(self.counts[(class, class)], self.counts.column(class).sum())
    }

    /// Of the samples of a class, the fraction decided for it; 0 where there are none.
    #[must_use]
    pub fn recall(&self, class: usize) -> f64 {
        fraction(self.counts[(class, class)], self.counts.row(class).sum())
    }

    /// The harmonic mean of precision and recall of a class; 0 where both are.
    #[must_use]
    pub fn f1(&self, class: usize) -> f64 {
        let decided_or_true = self.counts.column(class).sum() + self.counts.row(class).sum();
        fraction(2 * self.counts[(class, class)], decided_or_true)
    }

    /// The mean of F1 over the classes that occur, in truth or in decisions; of two classes, F1 of class 1. As
    /// scikit-learn's `f1_score`, with `average="macro"` for more than two.
    #[must_use]
    pub fn mean_f1(&self) -> f64 {
        if self.counts.nrows() == 2 {
            return self.f1(1);
        }
        let occurs =
            |class: &usize| self.counts.row(*class).sum() + self.counts.column(*class).sum() > 0;
        let scores: Vec<f64> = (0..self.counts.nrows())
            .filter(occurs)
            .map(|class| self.f1(class))
            .collect();
        scores.iter().sum::<f64>() / scores.len() as f64
    }
}

/// The fraction of samples whose class is among the `k` largest outputs, from 0 to 1; NaN for no samples. Of equal outputs
/// the first counts as larger.
///
/// # Errors
/// As [`Confusion::of`].
pub fn top_k<S: Scalar>(
    outputs: ArrayView2<'_, S>,
    targets: &Targets<S>,
    k: usize,
    decision: Decision,
) -> Result<f64, ShapeError> {
    let wanted = wanted(outputs, targets)?;
    let right = outputs
        .rows()
        .into_iter()
        .zip(&wanted)
        .filter(|(output, class)| {
            if output.len() == 1 {
                return k > 1 || decided(output.view(), decision) == **class;
            }
            let own = output[**class];
            let ahead = output
                .iter()
                .enumerate()
                .filter(|(index, value)| **value > own || **value == own && index < *class);
            ahead.count() < k
        });
    Ok(right.count() as f64 / wanted.len() as f64)
}

/// The class of each target.
fn wanted<S: Scalar>(
    outputs: ArrayView2<'_, S>,
    targets: &Targets<S>,
) -> Result<Vec<usize>, ShapeError> {
    if targets.len() != outputs.nrows() {
        return Err(ShapeError::Rows {
            inputs: outputs.nrows(),
            targets: targets.len(),
        });
    }
    match targets {
        Targets::Classes(classes) => {
            let known = outputs.ncols().max(2);
            match classes.iter().position(|class| *class >= known) {
                None => Ok(classes.clone()),
                Some(row) => Err(ShapeError::Class {
                    network: MEASURED,
                    row,
                    outputs: outputs.ncols(),
                }),
            }
        }
        Targets::Values(values) if values.ncols() != outputs.ncols() => Err(ShapeError::Targets {
            network: MEASURED,
            expected: outputs.ncols(),
            found: values.ncols(),
        }),
        Targets::Values(values) => Ok((values.rows().into_iter())
            .map(|row| decided(row, Decision::Probability))
            .collect()),
    }
}

/// The class that outputs or target values stand for.
fn decided<S: Scalar>(values: ArrayView1<'_, S>, decision: Decision) -> usize {
    if values.len() == 1 {
        return usize::from(values[0].to_f64() > decision.threshold());
    }
    let mut best: Option<(usize, S)> = None;
    for (index, value) in values.iter().enumerate() {
        if best.is_none_or(|(_, largest)| *value > largest) {
            best = Some((index, *value));
        }
    }
    best.map_or(0, |(index, _)| index)
}

fn fraction(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use std::vec;

    use ndarray::array;

    use super::*;

    #[test]
    fn several_values_decide_by_the_largest() {
        for kind in [Decision::Probability, Decision::Logit, Decision::Margin] {
            assert_eq!(decided(array![0.1_f32, 0.7, 0.2].view(), kind), 1);
            assert_eq!(decided(array![3.0_f32, 3.0].view(), kind), 0);
            assert_eq!(decided(array![-3.0_f32, -2.0].view(), kind), 1);
        }
    }

    #[test]
    fn a_single_value_decides_by_what_it_is() {
        let classes =
            |kind| [-0.1_f64, 0.0, 0.1, 0.5, 0.6].map(|y| decided(array![y].view(), kind));
        assert_eq!(classes(Decision::Probability), [0, 0, 0, 0, 1]);
        assert_eq!(classes(Decision::Logit), [0, 0, 1, 1, 1]);
        assert_eq!(classes(Decision::Margin), [0, 0, 1, 1, 1]);
        // Targets are 0 and 1, or −1 and 1.
        let outputs = array![[-0.2_f64], [0.3], [0.4], [-3.0]];
        for targets in [
            Targets::Values(array![[0.0], [1.0], [0.0], [1.0]]),
            Targets::Values(array![[-1.0], [1.0], [-1.0], [1.0]]),
            Targets::Classes(vec![0, 1, 0, 1]),
        ] {
            let confusion = Confusion::of(outputs.view(), &targets, Decision::Margin);
            assert_eq!(
                confusion.expect("four targets").counts,
                array![[1, 1], [1, 1]]
            );
        }
    }

    /// Six samples of three classes; the expected numbers are those of scikit-learn 1.9.
    #[test]
    fn scores_are_those_of_scikit_learn() {
        let outputs = array![
            [0.7_f64, 0.2, 0.1],
            [0.3, 0.4, 0.3],
            [0.1, 0.8, 0.1],
            [0.2, 0.2, 0.6],
            [0.5, 0.3, 0.2],
            [0.1, 0.3, 0.6],
        ];
        let targets = Targets::Classes(vec![0, 0, 1, 1, 2, 2]);
        let confusion = Confusion::of(outputs.view(), &targets, Decision::Probability)
            .expect("as many targets");
        assert_eq!(confusion.counts, array![[1, 1, 0], [0, 1, 1], [1, 0, 1]]);
        assert_eq!(confusion.samples(), 6);
        assert_eq!(confusion.accuracy(), 0.5);
        for class in 0..3 {
            assert_eq!(confusion.precision(class), 0.5);
            assert_eq!(confusion.recall(class), 0.5);
        }
        assert_eq!(confusion.mean_f1(), 0.5);
        assert_eq!(
            top_k(outputs.view(), &targets, 1, Decision::Probability),
            Ok(0.5)
        );
        // Of equal outputs the first is ahead.
        assert_eq!(
            top_k(outputs.view(), &targets, 2, Decision::Probability),
            Ok(4.0 / 6.0)
        );
        assert_eq!(
            top_k(outputs.view(), &targets, 3, Decision::Probability),
            Ok(1.0)
        );
    }

    #[test]
    fn of_two_classes_f1_is_that_of_class_1() {
        let outputs = array![[0.9_f64], [0.8], [0.2], [0.1], [0.7]];
        let targets = Targets::Values(array![[1.0], [0.0], [1.0], [0.0], [1.0]]);
        let confusion = Confusion::of(outputs.view(), &targets, Decision::Probability)
            .expect("as many targets");
        assert_eq!(confusion.counts, array![[1, 1], [1, 2]]);
        assert!((confusion.mean_f1() - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let outputs = array![[0.9_f64], [0.8]];
        let message = |targets| {
            Confusion::of(outputs.view(), &targets, Decision::Probability).expect_err("a misfit")
        };
        assert!(matches!(
            message(Targets::Classes(vec![1])),
            ShapeError::Rows { .. }
        ));
        assert!(matches!(
            message(Targets::Classes(vec![0, 2])),
            ShapeError::Class { row: 1, .. }
        ));
        assert!(matches!(
            message(Targets::none(2)),
            ShapeError::Targets { .. }
        ));
    }
}
