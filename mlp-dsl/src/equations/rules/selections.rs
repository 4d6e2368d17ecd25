//! Selections by a comparison. The branch that is not taken may be infinite, so a factor leaves a guard only if it is
//! finite wherever its variables are: 0·∞ would be NaN where the guard said 0.

use super::factoring::{common_factors, divide};
use super::{first_pair, replace_pair};
use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::equations::{Comparison, Function};

/// if c then x else x = x; if c then 1 else 0 = [c]; comparisons of constants
pub(super) fn decided(expression: &Expression, variables: &Variables) -> Option<Expression> {
    match expression {
        Expression::Compare(comparison, left, right) => match (&**left, &**right) {
            (Expression::Number(left), Expression::Number(right)) => {
                Some(if comparison.holds(left, right) {
                    Expression::ONE
                } else {
                    Expression::ZERO
                })
            }
            _ => None,
        },
        Expression::Select(parts) => {
            let [condition, then, otherwise] = &**parts;
            if condition.is_one() || then.canonical() == otherwise.canonical() {
                let keeps_length = then.length(variables) == expression.length(variables);
                return (keeps_length || condition.is_one()).then(|| then.clone());
            }
            if condition.is_zero() {
                return Some(otherwise.clone());
            }
            match condition {
                _ if then.is_one() && otherwise.is_zero() => Some(condition.clone()),
                Expression::Compare(comparison, left, right)
                    if then.is_zero() && otherwise.is_one() =>
                {
                    Some(Expression::Compare(
                        opposite(*comparison),
                        left.clone(),
                        right.clone(),
                    ))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
    }
}

/// (if c then a else b) + (if c then d else e) = if c then a + d else b + e
pub(super) fn merge(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let pair = first_pair(terms, |term| match term {
        Expression::Select(parts) => Some(parts[0].canonical()),
        _ => None,
    })?;
    let (Expression::Select(first), Expression::Select(second)) = (&terms[pair.0], &terms[pair.1])
    else {
        return None;
    };
    let branch = |index: usize| Expression::Sum(vec![first[index].clone(), second[index].clone()]);
    let merged = Expression::select(first[0].clone(), branch(1), branch(2));
    Some(Expression::Sum(replace_pair(terms, pair, merged)))
}

/// if c then g·a else g·b = g·(if c then a else b)
pub(super) fn common_factor(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Select(parts) = expression else {
        return None;
    };
    let [condition, then, otherwise] = &**parts;
    if then.is_zero() || otherwise.is_zero() {
        return None;
    }
    let common: Vec<Expression> = (common_factors(&[then.clone(), otherwise.clone()]).into_iter())
        .filter(|factor| is_finite(factor) && !matches!(factor, Expression::Number(_)))
        .collect();
    if common.is_empty() {
        return None;
    }
    let select = Expression::select(
        condition.clone(),
        divide(then, &common),
        divide(otherwise, &common),
    );
    let result = Expression::Product(common.into_iter().chain([select]).collect());
    (result.length(variables) == expression.length(variables)).then_some(result)
}

/// if c then g·a else 0 = g·(if c then a else 0)
pub(super) fn guarded_factor(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Select(parts) = expression else {
        return None;
    };
    let [condition, then, otherwise] = &**parts;
    let (branch, then_is_zero) = match (then.is_zero(), otherwise.is_zero()) {
        (true, false) => (otherwise, true),
        (false, true) => (then, false),
        _ => return None,
    };
    let (outside, inside): (Vec<Expression>, Vec<Expression>) =
        branch.clone().factors().into_iter().partition(is_finite);
    if outside.is_empty() || (inside.is_empty() && branch.is_one()) {
        return None;
    }
    let inside = if inside.is_empty() {
        Expression::ONE
    } else {
        Expression::Product(inside)
    };
    let select = if then_is_zero {
        Expression::select(condition.clone(), Expression::ZERO, inside)
    } else {
        Expression::select(condition.clone(), inside, Expression::ZERO)
    };
    let result = Expression::Product(outside.into_iter().chain([select]).collect());
    (result.length(variables) == expression.length(variables)).then_some(result)
}

/// Whether an expression is finite wherever its variables are.
fn is_finite(expression: &Expression) -> bool {
    let own = match expression {
        Expression::Unary(function, _) => match function {
            Function::Exp | Function::Ln | Function::Sqrt => false,
            Function::Abs
            | Function::Sign
            | Function::Step
            | Function::Sin
            | Function::Cos
            | Function::Tanh
            | Function::Sigmoid
            | Function::Erf
            | Function::Softplus => true,
        },
        Expression::Power(base, exponent) => {
            let whole = exponent.as_integer().is_some();
            whole && (!exponent.is_negative() || matches!(**base, Expression::Number(_)))
        }
        _ => true,
    };
    own && expression.operands().into_iter().all(is_finite)
}
