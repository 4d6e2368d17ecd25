//! A graph of values under construction.

use std::collections::BTreeMap;

use super::arguments::Signature;
use super::definitions::{Activation, Definitions};
use super::layers;
use super::limits::MAX_VALUES;
use super::resolve::{Resolver, instantiated};
use super::scope::{Length, Scope, Typed};
use super::scopes::{constant_name, unknown_name};
use super::{
    Formula, Initial, Parameter, ParameterId, State, Symbol, Tensor, Value, ValueId, ValueKind,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Name, Stage, StatementKind};

/// A model under construction.
pub(super) struct Builder<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) values: Vec<Value>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) state: Vec<State>,
    /// What each name stands for; `None` where its statement has errors that were reported.
    names: BTreeMap<&'a str, Option<ValueId>>,
    /// How many stages of each kind there are so far.
    turns: BTreeMap<String, usize>,
    /// The label of the stage whose activation is applied next.
    label: Option<String>,
    /// The name under which the activation that is being applied owns its parameters.
    activation_stage: String,
    /// There is no room for the next value, and that was reported.
    full: bool,
}

impl<'a> Builder<'a> {
    /// A graph without values.
    pub(super) fn new(definitions: &'a Definitions) -> Self {
        Self {
            definitions,
            values: Vec::new(),
            parameters: Vec::new(),
            state: Vec::new(),
            names: BTreeMap::new(),
            turns: BTreeMap::new(),
            label: None,
            activation_stage: String::new(),
            full: false,
        }
    }

    /// Inputs come first, so that a sample is one row in the order of the declarations.
    pub(super) fn inputs(&mut self, item: &'a ast::Model, errors: &mut Diagnostics) {
        for statement in &item.statements {
            let StatementKind::Input { name, length } = &statement.kind else {
                continue;
            };
            let length =
                layers::length(length, "the length of the input", self.definitions, errors);
            let room = self.room(statement.span, errors);
            let id = length
                .filter(|_| room.is_some())
                .map(|length| self.value(length, ValueKind::Input, statement.span));
            if let Some(id) = id {
                self.name_value(id, name);
            }
            self.define(name, id, errors);
        }
    }

