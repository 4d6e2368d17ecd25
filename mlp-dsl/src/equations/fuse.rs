//! The loss in its stable form. A loss on probabilities takes logarithms of an activation; written out together, the
//! rules turn ln(exp(x)) into x and ln σ(x) into −softplus(−x), and no probability is ever rounded to 0 before its
//! logarithm is taken.

use super::expression::Expression;
use super::rules::{self, Level};
use super::variable::VariableId;
use super::{Definition, Equations, Function};

/// Rewrites the loss where that takes a logarithm of the output away.
pub(super) fn fuse(equations: &mut Equations) {
    let Some(objective) = &equations.objective else {
        return;
    };
    let (loss, name) = (objective.loss, objective.name.clone());
    let output = equations.output;
    let Some((activation, inner)) = equations
        .equation(output)
        .and_then(|equation| match &equation.definition {
            Some(Definition::Activation(activation, _)) => {
                Some((activation.clone(), equation.value.clone()))
            }
            _ => None,
        })
    else {
        return;
    };
    let variables = &equations.variables;
    let Some(equation) = equations
        .list
        .iter_mut()
        .find(|equation| equation.target == loss)
    else {
        return;
    };
    let written = equation.value.clone();
    let before = logarithms(&written, output);
    let fused = rules::apply(
        written.clone().replace(output, &inner),
        Level::Collect,
        variables,
    );
    if before > 0 && logarithms_of_activations(&fused, &inner) == 0 {
        equation.definition = Some(Definition::Formula(written));
        equation.value = fused;
        equation.note = Some(format!("{activation} with {name}"));
    }
}

/// How many logarithms of something that depends on `variable` an expression takes.
fn logarithms(expression: &Expression, variable: VariableId) -> usize {
    count(expression, &|argument| argument.count(variable) > 0)
}

/// How many logarithms of something that contains the function of `activation` are left.
fn logarithms_of_activations(expression: &Expression, activation: &Expression) -> usize {
    let activation = activation.canonical();
    count(expression, &|argument| {
        argument.any(&|part| {
            part.canonical() == activation
                || matches!(part, Expression::Unary(Function::Sigmoid, _))
        })
    })
}

fn count(expression: &Expression, test: &dyn Fn(&Expression) -> bool) -> usize {
    let own = match expression {
        Expression::Unary(Function::Ln, argument) => usize::from(test(argument)),
        _ => 0,
    };
    own + expression
        .operands()
        .into_iter()
        .map(|operand| count(operand, test))
        .sum::<usize>()
}
