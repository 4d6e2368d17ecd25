use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::string::String;
use std::vec::Vec;

use crate::shape::ShapeError;

/// Why training did not start or stopped early.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FitError {
    /// The data do not fit the network.
    Shape(ShapeError),
    /// There is no sample to train on.
    NoSamples,
    /// The batch size is 0.
    EmptyBatch,
    /// The loss is no number any more.
    Loss {
        /// The loss, NaN or infinite.
        loss: f64,
        /// The epoch, counted from 1.
        epoch: usize,
        /// The step of this epoch, counted from 1.
        step: usize,
        /// The optimizer's learning rate.
        learning_rate: f64,
    },
    /// A parameter is no number any more, although the loss still is.
    Parameter {
        /// The name of its tensor.
        tensor: String,
        /// The epoch after which it was found, counted from 1.
        epoch: usize,
        /// The optimizer's learning rate.
        learning_rate: f64,
    },
    /// A setting is not what it may be: why.
    Setting(String),
    /// A checkpoint is of another network or optimizer: what differs.
    Memory(String),
    /// A checkpoint cannot be kept: why.
    Checkpoint(String),
    /// What trains in another process does not answer: why.
    Learner {
        /// What happened.
        reason: String,
        /// What helps to understand it, a line each.
        notes: Vec<String>,
    },
}

impl Display for FitError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => error.fmt(f),
            Self::NoSamples => f.write_str("there is no sample to train on"),
            Self::EmptyBatch => {
                f.write_str("a batch needs at least one sample: the batch size is 0")
            }
            Self::Loss {
                loss,
                epoch,
                step,
                learning_rate,
            } => write!(
                f,
                "the loss became {loss} in epoch {epoch}, step {step}, at a learning rate of {learning_rate}: try a \
                 smaller one, and check that the inputs are scaled to about −1 … 1"
            ),
            Self::Parameter {
                tensor,
                epoch,
                learning_rate,
            } => write!(
                f,
                "`{tensor}` has values that are infinite or NaN after epoch {epoch}, at a learning rate of \
                 {learning_rate}: try a smaller one, and check that the inputs are scaled to about −1 … 1"
            ),
            Self::Setting(reason) => f.write_str(reason),
            Self::Memory(difference) => {
                write!(
                    f,
                    "training cannot go on from this checkpoint: {difference}"
                )
            }
            Self::Checkpoint(reason) => write!(f, "the checkpoint cannot be kept: {reason}"),
            Self::Learner { reason, .. } => f.write_str(reason),
        }
    }
}

impl Error for FitError {}

impl From<ShapeError> for FitError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}
