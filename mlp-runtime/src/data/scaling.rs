use std::vec::Vec;

use ndarray::{Array2, Axis};

use super::Dataset;
use crate::scalar::Scalar;
use crate::shape::ShapeError;

/// How inputs are brought to the scale that a network learns well from: x ← (x − offset)·factor, column by column.
///
/// Fitted on the data to train on and applied to all others; it belongs to the weights and is stored with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// What is subtracted, for each column.
    pub offsets: Vec<f64>,
    /// What the difference is multiplied with, for each column.
    pub factors: Vec<f64>,
}

impl Scaling {
    /// The same factor for so many columns, such as 1/255 for the pixels of an image.
    #[must_use]
    pub fn by(factor: f64, columns: usize) -> Self {
        Self {
            offsets: Vec::from_iter((0..columns).map(|_| 0.0)),
            factors: Vec::from_iter((0..columns).map(|_| factor)),
        }
    }

    /// To mean 0 and standard deviation 1, of these data. A column of one value becomes 0.
    ///
    /// The deviation is that of the samples themselves (divided by their number), as in scikit-learn's `StandardScaler`.
    #[must_use]
    pub fn standard<S: Scalar>(dataset: &Dataset<S>) -> Self {
        Self::fitted(dataset, |column| {
            let count = column.len() as f64;
            let mean = column.iter().sum::<f64>() / count;
            let squares = column.iter().map(|value| (value - mean) * (value - mean));
            (mean, (squares.sum::<f64>() / count).sqrt())
        })
    }

    /// To the range from 0 to 1, of these data. A column of one value becomes 0.
    #[must_use]
    pub fn min_max<S: Scalar>(dataset: &Dataset<S>) -> Self {
        Self::fitted(dataset, |column| {
            let low = column.iter().copied().fold(f64::INFINITY, f64::min);
            let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (low, high - low)
        })
    }

    /// With the offset and the width that `measure` finds for each column.
    fn fitted<S: Scalar>(dataset: &Dataset<S>, measure: impl Fn(&[f64]) -> (f64, f64)) -> Self {
        let columns = dataset.inputs.axis_iter(Axis(1));
        let (offsets, factors) = columns
            .map(|column| {
                let values: Vec<f64> = column.iter().map(|value| value.to_f64()).collect();
                if values.is_empty() {
                    return (0.0, 1.0);
                }
                let (offset, width) = measure(&values);
                // Rounding leaves a width where there is none.
                let is_constant = values.iter().all(|value| *value == values[0]);
                if is_constant {
                    (values[0], 1.0)
                } else {
                    (offset, 1.0 / width)
                }
            })
            .unzip();
        Self { offsets, factors }
    }

    /// Scales inputs.
    ///
    /// # Errors
    /// Where they have another number of columns than the data it was fitted on.
    pub fn apply<S: Scalar>(&self, inputs: &mut Array2<S>) -> Result<(), ShapeError> {
        if inputs.ncols() != self.offsets.len() {
            return Err(ShapeError::Columns {
                expected: self.offsets.len(),
                found: inputs.ncols(),
            });
        }
        for mut row in inputs.rows_mut() {
            let scales = self.offsets.iter().zip(&self.factors);
            for (value, (offset, factor)) in row.iter_mut().zip(scales) {
                *value = S::from_f64((value.to_f64() - offset) * factor);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use ndarray::array;

    use super::*;
    use crate::data::Targets;

    fn dataset(inputs: Array2<f64>) -> Dataset<f64> {
        let rows = inputs.nrows();
        Dataset::new(inputs, Targets::none(rows)).expect("no targets")
    }

    fn scaled(scaling: &Scaling, mut inputs: Array2<f64>) -> Array2<f64> {
        scaling.apply(&mut inputs).expect("as many columns");
        inputs
    }

    #[test]
    fn standard_is_mean_0_and_deviation_1() {
        // Mean 2 and deviation √2; scikit-learn 1.9 gives ±1.22474487 and 0.
        let inputs = array![[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]];
        let scaling = Scaling::standard(&dataset(inputs.clone()));
        let found = scaled(&scaling, inputs);
        let expected = array![
            [-1.224_744_871_391_589, 0.0],
            [0.0, 0.0],
            [1.224_744_871_391_589, 0.0]
        ];
        assert!((found - expected).iter().all(|error| error.abs() < 1e-15));
    }

    #[test]
    fn min_max_is_0_to_1_and_beyond_for_other_data() {
        let scaling = Scaling::min_max(&dataset(array![[-1.0], [3.0]]));
        assert_eq!(
            scaled(&scaling, array![[-1.0], [1.0], [3.0], [5.0]]),
            array![[0.0], [0.5], [1.0], [1.5]]
        );
    }

    #[test]
    fn a_constant_column_is_left_without_a_division_by_0() {
        let constant = array![[0.1], [0.1], [0.1]];
        for scaling in [
            Scaling::standard(&dataset(constant.clone())),
            Scaling::min_max(&dataset(constant.clone())),
        ] {
            assert_eq!(
                scaled(&scaling, constant.clone()),
                array![[0.0], [0.0], [0.0]]
            );
        }
    }

    #[test]
    fn other_columns_are_refused() {
        let error = Scaling::by(0.5, 2)
            .apply(&mut array![[1.0_f32]])
            .expect_err("one column");
        assert_eq!(
            error.to_string(),
            "the data have 1 inputs a row, but the scaling is for 2"
        );
        assert_eq!(
            scaled(&Scaling::by(0.5, 2), array![[1.0, 4.0]]),
            array![[0.5, 2.0]]
        );
    }
}
