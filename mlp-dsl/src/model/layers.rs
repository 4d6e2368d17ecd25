//! The layers: what a stage other than an activation takes, the parameters it owns and the length it answers with.

use super::arguments::Signature;
use super::builder::Builder;
use super::define::constant_value;
use super::definitions::Definitions;
use super::limits::MAX_LENGTH;
use super::resolve::not_yet_supported;
use super::{Initial, ValueId, ValueKind};
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::syntax::ast::{Call, Expression, ExpressionKind, Stage};

/// The names of all layers of the language.
pub const LAYERS: [&str; 6] = [
    "dense",
    "local",
    "layer_norm",
    "batch_norm",
    "dropout",
    "repeat",
];

/// A way to draw initial weights, named in a stage's `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// U(±√(6 / (in + out))) (Glorot and Bengio, 2010)
    XavierUniform,
    /// N(0, 2 / (in + out)) (Glorot and Bengio, 2010)
    XavierNormal,
    /// U(±√(6 / in)) (He et al., 2015)
    HeUniform,
    /// N(0, 2 / in) (He et al., 2015)
    HeNormal,
    /// U(±√(3 / in)) (LeCun et al., 1998)
    LecunUniform,
    /// N(0, 1 / in) (LeCun et al., 1998)
    LecunNormal,
    /// Every weight 0.
    Zeros,
}

impl Scheme {
    /// Every scheme with its name in the language.
    const ALL: [(&'static str, Self); 7] = [
        ("xavier_uniform", Self::XavierUniform),
        ("xavier_normal", Self::XavierNormal),
        ("he_uniform", Self::HeUniform),
        ("he_normal", Self::HeNormal),
        ("lecun_uniform", Self::LecunUniform),
        ("lecun_normal", Self::LecunNormal),
        ("zeros", Self::Zeros),
    ];
}

/// Adds the layer of `stage` to the graph. `turn` names its parameters where the stage has no label.
pub(super) fn layer(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    match stage.call.name.text.as_str() {
        "dense" => dense(builder, input, stage, errors),
        other => {
            errors.push(not_yet_supported(
                stage.call.span,
                &format!("the layer `{other}`"),
            ));
            None
        }
    }
}

fn dense(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let name = builder.stage_name(stage);
    let call = &stage.call;
    let signature = Signature {
        title: "`dense`".to_owned(),
        names: vec!["units", "bias", "init"],
        required: 1,
    };
    let bound = signature.bind(call, errors)?;
    let units = length(
        bound[0]?,
        "the number of units",
        builder.definitions,
        errors,
    );
    let has_bias = bound[1].map_or(Some(true), |expression| switch(expression, errors));
    let initial = bound[2].map_or(Some(Initial::Automatic), |expression| {
        scheme(expression, errors).map(Initial::Scheme)
    });
    let (units, has_bias, initial) = (units?, has_bias?, initial?);

    let shape = vec![units, builder.length(input)];
    let weight = builder.parameter(&name, "weight", shape, initial, call.span, errors)?;
    let bias = match has_bias {
        true => Some(builder.parameter(
            &name,
            "bias",
            vec![units],
            Initial::Constant(Number::ZERO),
            call.span,
            errors,
        )?),
        false => None,
    };
    Some(builder.value(
        units,
        ValueKind::Dense {
            input,
            weight,
            bias,
        },
        call.span,
    ))
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
                    "not a length",
                )
                .note(format!("a length is a whole number from 1 to {MAX_LENGTH}")),
            );
            None
        }
    }
}

fn switch(expression: &Expression, errors: &mut Diagnostics) -> Option<bool> {
    let word = word(expression).filter(|word| ["true", "false"].contains(word));
    if word.is_none() {
        errors.push(Diagnostic::new(
            expression.span,
            "`bias` is `true` or `false`",
            "neither of them",
        ));
    }
    word.map(|word| word == "true")
}

fn scheme(expression: &Expression, errors: &mut Diagnostics) -> Option<Scheme> {
    let written = word(expression);
    let found = Scheme::ALL
        .into_iter()
        .find_map(|(name, scheme)| (written == Some(name)).then_some(scheme));
    if found.is_none() {
        let names = Scheme::ALL.map(|(name, _)| name);
        let problem = Diagnostic::new(
            expression.span,
            "this is no way to initialise weights",
            "not known",
        )
        .note(format!(
            "`init` is one of {}",
            names.map(|name| format!("`{name}`")).join(", ")
        ));
        errors.push(match written.and_then(|written| nearest(written, names)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
    found
}

fn word(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name),
        _ => None,
    }
}

/// What to say of a stage that is neither a layer nor an activation.
pub(super) fn unknown_stage(call: &Call, definitions: &Definitions) -> Diagnostic {
    let name = &call.name;
    let known = LAYERS
        .into_iter()
        .chain(definitions.activations.keys().map(String::as_str));
    let problem = Diagnostic::new(
        name.span,
        format!("there is no layer or activation `{}`", name.text),
        "not known",
    );
    match nearest(&name.text, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("define it: `activation {}(x) = …`", name.text)),
    }
}
