//! The interpreter that learns, where there is no compiler: from the same parameters, with the same masks and by the same
//! rules as generated code. Slow, and for small models good enough.

use mlp_runtime::Scalar;
use mlp_runtime::data::Dataset;
use mlp_runtime::optimizer::{Choice, Optimizer};
use mlp_runtime::steps;
use mlp_runtime::store::Snapshot;
use mlp_runtime::train::{FitError, Learner, Stretch, Validated};
use ndarray::{Array2, Axis};

use super::initial;
use super::targets::wanted;
use crate::equations::{
    Equations, Evaluation, Extent, Parameter, Precision, Real, Role, Targets as Wanted, VariableId,
    evaluate_training,
};
use crate::verify::{Batch, Evaluator, Interpreter, VerifyError};

/// The equations of a model with an optimizer and data.
pub struct InterpretedLearner<'a, S: Scalar> {
    equations: &'a Equations,
    /// The form that answers, where it differs.
    answering: Option<Equations>,
    /// All trained tensors, each row-major.
    parameters: Vec<S>,
    /// What training tracks beside them.
    state: Vec<S>,
    optimizer: Choice<Vec<S>>,
    learning_rate: f64,
    training: (Array2<f64>, Wanted<f64>),
    validation: Option<(Array2<f64>, Wanted<f64>)>,
}

