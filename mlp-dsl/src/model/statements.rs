//! The statements of a model: which there must be, which only once, and what each adds to the graph.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::definitions::Definitions;
use super::limits::MAX_PARAMETERS;
use super::names::mentioned_in_model;
use super::{Model, Precision, losses, training};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Item, Name, StatementKind};

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

fn model(definitions: &Definitions, item: &ast::Model, errors: &mut Diagnostics) -> Option<Model> {
    check_type_name(&item.name, errors);
    let mut builder = Builder::new(definitions);
    let mut single = SingleStatements::default();
    let mut precision = Precision::default();
    let mut output = None;
    let mut loss = None;
    let mut training = None;
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
            StatementKind::Train(settings) => {
                training = Some(training::training(settings, definitions, errors));
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
            .note(format!("the limit is {MAX_PARAMETERS}"))
            .help("make its layers smaller: a `dense` layer has units × inputs weights"),
        );
    }
    Some(Model {
        name: item.name.text.clone(),
        span: item.name.span,
        documentation: item.documentation.clone(),
        precision,
        values: builder.values,
        parameters: builder.parameters,
        state: builder.state,
        output: output?,
        objective,
        training,
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
            .note("the model becomes a Rust type of this name")
            .help("give it another name"),
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
