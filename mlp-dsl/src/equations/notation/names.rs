//! The names of functions in formulas.

use crate::equations::{Function, Reduction};

/// The name of a reduction.
pub(super) fn reduction_name(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "sum",
        Reduction::Mean => "mean",
        Reduction::Max => "max",
        Reduction::LogSumExp => "logsumexp",
    }
}

/// The name of a function.
pub(super) fn function_name(function: Function) -> &'static str {
    match function {
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Sqrt => "√",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Step => "step",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tanh => "tanh",
        Function::Sigmoid => "σ",
        Function::Erf => "erf",
        Function::Softplus => "softplus",
    }
}
