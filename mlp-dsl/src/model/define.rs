//! One definition of the syntax tree, resolved.

use super::TargetKind;
use super::definitions::{Activation, Definitions, Formal, Loss, Parameter};
use super::formula::Formula;
use super::resolve::{Resolver, instantiated};
use super::scope::{Length, Typed};
use super::scopes::{Constants, Template};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Item, Name};

pub(super) fn define_item(
    item: &Item,
    definitions: &mut Definitions,
    errors: &mut Diagnostics,
) -> Option<()> {
    match item {
        Item::Constant(constant) => {
            let value = constant_value(&constant.value, definitions, errors)?;
            definitions
                .constants
                .insert(constant.name.text.clone(), value);
        }
        Item::Activation(item) => {
            let activation = activation(item, definitions, errors)?;
            definitions
                .activations
                .insert(activation.name.clone(), activation);
        }
        Item::Loss(item) => {
            let loss = loss(item, definitions, errors)?;
            definitions.losses.insert(loss.name.clone(), loss);
        }
        Item::Model(_) => {}
    }
    Some(())
}

fn activation(
    item: &ast::Activation,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Activation> {
    let parameters = parameters(
        &item.parameters,
        &[&item.argument],
        true,
        definitions,
        errors,
    )?;
    let mut scope = Template {
        argument: &item.argument,
        target: None,
        parameters: &parameters,
        target_use: None,
        definitions,
    };
    let value = resolve(&item.value, &mut scope, definitions, errors);
    let derivative = item
        .derivative
        .as_ref()
        .map(|formula| resolve(formula, &mut scope, definitions, errors));
    let value = value?;
    if value.length == Length::One {
        errors.push(
            Diagnostic::new(
                item.value.span,
                format!(
                    "`{}` does not depend on `{}` element by element",
                    item.name.text, item.argument.text
                ),
                "this is one number",
            )
            .note("an activation keeps the length of what comes in")
            .help(format!(
                "to keep it, use `{}` itself as well, as in `x - mean(x)`",
                item.argument.text
            )),
        );
        return None;
    }
    let formula = value.formula;
    let derivative = match derivative {
        Some(derivative) => Some(derivative?.formula),
        None => None,
    };
    for (formula, span) in std::iter::once((&formula, item.value.span)).chain(
        derivative
            .as_ref()
            .zip(item.derivative.as_ref().map(|d| d.span)),
    ) {
        with_defaults(formula, &parameters, span, errors)?;
    }
    let documentation = item.documentation.clone();
    Some(Activation {
        documentation,
        name: item.name.text.clone(),
        argument: item.argument.text.clone(),
        parameters,
        formula,
        derivative,
    })
}

fn loss(item: &ast::Loss, definitions: &Definitions, errors: &mut Diagnostics) -> Option<Loss> {
    let parameters = parameters(
        &item.parameters,
        &[&item.output, &item.target],
        false,
        definitions,
        errors,
    )?;
    let mut scope = Template {
        argument: &item.output,
        target: Some(&item.target),
        parameters: &parameters,
        target_use: None,
        definitions,
    };
    let value = resolve(&item.value, &mut scope, definitions, errors)?;
    let target_kind = scope
        .target_use
        .map_or(TargetKind::Vector, |(kind, _)| kind);
    if value.length != Length::One {
        errors.push(
            Diagnostic::new(
                item.value.span,
                format!("the loss `{}` is not one number", item.name.text),
                "one number for each element",
            )
            .help("take its `mean(…)` or its `sum(…)`"),
        );
        return None;
    }
    with_defaults(&value.formula, &parameters, item.value.span, errors)?;
    Some(Loss {
        documentation: item.documentation.clone(),
        name: item.name.text.clone(),
        output: item.output.text.clone(),
        target: item.target.text.clone(),
        target_kind,
        parameters,
        formula: value.formula,
    })
}

/// Checks a formula with every parameter at its default, so that a definition is wrong where it stands, used or not.
fn with_defaults(
    formula: &Formula<Formal>,
    parameters: &[Parameter],
    span: Span,
    errors: &mut Diagnostics,
) -> Option<()> {
    let filled: Formula<Formal> = formula.substitute(&mut |formal| match formal {
        Formal::Parameter(index) if !parameters[*index].learn => {
            Formula::Number(parameters[*index].default)
        }
        other => Formula::Symbol(*other),
    });
    instantiated(&filled, span, errors)
}

fn resolve(
    expression: &Expression,
    scope: &mut Template<'_>,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Typed<Formal>> {
    Resolver {
        definitions,
        scope,
        errors,
    }
    .expression(expression)
}

fn parameters(
    items: &[ast::Parameter],
    arguments: &[&Name],
    may_learn: bool,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Vec<Parameter>> {
    let mut seen: Vec<&Name> = arguments.to_vec();
    let mut result = Vec::new();
    let mut good = true;
    if let [first, second] = arguments
        && first.text == second.text
    {
        errors.push(
            Diagnostic::new(
                second.span,
                format!("`{}` is named twice", second.text),
                "named again here",
            )
            .related(first.span, "first named here")
            .help("give one of them another name"),
        );
        good = false;
    }
    for item in items {
        let name = &item.name;
        if let Some(first) = seen.iter().find(|first| first.text == name.text) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{}` is named twice", name.text),
                    "named again here",
                )
                .related(first.span, "first named here")
                .help("give one of them another name"),
            );
            good = false;
        }
        seen.push(name);
        if let Some(span) = item.learn.filter(|_| !may_learn) {
            errors.push(
                Diagnostic::new(
                    span,
                    "a loss has no learned parameters",
                    "`learn` is not for losses",
                )
                .note(
                    "a loss that could change its own parameters would be minimised by them alone",
                )
                .help("leave `learn` out"),
            );
            good = false;
        }
        match constant_value(&item.default, definitions, errors) {
            Some(default) => result.push(Parameter {
                name: name.text.clone(),
                learn: item.learn.is_some(),
                default,
            }),
            None => good = false,
        }
    }
    good.then_some(result)
}

/// The value of a constant expression, or `None` after its errors were reported.
pub(super) fn constant_value(
    expression: &Expression,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Number> {
    let mut scope = Constants { definitions };
    let formula = Resolver {
        definitions,
        scope: &mut scope,
        errors,
    }
    .expression(expression)?
    .formula;
    let value = formula
        .constant()
        .filter(|number| number.value().is_finite());
    if value.is_none() {
        errors.push(
            Diagnostic::new(
                expression.span,
                "this constant has no finite value",
                "not a finite number",
            )
            .note("its value is computed with 64-bit floats when the text is compiled"),
        );
    }
    value
}
