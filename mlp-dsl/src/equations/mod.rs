//! Equations: the one intermediate representation. A checked model comes in; the equations of its forward pass, its
//! loss and its backward pass go out, simplified. One equation is one printed line, one evaluated array and one
//! generated step. Afterwards no equation uses a variable before it is computed, and every value is finite wherever the
//! mathematics is.

mod backward;
mod convert;
mod differentiate;
#[cfg(feature = "evaluate")]
mod evaluate;
mod expression;
mod forward;
mod fuse;
mod initial;
mod inline;
mod present;
mod protect;
#[cfg(feature = "evaluate")]
mod real;
mod reuse;
pub mod rules;
mod share;
mod simplify;
mod symbols;
mod text;

pub use backward::derivative;
#[cfg(feature = "evaluate")]
pub use evaluate::{Evaluation, EvaluationError, Extent, Targets, evaluate};
#[cfg(feature = "evaluate")]
pub use real::Real;

pub use expression::{
    Band, Expression, Extremum, Padded, Role, Shape, Variable, VariableId, Variables,
};
pub use initial::Initial;
pub use text::{activation_text, expression_text, loss_text};

pub use crate::number::Number;

pub use crate::model::{Comparison, Function, Precision, Reduction, TargetKind};

use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::source::Span;

/// The equations of one model.
#[derive(Clone, Debug)]
pub struct Equations {
    /// The model's name.
    pub name: String,
    /// The lines of the model's `///` comments.
    pub documentation: Vec<String>,
    /// The type of every number.
    pub precision: Precision,
    /// All variables.
    pub variables: Variables,
    /// The inputs, in the order in which they stand in a sample's row.
    pub inputs: Vec<VariableId>,
    /// The trained tensors, in order of appearance.
    pub parameters: Vec<Parameter>,
    /// What the model answers with.
    pub output: VariableId,
    /// What training minimises; `None` for a model that only answers.
    pub objective: Option<Objective>,
    /// The equations in the order of computation.
    pub list: Vec<Equation>,
}

/// A trained tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `stage.tensor`
    pub name: String,
    /// Its shape; empty for a scalar.
    pub shape: Vec<usize>,
    /// Its variable.
    pub variable: VariableId,
    /// The derivative of the loss with respect to it.
    pub gradient: Option<VariableId>,
    /// How it starts.
    pub initial: Initial,
}

impl Parameter {
    /// The number of elements.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// The name of the loss function.
    pub name: String,
    /// The loss of one sample.
    pub loss: VariableId,
    /// The target of one sample.
    pub target: VariableId,
    /// What a target is.
    pub target_kind: TargetKind,
}

/// One equation: `target = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// What it computes.
    pub target: VariableId,
    /// How a textbook writes it, where that differs from the form that is computed.
    pub definition: Option<Definition>,
    /// The form that is computed.
    pub value: Expression,
    /// The part of the computation that it belongs to.
    pub section: Section,
    /// A remark: the pair that was fused, the name in the source.
    pub note: Option<String>,
    /// What it comes from in the source: the value that it computes or whose derivative it is, the stage of a parameter.
    pub origin: Option<Span>,
}

/// The textbook form of an equation.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// An activation by its name.
    Activation(String, VariableId),
    /// A formula.
    Formula(Expression),
}

/// A part of the computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Needed for the output.
    Forward,
    /// Needed for the loss.
    Loss,
    /// Needed for the gradient.
    Backward,
}

impl Equations {
    /// The equations of `model`. The passes, in order, each with what holds after it:
    ///
    /// 1. `forward`: every value of the model is a variable with an equation.
    /// 2. `fuse`: the loss is finite where a probability rounds to 0 or 1.
    /// 3. `protect`: what the forward pass computes at a cost is one symbol, which no rule takes apart.
    /// 4. `backward`: every trained tensor has a gradient.
    /// 5. `inline`: no equation is there for a single use.
    /// 6. `restore`: the symbols of step 3 are written out again.
    /// 7. `present`: values stand in the form in which they are read and computed.
    /// 8. `share`: no costly expression is computed twice.
    ///
    /// # Errors
    /// A trained tensor whose gradient is zero by structure.
    pub fn derive(model: &Model) -> Result<Self, Diagnostics> {
        let mut equations = forward::forward(model);
        fuse::fuse(&mut equations);
        let protected = protect::protect(&mut equations);
        backward::backward(&mut equations, &protected, model)?;
        inline::inline(&mut equations, &protected);
        protected.restore(&mut equations);
        present::present(&mut equations);
        share::share(&mut equations);
        Ok(equations)
    }

    /// The equations with nothing left out by `dropout`, as the network answers; `None` where that changes nothing.
    pub fn without_masks(&self) -> Option<Self> {
        let is_mask = |variable: &Variable| matches!(variable.role, Role::Mask { .. });
        let masks: Vec<VariableId> = self
            .variables
            .iter()
            .filter(|(_, variable)| is_mask(variable))
            .map(|(id, _)| id)
            .collect();
        if masks.is_empty() {
            return None;
        }
        let mut equations = self.clone();
        for equation in &mut equations.list {
            let value = std::mem::replace(&mut equation.value, Expression::ZERO);
            let kept = masks
                .iter()
                .fold(value, |value, mask| value.replace(*mask, &Expression::ONE));
            equation.value = rules::apply(kept, rules::Level::Tidy, &self.variables);
        }
        Some(equations)
    }

    /// The equation of a variable; `None` for inputs, parameters and targets.
    pub fn equation(&self, variable: VariableId) -> Option<&Equation> {
        self.list
            .iter()
            .find(|equation| equation.target == variable)
    }

    /// The number of elements of a sample's input row.
    pub fn input_length(&self) -> usize {
        self.inputs
            .iter()
            .map(|input| self.variables.length(*input))
            .sum()
    }

    /// The number of elements of the output.
    pub fn output_length(&self) -> usize {
        self.variables.length(self.output)
    }

    /// The number of trained scalars.
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(Parameter::elements).sum()
    }
}
