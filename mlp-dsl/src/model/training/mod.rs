//! The `train` block: how a model is trained unless a caller says otherwise. Every setting is checked here; optimizers
//! and schedules are described by what they are called and what they take.

mod kinds;

pub use self::kinds::{Kind, OPTIMIZERS, Parameter, Range, SCHEDULES};

use super::arguments::Signature;
use super::define::constant_value;
use super::definitions::Definitions;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Name, Setting};

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
    /// The largest absolute value of an element of a gradient.
    pub clip_value: Option<Number>,
    /// The factor of Σ |w| in the loss.
    pub l1: Option<Number>,
    /// The factor of ½·Σ w² in the loss; the settings `l2` and `weight_decay` are one.
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

/// The settings of a `train` block, each with what it says.
pub const SETTINGS: [(&str, &str); 10] = [
    ("optimizer", "The rule by which parameters change."),
    ("schedule", "How the learning rate changes."),
    ("batch", "Samples in a step."),
    ("epochs", "Passes over the data."),
    ("seed", "The seed of everything random."),
    ("clip", "The largest norm of a gradient."),
    (
        "clip_value",
        "The largest absolute value of an element of a gradient.",
    ),
    ("l1", "The factor of Σ |w| in the loss."),
    ("l2", "The factor of ½·Σ w² in the loss, as `weight_decay`."),
    ("weight_decay", "The factor of ½·Σ w² in the loss, as `l2`."),
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
        let same = |first: &&&Name| meaning(&first.text) == meaning(&name.text);
        if let Some(first) = seen.iter().find(same) {
            let message = match first.text == name.text {
                true => format!("`{}` is set twice", name.text),
                false => format!("`{}` and `{}` mean the same", first.text, name.text),
            };
            errors.push(
                Diagnostic::new(name.span, message, "set again here")
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
            "clip_value" => training.clip_value = reader.number(value, "the largest value"),
            "l1" => training.l1 = reader.number(value, "the L1 penalty"),
            "l2" | "weight_decay" => {
                let setting = format!("`{}`", name.text);
                training.weight_decay = reader.number(value, &setting);
            }
            _ => {
                let known = SETTINGS.map(|(known, _)| known);
                reader.unknown(name.text.as_str(), name.span, "setting", &known);
            }
        }
    }
    training
}

/// One name for the settings that have two.
fn meaning(setting: &str) -> &str {
    match setting {
        "l2" => "weight_decay",
        other => other,
    }
}

struct Reader<'a> {
    definitions: &'a Definitions,
    errors: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// `adam` or `adam(lr = 1e-3)`
    fn choice(&mut self, value: &Expression, what: &str, table: &[Kind]) -> Option<Choice> {
        let Some(call) = value.as_call() else {
            let problem =
                Diagnostic::new(value.span, format!("this names no {what}"), "not a name");
            let first = table.first().map_or("", |kind| kind.name);
            self.errors
                .push(problem.help(format!("write `{what} {first}`")));
            return None;
        };
        let Some(kind) = table.iter().find(|kind| kind.name == call.name.text) else {
            let known: Vec<&str> = table.iter().map(|kind| kind.name).collect();
            self.unknown(&call.name.text, call.name.span, what, &known);
            return None;
        };
        let signature = Signature {
            title: format!("`{}`", kind.name),
            names: kind
                .parameters
                .iter()
                .map(|parameter| parameter.name)
                .collect(),
            required: kind.required,
        };
        let bound = signature.bind(&call, self.errors)?;
        let mut arguments = Vec::new();
        let mut good = true;
        for (parameter, given) in kind.parameters.iter().zip(bound) {
            let Some(expression) = given else { continue };
            match self.argument(expression, parameter.name, parameter.range) {
                Some(number) => arguments.push((parameter.name.to_owned(), number)),
                None => good = false,
            }
        }
        let choice = Choice {
            name: kind.name.to_owned(),
            arguments,
        };
        (good && self.nesterov_is_possible(&choice, call.span)).then_some(choice)
    }

    /// An argument of an optimizer or a schedule; `true` and `false` count as 1 and 0.
    fn argument(&mut self, expression: &Expression, name: &str, range: Range) -> Option<Number> {
        let number = match (range, &expression.kind) {
            (Range::Flag, ExpressionKind::Name(name)) if name.text == "true" => Number::ONE,
            (Range::Flag, ExpressionKind::Name(name)) if name.text == "false" => Number::ZERO,
            (Range::Flag, _) => {
                self.errors.push(
                    Diagnostic::new(
                        expression.span,
                        format!("`{name}` is `true` or `false`"),
                        "neither of them",
                    )
                    .help(format!("write `{name} = true`")),
                );
                return None;
            }
            _ => constant_value(expression, self.definitions, self.errors)?,
        };
        if range.contains(number.value()) {
            return Some(number);
        }
        self.errors.push(
            Diagnostic::new(
                expression.span,
                format!("`{name}` is {number}"),
                "out of range",
            )
            .note(range.wanted()),
        );
        None
    }

    /// Whether `sgd` has what `nesterov` needs.
    fn nesterov_is_possible(&mut self, choice: &Choice, span: Span) -> bool {
        let value = |name: &str| {
            let mut arguments = choice.arguments.iter();
            let found = arguments.find(|(argument, _)| argument == name);
            found.map_or(0.0, |(_, number)| number.value())
        };
        let problem = if value("nesterov") == 0.0 {
            return true;
        } else if value("momentum") == 0.0 {
            Diagnostic::new(span, "`nesterov` needs a momentum", "there is none")
                .help("add `momentum = 0.9`")
        } else if value("dampening") > 0.0 {
            Diagnostic::new(span, "`nesterov` goes without dampening", "there is some")
                .help("leave `dampening` or `nesterov` out")
        } else {
            return true;
        };
        self.errors.push(problem);
        false
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
