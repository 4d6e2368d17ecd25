//! Means over the batch: the form of the equations that needs none, and equations of their own for those that are left.

use super::expression::Expression;
use super::reuse::Known;
use super::variable::{Role, Shape, VariableId};
use super::{Equation, Equations, symbols};

/// The forward pass as the network answers, a sample at a time: each statistic of the batch is the running average that
/// stands in for it. `None` where there is none.
pub(super) fn inference(forward: &Equations) -> Option<Equations> {
    if forward.state.is_empty() {
        return None;
    }
    let mut equations = forward.clone();
    for (index, state) in forward.state.iter().enumerate() {
        equations
            .variables
            .assign(state.variable, Role::State(index));
    }
    let is_state = |id| forward.state.iter().any(|state| state.variable == id);
    equations.list.retain(|equation| !is_state(equation.target));
    Some(equations)
}

/// Gives every mean over the batch that stands within an equation an equation of its own, before the first that uses it.
pub(super) fn separate(equations: &mut Equations) {
    let mut known = Known::default();
    for mut equation in std::mem::take(&mut equations.list) {
        let mut separation = Separation {
            equations,
            known: &mut known,
            like: &equation,
            added: Vec::new(),
        };
        let value = equation.value.clone();
        let value = if matches!(value, Expression::BatchMean(_)) {
            value.map(&mut |operand| separation.everywhere(operand))
        } else {
            separation.everywhere(value)
        };
        let added = separation.added;
        equations.list.extend(added);
        equation.value = value;
        equations.list.push(equation);
    }
}

struct Separation<'a> {
    equations: &'a mut Equations,
    known: &'a mut Known,
    /// The equation at hand.
    like: &'a Equation,
    added: Vec<Equation>,
}

impl Separation<'_> {
    fn everywhere(&mut self, expression: Expression) -> Expression {
        let value = expression.map(&mut |operand| self.everywhere(operand));
        if !matches!(value, Expression::BatchMean(_)) {
            return value;
        }
        let key = value.canonical();
        let target = match self.known.variable(&key) {
            Some(target) => target,
            None => self.add(value),
        };
        Expression::Variable(target)
    }

    fn add(&mut self, value: Expression) -> VariableId {
        let variables = &mut self.equations.variables;
        let symbol = symbols::numbered("m", variables);
        let shape = Shape::Vector(value.length(variables));
        let target = variables.add(symbol, shape, Role::Statistic);
        self.known.add(target, &value);
        self.added.push(Equation {
            target,
            definition: None,
            value,
            section: self.like.section,
            note: None,
            origin: self.like.origin,
        });
        target
    }
}
