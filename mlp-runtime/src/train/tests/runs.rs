//! Runs that end early, are stopped and go on.

use std::string::ToString;
use std::vec;
use std::vec::Vec;

use super::{samples, trained};
use crate::decision::Decision;
use crate::example::Line;
use crate::network::Network;
use crate::optimizer::{Adam, Sgd};
use crate::schedule::Schedule;
use crate::train::learner::Local;
use crate::train::{
    Adjustment, Checkpoint, Control, EarlyStopping, Ending, Epoch, Fit, FitError, Moment, Observer,
    Plan, fit, mean_loss, run,
};

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
        let mut learner = Local::new(&mut network, &mut adam, &inputs, targets.clone(), None);
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
