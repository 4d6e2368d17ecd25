//! What the two processes say to each other, over the pipes of the child's standard input and output. Whole numbers are
//! little-endian, `u64` where nothing else is said; other numbers are in the model's precision, little-endian too.
//!
//! The child begins with a greeting: `mlp`, a zero byte, the version of the protocol as `u32`, then how many inputs,
//! outputs and parameters the model has, the bytes of a number and the kind of its targets (0 none, 1 vectors, 2 classes).
//! Then it answers one request after the other until its input ends. Each has a kind, a byte, and its length in bytes; so
//! has each answer, with the status instead: 0 and the numbers, or 1 and a sentence.
//!
//! | kind | request | answer |
//! |---|---|---|
//! | 1 | all parameters, flat, and perhaps the state; they hold until the next such request | nothing |
//! | 2 | the number of rows, the inputs row by row | the outputs row by row |
//! | 3 | as 2, then the targets row by row, a class as a whole number | the mean loss |
//! | 4 | as 3 | the mean loss and its gradient, flat |
//!
//! Another program trains. It greets in the same way and answers these; all tensors are those of the parameters and then
//! those of the state:
//!
//! | kind | request | answer |
//! |---|---|---|
//! | 5 | a seed | nothing; the parameters are drawn |
//! | 6 | the name of an optimizer, the number of its settings, each its name and its value in double precision | nothing |
//! | 7 | 0 for the samples to train on, 1 for those to validate with, then as 3 | nothing; they hold until the next such |
//! | 8 | a stretch of training, in the order of the fields of the runtime's `Stretch`, rates and rows last, each with its number before it | the loss of each step in double precision, up to the first that is not finite |
//! | 9 | nothing | the mean loss of the samples to validate with, in double precision, and their outputs |
//! | 10 | nothing | all tensors, each row-major |
//! | 11 | the same | nothing |
//! | 12 | nothing | what the optimizer remembers: its steps, the number of scalars, each its name and its value in double precision, the number of tensors, each its name and its values as in 10 |
//! | 13 | the same | nothing, or a sentence that says what differs |
//!
//! A third one measures how long the model's functions take. It greets in the same way and answers these:
//!
//! | kind | request | answer |
//! |---|---|---|
//! | 14 | a batch, a number of threads | the bytes of the type, `INFERENCE_BYTES`, `TRAINING_BYTES`, the bytes of a workspace, the threads that share a step, 1 where time is that of the thread alone, the name of the level of vector instructions |
//! | 15 | what (0 output, 1 outputs of the batch, 2 gradient, 3 step, 4 multiply-adds in registers), a batch, threads, blocks, their seconds in double precision, then the settings of the optimizer as in 6 | nanoseconds a call of each block in double precision; of 4 for one multiply-add |
//!
//! A name is its length in bytes and its bytes.
//!
//! A new kind of request needs a new arm in `child.rs`, and a new [`VERSION`] where an old one changes.

use crate::schedule::{Precision, Program, TargetKind};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// What a greeting starts with.
const MAGIC: &[u8; 4] = b"mlp\0";

/// The length of a greeting.
pub(super) const GREETING: usize = 4 + 4 + 5 * 8;

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Parameters = 1,
    Output = 2,
    Loss = 3,
    Gradient = 4,
    Initial = 5,
    Optimizer = 6,
    Samples = 7,
    Steps = 8,
    Validate = 9,
    Weights = 10,
    SetWeights = 11,
    Memory = 12,
    SetMemory = 13,
    Facts = 14,
    Measure = 15,
}

/// The sizes of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) parameters: usize,
    pub(super) precision: Precision,
    pub(super) target: Option<TargetKind>,
}

impl Sizes {
    /// Those of a model.
    pub(super) fn of(model: &Program) -> Self {
        Self {
            inputs: model.inputs,
            outputs: model.outputs,
            parameters: model.parameter_count(),
            precision: model.precision,
            target: model.target,
        }
    }

    /// The bytes of a number.
    pub(super) fn number(&self) -> usize {
        match self.precision {
            Precision::F32 => 4,
            Precision::F64 => 8,
        }
    }

    /// How the kind of its targets is sent.
    pub(super) fn target_kind(&self) -> usize {
        match self.target {
            None => 0,
            Some(TargetKind::Vector) => 1,
            Some(TargetKind::Class) => 2,
        }
    }

    /// How the child of such a model greets.
    pub(super) fn greeting(&self) -> Vec<u8> {
        let target = self.target_kind();
        let mut greeting = Vec::from(MAGIC);
        greeting.extend(VERSION.to_le_bytes());
        for size in [
            self.inputs,
            self.outputs,
            self.parameters,
            self.number(),
            target,
        ] {
            greeting.extend((size as u64).to_le_bytes());
        }
        greeting
    }

    /// Writes numbers, each rounded to the precision of the model.
    pub(super) fn write<'a>(
        &self,
        numbers: impl IntoIterator<Item = &'a f64>,
        bytes: &mut Vec<u8>,
    ) {
        for number in numbers {
            match self.precision {
                Precision::F32 => bytes.extend((*number as f32).to_le_bytes()),
                Precision::F64 => bytes.extend(number.to_le_bytes()),
            }
        }
    }

    /// Reads numbers.
    pub(super) fn read(&self, bytes: &[u8]) -> Vec<f64> {
        match self.precision {
            Precision::F32 => {
                let (numbers, _) = bytes.as_chunks();
                numbers
                    .iter()
                    .map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
                    .collect()
            }
            Precision::F64 => {
                let (numbers, _) = bytes.as_chunks();
                numbers
                    .iter()
                    .map(|bytes| f64::from_le_bytes(*bytes))
                    .collect()
            }
        }
    }
}