impl<'a, S: Scalar> InterpretedLearner<'a, S> {
    /// With the optimizer's memory at its start, all parameters 0 and the state as before the first batch.
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
        let states = equations.state.iter().flat_map(|state| {
            let length = equations.variables.length(state.variable);
            std::iter::repeat_n(S::from_f64(state.initial), length)
        });
        Self {
            equations,
            answering: equations.answering(),
            parameters: vec![S::ZERO; equations.parameter_count()],
            state: states.collect(),
            learning_rate: optimizer.learning_rate(),
            optimizer,
            training: samples(training),
            validation: validation.map(samples),
        }
    }

    /// Draws the parameters as the stages ask for.
    pub fn initialise(&mut self, seed: u64) {
        self.parameters = initial::parameters(self.equations, seed);
    }

    /// Parameters and state, tensor by tensor.
    fn tensors(&self) -> Vec<Vec<f64>> {
        let equations = self.equations;
        let lengths = equations
            .parameters
            .iter()
            .map(|parameter| parameter.elements());
        let states = equations.state.iter();
        let states = states.map(|state| equations.variables.length(state.variable));
        let mut numbers = self.parameters.iter().chain(&self.state);
        let tensors = lengths.chain(states).map(|length| {
            let values = numbers.by_ref().take(length);
            values.map(|value| value.to_f64()).collect()
        });
        tensors.collect()
    }

    /// The masks for the rows of one step, with the random numbers that generated code takes for them.
    fn masks(
        &self,
        stretch: &Stretch<'_>,
        step: usize,
        rows: usize,
    ) -> Vec<(VariableId, Array2<f64>)> {
        let variables = self.equations.variables.iter();
        let mut masks: Vec<(VariableId, f64, Array2<f64>)> = variables
            .filter_map(|(id, variable)| match variable.role {
                Role::Mask { rate } => {
                    let elements = variable.shape.elements();
                    Some((id, rate.value(), Array2::zeros((rows, elements))))
                }
                _ => None,
            })
            .collect();
        if masks.is_empty() {
            return Vec::new();
        }
        let parameters = self.equations.parameters.iter().map(Parameter::elements);
        let part = steps::together(parameters.sum(), !self.state.is_empty()).min(rows);
        for first in (0..rows).step_by(part) {
            let mut random = stretch.random(step, first / part);
            for row in first..rows.min(first + part) {
                for (_, rate, mask) in &mut masks {
                    for element in mask.row_mut(row) {
                        if random.uniform() >= *rate {
                            *element = 1.0 / (1.0 - *rate);
                        }
                    }
                }
            }
        }
        masks.into_iter().map(|(id, _, mask)| (id, mask)).collect()
    }

    /// The loss of a batch, its gradient, and the values of the state in it.
    fn evaluated(
        &self,
        rows: &[usize],
        masks: &[(VariableId, Array2<f64>)],
    ) -> Result<(Evaluation<f64>, Vec<Vec<f64>>), VerifyError> {
        match self.equations.precision {
            Precision::F32 => self.evaluated_as::<f32>(rows, masks),
            Precision::F64 => self.evaluated_as::<f64>(rows, masks),
        }
    }

    fn evaluated_as<T: Real>(
        &self,
        rows: &[usize],
        masks: &[(VariableId, Array2<f64>)],
    ) -> Result<(Evaluation<f64>, Vec<Vec<f64>>), VerifyError> {
        let inputs = self.training.0.select(Axis(0), rows).mapv(T::from_f64);
        let targets = match selected(&self.training.1, rows) {
            Wanted::Vectors(vectors) => Wanted::Vectors(vectors.mapv(T::from_f64)),
            Wanted::Classes(classes) => Wanted::Classes(classes),
        };
        let tensors = self.tensors();
        let tensors: Vec<Vec<T>> = (tensors.iter())
            .map(|values| values.iter().map(|value| T::from_f64(*value)).collect())
            .collect();
        let masks: Vec<_> = (masks.iter())
            .map(|(id, mask)| (*id, mask.mapv(T::from_f64)))
            .collect();
        let (found, statistics) =
            evaluate_training(self.equations, &tensors, inputs.view(), &targets, &masks)?;
        let numbers = |values: &Vec<T>| values.iter().map(|value| value.to_f64()).collect();
        let found = Evaluation {
            output: found.output.mapv(Real::to_f64),
            loss: found.loss.map(Real::to_f64),
            gradients: found.gradients.iter().map(numbers).collect(),
        };
        Ok((found, statistics.iter().map(numbers).collect()))
    }

    /// Moves the running averages towards the statistics of a batch; one sample has no variance to learn from.
    fn track(&mut self, statistics: &[Vec<f64>], rows: usize) {
        if rows < 2 {
            return;
        }
        let mut averages = self.state.iter_mut();
        for (state, statistics) in self.equations.state.iter().zip(statistics) {
            let factor = match state.unbiased {
                true => rows as f64 / (rows - 1) as f64,
                false => 1.0,
            };
            // The statistics first: they say where the next state begins.
            for (statistic, average) in statistics.iter().zip(averages.by_ref()) {
                let (old, new) = (average.to_f64(), factor * statistic);
                *average = S::from_f64((1.0 - state.momentum) * old + state.momentum * new);
            }
        }
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
            let masks = self.masks(stretch, losses.len(), rows.len());
            let (found, statistics) = self.evaluated(rows, &masks)?;
            let loss = found.loss.unwrap_or(f64::NAN);
            losses.push(loss);
            if !loss.is_finite() {
                break;
            }
            let gradients = found.gradients.iter().flatten();
            let mut gradient: Vec<S> = gradients.map(|value| S::from_f64(*value)).collect();
            stretch.adjustment.apply(&mut gradient, &self.parameters);
            self.track(&statistics, rows.len());
            self.optimizer.set_learning_rate(*rate);
            self.optimizer.step(&mut self.parameters, &gradient);
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
        let equations = self.answering.as_ref().unwrap_or(self.equations);
        let found = Interpreter(equations).evaluate(&batch, Extent::Loss)?;
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
        Ok([self.parameters.as_slice(), &self.state].concat())
    }

    fn set_weights(&mut self, weights: &[S]) -> Result<(), FitError> {
        let count = self.parameters.len();
        match weights.split_at_checked(count) {
            Some((parameters, state)) if state.len() == self.state.len() => {
                self.parameters = parameters.to_vec();
                self.state = state.to_vec();
                Ok(())
            }
            _ => {
                let (given, expected) = (weights.len(), count + self.state.len());
                let reason = format!("there are {given} weights for a model of {expected}");
                Err(FitError::Memory(reason))
            }
        }
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
