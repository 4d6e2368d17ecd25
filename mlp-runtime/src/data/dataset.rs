use std::borrow::ToOwned;
use std::format;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use ndarray::{Array2, Axis};

use super::ReadError;
use crate::decision::Decision;
use crate::network::Trainable;
use crate::row::Target;
use crate::scalar::Scalar;
use crate::shape::ShapeError;
use crate::views::check_inputs;

/// Samples with what a network should make of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset<S> {
    /// One sample a row: [rows, inputs].
    pub inputs: Array2<S>,
    /// One target for each row.
    pub targets: Targets<S>,
    /// The names of the classes, in the order of their indices; empty where classes have none.
    pub labels: Vec<String>,
}

/// The targets of a [`Dataset`].
#[derive(Debug, Clone, PartialEq)]
pub enum Targets<S> {
    /// Values: [rows, values per target].
    Values(Array2<S>),
    /// Class indices, counted from 0.
    Classes(Vec<usize>),
}

impl<S: Scalar> Targets<S> {
    /// No targets for so many rows, of which only outputs are asked.
    #[must_use]
    pub fn none(rows: usize) -> Self {
        Self::Values(Array2::from_elem((rows, 0), S::ZERO))
    }

    /// How many targets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Values(values) => values.nrows(),
            Self::Classes(classes) => classes.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The targets of these rows, in this order.
    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Values(values) => Self::Values(values.select(Axis(0), rows)),
            Self::Classes(classes) => Self::Classes(rows.iter().map(|&row| classes[row]).collect()),
        }
    }
}

impl<S: Scalar> Dataset<S> {
    /// Inputs with their targets.
    ///
    /// # Errors
    /// Where there are not as many targets as rows of inputs.
    pub fn new(inputs: Array2<S>, targets: Targets<S>) -> Result<Self, ShapeError> {
        let dataset = Self {
            inputs,
            targets,
            labels: Vec::new(),
        };
        dataset.check_rows()?;
        Ok(dataset)
    }

    /// How many samples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.nrows()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Multiplies every input by `factor`, such as 1/16 for pixels from 0 to 16.
    pub fn scale_inputs(&mut self, factor: f64) {
        let factor = S::from_f64(factor);
        self.inputs.mapv_inplace(|value| value * factor);
    }

    /// A data set of these rows, in this order.
    ///
    /// # Panics
    /// Where there is no such row.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            inputs: self.inputs.select(Axis(0), rows),
            targets: self.targets.select(rows),
            labels: self.labels.clone(),
        }
    }

    /// The targets as the loss of the network `N` takes them.
    ///
    /// Class indices become one-hot vectors where the loss takes values (a single output stands for the classes 0 and 1; with
    /// a loss on margins −1 takes the place of 0), and single whole numbers become class indices where it takes those.
    ///
    /// # Errors
    /// Where inputs or targets do not fit the network.
    pub fn typed_targets<N: Trainable<Scalar = S>>(&self) -> Result<Vec<N::Target>, ShapeError> {
        self.check_rows()?;
        check_inputs::<N>(self.inputs.ncols())?;
        let not_a_class = |row| ShapeError::Class {
            network: N::NAME,
            row,
            outputs: N::OUTPUTS,
        };
        match &self.targets {
            Targets::Classes(classes) => {
                let typed = classes.iter().enumerate().map(|(row, &class)| {
                    class_target::<N>(class, N::DECISION).ok_or_else(|| not_a_class(row))
                });
                typed.collect()
            }
            Targets::Values(values) if values.ncols() != N::Target::LENGTH => {
                Err(ShapeError::Targets {
                    network: N::NAME,
                    expected: N::Target::LENGTH,
                    found: values.ncols(),
                })
            }
            Targets::Values(values) => {
                let values = values.as_standard_layout();
                let rows = values.rows().into_iter().enumerate().map(|(row, target)| {
                    N::Target::from_values(target.as_slice().unwrap_or_default(), N::OUTPUTS)
                        .ok_or_else(|| not_a_class(row))
                });
                rows.collect()
            }
        }
    }

    fn check_rows(&self) -> Result<(), ShapeError> {
        if self.inputs.nrows() == self.targets.len() {
            return Ok(());
        }
        Err(ShapeError::Rows {
            inputs: self.inputs.nrows(),
            targets: self.targets.len(),
        })
    }
}

