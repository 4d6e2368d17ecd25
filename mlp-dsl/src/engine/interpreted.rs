//! The interpreter that learns, where there is no compiler. Slow, and for small models good enough.

use mlp_runtime::data::{Dataset, Targets};
use mlp_runtime::optimizer::{Choice, Optimizer};
use mlp_runtime::random::Random;
use mlp_runtime::store::Snapshot;
use mlp_runtime::train::{FitError, Learner, Stretch, Validated};
use mlp_runtime::{Scalar, initialiser};
use ndarray::{Array2, Axis};

use crate::equations::{Equations, Extent, Initial, TargetKind, Targets as Wanted};
use crate::verify::{Batch, Evaluator, Interpreter, VerifyError};

/// The equations of a model with an optimizer and data.
pub struct InterpretedLearner<'a, S: Scalar> {
    equations: &'a Equations,
    /// All tensors, each row-major.
    weights: Vec<S>,
    optimizer: Choice<Vec<S>>,
    learning_rate: f64,
    training: (Array2<f64>, Wanted<f64>),
    validation: Option<(Array2<f64>, Wanted<f64>)>,
}

impl<'a, S: Scalar> InterpretedLearner<'a, S> {
    /// With the optimizer's memory at its start and all parameters 0.
    pub fn new(
        equations: &'a Equations,
        optimizer: Choice<Vec<S>>,
        training: &Dataset<S>,
        validation: Option<&Dataset<S>>,
    ) -> Self {
        let samples = |data: &Dataset<S>| {
            let inputs = data.inputs.mapv(Scalar::to_f64);
            (inputs, wanted(equations, &data.targets))
        };
        Self {
            equations,
            weights: vec![S::ZERO; equations.parameter_count()],
            learning_rate: optimizer.learning_rate(),
            optimizer,
            training: samples(training),
            validation: validation.map(samples),
        }
    }

    /// Draws the parameters as the stages ask for. They are others than those of the compiled engine, which draws in the
    /// order in which tensors lie in memory.
    pub fn initialise(&mut self, seed: u64) {
        let mut random = Random::new(seed);
        let mut rest = self.weights.as_mut_slice();
        for parameter in &self.equations.parameters {
            let (values, others) = rest.split_at_mut(parameter.elements().min(rest.len()));
            match parameter.initial {
                Initial::Constant(value) => initialiser::constant(values, value),
                Initial::Uniform(bound) => initialiser::uniform(values, bound, &mut random),
                Initial::Normal(deviation) => initialiser::normal(values, deviation, &mut random),
                Initial::TruncatedNormal(deviation) => {
                    initialiser::truncated_normal(values, deviation, &mut random);
                }
                Initial::Orthogonal {
                    gain,
                    rows,
                    columns,
                } => initialiser::orthogonal(values, [rows, columns], gain, &mut random),
            }
            rest = others;
        }
    }

    /// The weights, tensor by tensor.
    fn tensors(&self) -> Vec<Vec<f64>> {
        let mut rest = self.weights.as_slice();
        let parameters = self.equations.parameters.iter();
        let tensors = parameters.map(|parameter| {
            let (values, others) = rest.split_at(parameter.elements().min(rest.len()));
            rest = others;
            values.iter().map(|value| value.to_f64()).collect()
        });
        tensors.collect()
    }
}

/// Targets as the equations take them.
pub fn wanted<S: Scalar>(equations: &Equations, targets: &Targets<S>) -> Wanted<f64> {
    let kind = equations
        .objective
        .as_ref()
        .map(|objective| objective.target_kind);
    let outputs = equations.output_length();
    match (targets, kind) {
        (Targets::Classes(classes), Some(TargetKind::Class)) => Wanted::Classes(classes.clone()),
        (Targets::Values(values), Some(TargetKind::Class)) => {
            Wanted::Classes(values.iter().map(|value| value.to_f64() as usize).collect())
        }
        // A class is 1 at its index; a single output stands for the classes 0 and 1.
        (Targets::Classes(classes), _) => {
            let place = usize::from(outputs == 1);
            let hot = |(row, index): (usize, usize)| classes[row] == index + place;
            let rows = (classes.len(), outputs);
            Wanted::Vectors(Array2::from_shape_fn(rows, |at| {
                f64::from(u8::from(hot(at)))
            }))
        }
        (Targets::Values(values), _) => Wanted::Vectors(values.mapv(Scalar::to_f64)),
    }
}

