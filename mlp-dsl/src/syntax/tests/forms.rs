//! Every form of the grammar, and the forms of its tokens.

use super::{model, parsed, tree, value};
use crate::source::Source;
use crate::syntax::ast::{ExpressionKind, Item, StatementKind};

const DIGITS: &str = "
/// 8×8 handwritten digits, ten classes.
model Digits {
    precision f64
    input  pixels[64]
    hidden = pixels -> dense(32) -> relu
    output hidden -> dense(10) -> softmax
    loss   cross_entropy(label_smoothing = 0.1)
    train  { optimizer adam(lr = 1e-3)  batch 64  epochs 30  seed 7  clip -1 }
}
";

#[test]
fn a_model_has_every_statement() {
    let model = model(DIGITS);
    assert_eq!(model.name.text, "Digits");
    assert_eq!(
        model.documentation,
        [" 8×8 handwritten digits, ten classes."]
    );
    let [precision, input, hidden, output, loss, train] = model.statements.as_slice() else {
        panic!("{model:?}");
    };
    assert!(matches!(&precision.kind, StatementKind::Precision(name) if name.text == "f64"));
    assert!(matches!(
        &input.kind,
        StatementKind::Input { name, length } if name.text == "pixels" && tree(length) == "64"
    ));
    assert!(matches!(
        &hidden.kind,
        StatementKind::Value { name, value }
            if name.text == "hidden" && tree(value) == "(pixels -> dense(32) -> relu())"
    ));
    assert!(matches!(
        &output.kind,
        StatementKind::Output(value) if tree(value) == "(hidden -> dense(10) -> softmax())"
    ));
    assert!(matches!(&loss.kind, StatementKind::Loss(call) if call.arguments.len() == 1));
    let StatementKind::Train(settings) = &train.kind else {
        panic!("{train:?}");
    };
    let settings: Vec<String> = settings
        .iter()
        .map(|setting| format!("{} {}", setting.name.text, tree(&setting.value)))
        .collect();
    assert_eq!(
        settings,
        [
            "optimizer adam(lr=1e-3)",
            "batch 64",
            "epochs 30",
            "seed 7",
            "clip (- 1)"
        ]
    );
}

#[test]
fn items_have_parameters_and_derivatives() {
    let file = parsed(
        "const n = 2 * 8
         activation f(x; learn a = 0.25, b = n, learn = 1) = a * x derivative a
         activation step2(x) = step(x)
         loss l(y, t; delta = 1) = sum((y - t)^2)
         loss m(y, t) = y",
    );
    let [
        Item::Constant(n),
        Item::Activation(f),
        Item::Activation(g),
        Item::Loss(l),
        Item::Loss(_),
    ] = file.items.as_slice()
    else {
        panic!("{file:?}");
    };
    assert_eq!(tree(&n.value), "(Multiply 2 8)");
    assert_eq!(f.argument.text, "x");
    let parameters: Vec<_> = f
        .parameters
        .iter()
        .map(|parameter| (parameter.name.text.as_str(), parameter.learn.is_some()))
        .collect();
    assert_eq!(parameters, [("a", true), ("b", false), ("learn", false)]);
    assert_eq!(f.derivative.as_ref().map(tree).as_deref(), Some("a"));
    assert_eq!(g.derivative, None);
    assert_eq!((l.output.text.as_str(), l.target.text.as_str()), ("y", "t"));
}

#[test]
fn indices_joins_calls_and_conditions() {
    for (text, expected) in [
        ("x[3]", "x[3]"),
        ("x[0..3]", "x[0..3]"),
        ("x[n - 1 .. 2*n]", "x[(Subtract n 1)..(Multiply 2 n)]"),
        ("x[1. .. 2.]", "x[1...2.]"),
        ("[a]", "[a]"),
        ("[a, b[0], [c]]", "[a b[0] [c]]"),
        ("f()", "f()"),
        ("max(a, b)", "max(a b)"),
        ("if a < b { c } else { d }", "(if Less a b c d)"),
        (
            "if a<=-1{c}else{if d != e {f} else {g}}",
            "(if LessOrEqual a (- 1) c (if NotEqual d e f g))",
        ),
        (
            "1 + if a == b { 1 } else { 2 } * 3",
            "(Add 1 (Multiply (if Equal a b 1 2) 3))",
        ),
        (
            "if a >= (b -> f) { 1 } else { 2 }",
            "(if GreaterOrEqual a (b -> f()) 1 2)",
        ),
        ("if a > b { 1 } else { 2 }", "(if Greater a b 1 2)"),
    ] {
        assert_eq!(tree(&value(text)), expected, "{text}");
    }
}

#[test]
fn numbers_have_the_forms_of_rust() {
    for text in [
        "42",
        "0.5",
        "1e-3",
        "1.",
        "1.5E+6",
        "1_000",
        "1_0.2_5e1_0",
        "0",
        "1e5",
        "2_",
    ] {
        let ExpressionKind::Number(number) = value(text).kind else {
            panic!("{text}");
        };
        assert_eq!(number, text);
    }
    assert_eq!(tree(&value("x[0..3]")), "x[0..3]");
    assert_eq!(tree(&value("x[0. ..3]")), "x[0...3]");
    assert_eq!(tree(&value("1.-x")), "(Subtract 1. x)");
}

#[test]
fn keywords_are_names_elsewhere() {
    let text = "
        const model = 1
        activation activation(derivative) = derivative derivative derivative
        loss loss(output, input) = output - input
        model train {
            input input[2]
            input_gain = input  iffy = 1  lossy = 2  elsewhere = 3  learn = 4  derivative = 5
            const = input -> train: relu
            output const
            loss loss
            train { train 1 output 2 loss 3 input 4 }
        }";
    let file = parsed(text);
    assert_eq!(file.items.len(), 4);
    let Some(Item::Model(model)) = file.items.last() else {
        panic!("{file:?}");
    };
    assert_eq!(model.statements.len(), 11);
}

#[test]
fn names_are_those_of_rust() {
    for name in ["α", "Δt", "größe", "_a", "__", "x1", "été", "变量"] {
        assert_eq!(tree(&value(name)), name);
    }
}

#[test]
fn space_comments_and_semicolons_mean_nothing() {
    let expected = [" one", "", " two"];
    for text in [
        "/// one\n///\n/// two\nmodel M{input x[1]output x}",
        "\u{FEFF}/// one\r\n///\r\n/// two  \r\nmodel M {\r\n input x[1];\r\n output x;;\r\n}\r\n;",
        "//// no\n/// one\n// in between\n///\n/* and /* here */ */\n/// two\n/**/\n/** block */
         model/*\n*/M{input x[1] // end }\noutput//\nx}//",
    ] {
        let model = model(text);
        assert_eq!(model.documentation, expected, "{text}");
        assert_eq!(model.statements.len(), 2, "{text}");
    }
}

#[test]
fn statements_end_where_nothing_continues_them() {
    let model = model(
        "model M { a = x b = a -> relu c = -b output c -> dense(1) loss mse train {} precision f32 }",
    );
    assert_eq!(model.statements.len(), 7);
}

#[test]
fn the_prelude_parses() {
    let prelude = include_str!("../../prelude.mlp");
    let source = Source::new("prelude.mlp", prelude);
    assert!(super::super::parse(&source).is_ok_and(|file| file.items.len() > 30));
}
