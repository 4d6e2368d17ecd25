//! A network written by hand as the compiler would write it, for the tests of this crate.

use crate::initialiser;
use crate::network::{Network, Trainable};
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::tensor::Tensor;

/// y = w·x + b of two inputs, with the loss ½(y − t)².
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    values: [f64; 3],
}

impl Network for Line {
    type Scalar = f64;
    type Input = [f64; 2];
    type Output = [f64; 1];

    const NAME: &'static str = "Line";
    const INPUTS: usize = 2;
    const OUTPUTS: usize = 1;
    const PARAMETERS: usize = 3;
    const TENSORS: &'static [Tensor] = &[
        Tensor {
            name: "dense1.weight",
            shape: &[1, 2],
            strides: &[2, 1],
            offset: 0,
        },
        Tensor {
            name: "dense1.bias",
            shape: &[1],
            strides: &[1],
            offset: 2,
        },
    ];
    const EQUATIONS: &'static str = "y = w·x + b";
    const SOURCE: &'static str = "model Line { input x[2] output x -> dense(1) loss half_squared }";

    fn zeros() -> Self {
        Self { values: [0.0; 3] }
    }

    fn init(seed: u64) -> Self {
        let mut line = Self::zeros();
        initialiser::uniform(&mut line.values, 0.5, &mut Random::new(seed));
        line
    }

    fn parameters(&self) -> &[f64] {
        &self.values
    }

    fn parameters_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    fn forward(&self, input: &[f64; 2]) -> [f64; 1] {
        let [first, second, bias] = self.values;
        [first * input[0] + second * input[1] + bias]
    }

    fn forward_batch(&self, inputs: &[[f64; 2]], outputs: &mut [[f64; 1]]) {
        assert_eq!(inputs.len(), outputs.len());
        for (input, output) in inputs.iter().zip(outputs) {
            *output = self.forward(input);
        }
    }
}

impl Trainable for Line {
    type Target = [f64; 1];
    type Workspace = Self;

    fn workspace() -> Self {
        Self::zeros()
    }

    fn loss(&self, input: &[f64; 2], target: &[f64; 1]) -> f64 {
        let error = self.forward(input)[0] - target[0];
        0.5 * error * error
    }

    fn gradient(&self, input: &[f64; 2], target: &[f64; 1], gradient: &mut Self) -> f64 {
        self.gradient_batch(&[*input], &[*target], gradient)
    }

    fn gradient_batch(
        &self,
        inputs: &[[f64; 2]],
        targets: &[[f64; 1]],
        gradient: &mut Self,
    ) -> f64 {
        assert_eq!(inputs.len(), targets.len());
        let share = 1.0 / inputs.len() as f64;
        let mut loss = 0.0;
        for (input, target) in inputs.iter().zip(targets) {
            let error = self.forward(input)[0] - target[0];
            gradient.values[0] += share * error * input[0];
            gradient.values[1] += share * error * input[1];
            gradient.values[2] += share * error;
            loss += share * 0.5 * error * error;
        }
        loss
    }

    fn step<O: Optimizer<Self> + ?Sized>(
        &mut self,
        inputs: &[[f64; 2]],
        targets: &[[f64; 1]],
        optimizer: &mut O,
        workspace: &mut Self,
        _: &mut Random,
    ) -> f64 {
        *workspace = Self::zeros();
        let loss = self.gradient_batch(inputs, targets, workspace);
        optimizer.step(self, workspace);
        loss
    }
}

/// A line with these parameters.
pub(crate) fn line(values: [f64; 3]) -> Line {
    Line { values }
}
