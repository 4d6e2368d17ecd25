//! Functions: inverses, the stable forms of logarithms, sign and absolute value.

use crate::equations::Function;
use crate::equations::expression::Expression;
use crate::equations::variable::Variables;
use crate::number::Number;

/// exp(0) = 1, √4 = 2, |−3| = 3: where the value is exact
pub(super) fn constant_argument(expression: &Expression, _: &Variables) -> Option<Expression> {
    match expression {
        Expression::Unary(function, argument) => {
            let Expression::Number(argument) = **argument else {
                return None;
            };
            let exact = match function {
                Function::Abs | Function::Sign | Function::Step => true,
                Function::Sqrt => argument.exact_root().is_some(),
                Function::Ln => argument.is_one(),
                Function::Softplus => false,
                Function::Exp
                | Function::Sin
                | Function::Cos
                | Function::Tanh
                | Function::Sigmoid
                | Function::Erf => argument.is_zero(),
            };
            exact.then(|| Expression::Number(function.constant(argument)))
        }
        _ => None,
    }
}

/// ln(exp(x)) = x, exp(ln(x)) = x
pub(super) fn inverse(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Unary(outer, argument) = expression else {
        return None;
    };
    let Expression::Unary(inner, argument) = &**argument else {
        return None;
    };
    match (outer, inner) {
        (Function::Ln, Function::Exp) | (Function::Exp, Function::Ln) => Some((**argument).clone()),
        _ => None,
    }
}

/// ln σ(x) = −softplus(−x), ln(1 − σ(x)) = −softplus(x): finite and exact where σ(x) rounds to 0 or 1
pub(super) fn logarithm_of_sigmoid(expression: &Expression, _: &Variables) -> Option<Expression> {
    let Expression::Unary(Function::Ln, argument) = expression else {
        return None;
    };
    let softplus = |argument| Expression::unary(Function::Softplus, argument).negated();
    match &**argument {
        Expression::Unary(Function::Sigmoid, inner) => Some(softplus((**inner).clone().negated())),
        Expression::Sum(terms) => match terms.as_slice() {
            [one, other] | [other, one] if one.is_one() => {
                let (coefficient, rest) = other.coefficient();
                match rest {
                    Expression::Unary(Function::Sigmoid, inner)
                        if coefficient == Number::MINUS_ONE =>
                    {
                        Some(softplus(*inner))
                    }
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// x·sign(x) = |x|, sign(x)·|x| = x, |−2·x| = 2·|x|, sign(−2·x) = −sign(x)
pub(super) fn sign_and_absolute_value(
    expression: &Expression,
    _: &Variables,
) -> Option<Expression> {
    match expression {
        Expression::Unary(function @ (Function::Abs | Function::Sign), argument) => {
            let (coefficient, rest) = argument.coefficient();
            if coefficient.is_one() || rest.is_one() {
                return None;
            }
            let outside = Expression::Number(function.constant(coefficient));
            Some(outside.times(Expression::unary(*function, rest)))
        }
        Expression::Product(factors) => factors.iter().enumerate().find_map(|(sign, factor)| {
            let Expression::Unary(Function::Sign, argument) = factor else {
                return None;
            };
            let argument = argument.canonical();
            let absolute = Expression::unary(Function::Abs, argument.clone());
            let partner = factors.iter().position(|other| {
                let other = other.canonical();
                other == argument || other == absolute
            })?;
            let merged = if factors[partner].canonical() == absolute {
                argument
            } else {
                absolute
            };
            let mut rest = factors.clone();
            rest[partner] = merged;
            rest.remove(sign);
            Some(Expression::Product(rest))
        }),
        _ => None,
    }
}
