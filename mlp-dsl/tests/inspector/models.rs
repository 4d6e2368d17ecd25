//! The models whose equations are read back, and a point for each.

use std::collections::BTreeMap;
use std::fs;
use std::rc::Rc;

use mlp_dsl::equations::{
    Equations, Evaluation, Extent, Role, Shape, TargetKind, Targets, evaluate,
};
use mlp_dsl::model::Model;
use mlp_dsl::{Compiled, Definition, Source};
use ndarray::Array2;

use crate::term::{Activation, Value, World};
use crate::text;

/// A model with what it was compiled from.
pub(crate) struct Case {
    pub(crate) compiled: Compiled,
}

impl Case {
    pub(crate) fn new(text: &str) -> Self {
        let source = Source::new("case.mlp", text);
        let compiled = mlp_dsl::compile(&source)
            .unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(&source, false)));
        Self { compiled }
    }

    pub(crate) fn fixture(name: &str) -> Self {
        let path = format!("{}/tests/fixtures/{name}.mlp", env!("CARGO_MANIFEST_DIR"));
        Self::new(&fs::read_to_string(path).expect("a fixture"))
    }

    pub(crate) fn equations(&self) -> &Equations {
        &self.compiled.models[0]
    }

    pub(crate) fn model(&self) -> &Model {
        &self.compiled.checked.models[0]
    }
}

/// The fixtures, a network for each built-in activation and loss, and graphs with parts of vectors.
pub(crate) fn all() -> Vec<Case> {
    let folder = format!("{}/tests/fixtures", env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<String> = fs::read_dir(folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "mlp"))
        .map(|path| fs::read_to_string(path).expect("a fixture"))
        // Most readers see one sample, of which a mean over the batch says nothing.
        .filter(|text| !text.contains("batch_norm"))
        .collect();
    for activation in &Case::new("const nothing = 0").compiled.checked.activations {
        let name = &activation.name;
        if name == "step" {
            continue;
        }
        texts.push(format!(
            "model A {{ input x[3] output x -> dense(4) -> {name} -> dense(2) loss mse }}"
        ));
        texts.push(format!(
            "model A {{ input x[1] output x -> dense(1) -> {name} loss mse }}"
        ));
    }
    let losses = [
        ("", "mse"),
        ("", "l1"),
        ("", "huber(delta = 0.7)"),
        ("", "smooth_l1(beta = 0.3)"),
        ("", "half_squared"),
        ("-> sigmoid", "bce"),
        ("", "bce_with_logits"),
        ("-> softmax", "cross_entropy(label_smoothing = 0.2)"),
        ("", "cross_entropy_with_logits"),
        ("-> softmax", "soft_cross_entropy"),
        ("-> log_softmax", "nll"),
        ("", "hinge"),
        ("", "squared_hinge"),
        ("-> log_softmax", "kl_div"),
        ("", "poisson_nll"),
    ];
    for (activation, loss) in losses {
        texts.push(format!(
            "model L {{ input x[2] output x -> dense(3) {activation} loss {loss} }}"
        ));
    }
    texts.extend([
        "model P { input x[6] h = x -> dense(5) -> tanh output [h[0] * h[4], h[1..3], sum(h)] -> dense(2) loss mse }".to_owned(),
        "model S { input x[6] h = x -> dense(5) -> tanh output [sum(h[1..4]), mean(h), max(h)] -> dense(2) loss mse }".to_owned(),
        "model G { input signal[4] input control[2] gate = control -> dense(4) -> sigmoid output gate * signal + (1 - gate) * tanh(signal) -> dense(1) loss mse }".to_owned(),
        "model D { input x_1[3] output x_1 -> repeat(3, dense(4) -> tanh) -> dense(1) loss mse }".to_owned(),
        "model M { input x[4] output x -> dense(6) -> dropout(0.5) -> relu -> layer_norm -> dense(2) loss mse }".to_owned(),
        "activation own(größe; k = 3, learn αβ = 0.5) = größe^2 / (k + größe^4) + αβ * größe^0.5\nmodel O { input x[2] output x -> dense(2) -> softplus -> own -> dense(1) loss l1 }".to_owned(),
    ]);
    texts.iter().map(|text| Case::new(text)).collect()
}

/// A point at which a model is evaluated, and what the interpreter says there.
pub(crate) struct Point {
    pub(crate) world: World,
    pub(crate) truth: Evaluation<f64>,
}

/// A batch of samples on which a model is evaluated, and what the interpreter says of it.
pub(crate) struct Batch {
    pub(crate) worlds: Vec<World>,
    pub(crate) truth: Evaluation<f64>,
}

/// Random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    }
}

/// A random point of `case`.
pub(crate) fn point(case: &Case, seed: u64) -> Point {
    let Batch { mut worlds, truth } = batch(case, seed, 1);
    let world = worlds.pop().expect("one sample");
    Point { world, truth }
}

