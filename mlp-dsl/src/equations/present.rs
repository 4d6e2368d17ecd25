//! The form in which values are read and computed: what mattered only to the derivative goes.

use super::expression::{Expression, Extremum};
use super::rules::{self, Level};
use super::{Comparison, Equations, expression_text};

/// Rewrites every value.
pub(super) fn present(equations: &mut Equations) {
    for equation in &mut equations.list {
        if let Some(derivative) = stated(&equation.value) {
            let derivative = expression_text(derivative, &equations.variables);
            equation.note = Some(format!("derivative stated as {derivative}"));
        }
        let value = rewrite(std::mem::replace(&mut equation.value, Expression::ZERO));
        equation.value = rules::apply(value, Level::Tidy, &equations.variables);
    }
}

/// The derivative that a user states within an expression.
fn stated(expression: &Expression) -> Option<&Expression> {
    match expression {
        Expression::Stated(stated) => Some(&stated.2),
        other => other.operands().into_iter().find_map(stated),
    }
}

/// The same expression without stated derivatives, and with clips as minimum and maximum.
pub(super) fn rewrite(expression: Expression) -> Expression {
    match expression.map(&mut rewrite) {
        Expression::Stated(stated) => stated.0,
        other => clip(&other).unwrap_or(other),
    }
}

/// if x > c then y else c, with y = x or y = min(x, d): the larger of y and c; likewise with <
fn clip(expression: &Expression) -> Option<Expression> {
    let Expression::Select(parts) = expression else {
        return None;
    };
    let [
        Expression::Compare(comparison, left, right),
        then,
        otherwise,
    ] = &**parts
    else {
        return None;
    };
    let which = match comparison {
        Comparison::Greater | Comparison::GreaterOrEqual => Extremum::Maximum,
        Comparison::Less | Comparison::LessOrEqual => Extremum::Minimum,
        Comparison::Equal | Comparison::NotEqual => return None,
    };
    let (Expression::Number(bound), true) = (&**right, **right == *otherwise) else {
        return None;
    };
    let same = *then == **left;
    let clipped = match then {
        Expression::Extremum(other, inner, limit) if *other != which => match **limit {
            Expression::Number(limit) => {
                inner == left && (limit > *bound) == (which == Extremum::Maximum)
            }
            _ => false,
        },
        _ => false,
    };
    (same || clipped)
        .then(|| Expression::Extremum(which, Box::new(then.clone()), Box::new(otherwise.clone())))
}
