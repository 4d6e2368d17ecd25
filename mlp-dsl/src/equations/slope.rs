//! The derivatives of scalar functions and of reductions.

use super::expression::Expression;
use super::{Comparison, Function, Reduction};
use crate::number::Number;

/// The derivative of a function at `argument`, `None` where it is zero.
pub(super) fn slope(function: Function, argument: &Expression) -> Option<Expression> {
    let x = argument.clone();
    let value = Expression::unary(function, x.clone());
    match function {
        Function::Exp => Some(value),
        Function::Ln => Some(x.reciprocal()),
        Function::Sqrt => Some(Expression::Number(Number::HALF).times(value.reciprocal())),
        Function::Abs => Some(Expression::unary(Function::Sign, x)),
        Function::Sign | Function::Step => None,
        Function::Sin => Some(Expression::unary(Function::Cos, x)),
        Function::Cos => Some(Expression::unary(Function::Sin, x).negated()),
        Function::Tanh => Some(Expression::ONE.minus(Expression::power(value, Number::integer(2)))),
        Function::Sigmoid => Some(value.clone().times(Expression::ONE.minus(value))),
        Function::Erf => {
            let root = Expression::unary(Function::Sqrt, Expression::Pi);
            let bell = Expression::unary(
                Function::Exp,
                Expression::power(x, Number::integer(2)).negated(),
            );
            Some(Expression::Product(vec![
                Expression::integer(2),
                bell,
                root.reciprocal(),
            ]))
        }
        Function::Softplus => Some(Expression::unary(Function::Sigmoid, x)),
    }
}

/// The derivative of a reduction with respect to each element.
pub(super) fn share(reduction: Reduction, operand: &Expression, length: usize) -> Expression {
    match reduction {
        Reduction::Sum => Expression::ONE,
        Reduction::Mean => Expression::Number(Number::ONE / Number::count(length)),
        Reduction::Max => {
            // Several largest elements share equally, as in PyTorch's amax.
            let largest = Expression::Reduce(Reduction::Max, Box::new(operand.clone()));
            let is_largest = Expression::Compare(
                Comparison::Equal,
                Box::new(operand.clone()),
                Box::new(largest),
            );
            let count = Expression::Reduce(Reduction::Sum, Box::new(is_largest.clone()));
            is_largest.times(count.reciprocal())
        }
        Reduction::LogSumExp => {
            let total = Expression::Reduce(Reduction::LogSumExp, Box::new(operand.clone()));
            Expression::unary(Function::Exp, operand.clone().minus(total))
        }
    }
}
