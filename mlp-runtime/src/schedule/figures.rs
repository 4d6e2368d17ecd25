//! Every schedule against the learning rates of PyTorch's schedulers.

use std::string::ToString;
use std::vec::Vec;

use super::*;
use crate::figures::{cases, relative_error};

const LENGTH: Length = Length {
    epochs: 60,
    steps_per_epoch: 1,
};

#[test]
fn factors_are_those_of_pytorch() {
    let cases = cases(include_str!("../../tests/figures/schedules.csv"));
    for kind in KINDS {
        assert!(
            cases.iter().any(|case| case.name == kind.name),
            "{}",
            kind.name
        );
    }
    for case in cases {
        let schedule = Schedule::named(case.name, &case.arguments, LENGTH);
        let mut schedule = schedule.expect("a case that PyTorch knows");
        assert_eq!(case.rows.len(), 60);
        for (epoch, row) in (0..).zip(&case.rows) {
            let found = schedule.factor(epoch);
            let error = relative_error(found, row[1], 1e-6);
            assert!(
                error < 1e-11,
                "{} {:?}, {epoch}: {found}",
                case.name,
                case.arguments
            );
            schedule.observe(row[0]);
        }
    }
}

#[test]
fn schedules_of_epochs_stay_within_one_and_those_of_steps_do_not() {
    let length = Length {
        epochs: 6,
        steps_per_epoch: 10,
    };
    let factors = |name, arguments: &[(&str, f64)]| -> Vec<f64> {
        let schedule = Schedule::named(name, arguments, length).expect("a known name");
        (0..60).map(|step| schedule.factor(step)).collect()
    };
    let exponential = factors("exponential", &[("gamma", 0.5)]);
    assert_eq!(
        [0, 9, 10, 59].map(|step| exponential[step]),
        [1.0, 1.0, 0.5, 0.03125]
    );
    let cosine = factors("cosine", &[("warm_up", 0.95)]);
    assert!(cosine[..11].is_sorted() && cosine[10] == 1.0);
    assert!(cosine[10..].is_sorted_by(|earlier, later| earlier > later));
    let polynomial = factors("polynomial", &[]);
    assert_eq!([0, 30, 45].map(|step| polynomial[step]), [1.0, 0.5, 0.25]);
}

#[test]
fn the_end_of_training_is_no_end_of_a_schedule() {
    for kind in KINDS {
        let needed = [("every", 2.0), ("gamma", 0.5)];
        let is_needed = |name: &str| {
            let mut settings = kind.settings.iter();
            settings.any(|setting| setting.name == name && setting.default.is_none())
        };
        let arguments: Vec<_> = needed
            .into_iter()
            .filter(|(name, _)| is_needed(name))
            .collect();
        for epochs in [0, 1, 2] {
            let length = Length {
                epochs,
                steps_per_epoch: 0,
            };
            let schedule = Schedule::named(kind.name, &arguments, length).expect("a known name");
            for step in [0, 1, 1000, u64::MAX] {
                let factor = schedule.factor(step);
                assert!((0.0..=1.0).contains(&factor), "{}: {factor}", kind.name);
            }
        }
    }
}

#[test]
fn what_a_plateau_saw_can_be_carried_over() {
    let plateau = || Schedule::named("reduce_on_plateau", &[("patience", 1.0)], LENGTH);
    let mut first = plateau().expect("a known name");
    for loss in [1.0, 1.0, 1.0, f64::NAN] {
        first.observe(loss);
    }
    assert_eq!(first.factor(4), 0.1);
    let mut second = plateau().expect("a known name");
    *second.seen_mut().expect("it remembers") = *first.seen().expect("it remembers");
    assert_eq!(second, first);
    second.observe(1.0);
    assert!((second.factor(5) - 0.01).abs() < 1e-17);
    assert_eq!(Schedule::CONSTANT.seen(), None);
}

#[test]
fn what_cannot_be_scheduled_is_told() {
    let error = |name, arguments: &[(&str, f64)]| {
        let schedule = Schedule::named(name, arguments, LENGTH);
        schedule.expect_err("a mistake").to_string()
    };
    assert_eq!(error("cosin", &[]), "there is no schedule `cosin`");
    assert_eq!(error("step", &[("gamma", 0.5)]), "`step` needs `every`");
    assert_eq!(
        error("step", &[("every", 1.5)]),
        "`every` of `step` must be a whole number from 1 on, not 1.5"
    );
}
