//! What a compiled network is: the traits that generated types implement, and their parts.

use crate::decision::Decision;
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::row::{Row, Target};
use crate::scalar::Scalar;
use crate::tensor::{Tensor, TensorView, TensorViewMut};

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
    /// The parts of [`Network::state`], in order and without gaps.
    const STATE: &'static [Tensor] = &[];
    /// What outputs say about classes, which the loss decides.
    const DECISION: Decision = Decision::Probability;
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

    /// One tensor of the parameters or the state, its values read row by row; `None` where no tensor is called `name`.
    fn tensor(&self, name: &str) -> Option<TensorView<'_, Self::Scalar>> {
        match find(Self::TENSORS, name) {
            Some(tensor) => TensorView::new(tensor, self.parameters()),
            None => TensorView::new(find(Self::STATE, name)?, self.state()),
        }
    }

    /// One tensor, to be written to; `None` where no tensor is called `name`.
    fn tensor_mut(&mut self, name: &str) -> Option<TensorViewMut<'_, Self::Scalar>> {
        match find(Self::TENSORS, name) {
            Some(tensor) => TensorViewMut::new(tensor, self.parameters_mut()),
            None => TensorViewMut::new(find(Self::STATE, name)?, self.state_mut()),
        }
    }

    /// What training tracks beside the parameters, flat: the running statistics of each `batch_norm`. Optimizers leave it
    /// alone; what stores parameters has to store it too.
    fn state(&self) -> &[Self::Scalar] {
        &[]
    }

    /// The state, to be written to.
    fn state_mut(&mut self) -> &mut [Self::Scalar] {
        &mut []
    }

    /// The result for one sample.
    fn forward(&self, input: &Self::Input) -> Self::Output;

    /// The results for any number of samples: `outputs[n]` for `inputs[n]`.
    ///
    /// # Panics
    /// Where `inputs` and `outputs` differ in length.
    fn forward_batch(&self, inputs: &[Self::Input], outputs: &mut [Self::Output]);
}

fn find(tensors: &'static [Tensor], name: &str) -> Option<&'static Tensor> {
    tensors.iter().find(|tensor| tensor.name == name)
}

/// A network with a loss, and so with a gradient.
pub trait Trainable: Network {
    /// What the loss compares one result with: `[Scalar; OUTPUTS]`, or a class index.
    type Target: Target<Self::Scalar>;
    /// What a training step works in: a gradient, and the values of one pass. One serves any number of steps.
    type Workspace: Send;

    /// A workspace, all zero.
    fn workspace() -> Self::Workspace;

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
    /// random; where it has a `batch_norm`, with the statistics of these samples, which it leaves as the state of
    /// `gradient`.
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

    /// [`Trainable::training_gradient_batch`], with the values of the pass in a workspace, where they can be those of more
    /// samples at a time than a stack may hold. The gradient in the workspace is left alone.
    ///
    /// # Panics
    /// Where `inputs` and `targets` differ in length.
    fn training_gradient_in(
        &self,
        inputs: &[Self::Input],
        targets: &[Self::Target],
        gradient: &mut Self,
        workspace: &mut Self::Workspace,
        random: &mut Random,
    ) -> Self::Scalar {
        let _ = workspace;
        self.training_gradient_batch(inputs, targets, gradient, random)
    }

    /// Moves the running statistics of each `batch_norm` towards those of the batch whose gradient
    /// [`Trainable::training_gradient_batch`] wrote to `gradient`: running = (1 − momentum)·running + momentum·batch. A
    /// batch of one sample has no variance to learn from and changes nothing. To be called once for each step.
    fn update_statistics(&mut self, gradient: &Self) {
        let _ = gradient;
    }

    /// One training step: the mean loss over the samples, its gradient as training needs it, and the optimizer's step
    /// along it. Returns the loss, as it was before the step. Nothing is allocated.
    ///
    /// # Panics
    /// Where `inputs` and `targets` differ in length.
    fn step<O: Optimizer<Self> + ?Sized>(
        &mut self,
        inputs: &[Self::Input],
        targets: &[Self::Target],
        optimizer: &mut O,
        workspace: &mut Self::Workspace,
        random: &mut Random,
    ) -> Self::Scalar;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Line;

    #[test]
    fn tensors_are_found_by_name() {
        let mut line = Line::zeros();
        line.parameters_mut().copy_from_slice(&[1.0, 2.0, 3.0]);
        let weight = line.tensor("dense1.weight").expect("there is a weight");
        assert_eq!(weight.memory(), [1.0, 2.0]);
        let mut bias = line.tensor_mut("dense1.bias").expect("there is a bias");
        bias.copy_from_slice(&[7.0]);
        assert_eq!(line.parameters(), [1.0, 2.0, 7.0]);
        assert_eq!(line.tensor("dense2.bias"), None);
        assert!(line.tensor_mut("bias").is_none());
    }
}
