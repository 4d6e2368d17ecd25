//! Outputs so large that a probability rounds to 0 or 1: loss and gradient stay finite and right.

use mlp_macros::mlp;
use mlp_runtime::{Decision, Network};

mlp! {
    model Binary {
        input  x[1]
        output x -> dense(1) -> sigmoid
        loss   bce
    }

    model Classes {
        input  x[2]
        output x -> dense(3) -> softmax
        loss   cross_entropy
    }

    model Mixture {
        precision f64
        input  x[2]
        output x -> dense(2) -> softmax
        loss   soft_cross_entropy
    }

    model Deep {
        input  x[1]
        output x -> dense(1) -> elu -> dense(1) -> mish -> dense(1) -> log_sigmoid
        loss   half_squared
    }
}

#[test]
fn sigmoid_with_bce() {
    let mut network = Binary::zeros();
    network.parameters_mut().copy_from_slice(&[1.0, 0.0]);
    for (x, t, loss, delta) in [
        (300.0, 0.0, 300.0, 1.0),
        (-300.0, 1.0, 300.0, -1.0),
        (300.0, 1.0, 0.0, 0.0),
        (-300.0, 0.0, 0.0, 0.0),
    ] {
        let mut gradient = Binary::zeros();
        assert_eq!(network.gradient(&[x], &[t], &mut gradient), loss);
        assert_eq!(gradient.parameters(), [delta * x, delta]);
        assert_eq!(network.loss(&[x], &[t]), loss);
    }
}

#[test]
fn softmax_with_cross_entropy() {
    let mut network = Classes::zeros();
    network
        .tensor_mut("dense1.weight")
        .expect("a dense layer has weights")
        .copy_from_slice(&[1.0, 0.0, 0.0, 1.0, -1.0, 0.0]);
    let mut gradient = Classes::zeros();
    let loss = network.gradient(&[300.0, -300.0], 1, &mut gradient);
    assert_eq!(loss, 600.0);
    let bias = gradient.tensor("dense1.bias").expect("there is a bias");
    assert_eq!(bias.memory(), [1.0, -1.0, 0.0]);
    assert_eq!(network.forward(&[300.0, -300.0]), [1.0, 0.0, 0.0]);
}

#[test]
fn softmax_with_a_vector_of_probabilities() {
    let mut network = Mixture::zeros();
    network
        .parameters_mut()
        .copy_from_slice(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let mut gradient = Mixture::zeros();
    let loss = network.gradient(&[300.0, -300.0], &[0.25, 0.75], &mut gradient);
    assert_eq!(loss, 450.0);
    let bias = gradient.tensor("dense1.bias").expect("there is a bias");
    assert_eq!(bias.memory(), [0.75, -0.75]);
}

#[test]
fn branches_that_are_not_taken_do_no_harm() {
    let mut network = Deep::zeros();
    network.parameters_mut().fill(1.0);
    for x in [-300.0, -90.0, 90.0, 300.0] {
        let mut gradient = Deep::zeros();
        let loss = network.gradient(&[x], &[0.5], &mut gradient);
        assert!(loss.is_finite(), "{x}");
        assert!(
            gradient.parameters().iter().all(|value| value.is_finite()),
            "{x}: {gradient:?}"
        );
    }
}

mlp! {
    model Logits {
        input  x[1]
        output x -> dense(1)
        loss   bce_with_logits
    }

    model Margins {
        input  x[1]
        output x -> dense(1)
        loss   hinge
    }
}

#[test]
fn a_loss_says_where_its_classes_part() {
    assert_eq!(Binary::DECISION, Decision::Probability);
    assert_eq!(Logits::DECISION, Decision::Logit);
    assert_eq!(Margins::DECISION, Decision::Margin);
}
