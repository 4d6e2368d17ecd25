//! What a layer is to the stages of a model, and to a person who asks for it.

use super::super::ValueId;
use super::super::arguments::Signature;
use super::super::builder::Builder;
use crate::diagnostic::Diagnostics;
use crate::syntax::ast::{Call, Expression, Stage};

/// A layer of the language.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub documentation: &'static str,
    /// What it computes of the vector x that comes in.
    pub formula: &'static str,
    /// The trained tensors that it owns, with their shapes.
    pub tensors: &'static [&'static str],
    /// What it takes, in order; those that must be given come first.
    pub parameters: &'static [LayerParameter],
    /// Adds it to a graph.
    pub(super) add: Add,
}

/// Adds the layer of a stage to the graph.
pub(super) type Add = fn(&mut Builder<'_>, ValueId, &Stage, &mut Diagnostics) -> Option<ValueId>;

/// A parameter of a layer.
#[derive(Clone, Copy, Debug)]
pub struct LayerParameter {
    /// Its name.
    pub name: &'static str,
    /// What can be given.
    pub takes: Takes,
    /// What holds where nothing is given, as it is written; `None` where something must be.
    pub default: Option<&'static str>,
}

/// What a parameter of a layer can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A constant.
    Number,
    /// `true` or `false`
    Switch,
    /// The name of a way to draw initial weights.
    Scheme,
    /// The name of a form of code.
    Code,
    /// Stages, joined by arrows.
    Stages,
}

impl LayerParameter {
    /// A parameter that must be given.
    pub(super) const fn required(name: &'static str, takes: Takes) -> Self {
        Self {
            name,
            takes,
            default: None,
        }
    }

    /// How it is written where it is declared: `bias = true`.
    pub fn usage(&self) -> String {
        match self.default {
            Some(default) => format!("{} = {default}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// A parameter that is `default` where it is not given.
    pub(super) const fn optional(name: &'static str, takes: Takes, default: &'static str) -> Self {
        Self {
            name,
            takes,
            default: Some(default),
        }
    }
}

impl Layer {
    /// How it is written: `dense(units, bias = true, init = …)`.
    pub fn usage(&self) -> String {
        let parameters = self.parameters.iter().map(LayerParameter::usage);
        let parameters: Vec<String> = parameters.collect();
        format!("{}({})", self.name, parameters.join(", "))
    }

    /// Adds it to a graph.
    pub(in super::super) fn stage(
        &self,
        builder: &mut Builder<'_>,
        input: ValueId,
        stage: &Stage,
        errors: &mut Diagnostics,
    ) -> Option<ValueId> {
        (self.add)(builder, input, stage, errors)
    }

    /// The arguments of `call` in the order of the parameters; `None` stands for a default.
    pub(super) fn bind<'c>(
        &self,
        call: &'c Call,
        errors: &mut Diagnostics,
    ) -> Option<Vec<Option<&'c Expression>>> {
        let is_required = |parameter: &&LayerParameter| parameter.default.is_none();
        let signature = Signature {
            title: format!("`{}`", self.name),
            names: self.parameters.iter().map(|known| known.name).collect(),
            required: self.parameters.iter().filter(is_required).count(),
        };
        signature.bind(call, errors)
    }
}
