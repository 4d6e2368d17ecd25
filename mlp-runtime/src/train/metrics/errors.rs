use ndarray::{Array2, ArrayView2, Axis};

use super::MEASURED;
use crate::data::Targets;
use crate::scalar::Scalar;
use crate::shape::ShapeError;

/// How far values are from their targets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    /// The mean of |y − t| over all elements.
    pub mae: f64,
    /// The root of the mean of (y − t)² over all elements.
    pub rmse: f64,
    /// 1 − Σ(y − t)² / Σ(t − mean t)², averaged over the values of a target: 1 is perfect, 0 is as good as always answering
    /// with the mean. As scikit-learn's `r2_score`: where a target is constant, 1 if it is met and 0 if not.
    pub r2: f64,
}

impl Errors {
    /// Compares outputs [rows, values] with target values. All are NaN for no samples.
    ///
    /// # Errors
    /// Where targets are classes of several outputs, or their shape is not that of the outputs.
    pub fn of<S: Scalar>(
        outputs: ArrayView2<'_, S>,
        targets: &Targets<S>,
    ) -> Result<Self, ShapeError> {
        let mismatch = |found| ShapeError::Targets {
            network: MEASURED,
            expected: outputs.ncols(),
            found,
        };
        let targets: Array2<f64> = match targets {
            Targets::Values(values) => values.mapv(Scalar::to_f64),
            Targets::Classes(classes) if outputs.ncols() == 1 => {
                let values = classes.iter().map(|class| *class as f64);
                values
                    .collect::<ndarray::Array1<f64>>()
                    .insert_axis(Axis(1))
            }
            Targets::Classes(_) => return Err(mismatch(1)),
        };
        if targets.nrows() != outputs.nrows() {
            return Err(ShapeError::Rows {
                inputs: outputs.nrows(),
                targets: targets.nrows(),
            });
        }
        if targets.ncols() != outputs.ncols() {
            return Err(mismatch(targets.ncols()));
        }
        let errors = outputs.mapv(Scalar::to_f64) - &targets;
        let count = errors.len() as f64;
        let columns = errors.axis_iter(Axis(1)).zip(targets.axis_iter(Axis(1)));
        let scores = columns.map(|(errors, targets)| {
            let mean = targets.sum() / targets.len() as f64;
            let residual: f64 = errors.iter().map(|error| error * error).sum();
            let total: f64 = targets
                .iter()
                .map(|value| (value - mean) * (value - mean))
                .sum();
            if total > 0.0 {
                1.0 - residual / total
            } else if residual > 0.0 {
                0.0
            } else {
                1.0
            }
        });
        let sum: f64 = scores.sum();
        Ok(Self {
            mae: errors.iter().map(|error| error.abs()).sum::<f64>() / count,
            rmse: (errors.iter().map(|error| error * error).sum::<f64>() / count).sqrt(),
            r2: if errors.is_empty() {
                f64::NAN
            } else {
                sum / outputs.ncols() as f64
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::vec;

    use ndarray::array;

    use super::*;

    /// The expected numbers are those of scikit-learn 1.9.
    #[test]
    fn errors_are_those_of_scikit_learn() {
        let outputs = array![[2.5_f64, 0.0], [0.0, 1.0], [2.0, 2.0], [8.0, 5.0]];
        let targets = Targets::Values(array![[3.0, 0.5], [-0.5, 1.0], [2.0, 2.0], [7.0, 4.0]]);
        let errors = Errors::of(outputs.view(), &targets).expect("values that fit");
        assert!((errors.mae - 0.4375).abs() < 1e-15);
        assert!((errors.rmse - (2.75_f64 / 8.0).sqrt()).abs() < 1e-15);
        // 0.948608137044968 and 0.826086956521739 for the two values.
        let expected = (0.948_608_137_044_968 + 0.826_086_956_521_739) / 2.0;
        assert!((errors.r2 - expected).abs() < 1e-14, "{errors:?}");
    }

    #[test]
    fn a_constant_target_is_met_or_not() {
        let targets = Targets::Values(array![[1.0_f32], [1.0]]);
        let r2 = |outputs: Array2<f32>| Errors::of(outputs.view(), &targets).expect("values").r2;
        assert_eq!(r2(array![[1.0], [1.0]]), 1.0);
        assert_eq!(r2(array![[1.0], [2.0]]), 0.0);
    }

    #[test]
    fn classes_of_several_outputs_are_no_values() {
        let outputs = array![[0.0_f32, 1.0]];
        assert!(Errors::of(outputs.view(), &Targets::Classes(vec![1])).is_err());
        let single = Errors::of(array![[0.75_f32]].view(), &Targets::Classes(vec![1]));
        assert_eq!(single.map(|errors| errors.mae), Ok(0.25));
    }
}
