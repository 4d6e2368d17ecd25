//! Whether equations compute what they should. In: the equations of a model, and for [`against`] the numbers of the same
//! network from elsewhere. Out: a [`Report`] with the largest errors of each tensor. No input and no output: the command
//! reads reference files and prints reports. Another engine than the interpreter comes in as an [`Evaluator`].

mod agreement;
mod differences;
mod evaluator;
mod point;
mod random;
mod reference;
mod report;
mod slope;
mod stated;

pub use agreement::agreement;
pub use differences::{DIFFERENCES_TOLERANCE, differences};
pub use evaluator::{Batch, Evaluator, Interpreter};
#[cfg(feature = "report")]
pub(crate) use random::Random;
pub use reference::{Reference, against, against_with, form_of};
pub use report::{Report, TensorReport, Verdict};

use std::fmt;

use crate::equations::EvaluationError;

/// Why nothing could be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// A model without a loss has no gradient.
    NoLoss {
        /// The model's name.
        model: String,
    },
    /// A model without trained tensors has no gradient.
    NoParameters {
        /// The model's name.
        model: String,
    },
    /// The tensors of a reference are not those of the model.
    Mismatch {
        /// The model's name.
        model: String,
        /// What differs, a sentence each.
        reasons: Vec<String>,
    },
    /// The interpreter refused the data.
    Evaluation(EvaluationError),
    /// Another engine gave no answer.
    Engine {
        /// What went wrong, in a sentence.
        message: String,
        /// What helps to understand it, a line each.
        notes: Vec<String>,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLoss { model } => write!(
                formatter,
                "`{model}` has no loss, so there is no gradient to verify"
            ),
            Self::NoParameters { model } => write!(
                formatter,
                "`{model}` has nothing to train, so there is no gradient to verify"
            ),
            Self::Mismatch { model, reasons } => {
                write!(formatter, "the reference does not fit the model `{model}`")?;
                for (index, reason) in reasons.iter().enumerate() {
                    formatter.write_str(if index == 0 { ": " } else { "; " })?;
                    formatter.write_str(reason)?;
                }
                Ok(())
            }
            Self::Evaluation(error) => error.fmt(formatter),
            Self::Engine { message, .. } => formatter.write_str(message),
        }
    }
}

impl std::error::Error for VerifyError {}

impl From<EvaluationError> for VerifyError {
    fn from(error: EvaluationError) -> Self {
        Self::Evaluation(error)
    }
}
