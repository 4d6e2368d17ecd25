//! How operators bind.

use super::{tree, value};

#[test]
fn operators_bind_as_in_mathematics() {
    for (text, expected) in [
        ("a + b * c", "(Add a (Multiply b c))"),
        ("a - b - c", "(Subtract (Subtract a b) c)"),
        ("a / b * c", "(Multiply (Divide a b) c)"),
        ("(a + b) * c", "(Multiply (Add a b) c)"),
        ("-x^2", "(- (Power x 2))"),
        ("a - -x^2", "(Subtract a (- (Power x 2)))"),
        ("-x * y", "(Multiply (- x) y)"),
        ("--x", "(- (- x))"),
        ("a^b^c", "(Power a (Power b c))"),
        ("a^-b^c", "(Power a (- (Power b c)))"),
        ("-a^-b", "(- (Power a (- b)))"),
        ("(-a)^2", "(Power (- a) 2)"),
        ("2 * x ^ 2 / 3", "(Divide (Multiply 2 (Power x 2)) 3)"),
    ] {
        assert_eq!(tree(&value(text)), expected, "{text}");
    }
}

#[test]
fn the_arrow_binds_loosest() {
    for (text, expected) in [
        ("a + b -> dense(3)", "((Add a b) -> dense(3))"),
        ("a -> relu -> dense(2)", "(a -> relu() -> dense(2))"),
        ("(a -> relu) + b", "(Add (a -> relu()) b)"),
        (
            "x -> repeat(3, dense(8) -> relu)",
            "(x -> repeat(3 (dense(8) -> relu())))",
        ),
        (
            "x -> head: dense(1, bias = false)",
            "(x -> head:dense(1 bias=false))",
        ),
        ("f(a = x -> relu)", "f(a=(x -> relu()))"),
        ("[a, b -> relu]", "[a (b -> relu())]"),
    ] {
        assert_eq!(tree(&value(text)), expected, "{text}");
    }
}

#[test]
fn spans_are_the_text_they_stand_for() {
    let text = "model M { v = 1 +  ( a*b ) ^ -c [ 0..3 ] -> relu -> n: dense( 4 ) ; output v }";
    let model = super::model(text);
    let spans: Vec<&str> = model
        .statements
        .iter()
        .map(|s| &text[s.span.range()])
        .collect();
    assert_eq!(
        spans,
        [
            "v = 1 +  ( a*b ) ^ -c [ 0..3 ] -> relu -> n: dense( 4 )",
            "output v"
        ]
    );
    assert_eq!(&text[model.span.range()], text);
    assert_eq!(&text[model.name.span.range()], "M");
}

#[test]
fn every_part_of_an_expression_knows_its_place() {
    use crate::syntax::ast::{ExpressionKind, StatementKind};

    let text = "model M { v = 1 + ( a*b )^-c -> relu -> n: dense( 4 ) }";
    let model = super::model(text);
    let StatementKind::Value { value, .. } = &model.statements[0].kind else {
        panic!("{model:?}");
    };
    let at = |span: crate::source::Span| &text[span.range()];
    let ExpressionKind::Pipe { input, stages } = &value.kind else {
        panic!("{value:?}");
    };
    assert_eq!(at(value.span), "1 + ( a*b )^-c -> relu -> n: dense( 4 )");
    assert_eq!(at(input.span), "1 + ( a*b )^-c");
    assert_eq!(at(stages[0].call.span), "relu");
    assert_eq!(at(stages[1].call.span), "dense( 4 )");
    assert_eq!(
        stages[1].label.as_ref().map(|label| at(label.span)),
        Some("n")
    );
    assert_eq!(at(stages[1].call.arguments[0].value.span), "4");
    let ExpressionKind::Binary { left, right, .. } = &input.kind else {
        panic!("{input:?}");
    };
    assert_eq!((at(left.span), at(right.span)), ("1", "( a*b )^-c"));
    let ExpressionKind::Binary { left, right, .. } = &right.kind else {
        panic!("{right:?}");
    };
    assert_eq!((at(left.span), at(right.span)), ("( a*b )", "-c"));
}
