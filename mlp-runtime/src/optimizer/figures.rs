//! Every optimizer against the paths that PyTorch and optax took, in both precisions; and restored in the middle.

use std::string::ToString;
use std::vec;
use std::vec::Vec;

use super::gradient::{add_l1, add_l2, clip_norm, clip_value, norm};
use super::*;
use crate::figures::{Case, cases, numbers, relative_error};
use crate::scalar::Scalar;

const START: [f64; 5] = [-1.2, 1.0, 0.3, -0.7, 0.5];

fn figures() -> Vec<Case> {
    cases(include_str!("../../tests/figures/optimizers.csv"))
}

fn choice<S: Scalar>(case: &Case) -> Choice<Vec<S>> {
    let choice = Choice::named(case.name, &case.arguments, || vec![S::ZERO; START.len()]);
    choice.expect("a case that PyTorch knows")
}

fn start<S: Scalar>() -> Vec<S> {
    START.iter().map(|&w| S::from_f64(w)).collect()
}

/// The gradient of Σ 2(wᵢ₊₁ − wᵢ²)² + (1 − wᵢ)² over the first three parameters.
fn slope<S: Scalar>(w: &[S]) -> Vec<S> {
    let (two, four) = (S::from_f64(2.0), S::from_f64(4.0));
    let mut gradient = vec![S::ZERO; w.len()];
    for i in 0..3 {
        let ascent = w[i + 1] - w[i] * w[i];
        gradient[i] -= two * four * ascent * w[i] + two * (S::ONE - w[i]);
        gradient[i + 1] += four * ascent;
    }
    gradient
}

fn advance<S: Scalar>(choice: &mut Choice<Vec<S>>, parameters: &mut Vec<S>) {
    let gradient = slope(parameters);
    choice.step(parameters, &gradient);
}

/// The largest relative error along all paths.
fn largest_error<S: Scalar>() -> f64 {
    let mut largest = 0.0;
    for case in figures() {
        let mut choice = choice::<S>(&case);
        let mut parameters = start::<S>();
        assert_eq!(case.rows.len(), 20);
        for expected in &case.rows {
            advance(&mut choice, &mut parameters);
            for (found, &expected) in parameters.iter().zip(expected) {
                largest = f64::max(largest, relative_error(found.to_f64(), expected, 1e-2));
            }
        }
    }
    largest
}

#[test]
fn paths_are_those_of_pytorch() {
    let error = largest_error::<f64>();
    assert!(error < 1e-11, "{error:e}");
}

#[test]
fn single_precision_follows_them() {
    let error = largest_error::<f32>();
    assert!(error < 1e-3, "{error:e}");
}

#[test]
fn every_kind_and_setting_has_a_figure() {
    let figures = figures();
    for kind in KINDS {
        for setting in kind.settings {
            let named = |(name, _): &(&str, f64)| *name == setting.name;
            let mut cases = figures.iter().filter(|case| case.name == kind.name);
            assert!(
                cases.any(|case| case.arguments.iter().any(named)),
                "{} of {}",
                setting.name,
                kind.name
            );
        }
    }
}

#[test]
fn a_restored_optimizer_goes_on_to_the_same_bits() {
    for case in figures() {
        let mut unbroken = choice::<f32>(&case);
        let mut parameters = start::<f32>();
        for _ in 0..7 {
            advance(&mut unbroken, &mut parameters);
        }
        unbroken.set_learning_rate(0.5 * unbroken.learning_rate());

        let mut restored = choice::<f32>(&case);
        restored.set_learning_rate(unbroken.learning_rate());
        let (saved, empty) = (unbroken.state(), restored.state_mut());
        *empty.steps = saved.steps;
        for ((name, place), (saved_name, value)) in empty.scalars.into_iter().zip(saved.scalars) {
            assert_eq!(name, saved_name);
            *place = value;
        }
        for ((name, place), (saved_name, values)) in empty.tensors.into_iter().zip(saved.tensors) {
            assert_eq!(name, saved_name);
            place.copy_from_slice(values);
        }
        assert_eq!(restored, unbroken);

        let mut again = parameters.clone();
        for _ in 0..7 {
            advance(&mut unbroken, &mut parameters);
            advance(&mut restored, &mut again);
        }
        assert_eq!(again, parameters);
        assert_eq!(restored.state().steps, 14);
    }
}

#[test]
fn states_have_the_names_of_pytorch() {
    let names = |name, arguments: &[(&str, f64)]| -> Vec<&str> {
        let choice = Choice::named(name, arguments, || vec![0.0_f64; 2]).expect("a known name");
        let state = choice.state();
        assert_eq!(state.steps, 0);
        let tensors = state.tensors.into_iter().inspect(|(_, values)| {
            assert_eq!(values.len(), 2);
        });
        let scalars = state.scalars.into_iter().map(|(name, _)| name);
        scalars.chain(tensors.map(|(name, _)| name)).collect()
    };
    assert!(names("sgd", &[]).is_empty());
    assert_eq!(names("sgd", &[("momentum", 0.9)]), ["momentum_buffer"]);
    assert_eq!(
        names("adamw", &[("amsgrad", 1.0)]),
        ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
    );
    assert_eq!(names("nadam", &[]), ["mu_product", "exp_avg", "exp_avg_sq"]);
    assert_eq!(names("radam", &[]), ["exp_avg", "exp_avg_sq"]);
    assert_eq!(
        names("rmsprop", &[("momentum", 0.9), ("centered", 1.0)]),
        ["square_avg", "momentum_buffer", "grad_avg"]
    );
    assert_eq!(names("adagrad", &[]), ["sum"]);
    assert_eq!(names("adadelta", &[]), ["square_avg", "acc_delta"]);
    assert_eq!(names("lion", &[]), ["exp_avg"]);
}

