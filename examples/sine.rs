//! A network that a build script compiles: the generated code is a file that can be read, searched and stepped into.

use mlp_runtime::Network;
use mlp_runtime::optimizer::{Adam, Optimizer};

include!(concat!(env!("OUT_DIR"), "/sine.rs"));

fn main() {
    let angles: Vec<[f64; 1]> = (-100..=100)
        .map(|step| [f64::from(step) / 100.0 * std::f64::consts::PI])
        .collect();
    let sines: Vec<[f64; 1]> = angles.iter().map(|[angle]| [angle.sin()]).collect();

    let mut network = Sine::init(7);
    let mut gradient = Sine::zeros();
    let mut adam = Adam::new(1e-2);
    for step in 0..=4000 {
        gradient.parameters_mut().fill(0.0);
        let loss = network.gradient_batch(&angles, &sines, &mut gradient);
        if step % 1000 == 0 {
            println!("step {step:4}  loss {loss:.2e}");
        }
        // A rate that falls to zero ends the dance around the minimum.
        adam.set_learning_rate(1e-2 * (1.0 - f64::from(step) / 4001.0));
        adam.step(&mut network, &gradient);
    }

    let error =
        |([angle], [sine]): (&[f64; 1], &[f64; 1])| (network.forward(&[*angle])[0] - sine).abs();
    let largest = angles.iter().zip(&sines).map(error).fold(0.0, f64::max);
    println!("largest error between −π and π: {largest:.1e}");
}
