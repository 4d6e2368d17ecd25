//! The names that are known within a definition, and where nothing but constants is.

use super::TargetKind;
use super::definitions::{Activation, Definitions, Formal, Parameter};
use super::formula::Formula;
use super::scope::{Length, Scope, Typed};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Name, Stage};

/// A name that is known wherever a formula stands.
pub(super) fn constant_name<S>(definitions: &Definitions, name: &Name) -> Option<Formula<S>> {
    match definitions.constants.get(&name.text) {
        Some(number) => Some(Formula::Number(*number)),
        None => (name.text == "pi").then_some(Formula::Pi),
    }
}

/// Reports a name that is not known, with the nearest of `known`.
pub(super) fn unknown_name<'a>(
    name: &Name,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let problem = Diagnostic::new(
        name.span,
        format!("`{}` is not known here", name.text),
        "not defined",
    );
    match nearest(&name.text, known) {
        Some(near) => problem.did_you_mean(near),
        None => problem.help(format!(
            "define it before it is used, or as a constant: `const {} = …`",
            name.text
        )),
    }
}

/// The names within a definition: its argument, target and parameters.
pub(super) struct Template<'a> {
    pub(super) argument: &'a Name,
    pub(super) target: Option<&'a Name>,
    pub(super) parameters: &'a [Parameter],
    pub(super) target_use: Option<(TargetKind, Span)>,
    pub(super) definitions: &'a Definitions,
}

impl Template<'_> {
    /// Notes how the target is used: as a vector or as a class, and never as both.
    fn use_target(&mut self, kind: TargetKind, span: Span, errors: &mut Diagnostics) -> Option<()> {
        match self.target_use {
            Some((known, first)) if known != kind => {
                let (as_class, as_vector) = if kind == TargetKind::Class {
                    (span, first)
                } else {
                    (first, span)
                };
                errors.push(
                    Diagnostic::new(
                        span,
                        "the target is used as a class and as a vector",
                        "another kind of use",
                    )
                    .related(as_class, "as the index of a class here")
                    .related(as_vector, "as a vector here"),
                );
                None
            }
            _ => {
                self.target_use = Some((kind, span));
                Some(())
            }
        }
    }
}

impl Scope for Template<'_> {
    type Symbol = Formal;

    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Formal>> {
        if name.text == self.argument.text {
            return Some(Typed {
                formula: Formula::Symbol(Formal::Argument),
                length: Length::OPEN,
            });
        }
        if self.target.is_some_and(|target| target.text == name.text) {
            self.use_target(TargetKind::Vector, name.span, errors)?;
            return Some(Typed {
                formula: Formula::Symbol(Formal::Target),
                length: Length::OPEN,
            });
        }
        if let Some(index) = self
            .parameters
            .iter()
            .position(|parameter| parameter.name == name.text)
        {
            return Some(Typed::scalar(Formula::Symbol(Formal::Parameter(index))));
        }
        if let Some(formula) = constant_name(self.definitions, name) {
            return Some(Typed::scalar(formula));
        }
        if !self.definitions.is_broken(&name.text) {
            let own = std::iter::once(self.argument)
                .chain(self.target)
                .map(|name| name.text.as_str());
            let parameters = self
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str());
            let constants = self.definitions.constants.keys().map(String::as_str);
            errors.push(unknown_name(name, own.chain(parameters).chain(constants)));
        }
        None
    }

    fn allows_elements(&self) -> Result<(), &'static str> {
        match self.target {
            Some(_) => Ok(()),
            None => Err("an activation works element by element"),
        }
    }

    fn element_at_target(
        &mut self,
        base: &Name,
        index: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<Option<Typed<Formal>>> {
        let target = self.target?;
        matches!(&index.kind, ast::ExpressionKind::Name(name) if name.text == target.text).then(
            || {
                self.use_target(TargetKind::Class, index.span, errors)?;
                if base.text != self.argument.text {
                    errors.push(
                        Diagnostic::new(
                            base.span,
                            "only the output has an element for each class",
                            "not the output",
                        )
                        .help(format!("write `{}[…]`", self.argument.text)),
                    );
                    return None;
                }
                let output = Formula::Symbol(Formal::Argument);
                Some(Typed::scalar(Formula::ElementAtTarget(Box::new(output))))
            },
        )
    }

    fn pipe(
        &mut self,
        input: &Expression,
        stages: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Formal>> {
        let last = stages.last().map_or(input.span, |stage| stage.call.span);
        errors.push(
            Diagnostic::new(
                input.span.to(last),
                "a definition has no layers",
                "`->` belongs in a model",
            )
            .help("call an activation as a function: `relu(x)`"),
        );
        None
    }

    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Formal>> {
        errors.push(learned_outside_model(activation, parameter, span));
        None
    }

    fn begin_activation(&mut self, _: &Activation) {}
}

fn learned_outside_model(activation: &Activation, parameter: usize, span: Span) -> Diagnostic {
    let (name, parameter) = (&activation.name, &activation.parameters[parameter].name);
    Diagnostic::new(span, format!("`{name}` learns `{parameter}`, which only a model can own"), "used outside a model")
        .note("each use of it in a model has a trained scalar of its own; a definition has no place for one")
        .help(format!("use `{name}` as a stage of a model"))
}

/// Where nothing but constants is known.
pub(super) struct Constants<'a> {
    pub(super) definitions: &'a Definitions,
}

impl Scope for Constants<'_> {
    type Symbol = std::convert::Infallible;

    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Self::Symbol>> {
        let formula = constant_name(self.definitions, name);
        if formula.is_none() && !self.definitions.is_broken(&name.text) {
            let known = self.definitions.constants.keys().map(String::as_str);
            errors.push(
                unknown_name(name, known).note("a constant is made of numbers and other constants"),
            );
        }
        formula.map(Typed::scalar)
    }

    fn allows_elements(&self) -> Result<(), &'static str> {
        Err("a constant is one number")
    }

    fn pipe(
        &mut self,
        input: &Expression,
        _: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Self::Symbol>> {
        errors.push(Diagnostic::new(
            input.span,
            "a constant has no layers",
            "a constant is one number",
        ));
        None
    }

    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Self::Symbol>> {
        errors.push(learned_outside_model(activation, parameter, span));
        None
    }

    fn begin_activation(&mut self, _: &Activation) {}
}
