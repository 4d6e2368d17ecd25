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
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
    found
}
