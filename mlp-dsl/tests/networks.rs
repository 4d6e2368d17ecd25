//! The equations of whole networks, as `mlp equations` prints them.

use mlp_dsl::{Source, compile};

fn equations(text: &str) -> String {
    let source = Source::new("network.mlp", text);
    compile(&source)
        .unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
        .equations_text()
}

macro_rules! fixtures {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(equations(include_str!(concat!("fixtures/", stringify!($name), ".mlp"))));
        }
    )*};
}

fixtures!(
    xor,
    digits,
    matexp,
    smooth_activations,
    logistic_regression,
    smallest_perceptron,
    residual,
    own_activation,
    scalar_chain,
    features,
    locally_connected,
    normalised,
    batch_norm,
);

#[test]
fn a_model_without_a_loss_only_answers() {
    insta::assert_snapshot!(equations(
        "model Answer { input x[3] output x -> dense(2) -> relu }"
    ));
}

#[test]
fn several_inputs_and_arithmetic_between_values() {
    insta::assert_snapshot!(equations(
        "model Gate {
            input  signal[4]
            input  control[2]
            gate = control -> dense(4) -> sigmoid
            output gate * signal + (1 - gate) * tanh(signal) -> dense(1)
            loss   mse
        }"
    ));
}

#[test]
fn a_stated_derivative_says_so() {
    insta::assert_snapshot!(equations(
        "activation fire(x) = step(x) derivative 1
        model Perceptron { input x[2] output x -> dense(1) -> fire loss half_squared }"
    ));
}

#[test]
fn probabilities_without_the_stable_pair() {
    insta::assert_snapshot!(equations(
        "model Soft { input x[3] output x -> dense(4) -> softmax loss mse }"
    ));
}

#[test]
fn several_probabilities_with_bce() {
    insta::assert_snapshot!(equations(
        "model Labels { input x[3] output x -> dense(4) -> sigmoid loss bce }"
    ));
}

#[test]
fn label_smoothing_stays_textbook() {
    insta::assert_snapshot!(equations(
        "model Smooth { input x[3] output x -> dense(4) -> softmax loss cross_entropy(label_smoothing = 0.1) }"
    ));
}

#[test]
fn parts_of_vectors() {
    insta::assert_snapshot!(equations(
        "model Parts {
            input  x[6]
            h = x -> dense(5) -> tanh
            output [h[0] * h[4], h[1..3], sum(h)] -> dense(2)
            loss   mse
        }"
    ));
}

#[test]
fn repeated_stages() {
    insta::assert_snapshot!(equations(
        "model Deep { input x[3] output x -> repeat(3, dense(4) -> tanh) -> dense(1) loss mse }"
    ));
}
