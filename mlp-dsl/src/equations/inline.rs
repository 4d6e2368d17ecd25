//! Derivatives that are used once move to where they are used: δ1 = (W2ᵀ·δ2) ⊙ (1 − z1²) is one line.

use super::expression::Expression;
use super::protect::Protected;
use super::simplify::{cost, simplify};
use super::variable::Role;
use super::{Equations, Section};

/// An equation that costs more than this, its matrix product apart, stays on a line of its own.
const MOST_COST: usize = 60;

/// Moves the derivatives of intermediate values to their single use.
pub(super) fn inline(equations: &mut Equations, protected: &Protected) {
    let known = &protected.known;
    let mut index = 0;
    while index < equations.list.len() {
        let equation = &equations.list[index];
        let target = equation.target;
        let is_intermediate = equation.section == Section::Backward
            && !equations.variables.get(target).symbol.starts_with('δ')
            && matches!(equations.variables.get(target).role, Role::Adjoint(of)
                if !matches!(equations.variables.get(of).role, Role::Parameter(_)));
        let value = equation.value.clone();
        let uses: usize = equations
            .list
            .iter()
            .map(|equation| equation.value.count(target))
            .sum();
        let matrices = |part: &Expression| match part {
            Expression::MatrixVector(matrix, _) | Expression::TransposedMatrixVector(matrix, _) => {
                equations.variables.length(*matrix)
            }
            _ => 0,
        };
        let small = cost(&value, &equations.variables) <= MOST_COST + total(&value, &matrices);
        let trivial = matches!(value, Expression::Variable(_));
        if !is_intermediate || !(trivial || (uses == 1 && small)) {
            index += 1;
            continue;
        }
        equations.list.remove(index);
        for equation in equations.list.iter_mut().skip(index) {
            if equation.value.count(target) > 0 {
                let replaced = equation.value.clone().replace(target, &value);
                equation.value = simplify(replaced, known, &equations.variables);
            }
        }
    }
}

fn total(expression: &Expression, weight: &dyn Fn(&Expression) -> usize) -> usize {
    weight(expression)
        + expression
            .operands()
            .into_iter()
            .map(|operand| total(operand, weight))
            .sum::<usize>()
}
