//! What is observed on data is true.

use ndarray::{Array2, arr2};
use proptest::prelude::*;

use super::compiled;
use crate::equations::{Equations, Extent, Targets, evaluate};
use crate::report::{Findings, GRID, Histogram, observe, page, surface};
use crate::verify::VerifyError;

const NET: &str =
    "model Net { precision f64 input x[2] output x -> dense(3) -> relu -> dense(1) loss mse }";

/// Weights with which the second unit is never positive on the data.
fn parameters() -> Vec<Vec<f64>> {
    vec![
        vec![1.0, -1.0, -1.0, -1.0, 0.5, 2.0],
        vec![0.0, -0.5, 0.1],
        vec![0.7, 3.0, -0.4],
        vec![0.2],
    ]
}

fn data() -> (Array2<f64>, Targets<f64>) {
    let inputs = arr2(&[[1.0, 0.5], [0.2, 2.0], [0.0, 0.0], [3.0, 1.0]]);
    let targets = arr2(&[[1.0], [0.0], [0.5], [2.0]]);
    (inputs, Targets::Vectors(targets))
}

fn symbol(equations: &Equations, id: crate::equations::VariableId) -> &str {
    &equations.variables.get(id).symbol
}

#[test]
fn dead_units_are_found() {
    let compiled = compiled(NET);
    let equations = &compiled.models[0];
    let (inputs, targets) = data();
    let observed = observe(equations, &parameters(), inputs.view(), Some(&targets));
    let observed = observed.expect("the data fits");
    let units = |name: &str| {
        let found = observed
            .units
            .iter()
            .find(|units| symbol(equations, units.variable) == name);
        found.expect("it is a computed vector")
    };
    let hidden = units("a1").gradient.as_ref().expect("it has a derivative");
    assert_eq!(symbol(equations, hidden.variable), "δ1");
    assert_eq!(hidden.dead, [1]);
    let output = units("a2").gradient.as_ref().expect("it has a derivative");
    assert_eq!(output.dead, [0; 0]);
    // Of twelve values of relu, four are those of the dead unit, and one row is 0 before the biases.
    let zeros = units("z1").values.zeros;
    let relu = |x: &f64| *x <= 0.0;
    let sums = [
        0.5, -1.8, 0.0, 2.0, -2.0, -2.7, -0.5, -4.5, 1.6, 4.2, 0.1, 3.6,
    ];
    assert_eq!(zeros, sums.iter().filter(|x| relu(x)).count() as f64 / 12.0);
    let plain = evaluate(
        equations,
        &parameters(),
        inputs.view(),
        Some(&targets),
        Extent::Loss,
    );
    assert_eq!(observed.loss, plain.expect("the data fits").loss);
}

#[test]
fn the_surface_has_the_weights_in_its_middle_and_follows_its_seed() {
    let compiled = compiled(NET);
    let equations = &compiled.models[0];
    let (inputs, targets) = data();
    let at = |seed| {
        let found = surface(equations, &parameters(), inputs.view(), &targets, seed);
        found.expect("the data fits").expect("there is a loss")
    };
    let first = at(1);
    let plain = evaluate(
        equations,
        &parameters(),
        inputs.view(),
        Some(&targets),
        Extent::Loss,
    );
    let middle = first.losses[GRID / 2][GRID / 2];
    assert!((middle - plain.expect("the data fits").loss.expect("a loss")).abs() < 1e-12);
    assert_eq!(first, at(1));
    assert_ne!(first.losses, at(2).losses);
}

#[test]
fn a_report_with_data_shows_it() {
    let compiled = compiled(NET);
    let (model, equations) = (&compiled.checked.models[0], &compiled.models[0]);
    let (inputs, targets) = data();
    let observed = observe(equations, &parameters(), inputs.view(), Some(&targets));
    let observed = observed.expect("the data fits");
    let surface = surface(equations, &parameters(), inputs.view(), &targets, 7);
    let surface = surface.expect("the data fits");
    let verification = Err(VerifyError::NoLoss {
        model: "Net".to_owned(),
    });
    let page = page(&Findings {
        source: &compiled.source,
        model,
        equations,
        rust: &compiled.rust(),
        verification: &verification,
        observed: Some(&observed),
        surface: surface.as_ref(),
    });
    super::assert_well_formed(&page);
    assert!(super::section(&page, "data").contains("1 of 3"));
    assert!(super::section(&page, "surface").contains("seed 7"));
    let cells = super::section(&page, "surface").matches("<title>").count();
    assert_eq!(cells, GRID * GRID);
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let compiled = compiled(NET);
    let (_, targets) = data();
    let wide = Array2::zeros((4, 3));
    let refused = observe(
        &compiled.models[0],
        &parameters(),
        wide.view(),
        Some(&targets),
    );
    assert!(refused.is_err());
}

proptest! {
    #[test]
    fn a_histogram_counts_every_number(numbers in proptest::collection::vec(any::<f64>(), 0..60)) {
        let histogram = Histogram::new(numbers.iter().copied());
        let counted: usize = histogram.counts.iter().sum();
        prop_assert_eq!(counted + histogram.not_finite, numbers.len());
        for number in numbers.iter().filter(|number| number.is_finite()) {
            prop_assert!((histogram.range.0..=histogram.range.1).contains(number));
        }
    }
}
