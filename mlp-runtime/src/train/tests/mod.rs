mod runs;
mod threads;

use std::boxed::Box;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use ndarray::{Array2, array};

use super::*;
use crate::data::{Dataset, Targets};
use crate::example::{Line, line};
use crate::network::Network;
use crate::optimizer::{Adam, Momentum, Optimizer, Sgd};
use crate::random::Random;
use crate::views::NetworkViews;

/// Samples of the line 2x₁ − 3x₂ + 0.5.
fn samples(count: usize) -> Dataset<f64> {
    let mut random = Random::new(1);
    let inputs = Array2::from_shape_simple_fn((count, 2), || random.normal());
    let targets = line([2.0, -3.0, 0.5])
        .forward_view(inputs.view())
        .expect("two inputs");
    Dataset::new(inputs, Targets::Values(targets)).expect("as many targets")
}

#[test]
fn a_line_is_found_by_every_optimizer() {
    let optimizers: [(&str, Box<dyn Optimizer<Line>>); 3] = [
        ("sgd", Box::new(Sgd::new(0.1))),
        ("momentum", Box::new(Momentum::new(0.02, 0.8))),
        ("adam", Box::new(Adam::new(0.03))),
    ];
    for (name, mut optimizer) in optimizers {
        let mut network = Line::init(3);
        let settings = Fit {
            epochs: 60,
            batch: 8,
            ..Fit::default()
        };
        let history =
            fit(&mut network, optimizer.as_mut(), &samples(101), settings).expect("data that fit");
        assert_eq!(history.epochs.len(), 60);
        assert!(
            history.epochs[59].loss < 1e-4 * history.epochs[0].loss,
            "{name}: {history:?}"
        );
        for (found, expected) in network.parameters().iter().zip([2.0, -3.0, 0.5]) {
            assert!((found - expected).abs() < 1e-2, "{name}: {found}");
        }
    }
}

#[test]
fn the_seed_decides_every_bit() {
    let train = |seed| {
        let mut network = Line::init(3);
        let settings = Fit {
            epochs: 3,
            seed,
            ..Fit::default()
        };
        let history = fit(&mut network, &mut Adam::new(0.01), &samples(100), settings);
        (network, history.expect("data that fit"))
    };
    assert_eq!(train(5), train(5));
    assert_ne!(train(5), train(6));
}

#[test]
fn the_loss_of_an_epoch_is_the_mean_over_samples_not_over_batches() {
    let dataset = Dataset::new(
        array![[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]],
        Targets::Values(array![[2.0], [2.0], [2.0]]),
    );
    let settings = Fit {
        epochs: 1,
        batch: 2,
        ..Fit::default()
    };
    let history = fit(
        &mut Line::zeros(),
        &mut Sgd::new(0.0),
        &dataset.expect("three rows each"),
        settings,
    );
    assert_eq!(history.map(|history| history.losses()), Ok(vec![2.0]));
}

#[test]
fn too_large_a_step_is_an_error_with_advice() {
    let settings = Fit {
        epochs: 1000,
        ..Fit::default()
    };
    let error = fit(
        &mut Line::init(1),
        &mut Sgd::new(100.0),
        &samples(64),
        settings,
    )
    .expect_err("a loss that grows");
    let FitError::Loss { learning_rate, .. } = error else {
        panic!("not a loss: {error}")
    };
    assert_eq!(learning_rate, 100.0);
    let text = error.to_string();
    assert!(
        text.starts_with("the loss became ") && text.contains("try a smaller one"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_trained_on_is_refused() {
    let train = |dataset: &Dataset<f64>, batch| {
        let settings = Fit {
            batch,
            ..Fit::default()
        };
        fit(&mut Line::zeros(), &mut Sgd::new(0.1), dataset, settings)
            .expect_err("a mistake")
            .to_string()
    };
    assert_eq!(train(&samples(0), 8), "there is no sample to train on");
    assert_eq!(
        train(&samples(5), 0),
        "a batch needs at least one sample: the batch size is 0"
    );
    let wide = Dataset::new(array![[1.0, 2.0, 3.0]], Targets::Classes(vec![0]));
    assert_eq!(
        train(&wide.expect("one row each"), 8),
        "the data have 3 inputs a row, but the network Line takes 2"
    );
}

#[test]
fn a_parameter_that_is_no_number_is_named() {
    assert_eq!(learner::first_not_finite(&line([0.0; 3])), None);
    assert_eq!(
        learner::first_not_finite(&line([0.0, f64::NAN, 0.0])),
        Some("dense1.weight")
    );
    assert_eq!(
        learner::first_not_finite(&line([0.0, 0.0, f64::INFINITY])),
        Some("dense1.bias")
    );
}
/// Trains a line with these settings and tells what came of it.
fn trained(settings: Fit<'_, f64>) -> (Line, Adam<Line>, History) {
    let (mut network, mut adam) = (Line::init(3), Adam::new(0.01));
    let history = fit(&mut network, &mut adam, &samples(500), settings).expect("data that fit");
    (network, adam, history)
}

#[test]
fn the_schedule_sets_the_rate_of_every_step() {
    let (_, adam, history) = trained(Fit {
        epochs: 4,
        schedule: Some(("step", &[("every", 2.0), ("gamma", 0.5)])),
        ..Fit::default()
    });
    let rates: Vec<f64> = history
        .epochs
        .iter()
        .map(|epoch| epoch.learning_rate)
        .collect();
    assert_eq!(rates, [0.01, 0.01, 0.005, 0.005]);
    assert_eq!(adam.learning_rate(), 0.005);
}

#[test]
fn gradients_are_clipped_and_penalties_added() {
    let data = Dataset::new(array![[3.0, 4.0]], Targets::Values(array![[1.0]])).expect("one row");
    let step = |adjustment| {
        let mut network = Line::zeros();
        network.parameters_mut().copy_from_slice(&[0.0, 0.0, 2.0]);
        let settings = Fit {
            epochs: 1,
            adjustment,
            ..Fit::default()
        };
        fit(&mut network, &mut Sgd::new(1.0), &data, settings).expect("data that fit");
        network.parameters().to_vec()
    };
    // The gradient is (3, 4, 1).
    let none = Adjustment::default();
    assert_eq!(step(none), [-3.0, -4.0, 1.0]);
    let value = Adjustment {
        clip_value: Some(2.0),
        ..none
    };
    assert_eq!(step(value), [-2.0, -2.0, 1.0]);
    let norm = Adjustment {
        clip_norm: Some(1.0),
        ..none
    };
    let expected = 26.0_f64.sqrt() + 1e-6;
    assert_eq!(step(norm)[1], -4.0 * (1.0 / expected));
    assert_eq!(step(Adjustment { l1: 0.5, ..none }), [-3.0, -4.0, 0.5]);
    assert_eq!(step(Adjustment { l2: 0.25, ..none }), [-3.0, -4.0, 0.5]);
}
