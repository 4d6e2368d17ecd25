//! The equations against the reference networks, and every built-in definition against central differences.

#[path = "../src/cli/reference_file.rs"]
mod reference_file;

use std::path::Path;

use mlp_dsl::equations::{Equations, Expression, Section};
use mlp_dsl::number::Number;
use mlp_dsl::verify::{Report, Verdict, VerifyError, against, differences};
use mlp_dsl::{Compiled, Source};

fn compile(text: &str) -> Compiled {
    let source = Source::new("test.mlp", text);
    match mlp_dsl::compile(&source) {
        Ok(compiled) => compiled,
        Err(errors) => panic!("{text}\n{}", errors.render(&source, false)),
    }
}

fn fixture(name: &str) -> Equations {
    let path = format!("{}/tests/fixtures/{name}.mlp", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a fixture");
    compile(&text).models.swap_remove(0)
}

fn reference(name: &str) -> mlp_dsl::verify::Reference {
    let path = format!(
        "{}/tests/fixtures/{name}.safetensors",
        env!("CARGO_MANIFEST_DIR")
    );
    reference_file::read(Path::new(&path)).expect("a reference")
}

fn checked(text: &str) -> Report {
    let compiled = compile(text);
    differences(&compiled.checked.models[0], &compiled.models[0]).expect("a gradient")
}

fn verdicts(report: &Report) -> Vec<(&str, Verdict)> {
    (report.tensors.iter())
        .map(|tensor| (tensor.name.as_str(), tensor.verdict))
        .collect()
}

fn unchecked(report: &Report) -> usize {
    let verdicts = report.tensors.iter().map(|tensor| tensor.verdict);
    verdicts
        .filter(|verdict| *verdict != Verdict::Agrees)
        .count()
}

#[test]
fn the_equations_agree_with_the_references() {
    for name in [
        "xor",
        "digits",
        "matexp",
        "smooth_activations",
        "logistic_regression",
        "smallest_perceptron",
        "residual",
        "own_activation",
        "scalar_chain",
        "batch_norm",
    ] {
        let equations = fixture(name);
        let report = against(&equations, &reference(name)).expect(name);
        assert!(report.passed, "{name}: {report:#?}");
        // Output, loss and every gradient.
        assert_eq!(
            report.tensors.len(),
            2 + equations.parameters.len(),
            "{name}"
        );
    }
}

#[test]
fn a_wrong_reference_fails() {
    let equations = fixture("xor");
    let mut reference = reference("xor");
    let bias = reference
        .gradients
        .get_mut("dense1.bias")
        .expect("a gradient");
    bias[[3]] += 1e-3;
    let report = against(&equations, &reference).expect("the shapes fit");
    assert!(!report.passed);
    let failing: Vec<&str> = (report.tensors.iter())
        .filter(|tensor| tensor.verdict.fails())
        .map(|tensor| tensor.name.as_str())
        .collect();
    assert_eq!(failing, ["grad.dense1.bias"]);
    reference.loss = Some(f64::NAN);
    let report = against(&equations, &reference).expect("the shapes fit");
    assert_eq!(verdicts(&report)[1], ("loss", Verdict::Differs));
}

/// A gradient of 1e-258 at a saturated output is right, and more than `f32` can say.
#[test]
fn what_a_precision_cannot_hold_is_zero() {
    let reference = |gradient: f64| mlp_dsl::verify::Reference {
        input: ndarray::array![[300.0, -300.0]],
        target: Some(mlp_dsl::equations::Targets::Classes(vec![0])),
        parameters: [(
            "dense1.weight".to_owned(),
            ndarray::arr2(&[[1.0, 0.0], [0.0, 1.0]]).into_dyn(),
        )]
        .into(),
        output: None,
        loss: None,
        gradients: [(
            "dense1.weight".to_owned(),
            ndarray::arr2(&[[-gradient, gradient], [gradient, -gradient]]).into_dyn(),
        )]
        .into(),
    };
    let text = |precision| {
        format!(
            "model M {{ precision {precision} input x[2] output x -> dense(2, bias = false) -> softmax loss cross_entropy }}"
        )
    };
    let slope = 300.0 * (-600.0_f64).exp();
    for (precision, gradient, passes) in [
        ("f32", slope, true),
        ("f32", 1e-30, false),
        ("f64", 2.0 * slope, false),
    ] {
        let report =
            against(&compile(&text(precision)).models[0], &reference(gradient)).expect("it fits");
        assert_eq!(report.passed, passes, "{precision} {gradient}: {report:#?}");
    }
}

#[test]
fn tensors_that_do_not_fit_are_named() {
    let equations = fixture("xor");
    let mut reference = reference("xor");
    let bias = reference
        .parameters
        .remove("dense1.bias")
        .expect("a parameter");
    reference.parameters.insert("dense3.bias".to_owned(), bias);
    reference.gradients.remove("dense2.weight");
    reference.output = Some(ndarray::Array2::zeros((7, 2)));
    reference.target = None;
    let Err(VerifyError::Mismatch { reasons, .. }) = against(&equations, &reference) else {
        panic!("it does not fit");
    };
    assert_eq!(
        reasons,
        [
            "`output` has the shape [7, 2], the model needs [7, 1]",
            "missing: `param.dense1.bias`",
            "not in the model: `param.dense3.bias`",
            "missing: `grad.dense2.weight`",
            "`target` is missing, which loss and gradients need",
        ]
    );
}

/// Sizes of layers: the smallest, the next, and one at which nothing special happens.
const SIZES: [usize; 3] = [1, 2, 5];

#[test]
fn every_activation_passes_differences() {
    let activations = compile("const nothing = 0").checked.activations;
    assert!(activations.len() > 20);
    for activation in &activations {
        // Nothing before `step` can be trained, which the compiler refuses.
        if activation.name == "step" {
            continue;
        }
        for size in SIZES {
            let name = &activation.name;
            let report = checked(&format!(
                "model M {{ input x[3] output x -> dense({size}) -> {name} -> dense(2) loss half_squared }}"
            ));
            assert!(report.passed, "{name} {size}: {report:#?}");
            // A softmax of one element is 1, whatever comes in; the logarithm of that is 0.
            let constant = size == 1 && name.contains("softmax");
            assert_eq!(
                unchecked(&report) > 0,
                constant,
                "{name} {size}: {report:#?}"
            );
        }
    }
}

#[test]
fn every_loss_passes_differences() {
    let losses = compile("const nothing = 0").checked.losses;
    assert!(losses.len() > 10);
    for loss in losses
        .iter()
        .map(|loss| loss.name.as_str())
        .filter(|loss| *loss != "zero_one")
    {
        let end = match loss {
            "bce" => "-> sigmoid",
            "cross_entropy" | "soft_cross_entropy" => "-> softmax",
            "nll" | "kl_div" => "-> log_softmax",
            _ => "",
        };
        for size in SIZES {
            let text = format!(
                "model M {{ input x[3] output x -> dense(4) -> tanh -> dense({size}) {end} loss {loss} }}"
            );
            // One class is certain and nothing is left to learn: the compiler refuses it, or the gradient is zero.
            let one_class = loss.contains("entropy") || end == "-> log_softmax";
            let constant = size == 1 && one_class;
            if constant && mlp_dsl::compile(&Source::new("test.mlp", text.as_str())).is_err() {
                continue;
            }
            let report = checked(&text);
            assert!(report.passed, "{loss} {size}: {report:#?}");
            assert_eq!(
                unchecked(&report) > 0,
                constant,
                "{loss} {size}: {report:#?}"
            );
        }
    }
}

/// Models whose backward equations are corrupted one by one.
const MODELS: [&str; 5] = [
    "model M { input x[2] output x -> dense(3) -> tanh -> dense(1) -> sigmoid loss bce }",
    "model M { input x[4] output x -> dense(6) -> relu -> dense(5) -> relu -> dense(3) -> softmax loss cross_entropy }",
    "model M { input x[3] h = x -> dense(4) -> prelu output h + h -> dense(4) -> prelu -> dense(2) loss l1 }",
    "model M { input x[1] output x -> dense(1) -> leaky_relu -> dense(1) loss hinge }",
    "model M { input x[30] output x -> dense(40) -> relu -> dense(2) loss mse }",
];

#[test]
fn no_mistake_passes_for_a_kink() {
    for text in MODELS {
        let compiled = compile(text);
        let model = &compiled.checked.models[0];
        let right = &compiled.models[0];
        assert!(
            differences(model, right).expect("a gradient").passed,
            "{text}"
        );
        for (index, equation) in right.list.iter().enumerate() {
            if equation.section != Section::Backward {
                continue;
            }
            for factor in [0.0, -1.0, 2.0, 1.0 + 1e-5] {
                let mut wrong = right.clone();
                let factor_expression = Expression::Number(Number::float(factor));
                let value = wrong.list[index].value.clone();
                wrong.list[index].value = match value {
                    // An outer product is the whole of its equation.
                    Expression::Outer(left, right) => {
                        Expression::Outer(Box::new(left.times(factor_expression)), right)
                    }
                    value => value.times(factor_expression),
                };
                let report = differences(model, &wrong).expect("a gradient");
                let shown = right.equation_text(equation);
                assert!(
                    !report.passed,
                    "{text}: {factor} times {shown} passes: {report:#?}"
                );
                let differs = report
                    .tensors
                    .iter()
                    .any(|tensor| tensor.verdict == Verdict::Differs);
                assert!(differs, "{text}: {factor} times {shown}: {report:#?}");
            }
        }
    }
}

#[test]
fn a_gradient_that_is_no_number_fails() {
    let compiled = compile(MODELS[0]);
    for poison in [f64::NAN, f64::INFINITY] {
        let mut wrong = compiled.models[0].clone();
        let last = wrong.list.last_mut().expect("an equation");
        last.value = last
            .value
            .clone()
            .times(Expression::Number(Number::float(poison)));
        let report = differences(&compiled.checked.models[0], &wrong).expect("a gradient");
        assert!(!report.passed, "{poison}: {report:#?}");
    }
}

#[test]
fn stated_derivatives_are_not_checked_and_do_not_fail() {
    let report = checked(
        "activation fire(x) = step(x) derivative 1
         model Perceptron { input x[2] output x -> dense(2) -> fire -> dense(1) loss half_squared }",
    );
    assert!(report.passed);
    assert_eq!(
        verdicts(&report),
        [
            ("grad.dense1.weight", Verdict::StatedDerivative),
            ("grad.dense1.bias", Verdict::StatedDerivative),
            ("grad.dense2.weight", Verdict::Agrees),
            ("grad.dense2.bias", Verdict::Agrees),
        ]
    );
}

#[test]
fn formulas_with_a_domain_find_points_within_it() {
    let report = checked(
        "activation root(x) = sqrt(x)
         activation logarithm(x) = ln(x)
         model M { input x[2] output x -> dense(2) -> root -> dense(1) -> logarithm loss mse }",
    );
    assert!(report.passed, "{report:#?}");
}

#[test]
fn a_loss_that_is_nowhere_a_number_fails() {
    let report = checked(
        "activation nowhere(x) = ln(-exp(x))
         model M { input x[2] output x -> dense(1) -> nowhere loss mse }",
    );
    assert!(!report.passed);
    assert_eq!(verdicts(&report)[0].1, Verdict::NoSmoothPoint);
}

#[test]
fn without_a_loss_there_is_nothing_to_verify() {
    let compiled = compile("model M { input x[2] output x -> dense(1) }");
    let error = differences(&compiled.checked.models[0], &compiled.models[0]).expect_err("no loss");
    assert_eq!(
        error,
        VerifyError::NoLoss {
            model: "M".to_owned()
        }
    );
    assert_eq!(
        error.to_string(),
        "`M` has no loss, so there is no gradient to verify"
    );
}
