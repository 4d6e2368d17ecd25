//! Costly expressions that occur twice get a variable of their own: σ(a1) of silu serves the forward and the backward
//! pass.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::Expression;
use super::reuse::Known;
use super::variable::{Shape, VariableId};
use super::{Equation, Equations, Function};

/// Gives every costly expression that occurs more than once a variable.
pub(super) fn share(equations: &mut Equations) {
    let mut added = BTreeSet::new();
    loop {
        let shared = largest_shared(equations);
        if shared.is_empty() {
            break;
        }
        let mut known = Known::default();
        let mut pending = BTreeMap::new();
        for value in shared {
            let length = value.length(&equations.variables);
            let shape = if length == 1 {
                Shape::Scalar
            } else {
                Shape::Vector(length)
            };
            let role = value.role(&equations.variables);
            let target = equations.variables.add("", shape, role);
            known.add(target, &value);
            pending.insert(target, value);
            added.insert(target);
        }
        let list = std::mem::take(&mut equations.list);
        for mut equation in list {
            equation.value = known.reuse(equation.value);
            // A shared value is computed just before its first use.
            for target in used(&equation.value) {
                if let Some(value) = pending.remove(&target) {
                    let (section, origin) = (equation.section, equation.origin);
                    equations.list.push(Equation {
                        target,
                        definition: None,
                        value,
                        section,
                        note: None,
                        origin,
                    });
                }
            }
            equations.list.push(equation);
        }
    }
    let order: Vec<VariableId> = (equations.list.iter())
        .map(|equation| equation.target)
        .filter(|target| added.contains(target))
        .collect();
    for (index, target) in order.into_iter().enumerate() {
        equations
            .variables
            .rename(target, format!("s{}", index + 1));
    }
}

/// The variables that an expression mentions, in order.
fn used(expression: &Expression) -> Vec<VariableId> {
    match expression {
        Expression::Variable(id) => vec![*id],
        other => other.operands().into_iter().flat_map(used).collect(),
    }
}

/// The costly expressions that occur more than once, are not variables already and are not part of another such.
fn largest_shared(equations: &Equations) -> Vec<Expression> {
    let mut parts = Vec::new();
    for equation in &equations.list {
        // A whole right-hand side is not looked for: it has its variable.
        if is_costly(&equation.value) {
            parts.extend(
                equation
                    .value
                    .operands()
                    .into_iter()
                    .map(Expression::canonical),
            );
        } else {
            parts.push(equation.value.canonical());
        }
    }
    let mut found = BTreeMap::new();
    parts.iter().for_each(|part| count(part, &mut found));
    found.retain(|_, times| *times > 1);
    let mut inner = BTreeMap::new();
    for expression in found.keys() {
        for operand in expression.operands() {
            count(operand, &mut inner);
        }
    }
    found
        .into_keys()
        .filter(|expression| !inner.contains_key(expression))
        .cloned()
        .collect()
}

/// Counts the costly parts of an expression in canonical form.
fn count<'a>(expression: &'a Expression, found: &mut BTreeMap<&'a Expression, usize>) {
    if is_costly(expression) {
        *found.entry(expression).or_default() += 1;
    }
    for operand in expression.operands() {
        count(operand, found);
    }
}

pub(super) fn is_costly(expression: &Expression) -> bool {
    let constant = !expression.any(&|part| {
        matches!(
            part,
            Expression::Variable(_) | Expression::OneHotTarget(_) | Expression::ElementAtTarget(_)
        )
    });
    !constant
        && match expression {
            Expression::Unary(function, _) => {
                !matches!(function, Function::Abs | Function::Sign | Function::Step)
            }
            Expression::Power(_, exponent) => exponent.as_integer().is_none(),
            Expression::Reduce(..) | Expression::BatchMean(_) => true,
            _ => false,
        }
}
