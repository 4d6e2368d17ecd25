//! Values that are known already: a derivative is written with z, not with σ(a) again.

use std::collections::BTreeMap;

use super::expression::Expression;
use super::variable::VariableId;

/// Variables with the expressions that they equal.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    values: BTreeMap<Expression, VariableId>,
    /// Those of the values that are products, factor by factor.
    products: Vec<(Vec<Expression>, VariableId)>,
}

impl Known {
    /// Adds `variable = value`; of two variables with one value the first is kept.
    pub(super) fn add(&mut self, variable: VariableId, value: &Expression) {
        if matches!(
            value,
            Expression::Number(_) | Expression::Variable(_) | Expression::Pi
        ) {
            return;
        }
        let value = value.canonical();
        if let Expression::Product(factors) = &value {
            self.products.push((factors.clone(), variable));
        }
        self.values.entry(value).or_insert(variable);
    }

    /// The variable that equals an expression in canonical form.
    pub(super) fn variable(&self, canonical: &Expression) -> Option<VariableId> {
        self.values.get(canonical).copied()
    }

    /// The expression with every part that equals a known variable replaced by it. Of a product, some of the factors
    /// are enough: with z = x·σ(x), x·σ(x)·y is z·y.
    pub(super) fn reuse(&self, expression: Expression) -> Expression {
        if self.values.is_empty() {
            return expression;
        }
        if let Some(variable) = self.variable(&expression.canonical()) {
            return Expression::Variable(variable);
        }
        let expression = match expression {
            Expression::Product(factors) => self.within_product(factors),
            other => other,
        };
        expression.map(&mut |operand| self.reuse(operand))
    }

    fn within_product(&self, mut factors: Vec<Expression>) -> Expression {
        let mut keys: Vec<Expression> = factors.iter().map(Expression::canonical).collect();
        for (wanted, variable) in &self.products {
            let Some(mut places) = places(&keys, wanted) else {
                continue;
            };
            places.sort_unstable();
            let first = places.remove(0);
            factors[first] = Expression::Variable(*variable);
            keys[first] = Expression::Variable(*variable);
            for place in places.into_iter().rev() {
                factors.remove(place);
                keys.remove(place);
            }
        }
        if factors.len() == 1 {
            factors.remove(0)
        } else {
            Expression::Product(factors)
        }
    }
}

/// Where in `factors` each of the `wanted` ones is, if all of them are.
fn places(factors: &[Expression], wanted: &[Expression]) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    for factor in wanted {
        let place = (factors.iter().enumerate())
            .position(|(index, own)| own == factor && !places.contains(&index))?;
        places.push(place);
    }
    Some(places)
}
