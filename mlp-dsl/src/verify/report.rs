//! The result of a comparison.

use std::fmt;

use crate::equations::{Equations, Form};

/// The largest errors of a model, tensor by tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The model's name.
    pub model: String,
    /// Which form of the network; `None` where it has one.
    pub form: Option<Form>,
    /// What computed the numbers.
    pub engine: &'static str,
    /// What was compared.
    pub tensors: Vec<TensorReport>,
    /// The largest relative error that is no mistake.
    pub tolerance: f64,
    /// Whether no tensor fails.
    pub passed: bool,
}

impl Report {
    /// A report on what `engine` computed.
    pub(super) fn new(
        equations: &Equations,
        engine: &'static str,
        tolerance: f64,
        tensors: Vec<TensorReport>,
    ) -> Self {
        Self {
            model: equations.name.clone(),
            form: equations.form(),
            engine,
            passed: !tensors.iter().any(|tensor| tensor.verdict.fails()),
            tensors,
            tolerance,
        }
    }
}

/// The largest errors of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorReport {
    /// As in a reference file: `output`, `loss` or `grad.` and the parameter's name.
    pub name: String,
    /// The largest difference of an entry; NaN where nothing was compared or an entry is not a number.
    pub max_abs_error: f64,
    /// The same divided by the largest entry of the tensor.
    pub max_rel_error: f64,
    /// What follows from it.
    pub verdict: Verdict,
}

/// What a comparison says about a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every error is within the tolerance.
    Agrees,
    /// An error is larger, infinite or not a number.
    Differs,
    /// Its gradient passes through a derivative that the text states, which differences cannot confirm.
    StatedDerivative,
    /// Its gradient is zero, or so small that the differences are nothing but rounding.
    TooSmall,
    /// At every point that was tried the loss has a kink or is not finite.
    NoSmoothPoint,
}

impl Verdict {
    /// Whether it fails the report. Without a smooth point nothing was checked that could have been, so that fails too.
    pub fn fails(self) -> bool {
        match self {
            Self::Differs | Self::NoSmoothPoint => true,
            Self::Agrees | Self::StatedDerivative | Self::TooSmall => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::StatedDerivative => "stated derivative, not checked",
            Self::TooSmall => "zero up to rounding, not checked",
            Self::NoSmoothPoint => "no point found where the loss is smooth and finite",
        })
    }
}

/// The larger of two errors; NaN is the largest of all.
pub(super) fn larger(left: f64, right: f64) -> f64 {
    if left.is_nan() || left > right {
        left
    } else {
        right
    }
}
