//! The parameters that training starts from, as generated code draws them.

use mlp_runtime::{Random, Scalar, initialiser};

use crate::equations::Equations;
use crate::schedule::{Initial, Layout, Program};

/// All parameters, tensor after tensor and each row-major. They are drawn as they lie in the memory of generated code.
pub(super) fn parameters<S: Scalar>(equations: &Equations, seed: u64) -> Vec<S> {
    let mut random = Random::new(seed);
    let mut parameters = Vec::new();
    for tensor in &Program::new(equations).tensors {
        let mut memory = vec![S::ZERO; tensor.elements()];
        match tensor.initial {
            Initial::Constant(value) => initialiser::constant(&mut memory, value),
            Initial::Uniform(bound) => initialiser::uniform(&mut memory, bound, &mut random),
            Initial::Normal(deviation) => initialiser::normal(&mut memory, deviation, &mut random),
            Initial::TruncatedNormal(deviation) => {
                initialiser::truncated_normal(&mut memory, deviation, &mut random);
            }
            Initial::Orthogonal {
                gain,
                rows,
                columns,
            } => {
                let shape = match tensor.layout {
                    Layout::RowMajor => [rows, columns],
                    Layout::ColumnMajor => [columns, rows],
                };
                initialiser::orthogonal(&mut memory, shape, gain, &mut random);
            }
        }
        parameters.extend(tensor.places().map(|place| memory[place]));
    }
    parameters
}
