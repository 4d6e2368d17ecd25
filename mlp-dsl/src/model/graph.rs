//! The statements of a model into its graph of values.

use std::collections::{BTreeMap, BTreeSet};

use super::arguments::Signature;
use super::definitions::{Activation, Definitions, constant_name, unknown_name};
use super::layers::{self, LAYERS};
use super::limits::MAX_PARAMETERS;
use super::names::mentioned_in_model;
use super::resolve::{Length, Resolver, Scope, Typed, instantiated, not_yet_supported};
use super::{
    Formula, Initial, Model, Parameter, ParameterId, Precision, Symbol, Value, ValueId, ValueKind,
    losses,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Item, Name, Stage, StatementKind};

/// The models of `file`, those without mistakes.
pub(super) fn models(
    definitions: &Definitions,
    file: &ast::File,
    errors: &mut Diagnostics,
) -> Vec<Model> {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut models = Vec::new();
    for item in &file.items {
        let Item::Model(item) = item else { continue };
        let name = &item.name;
        if let Some(&first) = names.get(name.text.as_str()) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("the model `{}` is defined twice", name.text),
                    "defined again here",
                )
                .related(first, "first defined here")
                .help("give one of them another name"),
            );
        }
        names.insert(&name.text, name.span);
        models.extend(model(definitions, item, errors));
    }
    models
}

/// A model under construction.
pub(super) struct Builder<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) values: Vec<Value>,
    parameters: Vec<Parameter>,
    /// What each name stands for; `None` where its statement has errors that were reported.
    names: BTreeMap<&'a str, Option<ValueId>>,
    /// How many stages of each kind there are so far.
    turns: BTreeMap<String, usize>,
    /// The label of the stage whose activation is applied next.
    label: Option<String>,
    /// The name under which the activation that is being applied owns its parameters.
    activation_stage: String,
}

fn model(definitions: &Definitions, item: &ast::Model, errors: &mut Diagnostics) -> Option<Model> {
    check_type_name(&item.name, errors);
    let mut builder = Builder {
        definitions,
        values: Vec::new(),
        parameters: Vec::new(),
        names: BTreeMap::new(),
        turns: BTreeMap::new(),
        label: None,
        activation_stage: String::new(),
    };
    let mut single = SingleStatements::default();
    let mut precision = Precision::default();
    let mut output = None;
    let mut loss = None;
    builder.inputs(item, errors);
    for statement in &item.statements {
        single.note(&statement.kind, statement.span, errors);
        match &statement.kind {
            StatementKind::Input { .. } => {}
            StatementKind::Precision(name) => {
                precision = precision_named(name, errors).unwrap_or_default()
            }
            StatementKind::Value { name, value } => {
                let id = builder.tensor(value, errors);
                if let Some(id) = id {
                    builder.name_value(id, name);
                }
                builder.define(name, id, errors);
            }
            StatementKind::Output(value) => output = builder.tensor(value, errors),
            StatementKind::Loss(call) => loss = Some(call),
            StatementKind::Train(_) => {
                errors.push(not_yet_supported(statement.span, "a `train` block"))
            }
        }
    }
    single.report_missing(item, errors);
    let objective = loss.and_then(|call| losses::objective(&builder, call, output, errors));
    report_unused(item, errors);
    let count: usize = builder
        .parameters
        .iter()
        .map(|parameter| parameter.shape.iter().product::<usize>())
        .sum();
    if count > MAX_PARAMETERS {
        errors.push(
            Diagnostic::new(
                item.name.span,
                format!("the model has {count} parameters"),
                "too many",
            )
            .note(format!("the limit is {MAX_PARAMETERS}")),
        );
    }
    Some(Model {
        name: item.name.text.clone(),
        span: item.name.span,
        documentation: item.documentation.clone(),
        precision,
        values: builder.values,
        parameters: builder.parameters,
        output: output?,
        objective,
    })
}

/// Statements of which a model has one.
#[derive(Default)]
struct SingleStatements {
    seen: BTreeMap<&'static str, Span>,
    has_input: bool,
}

impl SingleStatements {
    fn note(&mut self, kind: &StatementKind, span: Span, errors: &mut Diagnostics) {
        let what = match kind {
            StatementKind::Input { .. } => {
                self.has_input = true;
                return;
            }
            StatementKind::Value { .. } => return,
            StatementKind::Precision(_) => "precision",
            StatementKind::Output(_) => "output",
            StatementKind::Loss(_) => "loss",
            StatementKind::Train(_) => "train",
        };
        if let Some(&first) = self.seen.get(what) {
            errors.push(
                Diagnostic::new(span, format!("a model has one `{what}`"), "a second one")
                    .related(first, "the first one")
                    .help("leave one of them out"),
            );
        }
        self.seen.insert(what, span);
    }

