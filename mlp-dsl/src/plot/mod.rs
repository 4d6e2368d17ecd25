//! Curves of activations and losses with their derivatives. A definition comes in; samples that the reference engine
//! computed from the compiler's own equations go out, and pictures of them as SVG or PNG.

mod draw;
mod picture;
mod sample;

pub use picture::{DrawError, Drawing, Drawn, png, svg};

use crate::Definition;
use crate::equations::{Curve, EvaluationError};
use crate::model::{TargetKind, domain};

/// A derivative smaller than this, up to the end of the range, is called saturated: a twentieth of the gradient passes.
pub const SATURATED: f64 = 0.05;

/// The range of an activation's argument where none is asked for.
const ACTIVATION_RANGE: (f64, f64) = (-6.0, 6.0);

/// The range of a loss's output where none is asked for.
const LOSS_RANGE: (f64, f64) = (-4.0, 4.0);

/// One function, sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The name of the activation or loss.
    pub name: String,
    /// The name of its argument; of a loss, of the output.
    pub argument: String,
    /// What a loss compares with, `t = 1`.
    pub against: Option<String>,
    /// The range of the argument.
    pub range: (f64, f64),
    /// Evenly spaced over the range.
    pub samples: Vec<Sample>,
    /// The function in connected pieces; at a jump one piece ends and the next begins.
    pub value: Vec<Vec<(f64, f64)>>,
    /// The derivative, likewise.
    pub slope: Vec<Vec<(f64, f64)>>,
    /// Where the derivative is 0: nothing that comes from above passes.
    pub dead: Vec<(f64, f64)>,
    /// Where the derivative stays below [`SATURATED`] up to the end of the range, without being 0.
    pub saturated: Vec<(f64, f64)>,
}

/// A function and its derivative at one place; NaN or infinite where they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The place.
    pub argument: f64,
    /// The function.
    pub value: f64,
    /// Its derivative.
    pub slope: f64,
}

impl Plot {
    /// Samples `definition` with its parameters at their defaults, over `range` or over one that suits it; a loss is
    /// compared with `target`. Of the range only what is in the loss's domain is shown.
    ///
    /// # Errors
    /// A target or a range outside of the domain, and what the reference engine refuses.
    pub fn new(
        definition: &Definition<'_>,
        range: Option<(f64, f64)>,
        target: f64,
    ) -> Result<Self, EvaluationError> {
        let (curve, name, argument, against, usual) = match definition {
            Definition::Activation(activation) => (
                Curve::of_activation(activation),
                &activation.name,
                &activation.argument,
                None,
                ACTIVATION_RANGE,
            ),
            Definition::Loss(loss) => {
                let against = match loss.target_kind {
                    TargetKind::Vector => format!("{} = {target}", loss.target),
                    TargetKind::Class => format!("{} = 0 of two", loss.target),
                };
                let curve = Curve::of_loss(loss, target);
                (curve, &loss.name, &loss.output, Some(against), LOSS_RANGE)
            }
        };
        let range = match range {
            Some(range) => within(definition, range, target)?,
            None => sample::defined_part(&curve, within(definition, usual, target)?)?,
        };
        let samples = sample::samples(&curve, range)?;
        Ok(Self {
            name: name.clone(),
            argument: argument.clone(),
            against,
            range,
            value: sample::pieces(&curve, &samples, sample::Part::Value)?,
            slope: sample::pieces(&curve, &samples, sample::Part::Slope)?,
            dead: sample::dead(&samples),
            saturated: sample::saturated(&samples),
            samples,
        })
    }
}

/// Whether `target` is something that `definition` can compare an output with; an activation compares with nothing.
pub fn compares_with(definition: &Definition<'_>, target: f64) -> bool {
    match definition {
        Definition::Loss(loss) if loss.target_kind == TargetKind::Vector => {
            let (least, most) = domain(&loss.name).target;
            (least..=most).contains(&target)
        }
        _ => true,
    }
}

/// The part of a range that is in the domain.
fn within(
    definition: &Definition<'_>,
    (from, to): (f64, f64),
    target: f64,
) -> Result<(f64, f64), EvaluationError> {
    let Definition::Loss(loss) = definition else {
        return Ok((from, to));
    };
    let name = &loss.name;
    if !compares_with(definition, target) {
        return Err(EvaluationError(format!(
            "`{name}` compares with a probability, from 0 to 1, and not with {target}"
        )));
    }
    let (least, most) = domain(name).output;
    let part = (from.max(least), to.min(most));
    if part.0 < part.1 {
        return Ok(part);
    }
    let what = if most == 0.0 {
        "logarithms of probabilities, up to 0"
    } else {
        "probabilities, from 0 to 1"
    };
    Err(EvaluationError(format!(
        "`{name}` is a function of {what}, and nothing of it lies from {from} to {to}"
    )))
}

#[cfg(test)]
mod tests;
