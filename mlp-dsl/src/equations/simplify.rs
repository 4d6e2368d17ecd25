//! Simplification of derivatives: the rules, the reuse of values that the forward pass already has, and a choice by
//! cost between the factored and the expanded form.

use super::Function;
use super::expression::Expression;
use super::reuse::Known;
use super::rules::{self, Level};
use super::variable::Variables;
use crate::number::Number;

/// The expression in its simplest known form; `known` are the values that it may refer to.
pub(super) fn simplify(expression: Expression, known: &Known, variables: &Variables) -> Expression {
    Simplification {
        known,
        variables,
        steps: None,
    }
    .simplest(expression)
}

/// A rule with the whole expression after it.
pub(super) type Step = (&'static str, Expression);

/// The same, one step at a time.
pub(super) fn simplify_in_steps(
    expression: Expression,
    known: &Known,
    variables: &Variables,
) -> Vec<Step> {
    let mut steps = Vec::new();
    Simplification {
        known,
        variables,
        steps: Some(&mut steps),
    }
    .simplest(expression);
    steps
}

struct Simplification<'a> {
    known: &'a Known,
    variables: &'a Variables,
    /// Where each step is written down.
    steps: Option<&'a mut Vec<Step>>,
}

impl Simplification<'_> {
    fn simplest(mut self, expression: Expression) -> Expression {
        // Before any rule, so that what the forward pass computes is still found as it stands there.
        let protected = self.reuse(expression);
        let collected = self.rules(protected, Level::Collect);
        let collected = self.reuse(collected);
        let collected = self.rules(collected, Level::Collect);
        let expanded = self.expand(collected);
        // Common factors bring values together that reuse can see only then.
        let factored = self.rules(expanded, Level::Factor);
        let factored = self.reuse(factored);
        self.rules(factored, Level::Factor)
    }

    fn rules(&mut self, expression: Expression, level: Level) -> Expression {
        match &mut self.steps {
            None => rules::apply(expression, level, self.variables),
            Some(steps) => rules::apply_in_steps(expression, level, self.variables, steps),
        }
    }

    fn reuse(&mut self, expression: Expression) -> Expression {
        let known = self.known;
        self.whole("reuse of a known value", expression, |expression| {
            known.reuse(expression)
        })
    }

    fn expand(&mut self, expression: Expression) -> Expression {
        let (known, variables) = (self.known, self.variables);
        self.whole("products multiplied out", expression, |expression| {
            expand_sums(expression, known, variables)
        })
    }

    /// A change of the whole expression as one step.
    fn whole(
        &mut self,
        name: &'static str,
        expression: Expression,
        change: impl FnOnce(Expression) -> Expression,
    ) -> Expression {
        match &mut self.steps {
            None => change(expression),
            Some(steps) => {
                let after = change(expression);
                steps.push((name, after.clone()));
                after
            }
        }
    }
}

/// Each sum in its expanded form where that is cheaper, from the inside out.
fn expand_sums(expression: Expression, known: &Known, variables: &Variables) -> Expression {
    let expression = expression.map(&mut |operand| expand_sums(operand, known, variables));
    if !matches!(expression, Expression::Sum(_)) {
        return expression;
    }
    let Some(expanded) = expand(&expression) else {
        return expression;
    };
    let expanded = known.reuse(rules::apply(expanded, Level::Collect, variables));
    let expanded = rules::apply(expanded, Level::Collect, variables);
    let cost = |candidate: &Expression| {
        cost(
            &rules::apply(candidate.clone(), Level::Factor, variables),
            variables,
        )
    };
    let same_length = expanded.length(variables) == expression.length(variables);
    if same_length && cost(&expanded) < cost(&expression) {
        expanded
    } else {
        expression
    }
}

/// The most terms that an expansion may have.
const MOST_TERMS: usize = 64;

/// x·(a + b) = x·a + x·b in every term, with σ(−x) = 1 − σ(x) to meet other sigmoids; `None` where nothing expands.
fn expand(sum: &Expression) -> Option<Expression> {
    let Expression::Sum(terms) = sum else {
        return None;
    };
    let mut result = Vec::new();
    let mut changed = false;
    for term in terms {
        let mut products: Vec<Vec<Expression>> = vec![Vec::new()];
        for factor in term.clone().factors() {
            let summands = match complement(&factor).unwrap_or(factor) {
                Expression::Sum(summands) => summands,
                other => vec![other],
            };
            changed |= summands.len() > 1;
            if products.len() * summands.len() + result.len() > MOST_TERMS {
                return None;
            }
            products = (products.iter())
                .flat_map(|product| {
                    summands
                        .iter()
                        .map(|summand| product.iter().cloned().chain([summand.clone()]).collect())
                })
                .collect();
        }
        result.extend(products.into_iter().map(Expression::Product));
    }
    changed.then_some(Expression::Sum(result))
}

/// σ(−x) = 1 − σ(x)
fn complement(expression: &Expression) -> Option<Expression> {
    let Expression::Unary(Function::Sigmoid, argument) = expression else {
        return None;
    };
    let (coefficient, rest) = argument.coefficient();
    (coefficient == Number::MINUS_ONE)
        .then(|| Expression::ONE.minus(Expression::unary(Function::Sigmoid, rest)))
}

/// What evaluating an expression costs, roughly in operations; a matrix counts for all its elements.
pub(super) fn cost(expression: &Expression, variables: &Variables) -> usize {
    let own = match expression {
        Expression::Number(number) => usize::from(number.abs() != Number::ONE),
        Expression::Pi | Expression::Variable(_) => 1,
        Expression::Sum(operands) => operands.len() - 1,
        Expression::Product(operands) => {
            let is_negation = matches!(operands.first(), Some(Expression::Number(number)) if *number == Number::MINUS_ONE);
            operands.len().saturating_sub(1 + usize::from(is_negation))
        }
        Expression::Power(_, exponent)
            if exponent.as_integer().is_some_and(|n| (1..=3).contains(&n)) =>
        {
            1
        }
        Expression::Power(..)
        | Expression::Extremum(..)
        | Expression::Compare(..)
        | Expression::Select(_) => 2,
        Expression::Unary(Function::Abs | Function::Sign | Function::Step, _) => 2,
        Expression::Unary(..) => 8,
        Expression::Reduce(..) | Expression::ElementAtTarget(_) | Expression::OneHotTarget(_) => 4,
        // A pass over the whole batch.
        Expression::BatchMean(_) => 16,
        Expression::MatrixVector(matrix, _) | Expression::TransposedMatrixVector(matrix, _) => {
            16 + variables.length(*matrix)
        }
        Expression::Outer(..) => 16,
        Expression::Slice(..) | Expression::Join(_) | Expression::Pad(_) => 1,
        Expression::Stated(_) => 0,
    };
    own + expression
        .operands()
        .into_iter()
        .map(|operand| cost(operand, variables))
        .sum::<usize>()
}
