//! Every printed equation is true.

use mlp_dsl::equations::Equations;
use mlp_dsl::equations::notation::Fractions;
use mlp_dsl::equations::{latex, text as printer};

use crate::models::{Batch, Case, all, assert_true, assert_true_of_batch, batch, point};
use crate::term::{Place, Term, Value, World};
use crate::{json, latex as latex_reader, text};

/// Adds what a line says; all its sides that can be evaluated have one value.
fn learn(world: &mut World, left: &Term, sides: &[Term]) {
    let values: Vec<Value> = sides
        .iter()
        .filter_map(|side| world.evaluate(side).ok())
        .collect();
    let value = values
        .last()
        .unwrap_or_else(|| panic!("{left:?} = {sides:?} cannot be evaluated"));
    for other in &values {
        assert!(other.is_close(value), "{left:?}: {values:?}");
    }
    world.set(name(left), value.clone());
}

/// Adds what a line says of each sample. A mean over the batch, which is all that its line computes, is the same for all.
fn learn_of_batch(worlds: &mut [World], left: &Term, sides: &[Term]) {
    let Some(operand) = sides.last().and_then(batch_mean) else {
        for world in worlds {
            learn(world, left, sides);
        }
        return;
    };
    let values = worlds.iter().map(|world| world.evaluate(operand));
    let values: Vec<Value> = values.map(|value| value.expect("a value")).collect();
    for world in worlds {
        world.set(name(left), Value::mean(&values));
    }
}

/// What a formula is the mean of over the batch, where it is one.
fn batch_mean(term: &Term) -> Option<&Term> {
    match term {
        Term::Call(name, operands) if name == "E" => operands.first(),
        Term::Sum(terms) if terms.len() == 1 => batch_mean(&terms[0].1),
        Term::Product(factors) if factors.len() == 1 => batch_mean(&factors[0].1),
        _ => None,
    }
}

/// The name that a left-hand side is.
fn name(left: &Term) -> String {
    match left {
        Term::Name(name) => name.clone(),
        Term::Sum(terms) if terms.len() == 1 => name(&terms[0].1),
        Term::Product(factors) if factors.len() == 1 => name(&factors[0].1),
        other => panic!("{other:?} is no name"),
    }
}

/// The lines of the parts of a printed page with these headings; a broken line is one line.
fn lines(printed: &str, headings: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut inside = false;
    for line in printed.lines() {
        if !line.starts_with(' ') {
            inside = headings.contains(&line);
        } else if inside && line.trim_start().starts_with("= ") {
            let last = lines.last_mut().expect("a line before it");
            last.push_str(&format!(" {}", line.trim_start()));
        } else if inside {
            lines.push(line.trim_start().to_owned());
        }
    }
    lines
}

#[test]
fn text_is_true() {
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        for line in lines(&case.equations().to_string(), &["forward", "backward"]) {
            let (left, sides) = text::line(&line);
            learn(&mut world, &left, &sides);
        }
        assert_true(case, &point, &world, "text");
    }
}

#[test]
fn latex_is_true() {
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        let printed = latex::page(&case.equations().page(Fractions::Stacked));
        for (left, sides) in latex_reader::rows(&printed) {
            learn(&mut world, &left, &sides);
        }
        assert_true(case, &point, &world, "LaTeX");
    }
}

#[test]
fn json_is_true() {
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        let printed = case.equations().json(&case.compiled.source).to_string();
        let model: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        for equation in model["equations"].as_array().expect("equations") {
            let left = Term::Name(equation["target"].as_str().expect("a target").to_owned());
            learn(&mut world, &left, &[json::formula(&equation["expression"])]);
        }
        assert_true(case, &point, &world, "JSON");
    }
}

