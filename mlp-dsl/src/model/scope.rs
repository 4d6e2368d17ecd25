//! What surrounds an expression while it is resolved, and what comes of it: a formula and its length.

use super::definitions::Activation;
use super::formula::Formula;
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::syntax::ast::{Expression, Name, Stage};

/// The length of a formula's value. A vector of one element counts as a scalar: it spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// A scalar.
    One,
    /// A vector; within a definition, whose lengths are open, one as long as its arguments.
    Many(usize),
}

impl Length {
    /// The length of a definition's argument.
    pub(super) const OPEN: Self = Self::Many(usize::MAX);

    /// The length of a vector with this many elements.
    pub(super) fn of(elements: usize) -> Self {
        if elements == 1 {
            Self::One
        } else {
            Self::Many(elements)
        }
    }

    /// The number of elements.
    pub(super) fn elements(self) -> usize {
        match self {
            Self::One => 1,
            Self::Many(elements) => elements,
        }
    }
}

/// A formula and the length of its value.
#[derive(Clone, Debug)]
pub(super) struct Typed<S> {
    pub(super) formula: Formula<S>,
    pub(super) length: Length,
}

impl<S> Typed<S> {
    /// A scalar.
    pub(super) fn scalar(formula: Formula<S>) -> Self {
        Self {
            formula,
            length: Length::One,
        }
    }
}

/// What surrounds an expression: the names that it may use, and what a pipe means there.
pub(super) trait Scope {
    /// What names stand for.
    type Symbol: Clone;

    /// The value of a name, or `None` after saying what is wrong with it.
    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Self::Symbol>>;

    /// Whether elements can be taken by their number here, or the reason why not.
    fn allows_elements(&self) -> Result<(), &'static str>;

    /// `base[index]` where the index is the target class: `None` where it is not, `Some(None)` after an error.
    #[expect(
        clippy::option_option,
        reason = "not meant and wrong are different answers"
    )]
    fn element_at_target(
        &mut self,
        base: &Name,
        index: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<Option<Typed<Self::Symbol>>> {
        let _ = (base, index, errors);
        None
    }

    /// `input -> stage -> …`
    fn pipe(
        &mut self,
        input: &Expression,
        stages: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Self::Symbol>>;

    /// The trained scalar for one use of a `learn` parameter, called `tensor` within `stage`.
    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Self::Symbol>>;

    /// Called once for each use of an activation, before its `learned` parameters.
    fn begin_activation(&mut self, activation: &Activation);
}
