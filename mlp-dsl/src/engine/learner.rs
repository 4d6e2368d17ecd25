//! A compiled model that learns: each call is a request to the child.

use std::marker::PhantomData;

use mlp_runtime::Scalar;
use mlp_runtime::data::Dataset;
use mlp_runtime::store::Snapshot;
use mlp_runtime::train::{FitError, Learner, Stretch, Validated};
use ndarray::Array2;

use super::compiler::Processors;
use super::protocol::Request;
use super::targets::wanted;
use super::{Engine, EngineError, Executable, Settings, runtime_program};
use crate::equations::{Equations, Targets as Wanted};
use crate::schedule::Program;

/// What is the same in every program that trains.
const CHILD: &str = include_str!("learner_child.rs");

/// A compiled model with its optimizer and its data, in a process of its own.
#[derive(Debug)]
pub struct CompiledLearner<S> {
    engine: Engine,
    learning_rate: f64,
    /// Values of the state, which are stored with the parameters.
    state: usize,
    /// Rows to validate with.
    rows: usize,
    scalar: PhantomData<S>,
}

impl<S: Scalar> CompiledLearner<S> {
    /// Compiles a model for training, or finds it compiled, and sends everything that does not change to the child. The
    /// parameters are 0 until they are set.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where this machine cannot compile; where the child does not answer, or does not know
    /// the optimizer.
    pub fn new(
        equations: &Equations,
        compiler: &Settings,
        optimizer: &str,
        settings: &[(&str, f64)],
        learning_rate: f64,
        training: &Dataset<S>,
        validation: Option<&Dataset<S>>,
    ) -> Result<Self, EngineError> {
        let model = Program::new(equations);
        let files = runtime_program::files(&model, CHILD)?;
        let executable = Executable::of(vec![model], files, compiler, Processors::This)?;
        let mut engine = executable.start(0)?;
        let mut content = Vec::new();
        put_text(optimizer, &mut content);
        content.extend((settings.len() as u64).to_le_bytes());
        for (name, value) in settings {
            put_text(name, &mut content);
            content.extend(value.to_le_bytes());
        }
        engine.process.answer(Request::Optimizer, &content, 0..=0)?;
        for (set, samples) in [(0_u64, Some(training)), (1, validation)] {
            let Some(samples) = samples else { continue };
            let content = samples_request(equations, set, samples);
            engine.process.answer(Request::Samples, &content, 0..=0)?;
        }
        Ok(Self {
            state: equations
                .state
                .iter()
                .map(|state| equations.variables.length(state.variable))
                .sum(),
            engine,
            learning_rate,
            rows: validation.map_or(0, Dataset::len),
            scalar: PhantomData,
        })
    }

    /// Draws the parameters as the stages ask for.
    ///
    /// # Errors
    /// Where the child does not answer.
    pub fn initialise(&mut self, seed: u64) -> Result<(), EngineError> {
        let process = &mut self.engine.process;
        process.answer(Request::Initial, &seed.to_le_bytes(), 0..=0)?;
        Ok(())
    }

    fn ask(&mut self, kind: Request, content: &[u8], most: usize) -> Result<Vec<u8>, FitError> {
        Ok(self.engine.process.answer(kind, content, 0..=most)?)
    }
}

/// A set of samples as a request.
fn samples_request<S: Scalar>(equations: &Equations, set: u64, samples: &Dataset<S>) -> Vec<u8> {
    let mut content = Vec::new();
    content.extend(set.to_le_bytes());
    content.extend((samples.len() as u64).to_le_bytes());
    put_numbers(samples.inputs.iter().copied(), &mut content);
    match wanted(equations, &samples.targets) {
        Wanted::Classes(classes) => {
            let classes = classes.iter();
            content.extend(classes.flat_map(|class| (*class as u64).to_le_bytes()));
        }
        Wanted::Vectors(vectors) => {
            put_numbers(
                vectors.iter().map(|value| S::from_f64(*value)),
                &mut content,
            );
        }
    }
    content
}

impl<S: Scalar> Learner for CompiledLearner<S> {
    type Scalar = S;

    fn steps(&mut self, stretch: &Stretch<'_>) -> Result<Vec<f64>, FitError> {
        let mut content = Vec::new();
        content.extend((stretch.batch as u64).to_le_bytes());
        content.extend(stretch.first.to_le_bytes());
        content.extend(stretch.seed.to_le_bytes());
        content.extend((stretch.threads as u64).to_le_bytes());
        let adjustment = stretch.adjustment;
        let limit = |value: Option<f64>| value.unwrap_or(f64::INFINITY);
        for value in [
            adjustment.l1,
            adjustment.l2,
            limit(adjustment.clip_value),
            limit(adjustment.clip_norm),
        ] {
            content.extend(value.to_le_bytes());
        }
        content.extend((stretch.rates.len() as u64).to_le_bytes());
        content.extend(stretch.rates.iter().flat_map(|rate| rate.to_le_bytes()));
        content.extend((stretch.order.len() as u64).to_le_bytes());
        let rows = stretch.order.iter();
        content.extend(rows.flat_map(|row| (*row as u64).to_le_bytes()));
        let answer = self.ask(Request::Steps, &content, 8 * stretch.rates.len())?;
        let (losses, _) = answer.as_chunks();
        Ok(losses
            .iter()
            .map(|loss| f64::from_le_bytes(*loss))
            .collect())
    }