#[test]
fn a_type_and_its_name_are_one_optimizer() {
    use crate::example::{Line, line};
    use crate::network::Network;

    fn last(mut optimizer: impl Optimizer<Line>) -> Line {
        let mut network = line([0.2, 3.0, -1.0]);
        for _ in 0..5 {
            let gradient = network.clone();
            optimizer.step(&mut network, &gradient);
        }
        network
    }
    let named = |name, arguments: &[(&str, f64)]| {
        last(Choice::named(name, arguments, Line::zeros).expect("a known name"))
    };
    assert_eq!(last(AdamW::new(1e-3)), named("adamw", &[]));
    let amsgrad = Adam::new(1e-3).betas(0.8, 0.9).amsgrad();
    let arguments = [("beta1", 0.8), ("beta2", 0.9), ("amsgrad", 1.0)];
    assert_eq!(last(amsgrad), named("adam", &arguments));
    assert_eq!(last(NAdam::new(2e-3)), named("nadam", &[]));
    assert_eq!(last(RAdam::new(1e-3)), named("radam", &[]));
    let centred = RmsProp::new(1e-2).centred().momentum(0.5);
    let arguments = [("momentum", 0.5), ("centered", 1.0)];
    assert_eq!(last(centred), named("rmsprop", &arguments));
    assert_eq!(last(Adagrad::new(1e-2)), named("adagrad", &[]));
    assert_eq!(last(Adadelta::new(1.0)), named("adadelta", &[]));
    assert_eq!(last(Lion::new(1e-4)), named("lion", &[]));
}

#[test]
fn what_cannot_be_chosen_is_told() {
    let error = |name, arguments: &[(&str, f64)]| {
        let choice = Choice::named(name, arguments, || vec![0.0_f64; 1]);
        choice.expect_err("a mistake").to_string()
    };
    assert_eq!(error("adm", &[]), "there is no optimizer `adm`");
    assert_eq!(
        error("lion", &[("eps", 1.0)]),
        "`lion` has no setting `eps`"
    );
    assert_eq!(
        error("adadelta", &[("lr", -1.0)]),
        "`lr` of `adadelta` must be a finite number from 0 on, not -1"
    );
    assert_eq!(
        error("adam", &[("amsgrad", 0.5)]),
        "`amsgrad` of `adam` must be 0 for no or 1 for yes, not 0.5"
    );
    assert_eq!(
        error("sgd", &[("nesterov", 1.0)]),
        "`sgd`: `nesterov` needs a `momentum` above 0 and no `dampening`"
    );
}

#[test]
fn clips_are_those_of_pytorch() {
    let text = include_str!("../../tests/figures/clips.csv");
    assert_eq!(text.lines().count(), 18);
    for line in text.lines() {
        let (kind, cells) = line.split_once(',').expect("a kind");
        let cells = numbers(cells);
        let mut gradient = cells[1..6].to_vec();
        match kind {
            "norm" => {
                let before = norm(&gradient);
                assert_eq!(clip_norm(&mut gradient, cells[0]), before);
            }
            _ => clip_value(&mut gradient, cells[0]),
        }
        for (&found, &expected) in gradient.iter().zip(&cells[6..]) {
            let error = relative_error(found, expected, f64::MIN_POSITIVE);
            assert!(error < 1e-14, "{line}: {found:e}");
        }
    }
}

#[test]
fn a_norm_is_finite_where_its_squares_are_not() {
    assert_eq!(
        norm(&[3e30_f32, 4e30]),
        f64::from(3e30_f32).hypot(f64::from(4e30_f32))
    );
    let many: Vec<f32> = (0..1000).map(|i| (i % 7) as f32).collect();
    let squares: f32 = many.iter().map(|g| g * g).sum();
    assert!((norm(&many) - f64::from(squares).sqrt()).abs() < 1e-9);
    assert_eq!(norm::<f64>(&[]), 0.0);
    assert!(clip_norm(&mut [f64::NAN, 1.0], 1.0).is_nan());
}

#[test]
fn penalties_add_their_gradients() {
    let parameters = [2.0, -0.5, 0.0];
    let mut gradient = [1.0; 3];
    add_l1(&mut gradient, &parameters, 0.25);
    assert_eq!(gradient, [1.25, 0.75, 1.0]);
    add_l2(&mut gradient, &parameters, 0.5);
    assert_eq!(gradient, [2.25, 0.5, 1.0]);
}
