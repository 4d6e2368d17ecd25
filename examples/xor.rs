//! The smallest problem that one layer cannot solve: exclusive or.

use mlp_macros::mlp;
use mlp_runtime::Network;
use mlp_runtime::optimizer::{Optimizer, Sgd};

mlp!("xor.mlp");

fn main() {
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = [[0.0], [1.0], [1.0], [0.0]];

    println!("{}", Xor::EQUATIONS);

    let mut network = Xor::init(7);
    let mut gradient = Xor::zeros();
    let mut sgd = Sgd::new(0.5);
    for step in 0..=2000 {
        gradient.parameters_mut().fill(0.0);
        let loss = network.gradient_batch(&inputs, &targets, &mut gradient);
        if step % 500 == 0 {
            println!("step {step:4}  loss {loss:.5}");
        }
        sgd.step(&mut network, &gradient);
    }

    for (input, target) in inputs.iter().zip(targets) {
        println!(
            "{input:?} -> {:.3}, should be {}",
            network.forward(input)[0],
            target[0]
        );
    }
}