fn selected(targets: &Wanted<f64>, rows: &[usize]) -> Wanted<f64> {
    match targets {
        Wanted::Vectors(vectors) => Wanted::Vectors(vectors.select(Axis(0), rows)),
        Wanted::Classes(classes) => Wanted::Classes(rows.iter().map(|row| classes[*row]).collect()),
    }
}

impl<S: Scalar> Learner for InterpretedLearner<'_, S> {
    type Scalar = S;

    fn steps(&mut self, stretch: &Stretch<'_>) -> Result<Vec<f64>, FitError> {
        let mut losses = Vec::new();
        for (rows, rate) in stretch.order.chunks(stretch.batch).zip(stretch.rates) {
            let inputs = self.training.0.select(Axis(0), rows);
            let targets = selected(&self.training.1, rows);
            let batch = Batch {
                parameters: &self.tensors(),
                inputs: inputs.view(),
                targets: Some(&targets),
            };
            let found = Interpreter(self.equations).evaluate(&batch, Extent::Gradient)?;
            let loss = found.loss.unwrap_or(f64::NAN);
            losses.push(loss);
            if !loss.is_finite() {
                break;
            }
            let gradients = found.gradients.iter().flatten();
            let mut gradient: Vec<S> = gradients.map(|value| S::from_f64(*value)).collect();
            stretch.adjustment.apply(&mut gradient, &self.weights);
            self.optimizer.set_learning_rate(*rate);
            self.optimizer.step(&mut self.weights, &gradient);
        }
        Ok(losses)
    }

    fn validate(&mut self) -> Result<Option<Validated<S>>, FitError> {
        let Some((inputs, targets)) = &self.validation else {
            return Ok(None);
        };
        let batch = Batch {
            parameters: &self.tensors(),
            inputs: inputs.view(),
            targets: Some(targets),
        };
        let found = Interpreter(self.equations).evaluate(&batch, Extent::Loss)?;
        Ok(Some(Validated {
            loss: found.loss.unwrap_or(f64::NAN),
            outputs: found.output.mapv(S::from_f64),
        }))
    }

    fn not_finite(&mut self) -> Result<Option<String>, FitError> {
        let tensors = self.tensors();
        let mut named = self.equations.parameters.iter().zip(&tensors);
        let broken = named.find(|(_, values)| values.iter().any(|value| !value.is_finite()));
        Ok(broken.map(|(parameter, _)| parameter.name.clone()))
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn weights(&mut self) -> Result<Vec<S>, FitError> {
        Ok(self.weights.clone())
    }

    fn set_weights(&mut self, weights: &[S]) -> Result<(), FitError> {
        self.weights = weights.to_vec();
        Ok(())
    }

    fn memory(&mut self) -> Result<Snapshot<S>, FitError> {
        Ok(Snapshot::flat(&self.optimizer))
    }

    fn set_memory(&mut self, memory: &Snapshot<S>) -> Result<(), FitError> {
        memory
            .put_flat(&mut self.optimizer)
            .map_err(FitError::Memory)
    }
}

impl From<VerifyError> for FitError {
    fn from(error: VerifyError) -> Self {
        let notes = match &error {
            VerifyError::Engine { notes, .. } => notes.clone(),
            _ => Vec::new(),
        };
        Self::Learner {
            reason: error.to_string(),
            notes,
        }
    }
}
