//! The names that a piece of syntax mentions, resolved or not.

use crate::syntax::ast::{Call, Expression, ExpressionKind, Model, StatementKind};

/// Calls `visit` with every name that `expression` mentions: values, functions, layers.
pub(super) fn mentioned(expression: &Expression, visit: &mut impl FnMut(&str)) {
    match &expression.kind {
        ExpressionKind::Number(_) => {}
        ExpressionKind::Name(name) => visit(&name.text),
        ExpressionKind::Element { base, index } => {
            visit(&base.text);
            mentioned(index, visit);
        }
        ExpressionKind::Slice { base, start, end } => {
            visit(&base.text);
            mentioned(start, visit);
            mentioned(end, visit);
        }
        ExpressionKind::Call(call) => in_call(call, visit),
        ExpressionKind::Join(parts) => parts.iter().for_each(|part| mentioned(part, visit)),
        ExpressionKind::If {
            left,
            right,
            then,
            otherwise,
            ..
        } => {
            for part in [left, right, then, otherwise] {
                mentioned(part, visit);
            }
        }
        ExpressionKind::Negate(operand) => mentioned(operand, visit),
        ExpressionKind::Binary { left, right, .. } => {
            mentioned(left, visit);
            mentioned(right, visit);
        }
        ExpressionKind::Pipe { input, stages } => {
            mentioned(input, visit);
            stages.iter().for_each(|stage| in_call(&stage.call, visit));
        }
    }
}

fn in_call(call: &Call, visit: &mut impl FnMut(&str)) {
    visit(&call.name.text);
    for argument in &call.arguments {
        mentioned(&argument.value, visit);
    }
}

/// Calls `visit` with every name that the statements of `model` mention.
pub(super) fn mentioned_in_model(model: &Model, visit: &mut impl FnMut(&str)) {
    for statement in &model.statements {
        match &statement.kind {
            StatementKind::Precision(_) | StatementKind::Train(_) => {}
            StatementKind::Input { length: value, .. }
            | StatementKind::Value { value, .. }
            | StatementKind::Output(value) => mentioned(value, visit),
            StatementKind::Loss(call) => in_call(call, visit),
        }
    }
}
