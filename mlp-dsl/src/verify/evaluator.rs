//! What computes the numbers that are checked.

use ndarray::ArrayView2;

use super::VerifyError;
use crate::equations::{Equations, Evaluation, Extent, Precision, Real, Targets, evaluate};

/// Parameters and samples.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The parameters in their order, row-major, and after them perhaps the state, which else is as before the first batch.
    pub parameters: &'a [Vec<f64>],
    /// A row for each sample.
    pub inputs: ArrayView2<'a, f64>,
    /// The targets; needed for a loss and its gradient.
    pub targets: Option<&'a Targets<f64>>,
}

/// What computes a model's numbers, in the precision of the model.
pub trait Evaluator {
    /// As a report calls it.
    fn name(&self) -> &'static str;

    /// Computes as much as `extent` says. The numbers of the batch are rounded to the precision of the model first.
    ///
    /// # Errors
    /// A batch that does not fit the model, or an engine that gives no answer.
    fn evaluate(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError>;
}

/// The equations of a model, evaluated one by one.
#[derive(Clone, Copy, Debug)]
pub struct Interpreter<'a>(pub &'a Equations);

impl Interpreter<'_> {
    /// As reports call it.
    pub(super) const NAME: &'static str = "interpreted";

    fn evaluate_as<T: Real>(
        self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError> {
        let parameters: Vec<Vec<T>> = (batch.parameters.iter())
            .map(|tensor| tensor.iter().map(|value| T::from_f64(*value)).collect())
            .collect();
        let inputs = batch.inputs.mapv(T::from_f64);
        let targets = batch.targets.map(|targets| match targets {
            Targets::Vectors(vectors) => Targets::Vectors(vectors.mapv(T::from_f64)),
            Targets::Classes(classes) => Targets::Classes(classes.clone()),
        });
        let result = evaluate(self.0, &parameters, inputs.view(), targets.as_ref(), extent)?;
        let numbers = |values: &Vec<T>| values.iter().map(|value| value.to_f64()).collect();
        Ok(Evaluation {
            output: result.output.mapv(Real::to_f64),
            loss: result.loss.map(Real::to_f64),
            gradients: result.gradients.iter().map(numbers).collect(),
        })
    }
}

impl Evaluator for Interpreter<'_> {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn evaluate(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError> {
        match self.0.precision {
            Precision::F32 => self.evaluate_as::<f32>(batch, extent),
            Precision::F64 => self.evaluate_as::<f64>(batch, extent),
        }
    }
}
