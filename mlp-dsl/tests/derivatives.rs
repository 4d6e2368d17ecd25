//! Every built-in activation and loss with its derivative, as `mlp equations --of` prints them, and formulas whose
//! derivative a textbook states.

use mlp_dsl::{Compiled, Definition, Source, compile};

fn compiled(text: &str) -> Compiled {
    let source = Source::new("derivatives.mlp", text);
    compile(&source).unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
}

const MODEL: &str = "model Any { input x[2] output x -> dense(1) }";

#[test]
fn activations() {
    let compiled = compiled(MODEL);
    let texts: Vec<String> = compiled
        .checked
        .activations
        .iter()
        .map(|activation| Definition::Activation(activation).text())
        .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn losses() {
    let compiled = compiled(MODEL);
    let texts: Vec<String> = compiled
        .checked
        .losses
        .iter()
        .map(|loss| Definition::Loss(loss).text())
        .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn textbook_formulas() {
    let formulas = [
        ("f(y)", "ln(ln(-2*y^3))"),
        ("f(x)", "ln(x^2)"),
        ("f(x)", "x^3 - 2*x^2 + x - 7"),
        ("f(x)", "1 / (1 + exp(-x))"),
        ("f(x)", "sqrt(1 + x^2)"),
        ("f(x)", "x * ln(x)"),
        ("f(x)", "exp(-x^2 / 2)"),
        ("f(x)", "sin(x) / x"),
        ("f(x)", "(x - 1) * (x + 1)"),
        ("f(x)", "exp(x) * exp(-x)"),
        ("f(x)", "abs(x)^3"),
        ("f(x)", "max(x, 1) * min(x, 2)"),
        ("f(x)", "ln(sigmoid(x))"),
        ("f(x; k = 2)", "sigmoid(k * x)"),
        ("f(x)", "tanh(3 * x + 1)^2"),
        ("f(x)", "x^0.5"),
        ("f(x)", "if x > 0 { x^2 } else { -x }"),
    ];
    let mut texts = Vec::new();
    for (head, formula) in formulas {
        let compiled = compiled(&format!("activation {head} = {formula}\n{MODEL}"));
        let definition = compiled.definition("f").expect("it is defined");
        texts.push(definition.text());
    }
    insta::assert_snapshot!(texts.join("\n"));
}
