use crate::network::Network;
use crate::tensor::{Tensor, TensorView};
use std::vec::Vec;

/// All numbers of a network that are stored: its parameters, tensor after tensor in the order of [`Network::TENSORS`], and
/// then its state in that of [`Network::STATE`]; each row-major, however they lie within it.
#[must_use]
pub fn weights<N: Network>(network: &N) -> Vec<N::Scalar> {
    let mut weights = Vec::with_capacity(count::<N>());
    for tensor in stored::<N>() {
        weights.extend(
            network
                .tensor(tensor.name)
                .iter()
                .flat_map(TensorView::iter),
        );
    }
    weights
}

/// How many numbers of a network are stored.
#[must_use]
pub fn count<N: Network>() -> usize {
    stored::<N>().map(Tensor::len).sum()
}

/// The tensors that are stored.
pub(super) fn stored<N: Network>() -> impl Iterator<Item = &'static Tensor> {
    N::TENSORS.iter().chain(N::STATE)
}

/// Sets all numbers of a network that are stored, as [`weights`] gave them.
///
/// # Panics
/// Where they are not [`count`] many.
pub fn set_weights<N: Network>(network: &mut N, weights: &[N::Scalar]) {
    assert_eq!(
        weights.len(),
        count::<N>(),
        "the network {} has another number of parameters",
        N::NAME
    );
    set(network, stored::<N>(), weights);
}

fn set<N: Network>(
    network: &mut N,
    tensors: impl Iterator<Item = &'static Tensor>,
    values: &[N::Scalar],
) {
    let mut rest = values;
    for tensor in tensors {
        let (own, others) = rest.split_at(tensor.len());
        if let Some(mut values) = network.tensor_mut(tensor.name) {
            values.copy_from_slice(own);
        }
        rest = others;
    }
}

/// Flat values in the order of the parameters, as an optimizer has them, in the form of [`weights`], without the state. `scratch` is a network
/// that they are put into on the way.
pub(super) fn outward<N: Network>(values: &[N::Scalar], scratch: &mut N) -> Vec<N::Scalar> {
    scratch.parameters_mut().copy_from_slice(values);
    let mut all = weights(scratch);
    all.truncate(N::PARAMETERS);
    all
}

/// The other way round.
pub(super) fn inward<N: Network>(stored: &[N::Scalar], scratch: &mut N, values: &mut [N::Scalar]) {
    set(scratch, N::TENSORS.iter(), stored);
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
