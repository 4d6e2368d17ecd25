//! Powers and roots.

use super::{first_pair, replace_pair};
use crate::equations::Function;
use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::number::Number;

/// x⁰ = 1, x¹ = x, 2³ = 8
pub(super) fn constant_power(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Power(base, exponent) = expression else {
        return None;
    };
    match **base {
        _ if exponent.is_one() => Some((**base).clone()),
        _ if exponent.is_zero() => (expression.length(variables) == 1).then_some(Expression::ONE),
        Expression::Number(number) if !number.is_zero() => exponent
            .as_integer()
            .map(|_| Expression::Number(number.power(*exponent))),
        _ => None,
    }
}

/// x²·x³ = x⁵, x·x⁻¹ = 1
pub(super) fn product_of_powers(
    expression: &Expression,
    variables: &Variables,
) -> Option<Expression> {
    let Expression::Product(factors) = expression else {
        return None;
    };
    let pair = first_pair(factors, |factor| {
        let (base, _) = factor.base();
        (!matches!(base, Expression::Number(_))).then(|| base.canonical())
    })?;
    let ((base, first), (_, second)) = (factors[pair.0].base(), factors[pair.1].base());
    let merged = Expression::power(base.clone(), first + second);
    let cancelled = (first + second).is_zero();
    let mut rest = replace_pair(factors, pair, merged);
    if cancelled {
        rest.remove(pair.0);
    }
    let result = Expression::Product(rest);
    // A vector must not turn into a scalar that only spreads over it: a sum over its elements would change.
    (!cancelled || result.length(variables) == expression.length(variables)).then_some(result)
}

/// (a·b)ⁿ = aⁿ·bⁿ for a whole n
pub(super) fn power_of_product(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Power(base, exponent) = expression else {
        return None;
    };
    let Expression::Product(factors) = &**base else {
        return None;
    };
    exponent.as_integer()?;
    let raised = factors
        .iter()
        .map(|factor| Expression::power(factor.clone(), *exponent));
    Some(Expression::Product(raised.collect()))
}

/// (xᵐ)ⁿ = xᵐⁿ for whole m and n; (√x)² = x; |x|² = x²
pub(super) fn power_of_power(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Power(base, exponent) = expression else {
        return None;
    };
    let outer = exponent.as_integer()?;
    match &**base {
        Expression::Power(inner, power) => {
            power.as_integer()?;
            Some(Expression::power((**inner).clone(), *power * *exponent))
        }
        Expression::Unary(Function::Sqrt, inner) if outer % 2 == 0 => Some(Expression::power(
            (**inner).clone(),
            *exponent * Number::HALF,
        )),
        Expression::Unary(Function::Abs, inner) if outer % 2 == 0 => {
            Some(Expression::power((**inner).clone(), *exponent))
        }
        _ => None,
    }
}

/// √2·√π = √(2·π), for constants and under one exponent
pub(super) fn product_of_roots(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Product(factors) = expression else {
        return None;
    };
    let root = |factor: &Expression| match factor.base() {
        (Expression::Unary(Function::Sqrt, inner), exponent) if is_constant(inner) => {
            Some((inner.clone(), exponent))
        }
        _ => None,
    };
    let pair = first_pair(factors, |factor| root(factor).map(|(_, exponent)| exponent))?;
    let ((first, exponent), (second, _)) = (root(&factors[pair.0])?, root(&factors[pair.1])?);
    // The rational part comes first: √(2·π), not √(π·2).
    let product = if matches!(*second, Expression::Number(_)) {
        second.times(*first)
    } else {
        first.times(*second)
    };
    let merged = Expression::power(Expression::unary(Function::Sqrt, product), exponent);
    Some(Expression::Product(replace_pair(factors, pair, merged)))
}

fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Number(_) | Expression::Pi => true,
        Expression::Sum(_)
        | Expression::Product(_)
        | Expression::Power(..)
        | Expression::Unary(..) => expression.operands().into_iter().all(is_constant),
        _ => false,
    }
}
