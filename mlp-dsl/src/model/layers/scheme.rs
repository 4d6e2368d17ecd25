//! Ways to draw initial weights.

use super::super::Initial;
use super::word;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::syntax::ast::Expression;

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
    /// How weights are drawn for a layer of `in` inputs and `out` outputs, and who found it.
    pub fn formula(self) -> &'static str {
        match self {
            Self::XavierUniform => "U(±√(6 / (in + out))), Glorot and Bengio, 2010",
            Self::XavierNormal => "N(0, 2 / (in + out)), Glorot and Bengio, 2010",
            Self::HeUniform => "U(±√(6 / in)), He et al., 2015",
            Self::HeNormal => "N(0, 2 / in), He et al., 2015",
            Self::LecunUniform => "U(±√(3 / in)), LeCun et al., 1998",
            Self::LecunNormal => "N(0, 1 / in), LeCun et al., 1998",
            Self::Zeros => "every weight 0",
        }
    }

    /// Every scheme with its name in the language.
    pub const ALL: [(&'static str, Self); 7] = [
        ("xavier_uniform", Self::XavierUniform),
        ("xavier_normal", Self::XavierNormal),
        ("he_uniform", Self::HeUniform),
        ("he_normal", Self::HeNormal),
        ("lecun_uniform", Self::LecunUniform),
        ("lecun_normal", Self::LecunNormal),
        ("zeros", Self::Zeros),
    ];
}

/// How a stage's weight starts, by its argument `init`.
pub(super) fn initial(argument: Option<&Expression>, errors: &mut Diagnostics) -> Option<Initial> {
    match argument {
        Some(expression) => scheme(expression, errors).map(Initial::Scheme),
        None => Some(Initial::Automatic),
    }
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
            Some(near) => problem.did_you_mean(near),
            None => problem,
        });
    }
    found
}