    pub(super) fn define(&mut self, name: &'a Name, id: Option<ValueId>, errors: &mut Diagnostics) {
        let taken = self.names.contains_key(name.text.as_str());
        if taken || constant_name::<()>(self.definitions, name).is_some() {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{}` is already defined", name.text),
                    "defined again here",
                )
                .help("give this value another name"),
            );
        }
        if !taken {
            self.names.insert(&name.text, id);
        }
    }

    pub(super) fn name_value(&mut self, id: ValueId, name: &Name) {
        self.values[id.0]
            .name
            .get_or_insert_with(|| name.text.clone());
    }

    /// Makes sure that there is room for one more value.
    fn room(&mut self, span: Span, errors: &mut Diagnostics) -> Option<()> {
        if self.values.len() < MAX_VALUES {
            return Some(());
        }
        if !self.full {
            self.full = true;
            errors.push(
                Diagnostic::new(span, "the model is too large", "one value too many")
                    .note(format!(
                        "a model has at most {MAX_VALUES} values; a stage is one"
                    ))
                    .help("leave stages out"),
            );
        }
        None
    }

    /// Adds a value to the graph.
    pub(super) fn value(&mut self, length: usize, kind: ValueKind, span: Span) -> ValueId {
        self.values.push(Value {
            length,
            name: None,
            kind,
            span,
        });
        ValueId(self.values.len() - 1)
    }

    /// The number of elements of a value.
    pub(super) fn length(&self, id: ValueId) -> usize {
        self.values[id.0].length
    }

    /// Adds a parameter, `stage.tensor`.
    pub(super) fn parameter(
        &mut self,
        stage: &str,
        tensor: Tensor,
        shape: Vec<usize>,
        initial: Initial,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<ParameterId> {
        let name = format!("{stage}.{}", tensor.name());
        if let Some(first) = self
            .parameters
            .iter()
            .find(|parameter| parameter.name == name)
        {
            let problem =
                |label| Diagnostic::new(span, format!("two stages would own `{name}`"), label);
            // One place for both: the text has one stage, and `repeat` writes it out several times.
            errors.push(if first.span == span {
                problem("`repeat` makes several stages of this name")
                    .note("a label names one stage, and each repetition has parameters of its own")
                    .help("leave the label out: the stages are then called by kind and turn, such as `dense1` and `dense2`")
            } else {
                problem("a second stage of this name")
                    .related(first.span, "the first one")
                    .help("give one of them another label: `name: dense(…)`")
            });
            return None;
        }
        self.parameters.push(Parameter {
            name,
            tensor,
            shape,
            initial,
            code: None,
            span,
        });
        Some(ParameterId(self.parameters.len() - 1))
    }

    /// The name of a stage's parameters: its label, or its kind and its turn among the stages of that kind.
    pub(super) fn stage_name(&mut self, stage: &Stage) -> String {
        let turn = self.next_turn(&stage.call.name.text);
        stage
            .label
            .as_ref()
            .map_or(turn, |label| label.text.clone())
    }

    fn next_turn(&mut self, kind: &str) -> String {
        let turn = self.turns.entry(kind.to_owned()).or_default();
        *turn += 1;
        format!("{kind}{turn}")
    }

    /// A tensor expression as a value of the graph.
    pub(super) fn tensor(
        &mut self,
        expression: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<ValueId> {
        let definitions = self.definitions;
        let typed = Resolver {
            definitions,
            scope: self,
            errors,
        }
        .expression(expression)?;
        self.materialise(typed, expression.span, errors)
    }

    /// A formula as a value of the graph.
    fn materialise(
        &mut self,
        typed: Typed<Symbol>,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<ValueId> {
        if let Formula::Symbol(Symbol::Value(id)) = typed.formula {
            return Some(id);
        }
        if !typed
            .formula
            .any(&|part| matches!(part, Formula::Symbol(_)))
        {
            errors.push(
                Diagnostic::new(span, "this value does not depend on an input", "a constant")
                    .help("define it outside the model: `const c = …`"),
            );
            return None;
        }
        instantiated(&typed.formula, span, errors)?;
        self.room(span, errors)?;
        Some(self.value(
            typed.length.elements(),
            ValueKind::Arithmetic(typed.formula),
            span,
        ))
    }

    /// Adds what a stage answers with.
    pub(super) fn stage(
        &mut self,
        input: ValueId,
        stage: &Stage,
        errors: &mut Diagnostics,
    ) -> Option<ValueId> {
        let call = &stage.call;
        self.room(call.span, errors)?;
        if let Some(layer) = layers::named(&call.name.text) {
            return layer.stage(self, input, stage, errors);
        }
        let definitions = self.definitions;
        let Some(activation) = definitions.activation(&call.name)? else {
            errors.push(layers::unknown_stage(call, definitions));
            return None;
        };
        let signature = Signature {
            title: format!("`{}`", activation.name),
            names: activation
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str())
                .collect(),
            required: 0,
        };
        let bound = signature.bind(call, errors)?;
        let argument = Typed {
            formula: Formula::Symbol(Symbol::Value(input)),
            length: Length::of(self.length(input)),
        };
        self.label = stage.label.as_ref().map(|label| label.text.clone());
        let typed = Resolver {
            definitions,
            scope: self,
            errors,
        }
        .apply(activation, argument, &bound, call.span)?;
        let kind = ValueKind::Activation {
            name: activation.name.clone(),
            input,
            formula: typed.formula,
        };
        Some(self.value(self.length(input), kind, call.span))
    }
}

impl Scope for Builder<'_> {
    type Symbol = Symbol;

    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Symbol>> {
        match self.names.get(name.text.as_str()) {
            Some(Some(id)) => {
                let length = Length::of(self.length(*id));
                return Some(Typed {
                    formula: Formula::Symbol(Symbol::Value(*id)),
                    length,
                });
            }
            Some(None) => return None,
            None => {}
        }
        let constant = constant_name(self.definitions, name);
        if constant.is_none() && !self.definitions.is_broken(&name.text) {
            let constants = self.definitions.constants.keys().map(String::as_str);
            errors.push(unknown_name(
                name,
                self.names.keys().copied().chain(constants),
            ));
        }
        constant.map(Typed::scalar)
    }

    fn allows_elements(&self) -> Result<(), &'static str> {
        Ok(())
    }

    fn pipe(
        &mut self,
        input: &Expression,
        stages: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Symbol>> {
        let mut current = self.tensor(input, errors);
        for stage in stages {
            // After a mistake the later stages are still looked at, as far as they can be without an input.
            current = match current {
                Some(input) => self.stage(input, stage, errors),
                None => {
                    self.check_name(stage, errors);
                    None
                }
            };
        }
        let id = current?;
        Some(Typed {
            formula: Formula::Symbol(Symbol::Value(id)),
            length: Length::of(self.length(id)),
        })
    }

    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Symbol>> {
        let parameter = &activation.parameters[parameter];
        let stage = self.activation_stage.clone();
        let initial = Initial::Constant(parameter.default);
        let tensor = Tensor::Learned(parameter.name.clone());
        let id = self.parameter(&stage, tensor, Vec::new(), initial, span, errors)?;
        Some(Formula::Symbol(Symbol::Learned(id)))
    }

    fn begin_activation(&mut self, activation: &Activation) {
        let turn = self.next_turn(&activation.name);
        self.activation_stage = self.label.take().unwrap_or(turn);
    }
}

impl Builder<'_> {
    /// Reports a stage that does not exist, where its input is not known.
    fn check_name(&mut self, stage: &Stage, errors: &mut Diagnostics) {
        let name = &stage.call.name;
        self.next_turn(&name.text);
        let known = layers::named(&name.text).is_some()
            || !matches!(self.definitions.activation(name), Some(None));
        if !known {
            errors.push(layers::unknown_stage(&stage.call, self.definitions));
        }
    }
}