/// A line of each format for every equation, of a network whose samples depend on each other.
#[test]
fn means_over_a_batch_are_true() {
    let narrow = "model B { input x[3] output x -> dense(4) -> batch_norm(eps = 0.1) -> relu -> batch_norm -> dense(2) loss mse }";
    for (seed, case) in [Case::fixture("batch_norm"), Case::new(narrow)]
        .iter()
        .enumerate()
    {
        let equations = case.equations();
        let text = lines(&equations.to_string(), &["forward", "backward"]);
        let text: Vec<_> = text.iter().map(|line| text::line(line)).collect();
        let latex = latex_reader::rows(&latex::page(&equations.page(Fractions::Stacked)));
        let printed = equations.json(&case.compiled.source);
        let json = printed["equations"].as_array().expect("equations").iter();
        let json = json.map(|equation| {
            let target = equation["target"].as_str().expect("a target");
            let side = json::formula(&equation["expression"]);
            (Term::Name(target.to_owned()), vec![side])
        });
        for (what, read) in [("text", text), ("LaTeX", latex), ("JSON", json.collect())] {
            let Batch { mut worlds, truth } = batch(case, seed as u64 + 1, 5);
            assert_eq!(read.len(), equations.list.len(), "{what}");
            for (left, sides) in &read {
                learn_of_batch(&mut worlds, left, sides);
            }
            assert_true_of_batch(case, &truth, &worlds, what);
        }
    }
}

#[test]
fn index_notation_is_true() {
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        let printed = printer::page(&case.equations().indexed(Fractions::Inline));
        for line in lines(&printed, &["forward", "backward"]) {
            let (left, sides) = text::line(&line);
            let (symbol, places) = element(&left);
            let count = |letter: char| -> usize {
                let (_, range) = line.rsplit_once(&format!("{letter} < ")).expect("a range");
                let digits: String = range.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().expect("a count")
            };
            let letters: Vec<char> = places
                .iter()
                .map(|place| match place {
                    Place::Letter(letter, 0) => *letter,
                    other => panic!("{other:?} in {line}"),
                })
                .collect();
            let (rows, columns) = match letters.as_slice() {
                [] => (1, 1),
                // One index is enough where the other side is 1.
                [letter] => (count(*letter), 1),
                [row, column] => (count(*row), count(*column)),
                other => panic!("{other:?}"),
            };
            for side in &sides {
                let mut data = Vec::new();
                let mut here = world.clone();
                for row in 0..rows {
                    for column in 0..columns {
                        here.letters
                            .extend(letters.iter().copied().zip([row, column]));
                        data.push(here.evaluate(side).expect("a value").data[0]);
                    }
                }
                let value = Value {
                    rows,
                    columns,
                    data,
                };
                if let Some(before) = world.set(symbol.clone(), value.clone()) {
                    assert!(before.is_close(&value), "{line}");
                }
            }
        }
        assert_true(case, &point, &world, "index notation");
    }
}

/// A left-hand side as a name with places.
fn element(left: &Term) -> (String, Vec<Place>) {
    match left {
        Term::Element(name, places) => (name.clone(), places.clone()),
        Term::Sum(terms) if terms.len() == 1 => element(&terms[0].1),
        Term::Product(factors) if factors.len() == 1 => element(&factors[0].1),
        other => (name(other), Vec::new()),
    }
}

#[test]
fn algorithms_are_true() {
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        let printed = printer::page(&case.equations().algorithm(Fractions::Inline));
        for line in unfolded(&lines(&printed, &["forward", "backward"])) {
            let (left, sides) = text::line(&line);
            if sides.iter().all(|side| world.evaluate(side).is_err()) {
                // An activation with parameters is shown by its name alone.
                let symbol = name(&left);
                let equations = case.equations();
                let equation = equations
                    .list
                    .iter()
                    .find(|equation| equations.variables.get(equation.target).symbol == symbol);
                let shown = equations.equation_text(equation.expect("its equation"));
                let (left, sides) = text::line(&shown);
                learn(&mut world, &left, &sides);
            } else {
                learn(&mut world, &left, &sides);
            }
        }
        assert_true(case, &point, &world, "the algorithm");
    }
}

/// The steps without numbers, and loops written out.
fn unfolded(lines: &[String]) -> Vec<String> {
    let mut steps = Vec::new();
    let mut layers: Vec<usize> = Vec::new();
    let mut body: Vec<String> = Vec::new();
    let finish = |layers: &mut Vec<usize>, body: &mut Vec<String>, steps: &mut Vec<String>| {
        for layer in layers.drain(..) {
            for line in body.iter() {
                let line = line
                    .replace("ₗ₊₁", &(layer + 1).to_string())
                    .replace("ₗ₋₁", &(layer.wrapping_sub(1)).to_string())
                    .replace('ₗ', &layer.to_string());
                steps.push(line);
            }
        }
        body.clear();
    };
    for line in lines {
        let (_, step) = line.split_once("  ").expect("a number");
        if let Some(range) = step.strip_prefix("for l = ") {
            finish(&mut layers, &mut body, &mut steps);
            let ends: Vec<usize> = range
                .split(", ")
                .filter_map(|end| end.parse().ok())
                .collect();
            let (first, last) = (ends[0], ends[ends.len() - 1]);
            layers = (first.min(last)..=first.max(last)).collect();
            if first > last {
                layers.reverse();
            }
        } else if let Some(inner) = step.strip_prefix("    ") {
            body.push(inner.to_owned());
        } else {
            finish(&mut layers, &mut body, &mut steps);
            steps.push(step.to_owned());
        }
    }
    finish(&mut layers, &mut body, &mut steps);
    steps
}

