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
}

/// How the parameter at `index` of `model` starts.
pub(super) fn initial(model: &Model, index: usize) -> Initial {
    let parameter = &model.parameters[index];
    let (outputs, inputs) = match *parameter.shape.as_slice() {
        [outputs, inputs] => (outputs as f64, inputs as f64),
        [_, units, window] => (units as f64, window as f64),
        _ => (1.0, 1.0),
    };
    match parameter.initial {
        model::Initial::Constant(number) => Initial::Constant(number.value()),
        model::Initial::Automatic => {
            Initial::Uniform(gain(model, ParameterId(index)) * (3.0 / inputs).sqrt())
        }
        model::Initial::Scheme(scheme) => match scheme {
            Scheme::XavierUniform => Initial::Uniform((6.0 / (inputs + outputs)).sqrt()),
            Scheme::XavierNormal => Initial::Normal((2.0 / (inputs + outputs)).sqrt()),
            Scheme::HeUniform => Initial::Uniform((6.0 / inputs).sqrt()),
            Scheme::HeNormal => Initial::Normal((2.0 / inputs).sqrt()),
            Scheme::LecunUniform => Initial::Uniform((3.0 / inputs).sqrt()),
            Scheme::LecunNormal => Initial::Normal((1.0 / inputs).sqrt()),
            Scheme::Zeros => Initial::Constant(0.0),
        },
    }
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
