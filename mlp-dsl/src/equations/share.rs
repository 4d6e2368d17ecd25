//! Costly expressions that occur twice get a variable of their own: σ(a1) of silu serves the forward and the backward
//! pass.

use std::collections::BTreeMap;

use super::expression::{Expression, Role, Shape};
use super::reuse::Known;
use super::{Equation, Equations, Function, symbols};

/// Gives every costly expression that occurs more than once a variable.
pub(super) fn share(equations: &mut Equations) {
    let mut added = Vec::new();
    while let Some(value) = largest_shared(equations) {
        let length = value.length(&equations.variables);
        let shape = if length == 1 {
            Shape::Scalar
        } else {
            Shape::Vector(length)
        };
        let symbol = symbols::numbered("s", &equations.variables);
        let target = equations.variables.add(symbol, shape, Role::Computed);
        let mut known = Known::default();
        known.add(target, &value);
        let mut first = None;
        for (index, equation) in equations.list.iter_mut().enumerate() {
            let rewritten = known.reuse(equation.value.clone());
            if rewritten != equation.value {
                first.get_or_insert((index, equation.section));
                equation.value = rewritten;
            }
        }
        let Some((index, section)) = first else {
            break;
        };
        added.push(target);
        equations.list.insert(
            index,
            Equation {
                target,
                definition: None,
                value,
                section,
                note: None,
            },
        );
    }
    // Numbers in the order of the lines, not in the order in which they were found.
    let order = (equations.list.iter())
        .map(|equation| equation.target)
        .filter(|target| added.contains(target));
    for (index, target) in order.enumerate() {
        equations
            .variables
            .rename(target, format!("s{}", index + 1));
    }
}

/// The largest costly expression that occurs more than once and is not a variable already.
fn largest_shared(equations: &Equations) -> Option<Expression> {
    let mut found: BTreeMap<Expression, (usize, usize)> = BTreeMap::new();
    for equation in &equations.list {
        // A whole right-hand side is not looked for: it has its variable.
        let parts = if is_costly(&equation.value) {
            equation.value.operands()
        } else {
            vec![&equation.value]
        };
        for part in parts {
            count(part, &mut found);
        }
    }
    let shared = found.into_iter().filter(|(_, (times, _))| *times > 1);
    shared
        .max_by_key(|(_, (_, size))| *size)
        .map(|(expression, _)| expression)
}

fn count(expression: &Expression, found: &mut BTreeMap<Expression, (usize, usize)>) {
    if is_costly(expression) {
        found
            .entry(expression.canonical())
            .or_insert((0, size(expression)))
            .0 += 1;
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
            Expression::Reduce(..) => true,
            _ => false,
        }
}

fn size(expression: &Expression) -> usize {
    1 + expression.operands().into_iter().map(size).sum::<usize>()
}
