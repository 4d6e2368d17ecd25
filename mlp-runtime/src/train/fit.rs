use std::boxed::Box;
use std::vec::Vec;

use super::FitError;
use super::progress::Progress;
use crate::data::{Batches, Dataset};
use crate::network::{Network, Trainable};
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::scalar::Scalar;

/// How [`fit`] goes about training. Change what matters and leave the rest: `Fit { epochs: 30, ..Fit::default() }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// How often every sample is used; 10 by default.
    pub epochs: usize,
    /// Samples per step; 32 by default.
    pub batch: usize,
    /// Decides the order of the samples; 0 by default.
    pub seed: u64,
    /// Whether to show a progress bar where standard error is a terminal; so by default.
    pub progress: bool,
}

impl Default for Fit {
    fn default() -> Self {
        Self {
            epochs: 10,
            batch: 32,
            seed: 0,
            progress: true,
        }
    }
}

/// What happened in training.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The mean loss over the samples of each epoch, each taken before the step it led to.
    pub losses: Vec<f64>,
}

/// Trains `network` on all samples for some epochs, shuffled anew for each.
///
/// The same network, optimizer, data and settings give the same bits on every machine.
///
/// # Errors
/// Where the data do not fit the network, where there are none, or where loss or parameters become infinite or NaN; the
/// network is then left as it is.
pub fn fit<N: Trainable, O: Optimizer<N> + ?Sized>(
    network: &mut N,
    optimizer: &mut O,
    dataset: &Dataset<N::Scalar>,
    settings: &Fit,
) -> Result<History, FitError> {
    if settings.batch == 0 {
        return Err(FitError::EmptyBatch);
    }
    let mut batches = Batches::<N>::new(dataset, settings.batch, settings.seed)?;
    if dataset.is_empty() {
        return Err(FitError::NoSamples);
    }
    // Networks can be larger than a thread's stack; one gradient serves every step.
    let mut gradient = Box::new(N::zeros());
    // Apart from the shuffling, so that a `dropout` does not change the order of the samples.
    let mut random = Random::new(!settings.seed);
    let progress = Progress::new(settings.progress, settings.epochs, dataset.len());
    let mut history = History::default();

    for epoch in 1..=settings.epochs {
        progress.begin_epoch(epoch);
        batches.shuffle();
        let mut sum = 0.0;
        let mut step = 0;
        while let Some((inputs, targets)) = batches.next_batch() {
            step += 1;
            gradient.parameters_mut().fill(N::Scalar::ZERO);
            let loss = network
                .training_gradient_batch(inputs, targets, &mut gradient, &mut random)
                .to_f64();
            if !loss.is_finite() {
                let learning_rate = optimizer.learning_rate();
                return Err(FitError::Loss {
                    loss,
                    epoch,
                    step,
                    learning_rate,
                });
            }
            network.update_statistics(&gradient);
            optimizer.step(network, &gradient);
            sum += loss * inputs.len() as f64;
            progress.advance(inputs.len());
        }
        // A maximum with 0 can hide a NaN from the loss.
        if let Some(tensor) = first_not_finite(network) {
            let learning_rate = optimizer.learning_rate();
            return Err(FitError::Parameter {
                tensor,
                epoch,
                learning_rate,
            });
        }
        let loss = sum / dataset.len() as f64;
        progress.end_epoch(loss);
        history.losses.push(loss);
    }
    progress.finish();
    Ok(history)
}

/// The name of the first tensor with a value that is infinite or NaN.
fn first_not_finite<N: Network>(network: &N) -> Option<&'static str> {
    let parameters = network.parameters();
    let index = parameters.iter().position(|value| !value.is_finite())?;
    let tensor = N::TENSORS
        .iter()
        .find(|tensor| (tensor.offset..tensor.offset + tensor.len()).contains(&index));
    Some(tensor.map_or(N::NAME, |tensor| tensor.name))
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use ndarray::{Array2, array};

    use super::*;
    use crate::data::Targets;
    use crate::example::{Line, line};
    use crate::optimizer::{Adam, Momentum, Sgd};
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
        let settings = Fit {
            epochs: 60,
            batch: 8,
            ..Fit::default()
        };
        let optimizers: [(&str, Box<dyn Optimizer<Line>>); 3] = [
            ("sgd", Box::new(Sgd::new(0.1))),
            ("momentum", Box::new(Momentum::new(0.02, 0.8))),
            ("adam", Box::new(Adam::new(0.03))),
        ];
        for (name, mut optimizer) in optimizers {
            let mut network = Line::init(3);
            let history = fit(&mut network, optimizer.as_mut(), &samples(101), &settings)
                .expect("data that fit");
            assert_eq!(history.losses.len(), 60);
            assert!(
                history.losses[59] < 1e-4 * history.losses[0],
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
            let history = fit(&mut network, &mut Adam::new(0.01), &samples(100), &settings);
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
            &settings,
        );
        assert_eq!(history, Ok(History { losses: vec![2.0] }));
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
            &settings,
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
            fit(&mut Line::zeros(), &mut Sgd::new(0.1), dataset, &settings)
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
        assert_eq!(first_not_finite(&line([0.0; 3])), None);
        assert_eq!(
            first_not_finite(&line([0.0, f64::NAN, 0.0])),
            Some("dense1.weight")
        );
        assert_eq!(
            first_not_finite(&line([0.0, 0.0, f64::INFINITY])),
            Some("dense1.bias")
        );
    }
}
