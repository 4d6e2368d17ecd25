//! What a compiled network is: the traits that generated types implement, and their parts.

use crate::random::Random;
use crate::row::{Row, Target};
use crate::scalar::Scalar;

/// One named part of a network's flat array of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tensor {
    /// `stage.tensor`, as in `dense1.weight`.
    pub name: &'static str,
    /// The lengths of its dimensions, the slowest first: `[out, in]` for a dense weight.
    pub shape: &'static [usize],
    /// Where it begins in [`Network::parameters`].
    pub offset: usize,
}

impl Tensor {
    /// How many values it has: the product of its shape, so 1 for a scalar, whose shape is empty.
    #[must_use]
    pub const fn len(&self) -> usize {
        let mut length = 1;
        let mut dimension = 0;
        while dimension < self.shape.len() {
            length *= self.shape[dimension];
            dimension += 1;
        }
        length
    }

    /// Whether it has no values at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A network with parameters in one flat array. A gradient has the type of the network itself.
///
/// The compiler implements it for each `model`; optimizers, training and the storing of weights are generic over it.
pub trait Network: Clone {
    /// The precision of parameters, inputs and outputs.
    type Scalar: Scalar;
    /// One sample: `[Scalar; INPUTS]`.
    type Input: Row<Self::Scalar>;
    /// One result: `[Scalar; OUTPUTS]`.
    type Output: Row<Self::Scalar>;

    /// The name of the `model`.
    const NAME: &'static str;
    /// Values per sample.
    const INPUTS: usize;
    /// Values per result.
    const OUTPUTS: usize;
    /// Values in [`Network::parameters`].
    const PARAMETERS: usize;
    /// The parts of [`Network::parameters`], in order and without gaps.
    const TENSORS: &'static [Tensor];
    /// The forward and backward equations that the code implements, as text.
    const EQUATIONS: &'static str;
    /// The `.mlp` text.
    const SOURCE: &'static str;

    /// All parameters 0, as a gradient is before the first row is added to it.
    fn zeros() -> Self;

    /// Parameters drawn as the stages ask for; the same seed gives the same bits on every machine.
    fn init(seed: u64) -> Self;

    /// All parameters, flat, `PARAMETERS` long; [`Network::TENSORS`] says what is where.
    fn parameters(&self) -> &[Self::Scalar];

    /// All parameters, to be written to.
    fn parameters_mut(&mut self) -> &mut [Self::Scalar];

    /// The values of one tensor, row-major; `None` where no tensor is called `name`.
    fn tensor(&self, name: &str) -> Option<&[Self::Scalar]> {
        let tensor = find::<Self>(name)?;
        self.parameters()
            .get(tensor.offset..tensor.offset + tensor.len())
    }

    /// The values of one tensor, to be written to; `None` where no tensor is called `name`.
    fn tensor_mut(&mut self, name: &str) -> Option<&mut [Self::Scalar]> {
        let tensor = find::<Self>(name)?;
        self.parameters_mut()
            .get_mut(tensor.offset..tensor.offset + tensor.len())
    }

    /// The result for one sample.
    fn forward(&self, input: &Self::Input) -> Self::Output;

    /// The results for any number of samples: `outputs[n]` for `inputs[n]`.
    ///
    /// # Panics
    /// Where `inputs` and `outputs` differ in length.
    fn forward_batch(&self, inputs: &[Self::Input], outputs: &mut [Self::Output]);
}

fn find<N: Network>(name: &str) -> Option<&'static Tensor> {
    N::TENSORS.iter().find(|tensor| tensor.name == name)
}

/// A network with a loss, and so with a gradient.
pub trait Trainable: Network {
    /// What the loss compares one result with: `[Scalar; OUTPUTS]`, or a class index.
    type Target: Target<Self::Scalar>;

    /// The loss of one sample.
    fn loss(&self, input: &Self::Input, target: &Self::Target) -> Self::Scalar;

    /// Adds the gradient of one sample's loss to `gradient`, and returns that loss.
    fn gradient(
        &self,
        input: &Self::Input,
        target: &Self::Target,
        gradient: &mut Self,
    ) -> Self::Scalar;

    /// Adds the gradient of the mean loss over the samples to `gradient`, and returns that mean.
    ///
    /// # Panics
    /// Where `inputs` and `targets` differ in length.
    fn gradient_batch(
        &self,
        inputs: &[Self::Input],
        targets: &[Self::Target],
        gradient: &mut Self,
    ) -> Self::Scalar;

    /// [`Trainable::gradient_batch`] as training needs it: where the model has a `dropout`, with elements left out at
    /// random.
    ///
    /// # Panics
    /// Where `inputs` and `targets` differ in length.
    fn training_gradient_batch(
        &self,
        inputs: &[Self::Input],
        targets: &[Self::Target],
        gradient: &mut Self,
        random: &mut Random,
    ) -> Self::Scalar {
        let _ = random;
        self.gradient_batch(inputs, targets, gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Line;

    #[test]
    fn a_tensor_has_as_many_values_as_its_shape_says() {
        let tensor = |shape| Tensor {
            name: "",
            shape,
            offset: 0,
        };
        assert_eq!(tensor(&[2, 3]).len(), 6);
        assert_eq!(tensor(&[]).len(), 1);
        assert!(tensor(&[4, 0]).is_empty() && !tensor(&[4]).is_empty());
    }

    #[test]
    fn tensors_are_found_by_name() {
        let mut line = Line::zeros();
        line.parameters_mut().copy_from_slice(&[1.0, 2.0, 3.0]);
        assert_eq!(line.tensor("dense1.weight"), Some(&[1.0, 2.0][..]));
        line.tensor_mut("dense1.bias").expect("there is a bias")[0] = 7.0;
        assert_eq!(line.parameters(), [1.0, 2.0, 7.0]);
        assert_eq!(line.tensor("dense2.bias"), None);
        assert_eq!(line.tensor_mut("bias"), None);
    }
}
