//! What the forward pass computes at a cost stands as one symbol while derivatives are simplified: a rule that took
//! tanh(0.8·(x + 0.04·x³)) apart would leave the backward pass with a tanh of its own.

use super::expression::Expression;
use super::reuse::Known;
use super::share::is_costly;
use super::variable::{Shape, VariableId, Variables};
use super::{Equations, Section};

/// Provisional variables for costly expressions, and everything that derivatives may be written with.
#[derive(Clone, Debug, Default)]
pub(super) struct Protected {
    /// The variables of the forward pass and the provisional ones.
    pub(super) known: Known,
    values: Vec<(VariableId, Expression)>,
}

/// Gives each costly part of the forward pass and the loss a provisional variable.
pub(super) fn protect(equations: &mut Equations) -> Protected {
    let mut protected = Protected::default();
    for equation in &equations.list {
        let known = (equation.section == Section::Forward).then_some(equation.target);
        protected.add(known, &equation.value, &mut equations.variables);
    }
    protected
}

impl Protected {
    /// Adds the costly parts of `value`, and that `variable` equals it.
    pub(super) fn add(
        &mut self,
        variable: Option<VariableId>,
        value: &Expression,
        variables: &mut Variables,
    ) {
        if let Some(variable) = variable {
            self.known.add(variable, value);
        }
        let parts = if variable.is_some() && is_costly(value) {
            value.operands()
        } else {
            vec![value]
        };
        for part in parts {
            self.add_parts(part, variables);
        }
        // The value with the new symbols in it is the form in which rules meet it.
        if let (Some(variable), Expression::Product(_)) = (variable, value) {
            let written = value.clone().map(&mut |operand| self.known.reuse(operand));
            self.known.add(variable, &written);
        }
    }

    fn add_parts(&mut self, expression: &Expression, variables: &mut Variables) {
        for operand in expression.operands() {
            self.add_parts(operand, variables);
        }
        if is_costly(expression) && self.known.variable(&expression.canonical()).is_none() {
            let length = expression.length(variables);
            let shape = if length == 1 {
                Shape::Scalar
            } else {
                Shape::Vector(length)
            };
            let variable = variables.add("", shape, expression.role(variables));
            self.known.add(variable, expression);
            self.values.push((variable, expression.clone()));
        }
    }

    /// The expression with every provisional variable written out.
    pub(super) fn restored(&self, expression: Expression) -> Expression {
        match expression {
            Expression::Variable(id) => {
                match self.values.iter().find(|(variable, _)| *variable == id) {
                    Some((_, value)) => value.clone(),
                    None => expression,
                }
            }
            other => other.map(&mut |operand| self.restored(operand)),
        }
    }

    /// Writes every provisional variable out.
    pub(super) fn restore(&self, equations: &mut Equations) {
        for equation in &mut equations.list {
            let value = std::mem::replace(&mut equation.value, Expression::ZERO);
            equation.value = self.restored(value);
        }
    }
}
