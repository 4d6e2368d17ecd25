//! The loss of a model: what the built-in losses ask of the output, and the formula over output and target.

use super::arguments::Signature;
use super::builder::Builder;
use super::define::constant_value;
use super::definitions::{Definitions, Formal};
use super::resolve::instantiated;
use super::{Formula, Objective, Symbol, ValueId, ValueKind};
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::ast::Call;

/// The activation that must end the output of a loss on probabilities, and the loss that takes the raw output instead.
fn required_activation(loss: &str) -> Option<(&'static str, Option<&'static str>)> {
    match loss {
        "bce" => Some(("sigmoid", Some("bce_with_logits"))),
        "cross_entropy" => Some(("softmax", Some("cross_entropy_with_logits"))),
        "soft_cross_entropy" => Some(("softmax", None)),
        "nll" => Some(("log_softmax", Some("cross_entropy_with_logits"))),
        _ => None,
    }
}

/// The numbers that a loss is a function of, each from the smallest to the largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// What an element of the output can be.
    pub output: (f64, f64),
    /// What an element of the target can be, where it is no class.
    pub target: (f64, f64),
}

/// The domain of the loss called `loss`: all numbers, but for those built-in ones that are about probabilities.
pub fn domain(loss: &str) -> Domain {
    let all = (f64::NEG_INFINITY, f64::INFINITY);
    let (probability, its_logarithm) = ((0.0, 1.0), (f64::NEG_INFINITY, 0.0));
    let activation = required_activation(loss).map(|(activation, _)| activation);
    Domain {
        output: match activation {
            Some("sigmoid" | "softmax") => probability,
            Some("log_softmax") => its_logarithm,
            _ if loss == "kl_div" => its_logarithm,
            _ => all,
        },
        target: match loss {
            "bce" | "bce_with_logits" | "soft_cross_entropy" | "kl_div" => probability,
            _ => all,
        },
    }
}

/// The raw-output losses that must not follow the activation they already contain.
fn contained_activation(loss: &str) -> Option<(&'static str, &'static str)> {
    match loss {
        "bce_with_logits" => Some(("sigmoid", "bce")),
        "cross_entropy_with_logits" => Some(("softmax", "cross_entropy")),
        _ => None,
    }
}

/// The loss that `call` chooses for a model with this output.
pub(super) fn objective(
    builder: &Builder<'_>,
    call: &Call,
    output: Option<ValueId>,
    errors: &mut Diagnostics,
) -> Option<Objective> {
    let definitions = builder.definitions;
    let name = call.name.text.as_str();
    let Some(loss) = definitions.losses.get(name) else {
        if !definitions.is_broken(name) {
            errors.push(unknown_loss(call, definitions));
        }
        return None;
    };
    if name == "zero_one" {
        errors.push(
            Diagnostic::new(call.name.span, "`zero_one` cannot be trained", "its derivative is zero wherever it exists")
                .note("it counts wrong decisions: a metric, which a small change of the weights does not change")
                .help("train with `bce`, `hinge` or `cross_entropy`"),
        );
        return None;
    }
    let signature = Signature {
        title: format!("the loss `{name}`"),
        names: loss
            .parameters
            .iter()
            .map(|parameter| parameter.name.as_str())
            .collect(),
        required: 0,
    };
    let bound = signature.bind(call, errors)?;
    let mut parameters = Vec::new();
    for (parameter, given) in loss.parameters.iter().zip(bound) {
        parameters.push(match given {
            Some(expression) => constant_value(expression, definitions, errors)?,
            None => parameter.default,
        });
    }
    let output = output?;
    let last = last_activation(builder, output);
    if let Some((activation, raw)) = required_activation(name)
        && last != Some(activation)
    {
        let problem = Diagnostic::new(
            call.span,
            format!("`{name}` needs an output that ends in `{activation}`"),
            match last {
                Some(other) => format!("the output ends in `{other}`"),
                None => "the output does not end in an activation".to_owned(),
            },
        )
        .related(builder.values[output.0].span, "the output")
        .note(if activation == "log_softmax" {
            format!("`{name}` reads the output as logarithms of probabilities")
        } else {
            format!("`{name}` takes the logarithm of the output, which must be a probability")
        })
        .help(format!("end the output with `-> {activation}`"));
        errors.push(match raw {
            Some(raw) => problem
                .help(format!("or use `{raw}`, which takes the raw output"))
                .fix(call.name.span, raw),
            None => problem,
        });
        return None;
    }
    if let Some((activation, other)) = contained_activation(name)
        && last == Some(activation)
    {
        errors.push(
            Diagnostic::new(
                call.span,
                format!("`{name}` would apply `{activation}` a second time"),
                format!("it contains `{activation}`"),
            )
            .related(
                builder.values[output.0].span,
                format!("the output already ends in `{activation}`"),
            )
            .help(format!("use `{other}`, or leave `-> {activation}` out"))
            .fix(call.name.span, other),
        );
        return None;
    }
    let formula = loss.formula.substitute(&mut |formal| match formal {
        Formal::Argument => Formula::Symbol(Symbol::Value(output)),
        Formal::Target => Formula::Symbol(Symbol::Target),
        Formal::Parameter(index) => Formula::Number(parameters[*index]),
    });
    instantiated(&formula, call.span, errors)?;
    let length = builder.length(output);
    if formula.any(&|part| matches!(part, Formula::Slice(_, _, end) if *end > length)) {
        errors.push(
            Diagnostic::new(
                call.span,
                format!("`{name}` asks for more elements than there are"),
                format!("the output has {length}"),
            )
            .related(builder.values[output.0].span, "the output")
            .help("give the output the elements that the loss names"),
        );
        return None;
    }
    Some(Objective {
        name: name.to_owned(),
        formula,
        target: loss.target_kind,
        span: call.span,
    })
}

fn last_activation<'b>(builder: &'b Builder<'_>, output: ValueId) -> Option<&'b str> {
    match &builder.values[output.0].kind {
        ValueKind::Activation { name, .. } => Some(name),
        _ => None,
    }
}

fn unknown_loss(call: &Call, definitions: &Definitions) -> Diagnostic {
    let name = &call.name;
    let problem = Diagnostic::new(
        name.span,
        format!("there is no loss `{}`", name.text),
        "not known",
    );
    match nearest(&name.text, definitions.losses.keys().map(String::as_str)) {
        Some(near) => problem.did_you_mean(near),
        None => problem.help(format!("define it: `loss {}(y, t) = mean(…)`", name.text)),
    }
}
