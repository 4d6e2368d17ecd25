use crate::network::Network;
use crate::tensor::TensorView;
use std::vec::Vec;

/// All parameters of a network, tensor after tensor in the order of [`Network::TENSORS`], each row-major: the form in which
/// they leave the network, however they lie within it.
#[must_use]
pub fn weights<N: Network>(network: &N) -> Vec<N::Scalar> {
    let mut weights = Vec::with_capacity(N::PARAMETERS);
    for tensor in N::TENSORS {
        weights.extend(
            network
                .tensor(tensor.name)
                .iter()
                .flat_map(TensorView::iter),
        );
    }
    weights
}

/// Sets all parameters of a network, as [`weights`] gave them.
///
/// # Panics
/// Where they are not [`Network::PARAMETERS`] many.
pub fn set_weights<N: Network>(network: &mut N, weights: &[N::Scalar]) {
    assert_eq!(
        weights.len(),
        N::PARAMETERS,
        "the network {} has another number of parameters",
        N::NAME
    );
    let mut rest = weights;
    for tensor in N::TENSORS {
        let (own, others) = rest.split_at(tensor.len());
        if let Some(mut values) = network.tensor_mut(tensor.name) {
            values.copy_from_slice(own);
        }
        rest = others;
    }
}

/// Flat values in the order of the parameters, as an optimizer has them, in the form of [`weights`]. `scratch` is a network
/// that they are put into on the way.
pub(super) fn outward<N: Network>(values: &[N::Scalar], scratch: &mut N) -> Vec<N::Scalar> {
    scratch.parameters_mut().copy_from_slice(values);
    weights(scratch)
}

/// The other way round.
pub(super) fn inward<N: Network>(stored: &[N::Scalar], scratch: &mut N, values: &mut [N::Scalar]) {
    set_weights(scratch, stored);
    values.copy_from_slice(scratch.parameters());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{Line, line};

    #[test]
    fn weights_leave_and_come_back() {
        let mut network = Line::zeros();
        set_weights(&mut network, &[1.0, 2.0, 3.0]);
        assert_eq!(network, line([1.0, 2.0, 3.0]));
        assert_eq!(weights(&network), [1.0, 2.0, 3.0]);
    }

    #[test]
    #[should_panic(expected = "the network Line has another number of parameters")]
    fn weights_of_another_network_are_refused() {
        set_weights(&mut Line::zeros(), &[1.0]);
    }
}
