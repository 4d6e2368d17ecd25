//! Sums, means and largest elements of vectors; single elements.

use crate::equations::Reduction;
use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::number::Number;

/// The sum, mean, largest element or logarithm of summed exponentials of one number is that number.
pub(super) fn of_scalar(expression: &Expression, variables: &Variables) -> Option<Expression> {
    match expression {
        Expression::Reduce(_, operand) if operand.length(variables) == 1 => {
            Some((**operand).clone())
        }
        Expression::ElementAtTarget(operand) if operand.length(variables) == 1 => {
            Some((**operand).clone())
        }
        Expression::OneHotTarget(1) => Some(Expression::ONE),
        _ => None,
    }
}

/// mean(x + c) = mean(x) + c, sum(c·x) = c·sum(x) for a scalar c
pub(super) fn linearity(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Reduce(reduction @ (Reduction::Sum | Reduction::Mean), operand) = expression
    else {
        return None;
    };
    let length = operand.length(variables);
    let reduce = |inner| Expression::Reduce(*reduction, Box::new(inner));
    let is_scalar = |part: &Expression| part.length(variables) == 1;
    let split = |parts: &[Expression]| -> Option<(Vec<Expression>, Vec<Expression>)> {
        let (scalars, vectors): (Vec<_>, Vec<_>) = parts.iter().cloned().partition(is_scalar);
        (!scalars.is_empty() && !vectors.is_empty()).then_some((scalars, vectors))
    };
    match &**operand {
        Expression::Sum(terms) => {
            let (scalars, vectors) = split(terms)?;
            let spread = match reduction {
                Reduction::Sum => Number::count(length),
                _ => Number::ONE,
            };
            let constant = Expression::Number(spread).times(Expression::Sum(scalars));
            Some(Expression::Sum(vec![
                reduce(Expression::Sum(vectors)),
                constant,
            ]))
        }
        Expression::Product(factors) => {
            let (mut scalars, vectors) = split(factors)?;
            scalars.push(reduce(Expression::Product(vectors)));
            Some(Expression::Product(scalars))
        }
        _ => None,
    }
}

/// sum(x) / n = mean(x) for a vector of n elements
pub(super) fn mean(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Product(factors) = expression else {
        return None;
    };
    let Some(Expression::Number(coefficient)) = factors.first() else {
        return None;
    };
    let is_mean = |factor: &Expression| match factor {
        Expression::Reduce(Reduction::Sum, operand) => (*coefficient
            * Number::count(operand.length(variables)))
        .abs()
        .is_one(),
        _ => false,
    };
    let place = factors.iter().position(is_mean)?;
    let Expression::Reduce(_, operand) = &factors[place] else {
        return None;
    };
    let mut rest = factors.clone();
    rest[place] = Expression::Reduce(Reduction::Mean, operand.clone());
    rest[0] = Expression::Number(if coefficient.is_negative() {
        Number::MINUS_ONE
    } else {
        Number::ONE
    });
    Some(Expression::Product(rest))
}

/// sum(onehot(t)) = 1, sum(onehot(t) ⊙ x) = x[t]
pub(super) fn over_one_hot(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Reduce(reduction @ (Reduction::Sum | Reduction::Mean), operand) = expression
    else {
        return None;
    };
    let factors = (**operand).clone().factors();
    let place = factors
        .iter()
        .position(|factor| matches!(factor, Expression::OneHotTarget(_)))?;
    let Expression::OneHotTarget(length) = factors[place] else {
        return None;
    };
    let mut rest = factors;
    rest.remove(place);
    let element = if rest.is_empty() {
        Expression::ONE
    } else {
        Expression::ElementAtTarget(Box::new(Expression::Product(rest)))
    };
    Some(match reduction {
        Reduction::Mean => {
            Expression::Number(Number::fraction(1, i64::try_from(length).ok()?)).times(element)
        }
        _ => element,
    })
}

/// (x + y)[t] = x[t] + y[t], exp(x)[t] = exp(x[t]), onehot(t)[t] = 1
pub(super) fn element(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::ElementAtTarget(operand) = expression else {
        return None;
    };
    match &**operand {
        Expression::OneHotTarget(_) => Some(Expression::ONE),
        Expression::Sum(_)
        | Expression::Product(_)
        | Expression::Power(..)
        | Expression::Unary(..)
        | Expression::Extremum(..)
        | Expression::Compare(..)
        | Expression::Select(_) => Some((**operand).clone().map(&mut |part| {
            if part.length(variables) == 1 {
                part
            } else {
                Expression::ElementAtTarget(Box::new(part))
            }
        })),
        _ => None,
    }
}
