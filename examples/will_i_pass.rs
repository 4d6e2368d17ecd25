//! Logistic regression: will I pass, with these hours on the project and in class?

use mlp_macros::mlp;
use mlp_runtime::Network;
use mlp_runtime::optimizer::{Adam, Optimizer};

mlp!("will_i_pass.mlp");

/// Hours on the project, hours in class, and 1 for passed: last year's course.
const STUDENTS: [([f32; 2], [f32; 1]); 16] = [
    ([2.0, 3.0], [0.0]),
    ([4.0, 1.0], [0.0]),
    ([5.0, 6.0], [0.0]),
    ([1.0, 12.0], [0.0]),
    ([8.0, 2.0], [0.0]),
    ([6.0, 9.0], [1.0]),
    ([10.0, 4.0], [0.0]),
    ([3.0, 16.0], [0.0]),
    ([9.0, 10.0], [0.0]),
    ([14.0, 3.0], [1.0]),
    ([7.0, 15.0], [1.0]),
    ([12.0, 8.0], [1.0]),
    ([16.0, 6.0], [1.0]),
    ([11.0, 13.0], [1.0]),
    ([18.0, 2.0], [1.0]),
    ([15.0, 14.0], [1.0]),
];

fn main() {
    let (inputs, targets): (Vec<_>, Vec<_>) = STUDENTS.into_iter().unzip();
    let mut network = WillIPass::zeros();
    let mut gradient = WillIPass::zeros();
    let mut adam = Adam::new(0.05);
    for _ in 0..5000 {
        gradient.parameters_mut().fill(0.0);
        network.gradient_batch(&inputs, &targets, &mut gradient);
        adam.step(&mut network, &gradient);
    }

    let right = STUDENTS
        .iter()
        .filter(|(hours, passed)| (network.forward(hours)[0] > 0.5) == (passed[0] > 0.5))
        .count();
    println!(
        "{right} of {} students are on the right side of the line",
        STUDENTS.len()
    );
    let [project, class, bias] = *network.parameters() else {
        return;
    };
    println!(
        "p = σ({project:.2}·project + {class:.2}·class − {:.2})",
        -bias
    );
    for hours in [[5.0, 5.0], [8.0, 9.0], [12.0, 6.0], [16.0, 1.0]] {
        let chance = 100.0 * network.forward(&hours)[0];
        println!(
            "{:2} h on the project and {} h in class: {chance:5.1} %",
            hours[0], hours[1]
        );
    }
}