/// A class as the loss of the network takes it; `None` where the network knows no such class.
fn class_target<N: Trainable>(class: usize, decision: Decision) -> Option<N::Target> {
    let target = N::Target::from_class(class, N::OUTPUTS)?;
    let otherwise = decision.otherwise();
    if otherwise == 0.0 {
        return Some(target);
    }
    // A single output stands for the classes 0 and 1.
    let own = if N::OUTPUTS == 1 {
        class.checked_sub(1)
    } else {
        Some(class)
    };
    let values = (0..N::OUTPUTS).map(|output| if Some(output) == own { 1.0 } else { otherwise });
    let values: Vec<N::Scalar> = values.map(N::Scalar::from_f64).collect();
    N::Target::from_values(&values, N::OUTPUTS)
}

/// Whether all numbers of a file are finite, which holds so many columns a row.
pub(super) fn check_finite<S: Scalar>(
    path: &Path,
    numbers: &[S],
    columns: usize,
) -> Result<(), ReadError> {
    let Some(index) = numbers.iter().position(|number| !number.is_finite()) else {
        return Ok(());
    };
    Err(ReadError::Value {
        path: path.to_owned(),
        row: index / columns + 1,
        column: index % columns + 1,
        reason: format!("{} is not a finite number", numbers[index]),
    })
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use ndarray::array;

    use super::*;
    use crate::example::Line;

    #[test]
    fn inputs_and_targets_go_row_by_row() {
        let error = Dataset::new(array![[1.0_f32], [2.0]], Targets::Classes(vec![0]));
        assert_eq!(
            error,
            Err(ShapeError::Rows {
                inputs: 2,
                targets: 1
            })
        );
    }

    #[test]
    fn scaling_multiplies_the_inputs_alone() {
        let mut dataset = Dataset::new(array![[8.0_f32, 16.0]], Targets::Values(array![[4.0]]))
            .expect("one row each");
        dataset.scale_inputs(1.0 / 16.0);
        assert_eq!(dataset.inputs, array![[0.5, 1.0]]);
        assert_eq!(dataset.targets, Targets::Values(array![[4.0]]));
    }

    #[test]
    fn classes_are_apart_by_a_margin_where_the_loss_asks_for_one() {
        let target = |class| class_target::<Line>(class, Decision::Margin);
        assert_eq!(
            [target(0), target(1), target(2)],
            [Some([-1.0]), Some([1.0]), None]
        );
        assert_eq!(class_target::<Line>(0, Decision::Logit), Some([0.0]));
    }

    #[test]
    fn targets_become_what_the_loss_takes() {
        let inputs = array![[0.0, 0.0], [1.0, 1.0]];
        let classes = Dataset::new(inputs.clone(), Targets::Classes(vec![1, 0])).expect("two");
        assert_eq!(classes.typed_targets::<Line>(), Ok(vec![[1.0], [0.0]]));
        let values = Dataset::new(inputs, Targets::Values(array![[2.5], [-1.0]])).expect("two");
        assert_eq!(values.typed_targets::<Line>(), Ok(vec![[2.5], [-1.0]]));
    }

    #[test]
    fn what_does_not_fit_a_network_is_refused() {
        let message = |inputs: Array2<f64>, targets| {
            let dataset = Dataset::new(inputs, targets).expect("as many targets as rows");
            dataset
                .typed_targets::<Line>()
                .expect_err("a misfit")
                .to_string()
        };
        assert_eq!(
            message(array![[1.0, 2.0, 3.0]], Targets::Classes(vec![0])),
            "the data have 3 inputs a row, but the network Line takes 2"
        );
        assert_eq!(
            message(array![[1.0, 2.0]], Targets::Values(array![[1.0, 2.0]])),
            "the data have 2 target values a row, but the loss of the network Line takes 1"
        );
        assert_eq!(
            message(array![[1.0, 2.0], [1.0, 2.0]], Targets::Classes(vec![0, 2])),
            "the target of row 1 (counted from 0) is not a class of the network Line, which has 1 output(s)"
        );
    }
}
