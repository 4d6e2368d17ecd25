//! The code that `mlp!` writes gives the numbers of reference networks, computed in float64 by another system.

mod levels;

use std::path::Path;

use mlp_macros::mlp;
use mlp_runtime::{Row, Scalar, Target, Trainable};
use safetensors::{Dtype, SafeTensors};

mlp!("../../mlp-dsl/tests/fixtures/xor.mlp");
mlp!("../../mlp-dsl/tests/fixtures/digits.mlp");
mlp!("../../mlp-dsl/tests/fixtures/matexp.mlp");
mlp!("../../mlp-dsl/tests/fixtures/smooth_activations.mlp");
mlp!("../../mlp-dsl/tests/fixtures/logistic_regression.mlp");
mlp!("../../mlp-dsl/tests/fixtures/smallest_perceptron.mlp");
mlp!("../../mlp-dsl/tests/fixtures/residual.mlp");
mlp!("../../mlp-dsl/tests/fixtures/own_activation.mlp");
mlp!("../../mlp-dsl/tests/fixtures/scalar_chain.mlp");
mlp!("../../mlp-dsl/tests/fixtures/features.mlp");
mlp!("../../mlp-dsl/tests/fixtures/locally_connected.mlp");
mlp!("../../mlp-dsl/tests/fixtures/normalised.mlp");

/// The elements of a tensor as `f64`.
fn read(file: &SafeTensors<'_>, name: &str) -> Vec<f64> {
    let tensor = file
        .tensor(name)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let data = tensor.data();
    match tensor.dtype() {
        Dtype::F32 => data
            .as_chunks()
            .0
            .iter()
            .map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
            .collect(),
        Dtype::F64 => data
            .as_chunks()
            .0
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect(),
        Dtype::I64 => data
            .as_chunks()
            .0
            .iter()
            .map(|bytes| i64::from_le_bytes(*bytes) as f64)
            .collect(),
        other => panic!("{name} is {other:?}"),
    }
}

fn read_as<T: Scalar>(file: &SafeTensors<'_>, name: &str) -> Vec<T> {
    read(file, name).into_iter().map(T::from_f64).collect()
}

fn assert_close<T: Scalar>(name: &str, found: &[T], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected
        .iter()
        .fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for (found, expected) in found.iter().zip(expected) {
        let error = (found.to_f64() - expected).abs();
        assert!(
            error <= tolerance * largest,
            "{name}: {found} instead of {expected}"
        );
    }
}

fn check<N: Trainable>(name: &str, tolerance: f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../mlp-dsl/tests/fixtures/{name}.safetensors"));
    let bytes = std::fs::read(path).expect("the fixture is there");
    let file = SafeTensors::deserialize(&bytes).expect("the fixture is a safetensors file");

    let mut network = N::zeros();
    for tensor in N::TENSORS {
        let values = read_as(&file, &format!("param.{}", tensor.name));
        network
            .tensor_mut(tensor.name)
            .expect("the network has its tensors")
            .copy_from_slice(&values);
    }
    let inputs = read_as::<N::Scalar>(&file, "input");
    let inputs = N::Input::rows(&inputs).expect("rows fit");
    let targets = read_as::<N::Scalar>(&file, "target");
    let width = targets.len() / inputs.len();
    let targets: Vec<N::Target> = (targets.chunks(width))
        .map(|row| match width {
            1 if N::OUTPUTS > 1 => N::Target::from_class(row[0].to_f64() as usize, N::OUTPUTS),
            _ => N::Target::from_values(row, N::OUTPUTS),
        })
        .map(|target| target.expect("targets fit"))
        .collect();

    let mut outputs = vec![N::Output::zeros(); inputs.len()];
    network.forward_batch(inputs, &mut outputs);
    let flat: Vec<N::Scalar> = outputs
        .iter()
        .flat_map(|row| row.as_slice().iter().copied())
        .collect();
    assert_close("output", &flat, &read(&file, "output"), tolerance);

    let mut gradient = N::zeros();
    let loss = network.gradient_batch(inputs, &targets, &mut gradient);
    assert_close("loss", &[loss], &read(&file, "loss"), tolerance);
    for tensor in N::TENSORS {
        let name = format!("grad.{}", tensor.name);
        let found = gradient
            .tensor(tensor.name)
            .expect("the network has its tensors");
        let found: Vec<N::Scalar> = found.iter().collect();
        assert_close(&name, &found, &read(&file, &name), tolerance);
    }

    // One sample at a time adds up to the batch.
    let mut sum = N::zeros();
    let mut losses = 0.0;
    for (input, target) in inputs.iter().zip(&targets) {
        losses += network.gradient(input, target, &mut sum).to_f64();
        assert_eq!(
            network.loss(input, target),
            network.gradient(input, target, &mut N::zeros())
        );
    }
    let count = inputs.len() as f64;
    assert_close(
        "loss, sample by sample",
        &[losses / count],
        &read(&file, "loss"),
        tolerance,
    );
    let scaled: Vec<f64> = gradient
        .parameters()
        .iter()
        .map(|value| value.to_f64() * count)
        .collect();
    assert_close(
        "gradient, sample by sample",
        sum.parameters(),
        &scaled,
        tolerance,
    );
}

const SINGLE: f64 = 2e-5;
const DOUBLE: f64 = 1e-11;

#[test]
fn xor() {
    check::<Xor>("xor", SINGLE);
}

#[test]
fn digits() {
    check::<Digits>("digits", SINGLE);
}

#[test]
fn matexp() {
    check::<MatrixExponential>("matexp", SINGLE);
}

#[test]
fn smooth_activations() {
    check::<Smooth>("smooth_activations", SINGLE);
}

#[test]
fn logistic_regression() {
    check::<WillIPass>("logistic_regression", SINGLE);
}

#[test]
fn smallest_perceptron() {
    check::<Smallest>("smallest_perceptron", DOUBLE);
}

#[test]
fn residual() {
    check::<Residual>("residual", SINGLE);
}

#[test]
fn own_activation() {
    check::<Own>("own_activation", SINGLE);
}

#[test]
fn scalar_chain() {
    check::<Chain>("scalar_chain", DOUBLE);
}

#[test]
fn features() {
    check::<Circle>("features", SINGLE);
}

#[test]
fn locally_connected() {
    check::<Local>("locally_connected", SINGLE);
}

#[test]
fn normalised() {
    check::<Normalised>("normalised", SINGLE);
}
