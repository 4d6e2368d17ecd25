//! Values that are known already: a derivative is written with z, not with σ(a) again.

use super::expression::{Expression, VariableId};

/// Variables with the expressions that they equal.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Vec<(Expression, VariableId)>);

impl Known {
    /// Adds `variable = value`.
    pub(super) fn add(&mut self, variable: VariableId, value: &Expression) {
        let worthwhile = !matches!(
            value,
            Expression::Number(_) | Expression::Variable(_) | Expression::Pi
        );
        if worthwhile {
            self.0.push((value.canonical(), variable));
        }
    }

    /// The expression with every part that equals a known variable replaced by it. Of a product, some of the factors
    /// are enough: with z = x·σ(x), x·σ(x)·y is z·y.
    pub(super) fn reuse(&self, expression: Expression) -> Expression {
        if self.0.is_empty() {
            return expression;
        }
        let canonical = expression.canonical();
        if let Some((_, variable)) = self.0.iter().find(|(value, _)| *value == canonical) {
            return Expression::Variable(*variable);
        }
        let expression = match expression {
            Expression::Product(factors) => self.within_product(factors),
            other => other,
        };
        expression.map(&mut |operand| self.reuse(operand))
    }

    fn within_product(&self, mut factors: Vec<Expression>) -> Expression {
        for (value, variable) in &self.0 {
            let Expression::Product(wanted) = value else {
                continue;
            };
            let mut places = Vec::new();
            for factor in wanted {
                let place = (factors.iter().enumerate()).position(|(index, own)| {
                    !places.contains(&index) && own.canonical() == *factor
                });
                places.extend(place);
            }
            if places.len() == wanted.len() {
                let first = places.iter().copied().min().unwrap_or_default();
                factors[first] = Expression::Variable(*variable);
                let mut index = 0;
                factors.retain(|_| {
                    index += 1;
                    index - 1 == first || !places.contains(&(index - 1))
                });
            }
        }
        if factors.len() == 1 {
            factors.remove(0)
        } else {
            Expression::Product(factors)
        }
    }
}
