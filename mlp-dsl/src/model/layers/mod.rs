//! The layers: what a stage other than an activation takes, the parameters it owns and the value it answers with. Each
//! has a file of its own, and a line in `LAYERS`.

mod batch_norm;
mod code;
mod dense;
mod dropout;
mod layer;
mod layer_norm;
mod local;
mod repeat;
mod scheme;

pub use code::{CODES, Code};
pub use layer::{Layer, LayerParameter, Takes};
pub use scheme::{NamedScheme, SCHEMES, Scheme};

use super::define::constant_value;
use super::definitions::Definitions;
use super::limits::MAX_LENGTH;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::number::Number;
use crate::syntax::ast::{Call, Expression, ExpressionKind};

/// Every layer of the language.
pub const LAYERS: [&Layer; 6] = [
    &dense::LAYER,
    &local::LAYER,
    &layer_norm::LAYER,
    &batch_norm::LAYER,
    &dropout::LAYER,
    &repeat::LAYER,
];

/// The layer called `name`.
pub(super) fn named(name: &str) -> Option<&'static Layer> {
    LAYERS.into_iter().find(|layer| layer.name == name)
}

/// A length: a whole number from 1 to the limit.
pub(super) fn length(
    expression: &Expression,
    what: &str,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<usize> {
    let number = constant_value(expression, definitions, errors)?;
    let length = number
        .as_integer()
        .and_then(|value| usize::try_from(value).ok());
    match length {
        Some(length @ 1..=MAX_LENGTH) => Some(length),
        _ => {
            errors.push(
                Diagnostic::new(
                    expression.span,
                    format!("{what} is {number}"),
                    "out of range",
                )
                .note(format!("a whole number from 1 to {MAX_LENGTH} is needed")),
            );
            None
        }
    }
}

/// A number above zero.
fn positive(
    expression: &Expression,
    what: &str,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Number> {
    let number = constant_value(expression, definitions, errors)?;
    if number > Number::ZERO {
        return Some(number);
    }
    errors.push(
        Diagnostic::new(
            expression.span,
            format!("{what} is {number}"),
            "not above zero",
        )
        .note("a number above 0 is needed"),
    );
    None
}

fn word(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(&name.text),
        _ => None,
    }
}

/// What to say of a stage that is neither a layer nor an activation.
pub(super) fn unknown_stage(call: &Call, definitions: &Definitions) -> Diagnostic {
    let name = &call.name;
    let known = LAYERS
        .iter()
        .map(|layer| layer.name)
        .chain(definitions.activations.keys().map(String::as_str));
    let problem = Diagnostic::new(
        name.span,
        format!("there is no layer or activation `{}`", name.text),
        "not known",
    );
    match nearest(&name.text, known) {
        Some(near) => problem.did_you_mean(near),
        None => problem.help(format!("define it: `activation {}(x) = …`", name.text)),
    }
}