/// A random point of `case` with so many samples.
pub(crate) fn batch(case: &Case, seed: u64, rows: usize) -> Batch {
    let equations = case.equations();
    let mut random = Random(seed);
    let mut numbers = |count: usize| -> Vec<f64> { (0..count).map(|_| random.next()).collect() };
    let parameters: Vec<Vec<f64>> = equations
        .parameters
        .iter()
        .map(|parameter| numbers(parameter.elements()))
        .collect();
    let (width, length) = (equations.input_length(), equations.output_length());
    let inputs = Array2::from_shape_vec((rows, width), numbers(rows * width)).expect("rows");
    let class = |row: usize| (seed as usize + row) % length;
    let targets = equations
        .objective
        .as_ref()
        .map(|objective| match objective.target_kind {
            TargetKind::Class => Targets::Classes((0..rows).map(class).collect()),
            TargetKind::Vector => {
                let values = numbers(rows * length).iter().map(|x| x.abs()).collect();
                Targets::Vectors(Array2::from_shape_vec((rows, length), values).expect("rows"))
            }
        });
    let truth = evaluate(
        equations,
        &parameters,
        inputs.view(),
        targets.as_ref(),
        Extent::Gradient,
    )
    .expect("the sizes fit");
    let functions = Rc::new(functions(&case.compiled));
    let world = |row: usize| {
        let mut world = World {
            classes: length,
            functions: Rc::clone(&functions),
            ..World::default()
        };
        for (_, variable) in equations.variables.iter() {
            let length = variable.shape.elements();
            let value = match variable.role {
                Role::Input { offset } => {
                    Value::vector(inputs.row(row).to_vec()[offset..offset + length].to_vec())
                }
                Role::Target => match &targets {
                    Some(Targets::Vectors(rows)) => Value::vector(rows.row(row).to_vec()),
                    _ => Value::number(class(row) as f64),
                },
                Role::Mask { .. } => Value::vector(vec![1.0; length]),
                Role::Parameter(index) => matrix(variable.shape, &parameters[index]),
                Role::State(_) | Role::Statistic | Role::Computed | Role::Adjoint(_) => continue,
            };
            world.set(variable.symbol.clone(), value);
        }
        world
    };
    Batch {
        worlds: (0..rows).map(world).collect(),
        truth,
    }
}

fn matrix(shape: Shape, values: &[f64]) -> Value {
    match shape {
        Shape::Scalar | Shape::Vector(_) => Value::vector(values.to_vec()),
        Shape::Matrix(rows, columns) => Value {
            rows,
            columns,
            data: values.to_vec(),
        },
        Shape::Band(band) => {
            let mut data = vec![0.0; band.rows() * band.columns()];
            for (index, value) in values.iter().enumerate() {
                let (row, place) = (index / band.window, index % band.window);
                data[row * band.columns() + band.start(row) + place] = *value;
            }
            Value {
                rows: band.rows(),
                columns: band.columns(),
                data,
            }
        }
    }
}

/// The activations without parameters, read from what `--of` prints of them.
fn functions(compiled: &Compiled) -> BTreeMap<String, Activation> {
    let activations = compiled.checked.activations.iter();
    activations
        .filter(|activation| activation.parameters.is_empty())
        .map(|activation| {
            let printed = Definition::Activation(activation).text();
            let mut lines = printed.lines();
            let mut line = || lines.next().expect("a line");
            let (first, slope) = (line(), line());
            let (_, mut sides) = text::line(first);
            let read = Activation {
                argument: activation.argument.clone(),
                formula: sides.pop().expect("a formula"),
                is_elementwise: slope.starts_with('d'),
            };
            (activation.name.clone(), read)
        })
        .collect()
}

/// Whether what was read gives the interpreter's output, loss and gradients.
pub(crate) fn assert_true(case: &Case, point: &Point, read: &World, what: &str) {
    assert_true_of_batch(case, &point.truth, std::slice::from_ref(read), what);
}

/// Whether what was read of each sample gives the interpreter's outputs, and on average its loss and gradients.
pub(crate) fn assert_true_of_batch(
    case: &Case,
    truth: &Evaluation<f64>,
    read: &[World],
    what: &str,
) {
    let equations = case.equations();
    let values = |symbol: &str| -> Vec<Value> {
        let values = read.iter().map(|world| world.get(symbol).cloned());
        let values: Option<Vec<Value>> = values.collect();
        values.unwrap_or_else(|| panic!("{what} has no {symbol}\n{equations}"))
    };
    let value = |symbol: &str| Value::mean(&values(symbol));
    let symbol = |id| equations.variables.get(id).symbol.as_str();
    let outputs = values(symbol(equations.output));
    for (own, output) in outputs.iter().zip(truth.output.rows()) {
        assert!(
            own.is_close(&Value::vector(output.to_vec())),
            "{what}: the output\n{equations}"
        );
    }
    let Some(objective) = &equations.objective else {
        return;
    };
    let loss = Value::number(truth.loss.expect("a loss"));
    assert!(
        value(symbol(objective.loss)).is_close(&loss),
        "{what}: the loss\n{equations}"
    );
    for (parameter, truth) in equations.parameters.iter().zip(&truth.gradients) {
        let gradient = symbol(parameter.gradient.expect("a gradient"));
        let own = value(gradient);
        let shape = equations.variables.get(parameter.variable).shape;
        let truth = matrix(shape, truth);
        let own = match shape {
            // Outside of the band there is nothing to be trained.
            Shape::Band(band) => {
                let mut inside = own.clone();
                for (index, element) in inside.data.iter_mut().enumerate() {
                    let (row, column) = (index / band.columns(), index % band.columns());
                    if column < band.start(row) || column >= band.start(row) + band.window {
                        *element = 0.0;
                    }
                }
                inside
            }
            _ => own,
        };
        assert!(
            own.is_close(&truth),
            "{what}: {gradient} is {own:?}, not {truth:?}\n{equations}"
        );
    }
}
