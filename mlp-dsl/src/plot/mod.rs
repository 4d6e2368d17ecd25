//! Curves of activations and losses with their derivatives. A definition comes in; samples that the reference engine
//! computed from the compiler's own equations go out, and pictures of them as SVG or PNG.

mod draw;
mod picture;
mod sample;

pub use picture::{DrawError, Drawing, Drawn, png, svg};

use crate::Definition;
use crate::equations::{Curve, EvaluationError};
use crate::model::TargetKind;

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
    /// compared with `target`.
    ///
    /// # Errors
    /// What the reference engine refuses.
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
            Some(range) => range,
            None => sample::defined_part(&curve, usual)?,
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

#[cfg(test)]
mod tests;
