//! Parts of vectors, and vectors put together from parts.

use crate::equations::expression::Expression;
use crate::equations::variable::Variables;

/// x[0..n] = x for a vector of n elements; the part of a list that was put there; zeros padded with zeros are zeros
pub(super) fn whole(expression: &Expression, variables: &Variables) -> Option<Expression> {
    match expression {
        Expression::Slice(operand, start, end) => {
            let length = operand.length(variables);
            if length == 1 || (*start == 0 && *end == length) {
                return Some((**operand).clone());
            }
            match &**operand {
                Expression::Join(parts) => part(parts, *start, *end, variables),
                Expression::Slice(inner, offset, _) => Some(Expression::Slice(
                    inner.clone(),
                    offset + start,
                    offset + end,
                )),
                _ => None,
            }
        }
        Expression::Pad(padded) if padded.value.is_zero() => Some(Expression::ZERO),
        Expression::Join(parts) if parts.len() == 1 => parts.first().cloned(),
        _ => None,
    }
}

/// The part of a list that begins and ends where a slice does.
fn part(
    parts: &[Expression],
    start: usize,
    end: usize,
    variables: &Variables,
) -> Option<Expression> {
    let mut place = 0;
    for part in parts {
        let length = part.length(variables);
        if place == start && place + length == end {
            return Some(part.clone());
        }
        place += length;
    }
    None
}

/// pad(x, 0, n) + pad(y, m, 0) = [x, y] where x and y fill the vector
pub(super) fn end_to_end(expression: &Expression, variables: &Variables) -> Option<Expression> {
    let Expression::Sum(terms) = expression else {
        return None;
    };
    let mut padded = Vec::new();
    for term in terms {
        let Expression::Pad(pad) = term else {
            return None;
        };
        // A scalar that spreads is not one element of a list.
        if pad.value.length(variables) != pad.length {
            return None;
        }
        padded.push(pad);
    }
    padded.sort_by_key(|pad| pad.before);
    let mut place = 0;
    for pad in &padded {
        if pad.before != place {
            return None;
        }
        place += pad.length;
    }
    let fills = padded.last().is_some_and(|last| last.after == 0);
    fills.then(|| Expression::Join(padded.into_iter().map(|pad| pad.value.clone()).collect()))
}
