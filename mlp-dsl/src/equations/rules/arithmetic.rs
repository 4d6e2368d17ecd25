//! Sums and products: nesting, constants, like terms.

use super::{first_pair, replace_pair};
use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::number::Number;

/// (a + b) + c = a + b + c, (a·b)·c = a·b·c; a sum or product of one thing is that thing.
pub(super) fn flatten(expression: &Expression, _: &Variables) -> Option<Expression> {
    let (operands, is_sum) = match expression {
        Expression::Sum(operands) => (operands, true),
        Expression::Product(operands) => (operands, false),
        _ => return None,
    };
    match operands.as_slice() {
        [] => {
            return Some(if is_sum {
                Expression::ZERO
            } else {
                Expression::ONE
            });
        }
        [single] => return Some(single.clone()),
        _ => {}
    }
    let nested = |operand: &Expression| {
        matches!(
            (operand, is_sum),
            (Expression::Sum(_), true) | (Expression::Product(_), false)
        )
    };
    if !operands.iter().any(nested) {
        return None;
    }
    let flat = operands.iter().cloned();
    Some(if is_sum {
        Expression::Sum(flat.flat_map(Expression::terms).collect())
    } else {
        Expression::Product(flat.flat_map(Expression::factors).collect())
    })
}

/// 1 + x + 2 = 3 + x, x + 0 = x
pub(super) fn constant_terms(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let constant = |term: &Expression| matches!(term, Expression::Number(_));
    let count = terms.iter().filter(|term| constant(term)).count();
    let total = terms.iter().fold(Number::ZERO, |total, term| match term {
        Expression::Number(number) => total + *number,
        _ => total,
    });
    if count == 0 || (count == 1 && !total.is_zero()) {
        return None;
    }
    let place = terms.iter().position(constant)?;
    let mut rest: Vec<Expression> = terms
        .iter()
        .filter(|term| !constant(term))
        .cloned()
        .collect();
    if !total.is_zero() || rest.is_empty() {
        rest.insert(place, Expression::Number(total));
    }
    let result = Expression::Sum(rest);
    keeps_length(expression, &result, variables).then_some(result)
}

/// 2·x·3 = 6·x, 1·x = x, 0·x = 0
pub(super) fn constant_factors(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Product(factors) = expression else {
        return None;
    };
    let constant = |factor: &Expression| matches!(factor, Expression::Number(_));
    let count = factors.iter().filter(|factor| constant(factor)).count();
    let total = factors
        .iter()
        .fold(Number::ONE, |total, factor| match factor {
            Expression::Number(number) => total * *number,
            _ => total,
        });
    let in_front = factors.first().is_some_and(constant);
    if total.is_zero() {
        return Some(Expression::ZERO);
    }
    if count == 0 || (count == 1 && in_front && !total.is_one()) {
        return None;
    }
    let mut rest: Vec<Expression> = factors
        .iter()
        .filter(|factor| !constant(factor))
        .cloned()
        .collect();
    if !total.is_one() || rest.is_empty() {
        rest.insert(0, Expression::Number(total));
    }
    Some(Expression::Product(rest))
}

/// −(a − b) = b − a
pub(super) fn negated_sum(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Product(factors) = expression else {
        return None;
    };
    match factors.as_slice() {
        [Expression::Number(number), Expression::Sum(terms)] if *number == Number::MINUS_ONE => {
            Some(Expression::Sum(
                terms.iter().cloned().map(Expression::negated).collect(),
            ))
        }
        _ => None,
    }
}

/// 2·x + 3·x = 5·x
pub(super) fn like_terms(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let pair = first_pair(terms, |term| {
        let (_, rest) = term.coefficient();
        (!rest.is_one()).then(|| rest.canonical())
    })?;
    let ((first, rest), (second, _)) = (terms[pair.0].coefficient(), terms[pair.1].coefficient());
    let merged = Expression::Number(first + second).times(rest);
    let result = Expression::Sum(replace_pair(terms, pair, merged));
    keeps_length(expression, &result, variables).then_some(result)
}

/// A vector must not turn into a scalar that only spreads over it: a sum over its elements would change.
fn keeps_length(before: &Expression, after: &Expression, variables: &Variables) -> bool {
    before.length(variables) == after.length(variables)
}
