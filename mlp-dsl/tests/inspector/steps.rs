//! Derivations: every form on the way has the same value.

use mlp_dsl::Definition;
use mlp_dsl::equations::notation::Fractions;
use mlp_dsl::equations::text as printer;

use crate::models::Case;
use crate::term::{Value, World};
use crate::text;

/// The forms of a derivative, one below the other, without their remarks.
fn forms(printed: &str) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for line in printed.lines().skip(1) {
        let (left, form) = line.split_once("= ").expect("a form");
        let form = form.split("  ").next().unwrap_or(form).to_owned();
        match (left.trim(), all.last_mut()) {
            ("", Some((_, forms))) => forms.push(form),
            (left, _) => all.push((left.to_owned(), vec![form])),
        }
    }
    all
}

fn world(x: f64, parameters: &[(String, f64)], value: &str) -> World {
    let mut world = World::default();
    world.set("x".to_owned(), Value::number(x));
    for (name, number) in parameters {
        world.set(name.clone(), Value::number(*number));
    }
    let (_, mut sides) = text::line(value);
    let z = world
        .evaluate(&sides.pop().expect("a value"))
        .expect("a value");
    world.set("z".to_owned(), z);
    world
}

#[test]
fn every_step_has_the_value_of_the_derivative() {
    let own = "activation own_a(x) = x^3 / (2 + sin(x)) - ln(1 + exp(-x)^2)
        activation own_b(x) = if x > 0.1 { tanh(3 * x + 1)^2 } else { max(x, -1) * min(x^2, 2) }
        activation own_c(x; learn k = 2) = sigmoid(k * x) / sqrt(1 + k^2 * x^2)
        activation fire(x) = step(x) derivative 1 / (1 + x^2)
        activation own_d(x) = x * fire(2 * x)";
    let case = Case::new(own);
    let mut checked = 0;
    for activation in &case.compiled.checked.activations {
        let view = Definition::Activation(activation).view();
        let printed = printer::page(&view.steps(Fractions::Inline));
        let first = printed.lines().next().expect("the definition").to_owned();
        // Of a stated derivative there is nothing to be checked; between vectors it is no number.
        if printed.contains("stated") || activation.name == "own_d" || printed.contains("logsumexp")
        {
            continue;
        }
        let parameters: Vec<(String, f64)> = activation
            .parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), 0.7))
            .collect();
        for (left, forms) in forms(&printed) {
            for x in [-4.1, -1.3, -0.4, 0.35, 1.7, 3.6, 7.2] {
                let world = world(x, &parameters, &first);
                let values: Vec<f64> = forms
                    .iter()
                    .map(|form| world.evaluate(&text::formula(form)).expect("a value").data[0])
                    .collect();
                let last = values[values.len() - 1];
                for (form, value) in forms.iter().zip(&values) {
                    assert!(
                        (value - last).abs() < 1e-6 * (1.0 + last.abs()),
                        "{left} = {form} is {value}, not {last} at {x}\n{printed}"
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 700, "{checked}");
}

#[test]
fn the_last_step_is_what_is_printed_without_steps() {
    let case = Case::new("const nothing = 0");
    let activations = case
        .compiled
        .checked
        .activations
        .iter()
        .map(Definition::Activation);
    let losses = case.compiled.checked.losses.iter().map(Definition::Loss);
    for definition in activations.chain(losses) {
        let view = definition.view();
        let steps = forms(&printer::page(&view.steps(Fractions::Inline)));
        let printed = forms(&printer::page(&view.page(Fractions::Inline)));
        for ((left, steps), (_, whole)) in steps.iter().zip(&printed) {
            assert_eq!(steps.last(), whole.last(), "{left}");
        }
    }
}

#[test]
fn a_stated_derivative_inside_a_formula_is_followed() {
    let case = Case::new(
        "activation fire(x) = step(x) derivative 1 / (1 + x^2)\nactivation own(x) = x * fire(2 * x)",
    );
    insta::assert_snapshot!(
        case.compiled
            .definition("own")
            .expect("it is defined")
            .text()
    );
}
