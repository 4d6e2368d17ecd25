//! Batches as `ndarray` views.

use ndarray::{Array2, ArrayView2};

use crate::network::{Network, Trainable};
use crate::row::Row;
use crate::shape::ShapeError;

/// [`Network::forward_batch`] on `ndarray` views; every network has it.
pub trait NetworkViews: Network {
    /// The results [rows, `OUTPUTS`] for samples [rows, `INPUTS`].
    ///
    /// Samples that lie in memory row after row are not copied.
    ///
    /// # Errors
    /// Where a row has another number of values than the network's input.
    fn forward_view(
        &self,
        inputs: ArrayView2<'_, Self::Scalar>,
    ) -> Result<Array2<Self::Scalar>, ShapeError> {
        let mut outputs =
            Array2::from_elem((inputs.nrows(), Self::OUTPUTS), Self::Scalar::default());
        let rows = outputs.as_slice_mut().and_then(Self::Output::rows_mut);
        with_rows::<Self, _>(inputs, |inputs| {
            self.forward_batch(inputs, rows.unwrap_or_default());
        })?;
        Ok(outputs)
    }
}

impl<N: Network> NetworkViews for N {}

/// [`Trainable::gradient_batch`] on `ndarray` views; every network with a loss has it.
pub trait TrainableViews: Trainable {
    /// Adds the gradient of the mean loss over samples [rows, `INPUTS`] to `gradient`, and returns that mean.
    ///
    /// # Errors
    /// Where a row has another number of values than the network's input, or where there are not as many targets as rows.
    fn gradient_view(
        &self,
        inputs: ArrayView2<'_, Self::Scalar>,
        targets: &[Self::Target],
        gradient: &mut Self,
    ) -> Result<Self::Scalar, ShapeError> {
        if inputs.nrows() != targets.len() {
            return Err(ShapeError::Rows {
                inputs: inputs.nrows(),
                targets: targets.len(),
            });
        }
        with_rows::<Self, _>(inputs, |inputs| {
            self.gradient_batch(inputs, targets, gradient)
        })
    }
}

impl<N: Trainable> TrainableViews for N {}

/// What `function` gives for the samples as typed rows; they are copied only where they are not contiguous.
pub(crate) fn with_rows<N: Network, T>(
    inputs: ArrayView2<'_, N::Scalar>,
    function: impl FnOnce(&[N::Input]) -> T,
) -> Result<T, ShapeError> {
    check_inputs::<N>(inputs.ncols())?;
    let contiguous = inputs.as_standard_layout();
    let rows = contiguous.as_slice().and_then(N::Input::rows);
    Ok(function(rows.unwrap_or_default()))
}

/// Whether samples of this length fit the network.
pub(crate) fn check_inputs<N: Network>(found: usize) -> Result<(), ShapeError> {
    if found == N::INPUTS {
        Ok(())
    } else {
        Err(ShapeError::Inputs {
            network: N::NAME,
            expected: N::INPUTS,
            found,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    // `array!` names it.
    use std::vec;

    use ndarray::array;

    use super::*;
    use crate::example::{Line, line};

    #[test]
    fn views_give_what_slices_give_whatever_their_layout() {
        let network = line([2.0, -1.0, 0.5]);
        let inputs = array![[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]];
        let expected = array![[0.5], [2.5], [-0.5]];
        assert_eq!(network.forward_view(inputs.view()), Ok(expected.clone()));
        let columns = inputs.t().as_standard_layout().into_owned();
        assert_eq!(network.forward_view(columns.t()), Ok(expected));
        assert_eq!(
            network.forward_view(inputs.slice(ndarray::s![..0, ..])),
            Ok(Array2::zeros((0, 1)))
        );
    }

    #[test]
    fn gradients_of_views_are_those_of_slices() {
        let network = line([2.0, -1.0, 0.5]);
        let targets = [[1.0], [-1.0]];
        let (mut expected, mut found) = (Line::zeros(), Line::zeros());
        let loss = network.gradient_batch(&[[1.0, 2.0], [3.0, 4.0]], &targets, &mut expected);
        let inputs = array![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(
            network.gradient_view(inputs.view(), &targets, &mut found),
            Ok(loss)
        );
        assert_eq!(found, expected);
    }

    #[test]
    fn what_does_not_fit_is_an_error_that_says_both_lengths() {
        let network = line([0.0; 3]);
        let error = network
            .forward_view(array![[1.0]].view())
            .expect_err("one input");
        assert_eq!(
            error.to_string(),
            "the data have 1 inputs a row, but the network Line takes 2"
        );
        let error = network
            .gradient_view(array![[1.0, 2.0]].view(), &[], &mut Line::zeros())
            .expect_err("no target");
        assert_eq!(
            error.to_string(),
            "there are 1 rows of inputs, but 0 targets"
        );
    }
}
