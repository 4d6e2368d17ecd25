//! A dropout leaves elements out while training and does nothing otherwise.

use mlp_macros::mlp;
use mlp_runtime::{Network, Random, Trainable};

mlp! {
    model Dropped {
        precision f64
        input  x[4]
        output x -> dense(50) -> tanh -> dropout(0.25) -> dense(1)
        loss   half_squared
    }

    model Kept {
        precision f64
        input  x[4]
        output x -> dense(50) -> tanh -> dense(1)
        loss   half_squared
    }
}

const INPUT: [f64; 4] = [0.5, -1.0, 2.0, 0.25];

/// The same parameters in both networks.
fn networks() -> (Dropped, Kept) {
    let dropped = Dropped::init(3);
    let mut kept = Kept::zeros();
    kept.parameters_mut().copy_from_slice(dropped.parameters());
    (dropped, kept)
}

#[test]
fn it_does_nothing_to_answers_losses_and_plain_gradients() {
    let (dropped, kept) = networks();
    assert_eq!(dropped.forward(&INPUT), kept.forward(&INPUT));
    let (mut own, mut other) = (Dropped::zeros(), Kept::zeros());
    assert_eq!(
        dropped.gradient(&INPUT, &[1.0], &mut own),
        kept.gradient(&INPUT, &[1.0], &mut other)
    );
    assert_eq!(own.parameters(), other.parameters());
    // Without one, training is the plain gradient.
    let mut trained = Kept::zeros();
    Trainable::training_gradient_batch(
        &kept,
        &[INPUT],
        &[[1.0]],
        &mut trained,
        &mut Random::new(1),
    );
    assert_eq!(trained.parameters(), other.parameters());
}

#[test]
fn training_leaves_out_a_quarter_and_the_same_seed_the_same_elements() {
    let (dropped, kept) = networks();
    let train = |seed| {
        let mut gradient = Dropped::zeros();
        let loss = dropped.training_gradient_batch(
            &[INPUT],
            &[[1.0]],
            &mut gradient,
            &mut Random::new(seed),
        );
        (loss, gradient)
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));

    // What is left out of the second layer's input has no gradient there; what is left is scaled by 4/3.
    let (loss, gradient) = train(1);
    let weights = gradient
        .tensor("dense2.weight")
        .expect("there is a second layer");
    let left_out = weights.iter().filter(|weight| *weight == 0.0).count();
    assert!((3..25).contains(&left_out), "{left_out} of 50");

    let mut plain = Kept::zeros();
    kept.gradient(&INPUT, &[1.0], &mut plain);
    let plain = plain
        .tensor("dense2.weight")
        .expect("there is a second layer");
    let (first, own) = weights
        .iter()
        .zip(plain.iter())
        .find(|(weight, _)| *weight != 0.0)
        .expect("something is left");
    let bias = gradient.tensor("dense2.bias").expect("there is a bias");
    let delta = bias.memory()[0];
    let plain_delta = kept.forward(&INPUT)[0] - 1.0;
    assert!((first / delta - 4.0 / 3.0 * own / plain_delta).abs() < 1e-12);
    assert!((loss - delta * delta / 2.0).abs() < 1e-12);
}