    fn report_missing(&self, item: &ast::Model, errors: &mut Diagnostics) {
        let name = &item.name;
        if !self.has_input {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("the model `{}` has no input", name.text),
                    "nothing comes in",
                )
                .help("declare one: `input x[4]`"),
            );
        }
        if !self.seen.contains_key("output") {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("the model `{}` has no output", name.text),
                    "nothing comes out",
                )
                .help("say what it answers with: `output x -> dense(1)`"),
            );
        }
    }
}

fn precision_named(name: &Name, errors: &mut Diagnostics) -> Option<Precision> {
    match name.text.as_str() {
        "f32" => Some(Precision::F32),
        "f64" => Some(Precision::F64),
        other => {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{other}` is not a precision"),
                    "not `f32` or `f64`",
                )
                .help("write `precision f32` or `precision f64`"),
            );
            None
        }
    }
}

/// A model's name becomes the name of a Rust type.
fn check_type_name(name: &Name, errors: &mut Diagnostics) {
    const RESERVED: [&str; 5] = ["Self", "self", "super", "crate", "_"];
    if RESERVED.contains(&name.text.as_str()) {
        errors.push(
            Diagnostic::new(
                name.span,
                format!("a model cannot be called `{}`", name.text),
                "a word of Rust",
            )
            .note("the model becomes a Rust type of this name"),
        );
    }
}

/// A value or input that nothing uses is most often a misspelling of another.
fn report_unused(item: &ast::Model, errors: &mut Diagnostics) {
    let mut used = BTreeSet::new();
    mentioned_in_model(item, &mut |name| {
        used.insert(name.to_owned());
    });
    for statement in &item.statements {
        let (StatementKind::Input { name, .. } | StatementKind::Value { name, .. }) =
            &statement.kind
        else {
            continue;
        };
        if !used.contains(&name.text) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{}` is never used", name.text),
                    "no other statement mentions it",
                )
                .help("use it, or leave the statement out"),
            );
        }
    }
}

impl<'a> Builder<'a> {
    /// Inputs come first, so that a sample is one row in the order of the declarations.
    fn inputs(&mut self, item: &'a ast::Model, errors: &mut Diagnostics) {
        for statement in &item.statements {
            let StatementKind::Input { name, length } = &statement.kind else {
                continue;
            };
            let length =
                layers::length(length, "the length of the input", self.definitions, errors);
            let id = length.map(|length| self.value(length, ValueKind::Input, statement.span));
            if let Some(id) = id {
                self.name_value(id, name);
            }
            self.define(name, id, errors);
        }
    }

    fn define(&mut self, name: &'a Name, id: Option<ValueId>, errors: &mut Diagnostics) {
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

    fn name_value(&mut self, id: ValueId, name: &Name) {
        self.values[id.0]
            .name
            .get_or_insert_with(|| name.text.clone());
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
        tensor: &str,
        shape: Vec<usize>,
        initial: Initial,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<ParameterId> {
        let name = format!("{stage}.{tensor}");
        if let Some(first) = self
            .parameters
            .iter()
            .find(|parameter| parameter.name == name)
        {
            errors.push(
                Diagnostic::new(
                    span,
                    format!("two stages would own `{name}`"),
                    "a second stage of this name",
                )
                .related(first.span, "the first one")
                .help("give one of them another label: `name: dense(…)`"),
            );
            return None;
        }
        self.parameters.push(Parameter {
            name,
            shape,
            initial,
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
    fn tensor(&mut self, expression: &Expression, errors: &mut Diagnostics) -> Option<ValueId> {
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
        Some(self.value(
            typed.length.elements(),
            ValueKind::Arithmetic(typed.formula),
            span,
        ))
    }

    fn stage(
        &mut self,
        input: ValueId,
        stage: &Stage,
        errors: &mut Diagnostics,
    ) -> Option<ValueId> {
        let call = &stage.call;
        if LAYERS.contains(&call.name.text.as_str()) {
            return layers::layer(self, input, stage, errors);
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

    fn element(
        &mut self,
        base: &Name,
        index: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<Typed<Symbol>> {
        errors.push(not_yet_supported(
            base.span.to(index.span),
            "an element of a value",
        ));
        None
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
        let id = self.parameter(&stage, &parameter.name, Vec::new(), initial, span, errors)?;
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
        let known = LAYERS.contains(&name.text.as_str())
            || !matches!(self.definitions.activation(name), Some(None));
        if !known {
            errors.push(layers::unknown_stage(&stage.call, self.definitions));
        }
    }
}
