//! Equations: the one intermediate representation. A checked model comes in; the equations of its forward pass, its
//! loss and its backward pass go out, simplified. One equation is one printed line, one evaluated array and one
//! generated step. Afterwards no equation uses a variable before it is computed, and every value is finite wherever the
//! mathematics is.

mod backward;
mod batches;
mod convert;
#[cfg(feature = "evaluate")]
mod curve;
mod difference;
mod differentiate;
#[cfg(feature = "evaluate")]
mod evaluate;
mod expression;
mod flops;
mod forward;
mod fuse;
pub mod html;
mod initial;
mod inline;
#[cfg(feature = "json")]
mod json;
pub mod latex;
pub mod notation;
mod present;
mod protect;
#[cfg(feature = "evaluate")]
mod real;
mod reuse;
pub mod rules;
mod share;
mod simplify;
mod slope;
mod symbols;
pub mod text;
mod variable;
mod views;

pub use backward::derivative;
#[cfg(feature = "evaluate")]
pub use curve::Curve;
pub use difference::{Change, Cost, Difference};
#[cfg(feature = "evaluate")]
pub use evaluate::{
    Evaluation, EvaluationError, Extent, Targets, evaluate, evaluate_training, trace,
};
#[cfg(feature = "evaluate")]
pub use real::Real;

pub use expression::{Expression, Extremum, Padded};
pub use initial::Initial;
#[cfg(feature = "json")]
pub use json::page_json;
pub use variable::{Band, Role, Shape, Variable, VariableId, Variables};
pub use views::DefinitionView;

pub use crate::number::Number;

pub use crate::model::{Code, Comparison, Function, Precision, Reduction, TargetKind};

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
    /// What training tracks beside them, in order of appearance.
    pub state: Vec<State>,
    /// What the model answers with.
    pub output: VariableId,
    /// What training minimises; `None` for a model that only answers.
    pub objective: Option<Objective>,
    /// How many samples a step of training takes, where the model says so.
    pub batch: Option<usize>,
    /// The equations in the order of computation.
    pub list: Vec<Equation>,
    /// The same network as it answers, where it is trained with means over the batch: running averages stand in for them.
    /// `None` in that form itself.
    pub inference: Option<Box<Self>>,
}

/// One of the two forms of a network that is trained with means over the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With the statistics of the batch.
    Training,
    /// With running averages in their place.
    Inference,
}

/// A running average of a statistic of the batch: it stands in for it when the network answers, and is not trained.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// `stage.running_mean`, `stage.running_var`
    pub name: String,
    /// The variable that is the statistic in the training form, and the average in the inference form: a vector.
    pub variable: VariableId,
    /// The value of every element before the first batch.
    pub initial: f64,
    /// After each batch the average is (1 − momentum)·average + momentum·statistic.
    pub momentum: f64,
    /// Whether it averages n/(n − 1) times the statistic of n samples, as for a variance.
    pub unbiased: bool,
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
    /// The form of the code of products with it, where the model chooses it.
    pub code: Option<Code>,
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

impl Objective {
    /// What the outputs say about classes.
    pub fn decision(&self) -> Decision {
        match self.name.as_str() {
            "bce_with_logits" => Decision::Logit,
            "hinge" | "squared_hinge" => Decision::Margin,
            _ => Decision::Probability,
        }
    }
}

/// What the outputs of a model say about classes, which its loss decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// How probable a class is, or a value learned from 0 and 1.
    #[default]
    Probability,
    /// The logarithm of the odds of a class.
    Logit,
    /// On which side of a boundary a sample lies, and how far.
    Margin,
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
    /// 8. `separate`: a mean over the batch is the whole value of an equation.
    /// 9. `share`: no costly expression is computed twice.
    ///
    /// # Errors
    /// A trained tensor whose gradient is zero by structure.
    pub fn derive(model: &Model) -> Result<Self, Diagnostics> {
        let forward = forward::forward(model);
        match batches::inference(&forward) {
            None => forward.complete(model),
            // What is never trained only answers.
            Some(inference) if forward.objective.is_none() => inference.complete(model),
            Some(inference) => {
                let mut equations = forward.complete(model)?;
                equations.inference = Some(Box::new(inference.complete(model)?));
                Ok(equations)
            }
        }
    }

    /// What comes after the forward pass.
    fn complete(mut self, model: &Model) -> Result<Self, Diagnostics> {
        fuse::fuse(&mut self);
        let protected = protect::protect(&mut self);
        backward::backward(&mut self, &protected, model)?;
        inline::inline(&mut self, &protected);
        protected.restore(&mut self);
        present::present(&mut self);
        batches::separate(&mut self);
        share::share(&mut self);
        Ok(self)
    }

    /// Which of two forms these equations are; `None` for a network that has one.
    pub fn form(&self) -> Option<Form> {
        let is_running =
            |state: &State| matches!(self.variables.get(state.variable).role, Role::State(_));
        let state = self.state.first()?;
        Some(if is_running(state) {
            Form::Inference
        } else {
            Form::Training
        })
    }

    /// All forms of the network, the one that is trained first.
    pub fn forms(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.inference.as_deref())
    }

    /// The equations as the network answers: with running averages in place of statistics of the batch, and with nothing
    /// left out by `dropout`. `None` where that changes nothing.
    pub fn answering(&self) -> Option<Self> {
        match &self.inference {
            Some(inference) => Some(inference.without_masks().unwrap_or((**inference).clone())),
            None => self.without_masks(),
        }
    }

    /// The equations with nothing left out by `dropout`; `None` where that changes nothing.
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

    /// The statistics of the batch, a mean over it each, in the order of computation.
    pub fn statistics(&self) -> impl Iterator<Item = &Equation> {
        let is_mean = |equation: &&Equation| matches!(equation.value, Expression::BatchMean(_));
        self.list.iter().filter(is_mean)
    }

    /// The number of trained scalars.
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(Parameter::elements).sum()
    }
}

/// `expression` as text, such as `(W2ᵀ·δ2) ⊙ (1 − z1²)`.
pub fn expression_text(expression: &Expression, variables: &Variables) -> String {
    let builder = notation::Builder::new(variables, notation::Fractions::Inline);
    text::formula(&builder.notation(expression))
}
