//! The compiled engine as an evaluator of batches.

use ndarray::Array2;

use super::protocol::Request;
use super::{Engine, EngineError};
use crate::equations::{Evaluation, Extent, Targets};
use crate::schedule::Tensor;
use crate::verify::{Batch, Evaluator, VerifyError};

impl Evaluator for Engine {
    fn name(&self) -> &'static str {
        "compiled"
    }

    fn evaluate(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError> {
        Ok(self.answer(batch, extent)?)
    }
}

impl From<EngineError> for VerifyError {
    fn from(error: EngineError) -> Self {
        Self::Engine {
            message: error.to_string(),
            notes: error.notes(),
        }
    }
}

impl Engine {
    fn answer(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, EngineError> {
        let (rows, sizes) = (batch.inputs.nrows(), self.process.sizes);
        let mut content = Vec::new();
        let mut parameters = vec![0.0; sizes.parameters];
        for (tensor, values) in self.tensors.iter().zip(batch.parameters) {
            for (place, value) in tensor.places().zip(values) {
                parameters[tensor.offset + place] = *value;
            }
        }
        let state = batch.parameters.iter().skip(self.tensors.len());
        sizes.write(parameters.iter().chain(state.flatten()), &mut content);
        self.process.ask(Request::Parameters, &content, 0)?;

        content.clear();
        content.extend((rows as u64).to_le_bytes());
        sizes.write(batch.inputs.iter(), &mut content);
        let output = self
            .process
            .ask(Request::Output, &content, rows * sizes.outputs)?;
        let output = Array2::from_shape_vec((rows, sizes.outputs), output);
        let output = output.map_err(|error| EngineError::Failed {
            reason: error.to_string(),
            messages: Vec::new(),
        })?;

        match batch.targets {
            Some(Targets::Vectors(vectors)) => sizes.write(vectors.iter(), &mut content),
            Some(Targets::Classes(classes)) => {
                content.extend(
                    classes
                        .iter()
                        .flat_map(|class| (*class as u64).to_le_bytes()),
                );
            }
            None => {}
        }
        let mut evaluation = Evaluation {
            output,
            loss: None,
            gradients: Vec::new(),
        };
        match (extent, batch.targets) {
            (Extent::Output, _) | (_, None) => {}
            (Extent::Loss, Some(_)) => {
                evaluation.loss = self
                    .process
                    .ask(Request::Loss, &content, 1)?
                    .first()
                    .copied();
            }
            (Extent::Gradient, Some(_)) => {
                let count = 1 + sizes.parameters;
                let numbers = self.process.ask(Request::Gradient, &content, count)?;
                let (loss, gradient) = numbers.split_first().unzip();
                evaluation.loss = loss.copied();
                let gradient = gradient.unwrap_or_default();
                let values = |tensor: &Tensor| {
                    let places = tensor.places();
                    places
                        .filter_map(|place| gradient.get(tensor.offset + place).copied())
                        .collect()
                };
                evaluation.gradients = self.tensors.iter().map(values).collect();
            }
        }
        Ok(evaluation)
    }
}
