//! Ways to draw initial weights.

use super::super::Initial;
use super::super::arguments::Signature;
use super::super::define::constant_value;
use super::super::definitions::Definitions;
use super::positive;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::number::Number;
use crate::syntax::ast::{Call, Expression};

/// A way to draw initial weights, named in a stage's `init`. With `in` and `out` as the numbers of inputs and units:
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scheme {
    /// U(±gain·√(6 / (in + out))) (Glorot and Bengio, 2010)
    XavierUniform(Number),
    /// N(0, gain²·2 / (in + out)) (Glorot and Bengio, 2010)
    XavierNormal(Number),
    /// U(±√(6 / (1 + slope²) / in)), with the slope of a `leaky_relu` (He et al., 2015)
    HeUniform(Number),
    /// N(0, 2 / (1 + slope²) / in), with the slope of a `leaky_relu` (He et al., 2015)
    HeNormal(Number),
    /// U(±√(3 / in)) (LeCun et al., 1998)
    LecunUniform,
    /// N(0, 1 / in) (LeCun et al., 1998)
    LecunNormal,
    /// U(±√(1 / in)), for the bias, too: what PyTorch's `nn.Linear` does
    Pytorch,
    /// gain times a matrix whose rows, or columns where there are fewer, are orthonormal (Saxe et al., 2014)
    Orthogonal(Number),
    /// U(±bound)
    Uniform(Number),
    /// N(0, std²)
    Normal(Number),
    /// N(0, std²), without what lies outside ±2·std
    TruncatedNormal(Number),
    /// Every weight the same.
    Constant(Number),
}

/// A scheme as the language has it.
#[derive(Clone, Copy, Debug)]
pub struct NamedScheme {
    /// Its name.
    pub name: &'static str,
    /// How weights are drawn for a layer of `in` inputs and `out` outputs, and who found it.
    pub formula: &'static str,
    takes: Argument,
    scheme: fn(Number) -> Scheme,
}

impl NamedScheme {
    /// How it is written: `uniform(bound)`, `xavier_normal(gain = 1)`.
    pub fn usage(&self) -> String {
        match self.argument() {
            None => self.name.to_owned(),
            Some((_, usage)) => format!("{}({usage})", self.name),
        }
    }

    /// The name of the number that it takes, and how it is written where it is declared: `gain = 1`.
    pub fn argument(&self) -> Option<(&'static str, String)> {
        match self.takes {
            Argument::None => None,
            Argument::Positive(name, None) | Argument::Any(name, None) => {
                Some((name, name.to_owned()))
            }
            Argument::Positive(name, Some(default)) | Argument::Any(name, Some(default)) => {
                Some((name, format!("{name} = {default}")))
            }
        }
    }
}

