//! Rosenblatt's rule, w ← w + η (t − y) x, is gradient descent on ½ (y − t)² with a step that counts as a line. It
//! learns AND; it never learns XOR, which no line separates (Minsky and Papert, Perceptrons, 1969).

use mlp_macros::mlp;
use mlp_runtime::Network;
use mlp_runtime::optimizer::{Optimizer, Sgd};

mlp!("perceptron.mlp");

const INPUTS: [[f32; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const RATE: f32 = 0.25;

/// Trains on one sample after the other; the epoch in which no sample was wrong, if there is one.
fn learn(targets: [f32; 4], epochs: usize) -> Option<usize> {
    let mut network = Perceptron::zeros();
    let mut sgd = Sgd::new(f64::from(RATE));
    for epoch in 1..=epochs {
        let mut wrong = 0;
        for (x, t) in INPUTS.iter().zip(targets) {
            let y = network.forward(x)[0];
            wrong += usize::from(y != t);
            let [w1, w2, b] = *network.parameters() else {
                unreachable!("two weights and a bias")
            };
            let rule = [
                w1 + RATE * (t - y) * x[0],
                w2 + RATE * (t - y) * x[1],
                b + RATE * (t - y),
            ];

            let mut gradient = Perceptron::zeros();
            network.gradient(x, &[t], &mut gradient);
            sgd.step(&mut network, &gradient);
            assert_eq!(
                network.parameters(),
                rule,
                "the derived update is Rosenblatt's rule"
            );
        }
        if wrong == 0 {
            let [w1, w2, b] = *network.parameters() else {
                unreachable!("two weights and a bias")
            };
            println!("  fires where {w1}·x₁ + {w2}·x₂ + {b} > 0");
            return Some(epoch);
        }
    }
    None
}

fn main() {
    println!("{}", Perceptron::EQUATIONS);
    for (name, targets, epochs) in [
        ("AND", [0.0, 0.0, 0.0, 1.0], 100),
        ("XOR", [0.0, 1.0, 1.0, 0.0], 10_000),
    ] {
        match learn(targets, epochs) {
            Some(epoch) => println!("{name}: every sample right after {epoch} epochs"),
            None => println!("{name}: never all right in {epochs} epochs"),
        }
    }
}
