//! Means over the samples of a batch.

use crate::equations::expression::Expression;
use crate::equations::variable::Variables;

/// E[c] = c, E[c·x] = c·E[x], E[x + c] = E[x] + c for whatever is the same for all samples: a parameter, another mean.
pub(super) fn linearity(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::BatchMean(operand) = expression else {
        return None;
    };
    if !operand.varies(variables) {
        return Some((**operand).clone());
    }
    let mean = |inner| Expression::BatchMean(Box::new(inner));
    let has_constant = |parts: &[Expression]| parts.iter().any(|part| !part.varies(variables));
    match &**operand {
        // Terms without a constant of their own stay together, so that one mean serves them.
        Expression::Sum(terms) => {
            let splits = |term: &Expression| match term.coefficient().1 {
                Expression::Product(factors) => has_constant(&factors),
                rest => !rest.varies(variables),
            };
            let (apart, together): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(splits);
            if apart.is_empty() {
                return None;
            }
            let rest = (!together.is_empty()).then(|| mean(Expression::Sum(together)));
            Some(Expression::Sum(
                rest.into_iter()
                    .chain(apart.into_iter().map(mean))
                    .collect(),
            ))
        }
        Expression::Product(factors) if has_constant(factors) => {
            let (varying, mut constants): (Vec<_>, Vec<_>) =
                (factors.iter().cloned()).partition(|factor| factor.varies(variables));
            constants.push(mean(Expression::Product(varying)));
            Some(Expression::Product(constants))
        }
        _ => None,
    }
}