/// The one number that a scheme takes.
#[derive(Clone, Copy, Debug)]
enum Argument {
    /// None; the scheme is made of 0.
    None,
    /// One above 0, or a default.
    Positive(&'static str, Option<Number>),
    /// Any, or a default.
    Any(&'static str, Option<Number>),
}

const fn known(
    name: &'static str,
    takes: Argument,
    formula: &'static str,
    scheme: fn(Number) -> Scheme,
) -> NamedScheme {
    NamedScheme {
        name,
        formula,
        takes,
        scheme,
    }
}

/// Every scheme with its name in the language.
pub const SCHEMES: [NamedScheme; 14] = {
    const NONE: Argument = Argument::None;
    const GAIN: Argument = Argument::Positive("gain", Some(Number::ONE));
    const SLOPE: Argument = Argument::Any("slope", Some(Number::ZERO));
    const BOUND: Argument = Argument::Positive("bound", None);
    const STD: Argument = Argument::Positive("std", None);
    const VALUE: Argument = Argument::Any("value", None);
    [
        known(
            "xavier_uniform",
            GAIN,
            "U(±gain·√(6 / (in + out))), Glorot and Bengio, 2010",
            Scheme::XavierUniform,
        ),
        known(
            "xavier_normal",
            GAIN,
            "N(0, gain²·2 / (in + out)), Glorot and Bengio, 2010",
            Scheme::XavierNormal,
        ),
        known(
            "he_uniform",
            SLOPE,
            "U(±√(6 / (1 + slope²) / in)), with the slope of a `leaky_relu`, He et al., 2015",
            Scheme::HeUniform,
        ),
        known(
            "he_normal",
            SLOPE,
            "N(0, 2 / (1 + slope²) / in), with the slope of a `leaky_relu`, He et al., 2015",
            Scheme::HeNormal,
        ),
        known(
            "lecun_uniform",
            NONE,
            "U(±√(3 / in)), LeCun et al., 1998",
            |_| Scheme::LecunUniform,
        ),
        known(
            "lecun_normal",
            NONE,
            "N(0, 1 / in), LeCun et al., 1998",
            |_| Scheme::LecunNormal,
        ),
        known(
            "pytorch",
            NONE,
            "U(±√(1 / in)), for the bias, too: what PyTorch's `nn.Linear` does",
            |_| Scheme::Pytorch,
        ),
        known(
            "orthogonal",
            GAIN,
            "gain times a matrix whose rows, or columns where there are fewer, are orthonormal, Saxe et al., 2014",
            Scheme::Orthogonal,
        ),
        known("uniform", BOUND, "U(±bound)", Scheme::Uniform),
        known("normal", STD, "N(0, std²)", Scheme::Normal),
        known(
            "truncated_normal",
            STD,
            "N(0, std²), without what lies outside ±2·std",
            Scheme::TruncatedNormal,
        ),
        known("constant", VALUE, "every weight `value`", Scheme::Constant),
        known("zeros", NONE, "every weight 0", Scheme::Constant),
        known("ones", NONE, "every weight 1", |_| {
            Scheme::Constant(Number::ONE)
        }),
    ]
};

/// How a stage's weight starts, by its argument `init`.
pub(super) fn initial(
    argument: Option<&Expression>,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Initial> {
    match argument {
        Some(expression) => scheme(expression, definitions, errors).map(Initial::Scheme),
        None => Some(Initial::Automatic),
    }
}

/// How the bias beside such a weight starts, of a unit with so many inputs.
pub(super) fn bias(weight: Initial, inputs: usize) -> Initial {
    match weight {
        Initial::Scheme(Scheme::Pytorch) => {
            let bound = Number::float((inputs as f64).sqrt().recip());
            Initial::Scheme(Scheme::Uniform(bound))
        }
        _ => Initial::Constant(Number::ZERO),
    }
}

/// `he_normal` or `uniform(0.1)`
fn scheme(
    expression: &Expression,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Scheme> {
    let call = expression.as_call();
    let found = call.as_ref().and_then(|call| {
        let mut schemes = SCHEMES.iter();
        Some((call, schemes.find(|known| known.name == call.name.text)?))
    });
    let Some((call, known)) = found else {
        errors.push(unknown(expression, call.as_ref()));
        return None;
    };
    let (names, default) = match known.takes {
        Argument::None => (Vec::new(), Some(Number::ZERO)),
        Argument::Positive(name, default) | Argument::Any(name, default) => (vec![name], default),
    };
    let signature = Signature {
        title: format!("`{}`", known.name),
        required: names.len() * usize::from(default.is_none()),
        names,
    };
    let bound = signature.bind(call, errors)?;
    let given = match (known.takes, bound.first().copied().flatten()) {
        (_, None) => default?,
        (Argument::Positive(name, _), Some(value)) => {
            positive(value, &format!("`{name}`"), definitions, errors)?
        }
        (_, Some(value)) => constant_value(value, definitions, errors)?,
    };
    Some((known.scheme)(given))
}

fn unknown(expression: &Expression, call: Option<&Call>) -> Diagnostic {
    let names = SCHEMES.each_ref().map(|known| known.name);
    let span = call.map_or(expression.span, |call| call.name.span);
    let problem =
        Diagnostic::new(span, "this is no way to initialise weights", "not known").note(format!(
            "`init` is one of {}",
            names.map(|name| format!("`{name}`")).join(", ")
        ));
    // By their authors' first or last names.
    let written = call.map(|call| {
        let written = call.name.text.replace("kaiming", "he");
        written.replace("glorot", "xavier")
    });
    match written.and_then(|written| nearest(&written, names)) {
        Some(near) => problem.did_you_mean(near),
        None => problem,
    }
}
