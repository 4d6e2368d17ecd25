//! Threads, on a network of so many parameters that the order of its sums shows.

use std::vec;
use std::vec::Vec;

use ndarray::Array2;

use crate::data::{Dataset, Targets};
use crate::network::{Network, Trainable};
use crate::optimizer::{Momentum, Optimizer};
use crate::random::Random;
use crate::tensor::Tensor;
use crate::train::{Fit, fit};

#[test]
fn threads_change_no_bit() {
    // A product of rows and parameters that is worth a thread, so that there are some.
    let mut expected = None;
    for threads in [1, 2, 4, 7] {
        let mut network = Wide::init(1);
        let mut momentum = Momentum::new(0.05, 0.5);
        let settings = Fit {
            epochs: 2,
            batch: 230,
            threads,
            ..Fit::default()
        };
        let inputs = Array2::from_shape_fn((700, 1), |(row, _)| row as f64 / 700.0);
        let targets = Targets::Values(inputs.mapv(f64::sin));
        let dataset = Dataset::new(inputs, targets).expect("as many targets");
        let history = fit(&mut network, &mut momentum, &dataset, settings).expect("data that fit");
        let found = (network.parameters().to_vec(), history.losses());
        assert_eq!(
            *expected.get_or_insert_with(|| found.clone()),
            found,
            "{threads} threads"
        );
    }
}

/// y = Σ wᵢ·sin(i·x), with the loss ½(y − t)²: many parameters, and sums that depend on their order.
#[derive(Debug, Clone, PartialEq)]
struct Wide {
    values: Vec<f64>,
}

const TERMS: usize = 5000;

impl Network for Wide {
    type Scalar = f64;
    type Input = [f64; 1];
    type Output = [f64; 1];

    const NAME: &'static str = "Wide";
    const INPUTS: usize = 1;
    const OUTPUTS: usize = 1;
    const PARAMETERS: usize = TERMS;
    const TENSORS: &'static [Tensor] = &[Tensor {
        name: "w",
        shape: &[TERMS],
        strides: &[1],
        offset: 0,
    }];
    const EQUATIONS: &'static str = "";
    const SOURCE: &'static str = "";

    fn zeros() -> Self {
        Self {
            values: vec![0.0; TERMS],
        }
    }

    fn init(seed: u64) -> Self {
        let mut network = Self::zeros();
        let bound = 0.01;
        crate::initialiser::uniform(&mut network.values, bound, &mut Random::new(seed));
        network
    }

    fn parameters(&self) -> &[f64] {
        &self.values
    }

    fn parameters_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    fn forward(&self, input: &[f64; 1]) -> [f64; 1] {
        let terms = self.values.iter().enumerate();
        [terms
            .map(|(index, w)| w * (index as f64 * input[0]).sin())
            .sum()]
    }

    fn forward_batch(&self, inputs: &[[f64; 1]], outputs: &mut [[f64; 1]]) {
        for (input, output) in inputs.iter().zip(outputs) {
            *output = self.forward(input);
        }
    }
}

impl Trainable for Wide {
    type Target = [f64; 1];
    type Workspace = Self;

    fn workspace() -> Self {
        Self::zeros()
    }

    fn loss(&self, input: &[f64; 1], target: &[f64; 1]) -> f64 {
        let error = self.forward(input)[0] - target[0];
        0.5 * error * error
    }

    fn gradient(&self, input: &[f64; 1], target: &[f64; 1], gradient: &mut Self) -> f64 {
        self.gradient_batch(&[*input], &[*target], gradient)
    }

    fn gradient_batch(
        &self,
        inputs: &[[f64; 1]],
        targets: &[[f64; 1]],
        gradient: &mut Self,
    ) -> f64 {
        let share = 1.0 / inputs.len() as f64;
        let mut loss = 0.0;
        for (input, target) in inputs.iter().zip(targets) {
            let error = self.forward(input)[0] - target[0];
            for (index, value) in gradient.values.iter_mut().enumerate() {
                *value += share / TERMS as f64 * error * (index as f64 * input[0]).sin();
            }
            loss += share * 0.5 * error * error;
        }
        loss
    }

    fn step<O: Optimizer<Self> + ?Sized>(
        &mut self,
        inputs: &[[f64; 1]],
        targets: &[[f64; 1]],
        optimizer: &mut O,
        workspace: &mut Self,
        _: &mut Random,
    ) -> f64 {
        workspace.values.fill(0.0);
        let loss = self.gradient_batch(inputs, targets, workspace);
        optimizer.step(self, workspace);
        loss
    }
}
