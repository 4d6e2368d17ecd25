use std::string::{String, ToString};
use std::vec::Vec;

use ndarray::Array2;

use super::FitError;
use super::metrics::sum_of_losses;
use crate::boxed::boxed;
use crate::data::Dataset;
use crate::network::{Network, Trainable};
use crate::optimizer::Optimizer;
use crate::scalar::Scalar;
use crate::steps::{Samples, Stretch, Workspace, steps};
use crate::store::{self, Snapshot};
use crate::views::{NetworkViews, with_rows};

/// A network with its optimizer and its data, as a run of training needs them: in this process or in another.
pub trait Learner {
    /// The precision of the network.
    type Scalar: Scalar;

    /// Takes a step for each batch of the stretch and returns the mean loss of each, before its step. Where one is infinite
    /// or NaN, it is the last, and its step is not taken.
    ///
    /// # Errors
    /// Where the learner fails.
    fn steps(&mut self, stretch: &Stretch<'_>) -> Result<Vec<f64>, FitError>;

    /// The mean loss on the data to validate with, and the outputs for them; `None` where there are none.
    ///
    /// # Errors
    /// Where the learner fails.
    fn validate(&mut self) -> Result<Option<Validated<Self::Scalar>>, FitError>;

    /// The name of a tensor with a value that is infinite or NaN.
    ///
    /// # Errors
    /// Where the learner fails.
    fn not_finite(&mut self) -> Result<Option<String>, FitError>;

    /// The learning rate that the optimizer was made with.
    fn learning_rate(&self) -> f64;

    /// All parameters, tensor after tensor, each row-major.
    ///
    /// # Errors
    /// Where the learner fails.
    fn weights(&mut self) -> Result<Vec<Self::Scalar>, FitError>;

    /// Sets all parameters, as [`Learner::weights`] gave them.
    ///
    /// # Errors
    /// Where the learner fails.
    fn set_weights(&mut self, weights: &[Self::Scalar]) -> Result<(), FitError>;

    /// What the optimizer remembers.
    ///
    /// # Errors
    /// Where the learner fails.
    fn memory(&mut self) -> Result<Snapshot<Self::Scalar>, FitError>;

    /// Sets what the optimizer remembers.
    ///
    /// # Errors
    /// Where it is the memory of another optimizer, or the learner fails.
    fn set_memory(&mut self, memory: &Snapshot<Self::Scalar>) -> Result<(), FitError>;
}

/// What a network makes of data.
#[derive(Debug, Clone, PartialEq)]
pub struct Validated<S> {
    /// The mean loss.
    pub loss: f64,
    /// [rows, outputs]
    pub outputs: Array2<S>,
}

/// Samples to measure with, and their targets as the network takes them.
type Measured<'a, N> = Option<(
    &'a Dataset<<N as Network>::Scalar>,
    Vec<<N as Trainable>::Target>,
)>;

/// A learner in this process.
pub(super) struct Local<'a, N: Trainable, O: ?Sized> {
    network: &'a mut N,
    optimizer: &'a mut O,
    learning_rate: f64,
    workspace: Workspace<N>,
    inputs: &'a [N::Input],
    targets: Vec<N::Target>,
    validation: Measured<'a, N>,
}

impl<'a, N: Trainable, O: Optimizer<N> + ?Sized> Local<'a, N, O> {
    pub(super) fn new(
        network: &'a mut N,
        optimizer: &'a mut O,
        inputs: &'a [N::Input],
        targets: Vec<N::Target>,
        validation: Measured<'a, N>,
    ) -> Self {
        Self {
            network,
            learning_rate: optimizer.learning_rate(),
            optimizer,
            workspace: Workspace::new(),
            inputs,
            targets,
            validation,
        }
    }
}

impl<N: Trainable + Send + Sync, O: Optimizer<N> + ?Sized> Learner for Local<'_, N, O> {
    type Scalar = N::Scalar;

    fn steps(&mut self, stretch: &Stretch<'_>) -> Result<Vec<f64>, FitError> {
        let samples = Samples {
            inputs: self.inputs,
            targets: &self.targets,
        };
        Ok(steps(
            self.network,
            self.optimizer,
            &mut self.workspace,
            &samples,
            stretch,
        ))
    }

    fn validate(&mut self) -> Result<Option<Validated<N::Scalar>>, FitError> {
        let Some((data, targets)) = &self.validation else {
            return Ok(None);
        };
        let outputs = self.network.forward_view(data.inputs.view())?;
        let sum = with_rows::<N, _>(data.inputs.view(), |inputs| {
            sum_of_losses(&*self.network, inputs, targets)
        })?;
        let loss = sum / data.len() as f64;
        Ok(Some(Validated { loss, outputs }))
    }

    fn not_finite(&mut self) -> Result<Option<String>, FitError> {
        Ok(first_not_finite(&*self.network).map(ToString::to_string))
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn weights(&mut self) -> Result<Vec<N::Scalar>, FitError> {
        Ok(store::weights(&*self.network))
    }

    fn set_weights(&mut self, weights: &[N::Scalar]) -> Result<(), FitError> {
        store::set_weights(self.network, weights);
        Ok(())
    }

    fn memory(&mut self) -> Result<Snapshot<N::Scalar>, FitError> {
        Ok(Snapshot::of(&*self.optimizer, &mut boxed(N::zeros)))
    }

    fn set_memory(&mut self, memory: &Snapshot<N::Scalar>) -> Result<(), FitError> {
        let fits = memory.put(self.optimizer, &mut boxed(N::zeros));
        fits.map_err(FitError::Memory)
    }
}

/// The name of the first tensor with a value that is infinite or NaN.
pub(super) fn first_not_finite<N: Network>(network: &N) -> Option<&'static str> {
    let is_broken = |name: &&str| {
        let tensor = network.tensor(name);
        tensor.is_some_and(|tensor| tensor.memory().iter().any(|value| !value.is_finite()))
    };
    let mut tensors = N::TENSORS.iter().chain(N::STATE).map(|tensor| tensor.name);
    tensors.find(is_broken)
}
