use std::boxed::Box;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use ndarray::{Array2, array};

use super::*;
use crate::data::{Dataset, Targets};
use crate::decision::Decision;
use crate::example::{Line, line};
use crate::network::{Network, Trainable};
use crate::optimizer::{Adam, Momentum, Optimizer, Sgd};
use crate::random::Random;
use crate::schedule::Schedule;
use crate::tensor::Tensor;
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

#[test]
fn a_run_that_is_resumed_ends_with_the_same_bits() {
    fn settings<'a>() -> Fit<'a, f64> {
        Fit {
            epochs: 6,
            seed: 5,
            ..Fit::default()
        }
    }
    let unbroken = trained(settings());
    let mut checkpoints = Vec::new();
    trained(Fit {
        on_checkpoint: Some(&mut |checkpoint| {
            checkpoints.push(checkpoint);
            Ok(())
        }),
        ..settings()
    });
    assert_eq!(checkpoints.len(), 6);
    for checkpoint in checkpoints {
        let resumed = trained(Fit {
            resume: Some(checkpoint),
            ..settings()
        });
        assert_eq!(resumed, unbroken);
    }
}

/// Stops a run after so many calls, and keeps its last checkpoint.
struct StopAfter {
    calls: usize,
    kept: Option<Checkpoint<f64>>,
}

impl Observer<f64> for StopAfter {
    fn advance(&mut self, _: usize) -> Control {
        self.calls = self.calls.saturating_sub(1);
        match self.calls {
            0 => Control::Stop,
            _ => Control::Continue,
        }
    }

    fn checkpoint(
        &mut self,
        _: Moment,
        make: &mut dyn FnMut() -> Result<Checkpoint<f64>, FitError>,
    ) -> Result<(), FitError> {
        self.kept = Some(make()?);
        Ok(())
    }
}

#[test]
fn a_run_can_be_stopped_within_an_epoch() {
    let data = samples(5000);
    let targets = data.typed_targets::<Line>().expect("data that fit");
    let inputs: Vec<[f64; 2]> = data
        .inputs
        .rows()
        .into_iter()
        .map(|row| [row[0], row[1]])
        .collect();
    let plan = Plan {
        decision: Decision::Probability,
        samples: 5000,
        epochs: 2,
        batch: 7,
        seed: 1,
        threads: 1,
        early_stopping: None,
        restore_best: false,
        validation: None,
        adjustment: Adjustment::default(),
        schedule: Schedule::CONSTANT,
    };
    let train = |start: Option<Checkpoint<f64>>, calls| {
        let (mut network, mut adam) = (Line::init(3), Adam::new(0.01));
        let mut learner =
            learner::Local::new(&mut network, &mut adam, &inputs, targets.clone(), None);
        let mut observer = StopAfter { calls, kept: None };
        let history = run(&mut learner, &plan, start, &mut observer).expect("data that fit");
        (network, adam, history, observer.kept)
    };
    let unbroken = train(None, usize::MAX);
    let (_, _, history, stopped) = train(None, 2);
    assert_eq!((history.ending, history.epochs.len()), (Ending::Stopped, 0));
    let stopped = stopped.expect("a checkpoint at the end");
    assert!(stopped.used > 0 && stopped.used < 5000 && stopped.used % 7 == 0);
    assert_eq!(train(Some(stopped), usize::MAX), unbroken);
}

#[test]
fn training_ends_early_with_the_best_weights() {
    let validation = samples(50);
    let mut seen = Vec::new();
    let mut see = |epoch: &Epoch| {
        seen.push(*epoch);
        Control::Continue
    };
    let (network, _, history) = trained(Fit {
        epochs: 500,
        validation: Some(&validation),
        early_stopping: Some(EarlyStopping {
            patience: 3,
            min_delta: 1e-9,
        }),
        restore_best: true,
        on_epoch: Some(&mut see),
        ..Fit::default()
    });
    assert_eq!(history.ending, Ending::Early);
    assert_eq!(seen, history.epochs);
    let watched: Vec<f64> = history.epochs.iter().map(Epoch::watched).collect();
    let best = history.restored.expect("the best were restored");
    assert_eq!(best + 3, watched.len());
    assert_eq!(mean_loss(&network, &validation), watched[best - 1]);
    let metric = history.epochs[best - 1]
        .validation
        .expect("validated")
        .metric;
    assert!(metric > 0.999, "R² {metric}");
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
fn a_schedule_that_listens_goes_on_where_it_was() {
    fn settings<'a>() -> Fit<'a, f64> {
        Fit {
            epochs: 8,
            schedule: Some((
                "reduce_on_plateau",
                &[("patience", 0.0), ("threshold", 0.9)],
            )),
            ..Fit::default()
        }
    }
    let mut kept = None;
    let unbroken = trained(Fit {
        on_checkpoint: Some(&mut |checkpoint| {
            if checkpoint.history.epochs.len() == 3 {
                kept = Some(checkpoint);
            }
            Ok(())
        }),
        ..settings()
    });
    assert!(unbroken.2.epochs[7].learning_rate < 0.01);
    let resume = kept;
    assert!(resume.is_some());
    assert_eq!(
        trained(Fit {
            resume,
            ..settings()
        }),
        unbroken
    );
    let unknown = fit(
        &mut Line::zeros(),
        &mut Sgd::new(0.1),
        &samples(9),
        Fit {
            schedule: Some(("cosin", &[])),
            ..Fit::default()
        },
    );
    assert_eq!(
        unknown.expect_err("a typing error").to_string(),
        "there is no schedule `cosin`"
    );
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

#[test]
fn a_callback_ends_training() {
    let (_, _, history) = trained(Fit {
        on_epoch: Some(&mut |epoch| match epoch.number {
            2 => Control::Stop,
            _ => Control::Continue,
        }),
        ..Fit::default()
    });
    assert_eq!((history.ending, history.epochs.len()), (Ending::Stopped, 2));
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let mut kept = None;
    trained(Fit {
        epochs: 1,
        on_checkpoint: Some(&mut |checkpoint| {
            kept = Some(checkpoint);
            Ok(())
        }),
        ..Fit::default()
    });
    let checkpoint = kept.expect("one epoch");
    let resume = |checkpoint| {
        let settings = Fit {
            resume: Some(checkpoint),
            ..Fit::default()
        };
        let result = fit(
            &mut Line::zeros(),
            &mut Sgd::new(0.1),
            &samples(9),
            settings,
        );
        result.expect_err("another optimizer").to_string()
    };
    assert_eq!(
        resume(checkpoint.clone()),
        "training cannot go on from this checkpoint: the optimizer remembers nothing, but there is exp_avg, exp_avg_sq"
    );
    let short = Checkpoint {
        weights: vec![0.0],
        ..checkpoint
    };
    assert_eq!(
        resume(short),
        "training cannot go on from this checkpoint: the checkpoint has 1 weights, but the network Line has 3"
    );
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
