//! What parses and into which tree, what does not and with which sentence, and what no text can do to the parser.

mod errors;
mod forms;
mod limits;
mod precedence;

use super::ast::{Expression, ExpressionKind, File, Item, Model, StatementKind};
use super::parse;
use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// The tree of a text that is expected to parse.
fn parsed(text: &str) -> File {
    let source = Source::new("test.mlp", text);
    parse(&source).unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
}

/// The one diagnostic of a text that is expected not to parse.
fn refused(text: &str) -> Diagnostic {
    let Err(errors) = parse(&Source::new("test.mlp", text)) else {
        panic!("this parses: {text}");
    };
    let [diagnostic] = <[Diagnostic; 1]>::try_from(errors.list).expect("one diagnostic");
    diagnostic
}

/// The model that a text consists of.
fn model(text: &str) -> Model {
    match parsed(text).items.pop() {
        Some(Item::Model(model)) => model,
        other => panic!("not a model: {other:?}"),
    }
}

/// The value of the statement `v = text`.
fn value(text: &str) -> Expression {
    match model(&format!("model M {{ v = {text} }}")).statements.pop() {
        Some(statement) => match statement.kind {
            StatementKind::Value { value, .. } => value,
            other => panic!("not a value: {other:?}"),
        },
        None => panic!("no statement"),
    }
}

/// The tree of an expression with every bracket written.
fn tree(expression: &Expression) -> String {
    let list = |list: &[Expression]| list.iter().map(tree).collect::<Vec<_>>().join(" ");
    match &expression.kind {
        ExpressionKind::Number(text) => text.clone(),
        ExpressionKind::Name(name) => name.text.clone(),
        ExpressionKind::Element { base, index } => format!("{}[{}]", base.text, tree(index)),
        ExpressionKind::Slice { base, start, end } => {
            format!("{}[{}..{}]", base.text, tree(start), tree(end))
        }
        ExpressionKind::Call(call) => call_tree(call),
        ExpressionKind::Join(elements) => format!("[{}]", list(elements)),
        ExpressionKind::If {
            comparison,
            left,
            right,
            then,
            otherwise,
        } => format!(
            "(if {comparison:?} {} {} {} {})",
            tree(left),
            tree(right),
            tree(then),
            tree(otherwise)
        ),
        ExpressionKind::Negate(operand) => format!("(- {})", tree(operand)),
        ExpressionKind::Binary {
            operator,
            left,
            right,
        } => format!("({operator:?} {} {})", tree(left), tree(right)),
        ExpressionKind::Pipe { input, stages } => {
            let stages = stages.iter().map(|stage| match &stage.label {
                Some(label) => format!("{}:{}", label.text, call_tree(&stage.call)),
                None => call_tree(&stage.call),
            });
            format!(
                "({} -> {})",
                tree(input),
                stages.collect::<Vec<_>>().join(" -> ")
            )
        }
    }
}

fn call_tree(call: &super::ast::Call) -> String {
    let arguments = call.arguments.iter().map(|argument| match &argument.name {
        Some(name) => format!("{}={}", name.text, tree(&argument.value)),
        None => tree(&argument.value),
    });
    format!(
        "{}({})",
        call.name.text,
        arguments.collect::<Vec<_>>().join(" ")
    )
}
