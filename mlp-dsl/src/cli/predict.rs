//! `mlp predict`: what a trained model answers.

use std::path::PathBuf;

use mlp_dsl::engine::decision;
use mlp_dsl::equations::{Equations, Extent, Precision, TargetKind};
use mlp_dsl::{Diagnostic, file};
use mlp_runtime::data::Dataset;
use mlp_runtime::{Decision, Scalar};
use ndarray::Array2;
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::data::{DataArguments, Needs, apply_scaling};
use super::evaluator::Engine;
use super::measure::outputs;
use super::{input, weights};

/// Print what a trained model answers, as CSV: for classes the class and every output, else the outputs.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the model.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The weights, as `mlp train --save` or another program wrote them.
    #[arg(long, value_name = "W.safetensors")]
    weights: PathBuf,
    #[command(flatten)]
    data: DataArguments,
    /// The file to write; standard output where absent.
    #[arg(short, long, value_name = "OUT.csv")]
    output: Option<PathBuf>,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Engine::Compiled)]
    engine: Engine,
    /// The model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let (_, equations) = input::model(&compiled, arguments.model.as_deref())?;
    match equations.precision {
        Precision::F32 => run_as::<f32>(arguments, equations),
        Precision::F64 => run_as::<f64>(arguments, equations),
    }
}

fn run_as<S: Scalar>(arguments: &Arguments, equations: &Equations) -> Result<Answer, Box<Problem>> {
    let (stored, weights) = weights::load::<S>(&arguments.weights, equations)?;
    let labels = &stored.origin.labels;
    let needs = Needs::new(equations, labels, false);
    let mut data: Dataset<S> = arguments.data.read(needs)?;
    let path = &arguments.data.data;
    apply_scaling(&mut data, stored.origin.scaling.as_ref(), path)?;
    let shown = path.display().to_string();
    let (engine, extent) = (arguments.engine, Extent::Output);
    let (found, _, engine) = outputs(equations, engine, &weights, &data, extent, &shown)?;
    let objective = equations.objective.as_ref();
    let is_class = objective.is_some_and(|objective| objective.target_kind == TargetKind::Class);
    let names = (is_class || !labels.is_empty()).then_some(labels.as_slice());
    let decision = decision(equations);
    let csv = table::<S>(&found, names, decision);
    let json = json!({
        "model": equations.name,
        "engine": engine,
        "samples": found.nrows(),
        "predictions": found.rows().into_iter().map(|row| {
            let row_values = row.as_slice().unwrap_or_default();
            let class = names.map(|labels| class(row_values, labels, decision));
            json!({ "class": class, "outputs": row.to_vec() })
        }).collect::<Vec<Value>>(),
    });
    let target = arguments.output.as_deref();
    let Some(path) = target.filter(|path| !input::is_standard(path)) else {
        return Ok(Answer::good(csv, json));
    };
    let written = file::write(path, &csv);
    let shown = path.display().to_string();
    written.map_err(|error| {
        let message = format!("cannot write the file: {error}");
        Problem::about(&shown, Diagnostic::whole(message))
    })?;
    Ok(Answer::good(String::new(), json))
}

/// A line for each row of outputs, after a line with names.
fn table<S: Scalar>(
    outputs: &Array2<f64>,
    labels: Option<&[String]>,
    decision: Decision,
) -> String {
    let columns = outputs.ncols();
    let mut names: Vec<String> = (1..=columns).map(|column| format!("y{column}")).collect();
    if let Some(labels) = labels {
        let known = |class: usize| labels.get(class).cloned();
        if columns > 1 {
            let all = 0..columns;
            names = all
                .map(|class| known(class).unwrap_or(format!("class {class}")))
                .collect();
        }
        names.insert(0, "class".to_owned());
    }
    let mut text = names
        .iter()
        .map(|name| field(name))
        .collect::<Vec<_>>()
        .join(",")
        + "\n";
    for row in outputs.rows() {
        let mut fields: Vec<String> = row
            .iter()
            .map(|value| S::from_f64(*value).to_string())
            .collect();
        if let Some(labels) = labels {
            let row = row.as_slice().unwrap_or_default();
            fields.insert(0, field(&class(row, labels, decision)));
        }
        text += &(fields.join(",") + "\n");
    }
    text
}

/// A field of a CSV file, in quotes where it needs them.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// The name of the class that a row of outputs decides for.
fn class(row: &[f64], labels: &[String], decision: Decision) -> String {
    let decided = match row {
        [single] => usize::from(*single > decision.threshold()),
        row => {
            let mut best = 0;
            for (index, value) in row.iter().enumerate() {
                if *value > row[best] {
                    best = index;
                }
            }
            best
        }
    };
    let label = labels.get(decided).cloned();
    label.unwrap_or_else(|| decided.to_string())
}
