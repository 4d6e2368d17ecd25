//! What a text defines besides its models: constants, activations and losses, resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::TargetKind;
use super::formula::Formula;
use crate::number::Number;
use crate::syntax::ast::Name;

/// A symbol within the formula of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formal {
    /// The argument of an activation, the output of a loss.
    Argument,
    /// The target of a loss.
    Target,
    /// A parameter, by its position.
    Parameter(usize),
}

/// An activation: a formula of one argument.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The lines of its `///` comments.
    pub documentation: Vec<String>,
    /// Its name.
    pub name: String,
    /// The name of its argument.
    pub argument: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub formula: Formula<Formal>,
    /// The derivative that the text states.
    pub derivative: Option<Formula<Formal>>,
}

/// A loss: a formula of output and target.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The lines of its `///` comments.
    pub documentation: Vec<String>,
    /// Its name.
    pub name: String,
    /// The name of the model's output within the formula.
    pub output: String,
    /// The name of the target within the formula.
    pub target: String,
    /// What the target is.
    pub target_kind: TargetKind,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub formula: Formula<Formal>,
}

/// A parameter of a definition.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether each use has a trained scalar of its own.
    pub learn: bool,
    /// The value where a use gives none, or the initial value of a trained one.
    pub default: Number,
}

/// All definitions that are known to a text.
#[derive(Default)]
pub(super) struct Definitions {
    /// Constants by name.
    pub(super) constants: BTreeMap<String, Number>,
    /// Activations by name.
    pub(super) activations: BTreeMap<String, Activation>,
    /// Losses by name.
    pub(super) losses: BTreeMap<String, Loss>,
    /// Names whose definition has errors that were reported: their uses stay silent.
    pub(super) broken: BTreeSet<String>,
}

impl Definitions {
    /// The activation called `name`: `None` if its definition is broken, `Some(None)` if there is none.
    #[expect(
        clippy::option_option,
        reason = "broken and absent are different answers"
    )]
    pub(super) fn activation(&self, name: &Name) -> Option<Option<&Activation>> {
        (!self.broken.contains(&name.text)).then(|| self.activations.get(&name.text))
    }

    /// Whether the definition called `name` has errors that were reported.
    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }
}
