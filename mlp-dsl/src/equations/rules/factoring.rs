//! Common factors.

use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::number::Number;

/// g·a + g·b = g·(a + b)
pub(super) fn common_factor(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let common = common_factors(terms);
    if common.is_empty() {
        return None;
    }
    let rest = Expression::Sum(terms.iter().map(|term| divide(term, &common)).collect());
    let result = Expression::Product(common.into_iter().chain([rest]).collect());
    (result.length(variables) == expression.length(variables)).then_some(result)
}

/// x + g·a + g·b = x + g·(a + b), for a factor g that is more than a variable
pub(super) fn factor_of_several(
    expression: &Expression,
    variables: &Variables,
) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let factors = terms.iter().flat_map(|term| term.clone().factors());
    let large = factors
        .filter(|factor| matches!(factor.base().0, Expression::Sum(_) | Expression::Unary(..)));
    for factor in large {
        let key = factor.canonical();
        let has = |term: &Expression| {
            term.clone()
                .factors()
                .iter()
                .any(|own| own.canonical() == key)
        };
        let (with, without): (Vec<Expression>, Vec<Expression>) =
            terms.iter().cloned().partition(has);
        // A term that is the factor alone would leave a 1 behind, which reads no better.
        if with.len() < 2
            || without.is_empty()
            || with.iter().any(|term| term.clone().factors().len() < 2)
        {
            continue;
        }
        let place = terms.iter().position(has)?;
        let grouped = common_factor(&Expression::Sum(with), variables)?;
        let mut rest = without;
        rest.insert(place.min(rest.len()), grouped);
        let result = Expression::Sum(rest);
        return (result.length(variables) == expression.length(variables)).then_some(result);
    }
    None
}

/// The factors, with their exponents, that all of `terms` have; a number if all coefficients have its magnitude.
pub(super) fn common_factors(terms: &[Expression]) -> Vec<Expression> {
    let Some((first, others)) = terms.split_first() else {
        return Vec::new();
    };
    let split: Vec<(Number, Vec<Expression>)> = others.iter().map(split).collect();
    let (coefficient, factors) = self::split(first);
    let mut common = Vec::new();
    let magnitude = coefficient.abs();
    if !magnitude.is_one() && split.iter().all(|(other, _)| other.abs() == magnitude) {
        common.push(Expression::Number(magnitude));
    }
    for factor in &factors {
        let (base, exponent) = factor.base();
        let key = base.canonical();
        let smallest = split.iter().try_fold(exponent, |smallest, (_, factors)| {
            let found = factors
                .iter()
                .find(|other| other.base().0.canonical() == key)?;
            Some(smallest.min(found.base().1))
        });
        // x² and x⁻¹ have x⁻¹ in common, which would make the rest x³ and 1: larger, not smaller.
        if let Some(smallest) =
            smallest.filter(|smallest| smallest.is_negative() == exponent.is_negative())
        {
            common.push(raised(base.clone(), smallest));
        }
    }
    common
}

/// `term` without the factors of `common`, all of which it has.
pub(super) fn divide(term: &Expression, common: &[Expression]) -> Expression {
    let (mut coefficient, mut factors) = split(term);
    for divisor in common {
        if let Expression::Number(number) = divisor {
            coefficient = coefficient / *number;
            continue;
        }
        let (base, exponent) = divisor.base();
        let key = base.canonical();
        if let Some(place) = factors
            .iter()
            .position(|factor| factor.base().0.canonical() == key)
        {
            let (own, power) = factors[place].base();
            let rest = power - exponent;
            let left = raised(own.clone(), rest);
            if rest.is_zero() {
                factors.remove(place);
            } else {
                factors[place] = left;
            }
        }
    }
    factors.insert(0, Expression::Number(coefficient));
    Expression::Product(factors)
}

fn raised(base: Expression, exponent: Number) -> Expression {
    if exponent.is_one() {
        base
    } else {
        Expression::power(base, exponent)
    }
}

/// The coefficient and the other factors of a term.
fn split(term: &Expression) -> (Number, Vec<Expression>) {
    let (coefficient, rest) = term.coefficient();
    let factors = if rest.is_one() {
        Vec::new()
    } else {
        rest.factors()
    };
    (coefficient, factors)
}
