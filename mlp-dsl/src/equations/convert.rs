//! Formulas of the model into expressions over variables.

use super::expression::{Expression, Extremum};
use super::reuse::Known;
use super::variable::{Role, Shape, VariableId, Variables};
use super::{Equation, Section, symbols};
use crate::model::{Formula, Operator};
use crate::source::Span;

/// Turns formulas over the symbols `S` into expressions.
pub(super) struct Converter<'a, S> {
    /// The variables, to which values that need a name of their own are added.
    pub(super) variables: &'a mut Variables,
    /// Where the equations of those values go.
    pub(super) equations: &'a mut Vec<Equation>,
    /// What a symbol stands for.
    pub(super) resolve: &'a dyn Fn(&S) -> VariableId,
    /// Where the formula stands in the source.
    pub(super) origin: Option<Span>,
}

impl<S> Converter<'_, S> {
    /// The expression of `formula`.
    pub(super) fn convert(&mut self, formula: &Formula<S>) -> Expression {
        match formula {
            Formula::Number(number) => Expression::Number(*number),
            Formula::Pi => Expression::Pi,
            Formula::Symbol(symbol) => Expression::Variable((self.resolve)(symbol)),
            Formula::Negate(operand) => self.convert(operand).negated(),
            Formula::Unary(function, argument) => {
                Expression::unary(*function, self.convert(argument))
            }
            Formula::Binary(operator, left, right) => self.binary(*operator, left, right),
            Formula::Select(selection) => {
                let (left, right) = (
                    self.convert(&selection.left),
                    self.convert(&selection.right),
                );
                let condition =
                    Expression::Compare(selection.comparison, Box::new(left), Box::new(right));
                let then = self.convert(&selection.then);
                Expression::select(condition, then, self.convert(&selection.otherwise))
            }
            Formula::Reduce(reduction, operand) => {
                Expression::Reduce(*reduction, Box::new(self.convert(operand)))
            }
            Formula::ElementAtTarget(vector) => {
                Expression::ElementAtTarget(Box::new(self.convert(vector)))
            }
            Formula::Slice(vector, start, end) => {
                Expression::Slice(Box::new(self.convert(vector)), *start, *end)
            }
            Formula::Join(parts) => {
                Expression::Join(parts.iter().map(|part| self.convert(part)).collect())
            }
            Formula::Stated(stated) => {
                let argument = self.convert(&stated.argument);
                let mut known = Known::default();
                let variable = match argument {
                    Expression::Variable(variable) => variable,
                    argument => self.named(argument, &mut known),
                };
                let value = known.reuse(self.convert(&stated.value));
                let derivative = known.reuse(self.convert(&stated.derivative));
                Expression::Stated(Box::new((value, variable, derivative)))
            }
        }
    }

    fn binary(&mut self, operator: Operator, left: &Formula<S>, right: &Formula<S>) -> Expression {
        let left = self.convert(left);
        if let (Operator::Power, Some(exponent)) = (operator, right.constant()) {
            return Expression::power(left, exponent);
        }
        let right = self.convert(right);
        match operator {
            Operator::Add => Expression::Sum(vec![left, right]),
            Operator::Subtract => left.minus(right),
            Operator::Multiply => left.times(right),
            Operator::Divide => left.times(right.reciprocal()),
            Operator::Minimum => {
                Expression::Extremum(Extremum::Minimum, Box::new(left), Box::new(right))
            }
            Operator::Maximum => {
                Expression::Extremum(Extremum::Maximum, Box::new(left), Box::new(right))
            }
            // The model admits constant exponents alone.
            Operator::Power => Expression::unary(
                super::Function::Exp,
                right.times(Expression::unary(super::Function::Ln, left)),
            ),
        }
    }

    /// A variable of its own for `value`.
    fn named(&mut self, value: Expression, known: &mut Known) -> VariableId {
        let length = value.length(self.variables);
        let symbol = symbols::numbered("v", self.variables);
        let target = self
            .variables
            .add(symbol, Shape::Vector(length), Role::Computed);
        known.add(target, &value);
        self.equations.push(Equation {
            target,
            definition: None,
            value,
            section: Section::Forward,
            note: None,
            origin: self.origin,
        });
        target
    }
}
