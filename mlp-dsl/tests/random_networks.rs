//! Random formulas and random graphs: whatever the rules of simplification do to a derivative, it stays the derivative.

use mlp_dsl::verify::differences;
use mlp_dsl::{Source, compile};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Formulas of `@` that are defined and moderate wherever @ is: a logarithm or a root is taken of what is positive, and
/// nothing is divided by what can be zero.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("@".to_owned()),
        1 => Just("0.5".to_owned()),
        1 => Just("2".to_owned()),
        1 => Just("mean(@)".to_owned()),
        1 => Just("logsumexp(@)".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let function = prop_oneof![
            Just("tanh"),
            Just("sigmoid"),
            Just("softplus"),
            Just("sin"),
            Just("cos"),
            Just("erf"),
            Just("silu"),
            Just("gelu"),
            Just("abs"),
            Just("softsign"),
            Just("softmax"),
        ];
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (function, inner.clone()).prop_map(|(function, a)| format!("{function}({a})")),
            pair.clone().prop_map(|(a, b)| format!("({a} + {b})")),
            pair.clone().prop_map(|(a, b)| format!("({a} - {b})")),
            pair.clone().prop_map(|(a, b)| format!("({a} * tanh({b}))")),
            pair.clone()
                .prop_map(|(a, b)| format!("({a} / (1 + ({b})^2))")),
            pair.clone().prop_map(|(a, b)| format!("max({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("min({a}, {b})")),
            (inner.clone(), pair)
                .prop_map(|(c, (a, b))| format!("if {c} > 0.3 {{ {a} }} else {{ {b} }}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("sin({a})^2")),
            inner.clone().prop_map(|a| format!("tanh({a})^3")),
            inner.clone().prop_map(|a| format!("exp(-({a})^2)")),
            inner.clone().prop_map(|a| format!("ln(1 + abs({a}))")),
            inner.clone().prop_map(|a| format!("sqrt(1 + ({a})^2)")),
            inner.prop_map(|a| format!("sum(tanh({a}))")),
        ]
    })
}

/// Compiles the text and compares its gradients with central differences.
fn holds(text: &str) -> Result<(), String> {
    let source = Source::new("random.mlp", text);
    let compiled = match compile(&source) {
        Ok(compiled) => compiled,
        // Simplification can find that a gradient is zero, which is refused with the reason.
        Err(errors)
            if errors
                .list
                .iter()
                .all(|error| error.message.contains("can never be trained")) =>
        {
            return Ok(());
        }
        Err(errors) => return Err(errors.render(&source, false)),
    };
    for (model, equations) in compiled.checked.models.iter().zip(&compiled.models) {
        let report = differences(model, equations).map_err(|error| format!("{error}\n{text}"))?;
        if !report.passed {
            return Err(format!("{text}\n{equations}\n{report:#?}"));
        }
    }
    Ok(())
}

fn check<T>(cases: u32, strategy: impl Strategy<Value = T>, text: impl Fn(&T) -> String)
where
    T: std::fmt::Debug,
{
    // The same cases in every run: a failure is a bug of the change that brought it.
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&strategy, |value| {
        holds(&text(&value)).map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn derivatives_of_random_formulas() {
    check(cases(150), formula(), |formula| {
        let formula = formula.replace('@', "x");
        format!(
            "activation f(x) = x + ({formula})
             model Random {{ precision f64 input x[3] output x -> dense(4) -> f -> dense(2) loss mse }}"
        )
    });
}

#[test]
fn gradients_of_random_graphs() {
    let activation = prop_oneof![
        Just("tanh"),
        Just("relu"),
        Just("prelu"),
        Just("silu"),
        Just("softmax"),
        Just("identity"),
        Just("log_softmax"),
        Just("hard_swish"),
        Just("layer_norm"),
    ];
    let width = 1..6_usize;
    let strategy = (
        width.clone(),
        width,
        activation.clone(),
        activation.clone(),
        activation,
        formula(),
    );
    check(
        cases(60),
        strategy,
        |(inputs, width, first, second, third, formula)| {
            let formula = formula.replace('@', "(a - b)");
            format!(
                "model Random {{
                precision f64
                input x[{inputs}]
                a = x -> dense({width}) -> {first}
                b = a * 0.5 -> dense({width}) -> {second}
                c = {formula} + a
                d = concat(b * c, a[0], c) -> local(2)
                output a + d[0..{width}] -> dense({width}, bias = false) -> {third} -> dense(2)
                loss huber
            }}"
            )
        },
    );
}

/// `RANDOM_CASES` in the environment asks for more.
fn cases(usual: u32) -> u32 {
    std::env::var("RANDOM_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usual)
}