    fn validate(&mut self) -> Result<Option<Validated<S>>, FitError> {
        if self.rows == 0 {
            return Ok(None);
        }
        let outputs = self.engine.process.sizes.outputs;
        let numbers = self.rows * outputs * size_of::<S>();
        let answer = self.ask(Request::Validate, &[], 8 + numbers)?;
        let (loss, numbers) = answer.split_first_chunk().ok_or_else(no_answer)?;
        let outputs = Array2::from_shape_vec((self.rows, outputs), get_numbers(numbers));
        Ok(Some(Validated {
            loss: f64::from_le_bytes(*loss),
            outputs: outputs.map_err(|_| no_answer())?,
        }))
    }

    fn not_finite(&mut self) -> Result<Option<String>, FitError> {
        let weights = self.weights()?;
        let mut start = 0;
        for tensor in &self.engine.tensors {
            let end = start + tensor.elements();
            let values = weights.get(start..end).unwrap_or_default();
            if values.iter().any(|value| !value.is_finite()) {
                return Ok(Some(tensor.name.clone()));
            }
            start = end;
        }
        Ok(None)
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn weights(&mut self) -> Result<Vec<S>, FitError> {
        let most = (self.engine.process.sizes.parameters + self.state) * size_of::<S>();
        Ok(get_numbers(&self.ask(Request::Weights, &[], most)?))
    }

    fn set_weights(&mut self, weights: &[S]) -> Result<(), FitError> {
        let mut content = Vec::new();
        put_numbers(weights.iter().copied(), &mut content);
        self.ask(Request::SetWeights, &content, 0).map(drop)
    }

    fn memory(&mut self) -> Result<Snapshot<S>, FitError> {
        let parameters = self.engine.process.sizes.parameters * size_of::<S>();
        let answer = self.ask(Request::Memory, &[], 1000 + 3 * parameters)?;
        memory(&answer, parameters).ok_or_else(no_answer)
    }

    fn set_memory(&mut self, memory: &Snapshot<S>) -> Result<(), FitError> {
        let mut content = memory.steps.to_le_bytes().to_vec();
        content.extend((memory.scalars.len() as u64).to_le_bytes());
        for (name, value) in &memory.scalars {
            put_text(name, &mut content);
            content.extend(value.to_le_bytes());
        }
        content.extend((memory.tensors.len() as u64).to_le_bytes());
        for (name, values) in &memory.tensors {
            put_text(name, &mut content);
            put_numbers(values.iter().copied(), &mut content);
        }
        let difference = self.ask(Request::SetMemory, &content, 1000)?;
        match String::from_utf8_lossy(&difference).into_owned() {
            none if none.is_empty() => Ok(()),
            difference => Err(FitError::Memory(difference)),
        }
    }
}

/// What an optimizer remembers, out of an answer; each tensor has so many bytes.
fn memory<S: Scalar>(mut bytes: &[u8], size: usize) -> Option<Snapshot<S>> {
    let bytes = &mut bytes;
    let mut memory = Snapshot {
        steps: whole(bytes)?,
        scalars: Vec::new(),
        tensors: Vec::new(),
    };
    for _ in 0..whole(bytes)? {
        let name = text(bytes)?;
        memory.scalars.push((name, f64::from_bits(whole(bytes)?)));
    }
    for _ in 0..whole(bytes)? {
        let name = text(bytes)?;
        let (values, rest) = bytes.split_at_checked(size)?;
        *bytes = rest;
        memory.tensors.push((name, get_numbers(values)));
    }
    bytes.is_empty().then_some(memory)
}

fn whole(bytes: &mut &[u8]) -> Option<u64> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*number))
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(whole(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.bytes());
}

fn put_numbers<S: Scalar>(numbers: impl Iterator<Item = S>, bytes: &mut Vec<u8>) {
    for number in numbers {
        match size_of::<S>() {
            4 => bytes.extend((number.to_f64() as f32).to_le_bytes()),
            _ => bytes.extend(number.to_f64().to_le_bytes()),
        }
    }
}

fn get_numbers<S: Scalar>(bytes: &[u8]) -> Vec<S> {
    match size_of::<S>() {
        4 => {
            let (numbers, _) = bytes.as_chunks();
            let numbers = numbers.iter().map(|number| f32::from_le_bytes(*number));
            numbers.map(|number| S::from_f64(number.into())).collect()
        }
        _ => {
            let (numbers, _) = bytes.as_chunks();
            let numbers = numbers.iter().map(|number| f64::from_le_bytes(*number));
            numbers.map(S::from_f64).collect()
        }
    }
}

fn no_answer() -> FitError {
    FitError::Learner {
        reason: "the compiled model gave an answer that is none".to_owned(),
        notes: Vec::new(),
    }
}

impl From<EngineError> for FitError {
    fn from(error: EngineError) -> Self {
        Self::Learner {
            reason: error.to_string(),
            notes: error.notes(),
        }
    }
}
