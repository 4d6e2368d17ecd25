//! The `train` block: how a model is trained unless a caller says otherwise. Every setting is checked here; optimizers
//! and schedules are described by what they are called and what they take.

use super::arguments::Signature;
use super::define::constant_value;
use super::definitions::Definitions;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{Call, Expression, ExpressionKind, Name, Setting};

/// The settings of a `train` block; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Training {
    /// The rule by which parameters change.
    pub optimizer: Option<Choice>,
    /// How the learning rate changes.
    pub schedule: Option<Choice>,
    /// Samples in a step.
    pub batch: Option<usize>,
    /// Passes over the data.
    pub epochs: Option<usize>,
    /// The seed of everything random.
    pub seed: Option<u64>,
    /// The largest norm of a gradient.
    pub clip: Option<Number>,
    /// The factor of ½·Σ w² in the loss.
    pub weight_decay: Option<Number>,
}

/// An optimizer or a schedule with the arguments that are given.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its arguments by name.
    pub arguments: Vec<(String, Number)>,
}

/// Names with the arguments that they take.
pub type Table = [(&'static str, &'static [&'static str])];

/// The optimizers. PyTorch's names, apart from `lion` (Chen et al., 2023).
pub const OPTIMIZERS: &Table = &[
    (
        "sgd",
        &["lr", "momentum", "dampening", "weight_decay", "nesterov"],
    ),
    ("adam", &["lr", "beta1", "beta2", "eps", "weight_decay"]),
    ("adamw", &["lr", "beta1", "beta2", "eps", "weight_decay"]),
    (
        "nadam",
        &[
            "lr",
            "beta1",
            "beta2",
            "eps",
            "weight_decay",
            "momentum_decay",
        ],
    ),
    ("radam", &["lr", "beta1", "beta2", "eps", "weight_decay"]),
    (
        "rmsprop",
        &["lr", "alpha", "eps", "weight_decay", "momentum"],
    ),
    ("adagrad", &["lr", "lr_decay", "eps", "weight_decay"]),
    ("adadelta", &["lr", "rho", "eps", "weight_decay"]),
    ("lion", &["lr", "beta1", "beta2", "weight_decay"]),
];

/// How the learning rate can change.
pub const SCHEDULES: &Table = &[
    ("constant", &[]),
    ("step", &["every", "gamma"]),
    ("exponential", &["gamma"]),
    ("cosine", &["warm_up", "end"]),
    ("one_cycle", &["warm_up", "start_factor", "end_factor"]),
    ("reduce_on_plateau", &["factor", "patience", "threshold"]),
];

/// The settings of a `train` block, each with what it says.
pub const SETTINGS: [(&str, &str); 7] = [
    ("optimizer", "The rule by which parameters change."),
    ("schedule", "How the learning rate changes."),
    ("batch", "Samples in a step."),
    ("epochs", "Passes over the data."),
    ("seed", "The seed of everything random."),
    ("clip", "The largest norm of a gradient."),
    ("weight_decay", "The factor of ½·Σ w² in the loss."),
];

/// The settings of a block, or what is wrong with them.
pub(super) fn training(
    settings: &[Setting],
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Training {
    let mut training = Training::default();
    let mut seen: Vec<&Name> = Vec::new();
    for Setting { name, value } in settings {
        if let Some(first) = seen.iter().find(|first| first.text == name.text) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{}` is set twice", name.text),
                    "set again here",
                )
                .related(first.span, "first set here")
                .help("leave one of them out"),
            );
        }
        seen.push(name);
        let mut reader = Reader {
            definitions,
            errors,
        };
        match name.text.as_str() {
            "optimizer" => training.optimizer = reader.choice(value, "optimizer", OPTIMIZERS),
            "schedule" => training.schedule = reader.choice(value, "schedule", SCHEDULES),
            "batch" => {
                training.batch = reader
                    .whole(value, "the batch", 1)
                    .and_then(|n| usize::try_from(n).ok())
            }
            "epochs" => {
                training.epochs = reader
                    .whole(value, "the number of epochs", 1)
                    .and_then(|n| usize::try_from(n).ok())
            }
            "seed" => training.seed = reader.whole(value, "the seed", 0),
            "clip" => training.clip = reader.number(value, "the largest norm"),
            "weight_decay" => training.weight_decay = reader.number(value, "the weight decay"),
            _ => {
                let known = SETTINGS.map(|(known, _)| known);
                reader.unknown(name.text.as_str(), name.span, "setting", &known);
            }
        }
    }
    training
}

struct Reader<'a> {
    definitions: &'a Definitions,
    errors: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// `adam` or `adam(lr = 1e-3)`
    fn choice(&mut self, value: &Expression, what: &str, table: &Table) -> Option<Choice> {
        let call = match &value.kind {
            ExpressionKind::Call(call) => call.clone(),
            ExpressionKind::Name(name) => {
                let name = Name {
                    text: name.clone(),
                    span: value.span,
                };
                Call {
                    name,
                    arguments: Vec::new(),
                    span: value.span,
                }
            }
            _ => {
                let problem =
                    Diagnostic::new(value.span, format!("this names no {what}"), "not a name");
                let first = table.first().map_or("", |(name, _)| name);
                self.errors
                    .push(problem.help(format!("write `{what} {first}`")));
                return None;
            }
        };
        let Some((name, parameters)) = table.iter().find(|(name, _)| *name == call.name.text)
        else {
            let known: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
            self.unknown(&call.name.text, call.name.span, what, &known);
            return None;
        };
        let signature = Signature {
            title: format!("`{name}`"),
            names: parameters.to_vec(),
            required: 0,
        };
        let bound = signature.bind(&call, self.errors)?;
        let mut arguments = Vec::new();
        for (parameter, given) in parameters.iter().zip(bound) {
            if let Some(expression) = given {
                arguments.push(((*parameter).to_owned(), self.flag_or_number(expression)?));
            }
        }
        Some(Choice {
            name: (*name).to_owned(),
            arguments,
        })
    }

    /// A number; `true` and `false` count as 1 and 0.
    fn flag_or_number(&mut self, expression: &Expression) -> Option<Number> {
        match &expression.kind {
            ExpressionKind::Name(name) if name == "true" => Some(Number::ONE),
            ExpressionKind::Name(name) if name == "false" => Some(Number::ZERO),
            _ => constant_value(expression, self.definitions, self.errors),
        }
    }

    fn whole(&mut self, expression: &Expression, what: &str, least: u64) -> Option<u64> {
        let number = constant_value(expression, self.definitions, self.errors)?;
        let whole = number
            .as_integer()
            .and_then(|value| u64::try_from(value).ok())
            .filter(|value| *value >= least);
        if whole.is_none() {
            self.errors.push(
                Diagnostic::new(
                    expression.span,
                    format!("{what} is {number}"),
                    "out of range",
                )
                .note(format!("a whole number from {least} on is needed")),
            );
        }
        whole
    }

    fn number(&mut self, expression: &Expression, what: &str) -> Option<Number> {
        let number = constant_value(expression, self.definitions, self.errors)?;
        if number.is_negative() {
            self.errors.push(
                Diagnostic::new(expression.span, format!("{what} is {number}"), "below zero")
                    .note("a number from 0 on is needed"),
            );
            return None;
        }
        Some(number)
    }

    fn unknown(&mut self, name: &str, span: Span, what: &str, known: &[&str]) {
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let problem = Diagnostic::new(span, format!("there is no {what} `{name}`"), "not known")
            .note(format!("known are {}", names.join(", ")));
        self.errors
            .push(match nearest(name, known.iter().copied()) {
                Some(near) => problem.did_you_mean(near),
                None => problem,
            });
    }
}
