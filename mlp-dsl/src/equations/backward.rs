//! The backward pass: the forward equations in reverse, each pulled back.

use std::collections::{BTreeMap, BTreeSet};

use super::differentiate::pull;
use super::expression::Expression;
use super::protect::Protected;
use super::reuse::Known;
use super::simplify::simplify;
use super::variable::{Role, VariableId, Variables};
use super::{Equation, Equations, Section};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::source::Span;

/// The derivative of `expression` with respect to `variable`, simplified; `known` is a variable that `expression` equals,
/// for the derivative to be written with.
pub fn derivative(
    expression: &Expression,
    variable: VariableId,
    known: Option<VariableId>,
    variables: &Variables,
) -> Expression {
    pulled(expression, Expression::ONE, variable, known, variables)
}

/// `cotangent` pulled back through `expression` to `variable`, simplified.
pub(super) fn pulled(
    expression: &Expression,
    cotangent: Expression,
    variable: VariableId,
    known: Option<VariableId>,
    variables: &Variables,
) -> Expression {
    let terms = pull(expression, cotangent, variables)
        .remove(&variable)
        .unwrap_or_default();
    let mut variables = variables.clone();
    let mut protected = Protected::default();
    protected.add(known, expression, &mut variables);
    protected.restored(simplify(
        Expression::Sum(terms),
        &protected.known,
        &variables,
    ))
}

/// The same, written with every value that the forward equations of `list` compute.
pub(super) fn pulled_among(
    list: &[Equation],
    expression: &Expression,
    cotangent: Expression,
    variable: VariableId,
    variables: &Variables,
) -> Expression {
    let terms = pull(expression, cotangent, variables)
        .remove(&variable)
        .unwrap_or_default();
    let mut variables = variables.clone();
    let mut protected = Protected::default();
    let forward = list.iter();
    for equation in forward.filter(|equation| equation.section == Section::Forward) {
        protected.add(Some(equation.target), &equation.value, &mut variables);
    }
    protected.add(None, expression, &mut variables);
    let sum = Expression::Sum(terms);
    protected.restored(simplify(sum, &protected.known, &variables))
}

/// Adds the backward equations.
///
/// # Errors
/// A trained tensor whose gradient is zero by structure.
pub(super) fn backward(
    equations: &mut Equations,
    protected: &Protected,
    model: &Model,
) -> Result<(), Diagnostics> {
    let Some(objective) = &equations.objective else {
        return Ok(());
    };
    let loss = objective.loss;
    let known = &protected.known;
    let trained = trained(equations);
    let forward = equations.list.clone();
    let mut terms: BTreeMap<VariableId, Vec<Expression>> = BTreeMap::new();
    for equation in forward.iter().rev() {
        let cotangent = if equation.target == loss {
            Expression::ONE
        } else {
            let Some(terms) = terms.remove(&equation.target) else {
                continue;
            };
            let value = simplify(Expression::Sum(terms), known, &equations.variables);
            if value.is_zero() {
                continue;
            }
            if equations.variables.get(equation.target).role == Role::Statistic {
                // It goes on as a mean over the batch, which the rules take apart only where its parts show.
                value
            } else {
                Expression::Variable(adjoint(equations, equation.target, value))
            }
        };
        for (variable, pulled) in pull(&equation.value, cotangent, &equations.variables) {
            match equations.variables.get(variable).role {
                Role::Parameter(index) => gradient(
                    equations,
                    index,
                    Expression::Sum(pulled),
                    known,
                    Some(model.parameters[index].span),
                ),
                _ if trained.contains(&variable) => {
                    terms.entry(variable).or_default().extend(pulled)
                }
                _ => {}
            }
        }
    }
    check_gradients(equations, model)
}

/// The variables that depend on a trained tensor.
fn trained(equations: &Equations) -> BTreeSet<VariableId> {
    let is_parameter =
        |id: &VariableId| matches!(equations.variables.get(*id).role, Role::Parameter(_));
    let mut trained: BTreeSet<VariableId> = equations
        .variables
        .iter()
        .map(|(id, _)| id)
        .filter(|id| is_parameter(id))
        .collect();
    for equation in &equations.list {
        if trained
            .iter()
            .any(|variable| equation.value.count(*variable) > 0)
        {
            trained.insert(equation.target);
        }
    }
    trained
}

/// Adds the equation of the derivative with respect to a computed variable: δ for the input of an activation, ∂L/∂v for
/// the others.
fn adjoint(equations: &mut Equations, of: VariableId, value: Expression) -> VariableId {
    let variable = equations.variables.get(of);
    let shape = variable.shape;
    let is_layer = equations.equation(of).is_some_and(|equation| {
        equation
            .value
            .any(&|part| matches!(part, Expression::MatrixVector(..)))
    });
    let symbol = match variable.symbol.strip_prefix('a') {
        Some(number) if is_layer => format!("δ{number}"),
        _ => format!("∂L/∂{}", variable.symbol),
    };
    let note = stable_note(equations, of);
    let origin = equations.equation(of).and_then(|equation| equation.origin);
    let target = equations.variables.add(symbol, shape, Role::Adjoint(of));
    equations.list.push(Equation {
        target,
        definition: None,
        value,
        section: Section::Backward,
        note,
        origin,
    });
    target
}

/// The derivative with respect to the argument of a fused loss bears the name of the pair.
fn stable_note(equations: &Equations, of: VariableId) -> Option<String> {
    let loss = equations.objective.as_ref()?.loss;
    let loss = equations.equation(loss)?;
    let only_argument = loss.note.is_some() && loss.value.count(of) > 0;
    loss.note.clone().filter(|_| only_argument)
}

/// Adds the equation of a parameter's gradient.
fn gradient(
    equations: &mut Equations,
    index: usize,
    value: Expression,
    known: &Known,
    origin: Option<Span>,
) {
    let variable = equations.parameters[index].variable;
    let value = simplify(value, known, &equations.variables);
    if value.is_zero() {
        return;
    }
    let shape = equations.variables.get(variable).shape;
    let symbol = format!("∂L/∂{}", equations.variables.get(variable).symbol);
    let target = equations
        .variables
        .add(symbol, shape, Role::Adjoint(variable));
    equations.parameters[index].gradient = Some(target);
    equations.list.push(Equation {
        target,
        definition: None,
        value,
        section: Section::Backward,
        note: None,
        origin,
    });
}

fn check_gradients(equations: &Equations, model: &Model) -> Result<(), Diagnostics> {
    let mut errors = Diagnostics::default();
    for (parameter, source) in equations.parameters.iter().zip(&model.parameters) {
        if parameter.gradient.is_none() {
            errors.push(
                Diagnostic::new(
                    source.span,
                    format!("`{}` can never be trained", parameter.name),
                    "its gradient is zero, whatever the input",
                )
                .note("whatever comes from the loss cancels on its way here, or passes through something of derivative zero, such as `step`")
                .help("for a `step` that learns, state a derivative: `activation fire(x) = step(x) derivative 1`"),
            );
        }
    }
    errors.into_result(())
}
