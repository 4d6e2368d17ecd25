//! How parameters start.

use crate::model::{self, Formula, Model, ParameterId, Scheme, Symbol, ValueId, ValueKind};
use crate::number::Number;

/// The distribution of a parameter's initial elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// Every element the same.
    Constant(f64),
    /// Uniform from −bound to bound.
    Uniform(f64),
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
    /// The same without what lies outside ±2 standard deviations.
    TruncatedNormal(f64),
    /// Matrices, one after the other, whose rows, or columns where there are fewer, are orthogonal.
    Orthogonal {
        /// The length of each row or column.
        gain: f64,
        /// Rows of each matrix.
        rows: usize,
        /// Columns of each matrix.
        columns: usize,
    },
}

/// How the parameter at `index` of `model` starts.
pub(super) fn initial(model: &Model, index: usize) -> Initial {
    let parameter = &model.parameters[index];
    let (rows, columns) = match *parameter.shape.as_slice() {
        [outputs, inputs] => (outputs, inputs),
        [_, units, window] => (units, window),
        _ => (1, 1),
    };
    let (outputs, inputs) = (rows as f64, columns as f64);
    match parameter.initial {
        model::Initial::Constant(number) => Initial::Constant(number.value()),
        model::Initial::Automatic => {
            Initial::Uniform(gain(model, ParameterId(index)) * (3.0 / inputs).sqrt())
        }
        model::Initial::Scheme(scheme) => match scheme {
            Scheme::XavierUniform(gain) => {
                Initial::Uniform(gain.value() * (6.0 / (inputs + outputs)).sqrt())
            }
            Scheme::XavierNormal(gain) => {
                Initial::Normal(gain.value() * (2.0 / (inputs + outputs)).sqrt())
            }
            Scheme::HeUniform(slope) => Initial::Uniform((6.0 / leak(slope) / inputs).sqrt()),
            Scheme::HeNormal(slope) => Initial::Normal((2.0 / leak(slope) / inputs).sqrt()),
            Scheme::LecunUniform => Initial::Uniform((3.0 / inputs).sqrt()),
            Scheme::LecunNormal => Initial::Normal((1.0 / inputs).sqrt()),
            Scheme::Pytorch => Initial::Uniform((1.0 / inputs).sqrt()),
            Scheme::Orthogonal(gain) => Initial::Orthogonal {
                gain: gain.value(),
                rows,
                columns,
            },
            Scheme::Uniform(bound) => Initial::Uniform(bound.value()),
            Scheme::Normal(deviation) => Initial::Normal(deviation.value()),
            Scheme::TruncatedNormal(deviation) => Initial::TruncatedNormal(deviation.value()),
            Scheme::Constant(value) => Initial::Constant(value.value()),
        },
    }
}

/// What a `leaky_relu` of this slope lets through of a variance, times 2.
fn leak(slope: Number) -> f64 {
    1.0 + slope.value().powi(2)
}

/// The factor on 1/√inputs that keeps the variance from layer to layer (He et al., 2015): 1/√E[f(x)²] for the activation
/// f that follows and a standard normal x. This is √2 for `relu`, √(2/(1 + slope²)) for `leaky_relu`, 1 for `selu`, and
/// about 1.6 for `tanh`; 1 where no activation follows.
fn gain(model: &Model, weight: ParameterId) -> f64 {
    let layer = model.values.iter().position(
        |value| matches!(value.kind, ValueKind::Affine { weight: own, .. } if own == weight),
    );
    let following = layer.and_then(|layer| {
        model.values.iter().find_map(|value| match &value.kind {
            ValueKind::Activation { input, formula, .. } if *input == ValueId(layer) => {
                Some(formula)
            }
            _ => None,
        })
    });
    following
        .and_then(|formula| second_moment(model, formula))
        .map_or(1.0, |moment| moment.sqrt().recip())
}

/// E[f(x)²] for a standard normal x; `None` where f is no function of one number, or its second moment is no use.
fn second_moment(model: &Model, formula: &Formula<Symbol>) -> Option<f64> {
    const STEPS: i32 = 600;
    const REACH: f64 = 6.0;
    let mut total = 0.0;
    let mut mass = 0.0;
    for step in -STEPS..=STEPS {
        let x = REACH * f64::from(step) / f64::from(STEPS);
        let weight = (-x * x / 2.0).exp();
        let at: Formula<Symbol> = formula.substitute(&mut |symbol| match symbol {
            Symbol::Learned(id) => match model.parameter(*id).initial {
                model::Initial::Constant(number) => Formula::Number(number),
                _ => Formula::Number(Number::ZERO),
            },
            Symbol::Value(_) | Symbol::Target => Formula::Number(Number::float(x)),
        });
        total += weight * at.constant()?.value().powi(2);
        mass += weight;
    }
    Some(total / mass).filter(|moment| moment.is_finite() && *moment > 1e-3)
}
