//! A batch_norm is trained with the statistics of the batch and answers with running ones: PyTorch's numbers.

use mlp_macros::mlp;
use mlp_runtime::optimizer::Sgd;
use mlp_runtime::train::{Fit, fit};
use mlp_runtime::{Network, Random, Trainable, data};
use safetensors::{Dtype, SafeTensors};

mlp!("../../mlp-dsl/tests/fixtures/batch_norm.mlp");

mlp! {
    /// Masks before and after, and in a branch that the first statistics do not need.
    model Dropped {
        precision f64
        input  x[4]
        h = x -> dense(12) -> dropout(0.5) -> batch_norm -> tanh
        output h + (x -> dropout(0.25) -> dense(12)) -> batch_norm -> dropout(0.5) -> dense(1)
        loss   half_squared
    }

    model Small {
        precision f64
        input  x[1]
        output x -> batch_norm(momentum = 0.5) -> dense(1)
        loss   half_squared
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../mlp-dsl/tests/fixtures");
    std::fs::read(format!("{folder}/{name}.safetensors")).expect("the fixture is there")
}

fn read(file: &SafeTensors<'_>, name: &str) -> Vec<f64> {
    let tensor = file.tensor(name).expect("the tensor is there");
    let data = tensor.data();
    let f32s = || {
        data.as_chunks()
            .0
            .iter()
            .map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
    };
    match tensor.dtype() {
        Dtype::F32 => f32s().collect(),
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

/// The network and the batch of a reference.
fn given(file: &SafeTensors<'_>) -> (Batched, Vec<[f32; 5]>, Vec<usize>) {
    let mut network = Batched::zeros();
    for tensor in Batched::TENSORS.iter().chain(Batched::STATE) {
        let values = read(file, &format!("param.{}", tensor.name));
        let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
        let mut own = network.tensor_mut(tensor.name).expect("it is there");
        own.copy_from_slice(&values);
    }
    let inputs: Vec<f32> = read(file, "input").into_iter().map(|x| x as f32).collect();
    let targets = read(file, "target").into_iter().map(|class| class as usize);
    (network, inputs.as_chunks().0.to_vec(), targets.collect())
}

fn assert_close(name: &str, found: impl IntoIterator<Item = f32>, expected: &[f64], largest: f64) {
    let found: Vec<f64> = found.into_iter().map(f64::from).collect();
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs();
        assert!(
            error <= 2e-5 * largest,
            "{name}: {found} instead of {expected}"
        );
    }
}

fn assert_gradient(file: &SafeTensors<'_>, gradient: &Batched) {
    for tensor in Batched::TENSORS {
        let name = format!("grad.{}", tensor.name);
        let found = gradient.tensor(tensor.name).expect("it is there");
        let expected = read(file, &name);
        let largest = expected
            .iter()
            .fold(0.0_f64, |largest, x| largest.max(x.abs()));
        // The mean takes a bias before it away: its gradient is zero up to rounding.
        assert_close(&name, found.iter(), &expected, largest.max(0.05));
    }
}

#[test]
fn training_has_the_numbers_of_the_reference() {
    let bytes = fixture("batch_norm");
    let file = SafeTensors::deserialize(&bytes).expect("a reference");
    let (mut network, inputs, targets) = given(&file);
    let mut gradient = Batched::zeros();
    let mut random = Random::new(1);
    let loss = network.training_gradient_batch(&inputs, &targets, &mut gradient, &mut random);
    assert_close("loss", [loss], &read(&file, "loss"), 1.0);
    assert_gradient(&file, &gradient);
    let mut outputs = vec![[0.0; 3]; inputs.len()];
    network.training_forward_batch(&inputs, &mut outputs, &mut random);
    assert_close(
        "output",
        outputs.into_flattened(),
        &read(&file, "output"),
        1.0,
    );

    network.update_statistics(&gradient);
    let bytes = fixture("batch_norm_state");
    let after = SafeTensors::deserialize(&bytes).expect("the state after the step");
    for tensor in Batched::STATE {
        let running = network.tensor(tensor.name).expect("it is there");
        assert_close(tensor.name, running.iter(), &read(&after, tensor.name), 1.0);
    }
}

#[test]
fn answers_have_the_numbers_of_the_reference() {
    let bytes = fixture("batch_norm_inference");
    let file = SafeTensors::deserialize(&bytes).expect("a reference");
    let (network, inputs, targets) = given(&file);
    let mut outputs = vec![[0.0; 3]; inputs.len()];
    network.forward_batch(&inputs, &mut outputs);
    assert_close(
        "output",
        outputs.into_flattened(),
        &read(&file, "output"),
        1.0,
    );
    let mut gradient = Batched::zeros();
    let loss = network.gradient_batch(&inputs, &targets, &mut gradient);
    assert_close("loss", [loss], &read(&file, "loss"), 1.0);
    assert_gradient(&file, &gradient);
}

#[test]
fn every_pass_sees_the_same_masks() {
    let inputs: Vec<[f64; 4]> = (0..9)
        .map(|row| std::array::from_fn(|column| ((3 * row + 5 * column) % 7) as f64))
        .collect();
    let targets = [[1.0]; 9];
    let network = Dropped::init(3);
    let loss = |network: &Dropped| {
        let mut gradient = Dropped::zeros();
        let mut random = Random::new(5);
        let loss = network.training_gradient_batch(&inputs, &targets, &mut gradient, &mut random);
        (loss, gradient)
    };
    let (_, gradient) = loss(&network);
    // With the masks of a seed the loss is a function of the parameters, whose slopes are the gradient.
    for index in (0..Dropped::PARAMETERS).step_by(7) {
        let shifted = |by: f64| {
            let mut network = network.clone();
            network.parameters_mut()[index] += by;
            loss(&network).0
        };
        let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
        let own = gradient.parameters()[index];
        assert!(
            (slope - own).abs() < 1e-7 * (1.0 + own.abs()),
            "{index}: {slope} {own}"
        );
    }
}

#[test]
fn one_sample_leaves_the_running_statistics_alone() {
    let mut network = Small::init(1);
    assert_eq!(network.state(), [0.0, 1.0]);
    let mut gradient = Small::zeros();
    let mut train = |network: &mut Small, inputs: &[[f64; 1]]| {
        let targets = vec![[0.0]; inputs.len()];
        let loss =
            network.training_gradient_batch(inputs, &targets, &mut gradient, &mut Random::new(1));
        Trainable::update_statistics(network, &gradient);
        loss
    };
    assert!(train(&mut network, &[[3.0]]).is_finite());
    assert_eq!(network.state(), [0.0, 1.0]);
    // Mean 4 and unbiased variance 2, half of them.
    train(&mut network, &[[3.0], [5.0]]);
    assert_eq!(network.state(), [2.0, 1.5]);
}

#[test]
fn fitting_tracks_the_data() {
    let inputs = ndarray::Array2::from_shape_fn((40, 1), |(row, _)| f64::from(row as u32) / 10.0);
    let targets = data::Targets::Values(inputs.mapv(|x| 3.0 * x - 1.0));
    let dataset = data::Dataset::new(inputs, targets).expect("as many targets");
    let mut network = Small::init(1);
    let settings = Fit {
        epochs: 60,
        batch: 40,
        progress: false,
        ..Fit::default()
    };
    fit(&mut network, &mut Sgd::new(0.1), &dataset, settings).expect("the data fit");
    // The mean of 0, 0.1 … 3.9 and its unbiased variance.
    assert!(
        (network.state()[0] - 1.95).abs() < 1e-9,
        "{:?}",
        network.state()
    );
    assert!(
        (network.state()[1] - 1.366_666_666_666_667).abs() < 1e-9,
        "{:?}",
        network.state()
    );
    let answer = network.forward(&[2.0])[0];
    assert!((answer - 5.0).abs() < 0.1, "{answer}");
}