#[test]
fn the_network_as_one_formula_is_true() {
    let mut checked = 0;
    for (seed, case) in all().iter().enumerate() {
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        let printed = printer::page(&Equations::expanded(case.model(), Fractions::Inline));
        let mut known = true;
        for line in lines(&printed, &["network"]) {
            let (left, sides) = text::line(&line);
            // Activations with parameters, and layers, are shown by their names alone.
            known &= sides.iter().all(|side| world.evaluate(side).is_ok());
            if known {
                learn(&mut world, &left, &sides);
            }
        }
        if !known {
            continue;
        }
        checked += 1;
        let equations = case.equations();
        let output = world
            .get(&equations.variables.get(equations.output).symbol)
            .expect("a value");
        assert!(output.is_close(&Value::vector(point.truth.output.iter().copied().collect())));
        if let Some(loss) = point.truth.loss {
            assert!(
                world
                    .get("L")
                    .expect("a loss")
                    .is_close(&Value::number(loss)),
                "{printed}"
            );
        }
    }
    assert!(checked > 40, "{checked}");
}

/// Multiplied out from left to right, the factors of each chain give the gradient.
#[test]
fn chains_of_factors_are_true() {
    for (seed, case) in all().iter().enumerate() {
        if case.equations().objective.is_none() {
            continue;
        }
        let point = point(case, seed as u64 + 1);
        let mut world = point.world.clone();
        for line in lines(&case.equations().to_string(), &["forward"]) {
            let (left, sides) = text::line(&line);
            learn(&mut world, &left, &sides);
        }
        let printed = printer::page(&Equations::expanded(case.model(), Fractions::Inline));
        let factors: Vec<(String, Term)> = lines(&printed, &["factors"])
            .iter()
            .map(|line| {
                let (left, rest) = line.split_once(" = ").expect("a factor");
                let (_, mut sides) = text::line(&format!("f = {rest}"));
                (left.trim_end().to_owned(), sides.pop().expect("a value"))
            })
            .collect();
        for line in lines(&printed, &["derivatives"]) {
            let (left, chain) = line.split_once(" = ").expect("a chain");
            let chain = chain.split("  ").next().unwrap_or(chain);
            let mut total: Option<Value> = None;
            for chain in chain.split(" + ") {
                let chain = chain.replace(['{', '}'], "");
                let value = chain.split('·').fold(Value::number(1.0), |g, factor| {
                    if let Some(known) = world.get(factor) {
                        return known.clone();
                    }
                    let mut world = world.clone();
                    world.set("g".to_owned(), g.clone());
                    let direct = factors.iter().find(|(left, _)| left == factor);
                    if let Some((_, term)) = direct {
                        let slope = world.evaluate(term).expect("a factor");
                        world.set("slope".to_owned(), slope);
                        return world
                            .evaluate(&text::formula("g·slope"))
                            .expect("a product");
                    }
                    let applied = factors
                        .iter()
                        .find(|(left, _)| *left == format!("g·{factor}"));
                    let (_, term) = applied.unwrap_or_else(|| panic!("{factor} in\n{printed}"));
                    world.evaluate(term).expect("a factor")
                });
                total = Some(match total {
                    None => value,
                    Some(before) => {
                        let mut world = World::default();
                        world.set("a".to_owned(), before);
                        world.set("b".to_owned(), value);
                        world.evaluate(&text::formula("a + b")).expect("a sum")
                    }
                });
            }
            world.set(left.trim_end().to_owned(), total.expect("a chain"));
        }
        assert_true(case, &point, &world, "the chains");
    }
}
