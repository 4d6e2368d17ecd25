//! Random networks in three ways: the equations evaluated one by one, central differences of their loss, and the
//! generated code, compiled. They agree, as `mlp verify` understands it: a gradient is within 1e-6 of its differences in
//! `f64`, relative to the largest entry of its tensor; the code is within 2e-5 of the equations in `f32` and within 1e-11
//! in `f64`, more only where rounding is seen to do more to the interpreter. `src/verify` states the reasons.
//!
//! The suite checks the same few networks every time. To check more, or others:
//!
//! ```text
//! RANDOM_CASES=10000 RANDOM_SEED=2 cargo test --release -p mlp-dsl --test random_networks -- --nocapture
//! ```
//!
//! A failure is printed with its seed and its text, and the first of them once more as small as it could be made.

mod choices;
mod formula;
mod found;
mod losses;
mod network;
mod stages;
mod trial;

use std::collections::BTreeSet;

use mlp_dsl::engine::{Engine, Optimization};
use mlp_dsl::equations::{Equations, Expression, Number};
use mlp_dsl::verify::{Interpreter, differences};

/// A number from the environment, for more cases than the suite checks.
fn setting(name: &str, usual: u64) -> u64 {
    let Ok(text) = std::env::var(name) else {
        return usual;
    };
    text.parse()
        .unwrap_or_else(|_| panic!("{name} is a whole number"))
}

#[test]
fn interpreter_code_and_differences_agree() {
    let activations = network::built_in();
    let cases = setting("RANDOM_CASES", 48);
    let first = setting("RANDOM_SEED", 1) * 1_000_000;
    // The programs of the suite are kept from one run to the next; those of a long run fill a disk.
    let folder = tempfile::tempdir().expect("a folder");
    let folder = if cases <= 100 {
        env!("CARGO_TARGET_TMPDIR").as_ref()
    } else {
        folder.path()
    };
    let outcome = trial::check(first..first + cases, &activations, folder);
    println!("{outcome}");
    assert!(
        outcome.failures.is_empty(),
        "{outcome}\n{}",
        outcome.failures.join("\n\n")
    );
    assert!(outcome.refused * 50 <= outcome.networks, "{outcome}");
    assert!(outcome.compared() > 0.9, "{outcome}");
}

#[test]
fn everything_appears_and_nearly_every_text_compiles() {
    let activations = network::built_in();
    let mut seen = BTreeSet::new();
    let (mut refused, count) = (0, 1000);
    for seed in 0..count {
        let (network, case) = trial::generated(seed, &activations);
        match case {
            Ok(Some(_)) => seen.extend(network.kinds),
            Ok(None) => refused += 1,
            Err(failure) => panic!("{failure}"),
        }
    }
    assert!(refused * 50 <= count, "{refused} of {count} are refused");
    let others = [
        "f32",
        "f64",
        "const",
        "several inputs",
        "own activation",
        "learn",
        "derivative",
        "use of an own activation",
        "reused value",
        "label",
        "slice",
        "element",
        "mean of a value",
        "sum of a value",
        "max of a value",
        "logsumexp of a value",
        "step",
        "own loss",
        "train",
    ];
    let names = activations.iter().map(|activation| activation.name.clone());
    let kinds = network::definitions()
        .chain(stages::layers())
        .chain(losses::losses());
    let kinds = kinds.chain(formula::everything()).chain(others);
    let expected = kinds.map(str::to_owned).chain(names);
    let missing: Vec<String> = expected.filter(|kind| !seen.contains(kind)).collect();
    assert!(
        missing.is_empty(),
        "{missing:?} appear in none of {count} texts"
    );
}

/// What long runs have found.
#[test]
fn what_was_found_stays_mended() {
    let failures = trial::check_texts(&found::TEXTS);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The same model with one equation a thousandth off.
fn corrupted(equations: &Equations, index: usize) -> Equations {
    let mut equations = equations.clone();
    let value = &mut equations.list[index].value;
    let right = std::mem::replace(value, Expression::ZERO);
    let factor = Expression::Number(Number::float(1.001));
    *value = match right {
        Expression::Outer(left, right) => Expression::Outer(Box::new(left.times(factor)), right),
        other => other.times(factor),
    };
    equations
}

/// Otherwise the agreement of many networks would say nothing.
#[test]
fn code_with_a_mistake_is_noticed() {
    let activations = network::built_in();
    let cases = (5_000..5_030).filter_map(|seed| trial::generated(seed, &activations).1.ok()?);
    let cases: Vec<trial::Case> = cases.collect();
    let wrong: Vec<Equations> = (cases.iter().enumerate())
        .map(|(turn, case)| corrupted(case.equations(), turn * 7 % case.equations().list.len()))
        .collect();
    let models: Vec<&Equations> = wrong.iter().collect();
    let engines = Engine::several(&models, &trial::settings(Optimization::None));
    let mut engines = engines.unwrap_or_else(|error| panic!("{error}: {:?}", error.notes()));
    let mut unnoticed = Vec::new();
    for (case, engine) in cases.iter().zip(&mut engines) {
        let report = differences(case.model(), case.equations()).expect("a gradient");
        let right = trial::code_agrees(case, report.clone(), &mut Interpreter(case.equations()));
        assert!(right.is_ok(), "{right:?}");
        if trial::code_agrees(case, report, engine).is_ok() {
            unnoticed.push(case.text.as_str());
        }
    }
    // An equation can be without effect: what only a layer norm sees, say.
    assert!(
        unnoticed.len() * 10 <= cases.len(),
        "{}",
        unnoticed.join("\n")
    );
}
