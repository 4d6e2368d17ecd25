//! `mlp report`: one page that shows a model from all sides.

use std::path::{Path, PathBuf};

use mlp_dsl::equations::{Equations, EvaluationError, TargetKind, Targets};
use mlp_dsl::report::{self, Findings, Observed, Surface};
use mlp_dsl::{Compiled, Diagnostic, Diagnostics, verify};
use mlp_runtime::data::{self, CsvOptions, TargetColumns};
use ndarray::{Array2, s};
use serde_json::json;

use super::answer::{Answer, Problem};
use super::{input, output, reference_file, weights_file};

/// Write one page that links source, graph, equations and generated Rust.
///
/// It shows the costs of each layer and the gradients against central differences; with weights and data also how values
/// and gradients are distributed, dead units, and the loss around the weights. The page needs no network.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the model.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The page to write; standard output where absent.
    #[arg(short, long, value_name = "OUT.html")]
    output: Option<PathBuf>,
    /// The model of this name, where the file has several.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Trained weights, each tensor under its name.
    #[arg(long, value_name = "W.safetensors", requires = "data")]
    weights: Option<PathBuf>,
    /// Data to observe the model on: CSV with targets in the last columns, or safetensors with `input` and `target`.
    #[arg(long, value_name = "DATA", requires = "weights")]
    data: Option<PathBuf>,
    /// Chooses the directions in which the loss is looked at.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// More samples than this would make a page slow to compute and say no more.
const MOST_SAMPLES: usize = 2000;

/// The multiply-adds that the surface of the loss may cost in all.
const SURFACE_WORK: usize = 2_000_000_000;

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let models = input::models(&compiled, arguments.model.as_deref())?;
    let [(model, equations)] = models.as_slice() else {
        let several = Diagnostic::whole("a report is on one model, and the text has several")
            .help("choose one with `--model NAME`");
        return Err(Problem::about(&compiled.source.name, several));
    };
    let seen = match (&arguments.weights, &arguments.data) {
        (Some(weights), Some(data)) => Some(observe(equations, weights, data, arguments.seed)?),
        _ => None,
    };
    let (observed, surface) = match &seen {
        Some((observed, surface)) => (Some(observed), surface.as_ref()),
        None => (None, None),
    };
    let alone = Compiled {
        models: vec![(*equations).clone()],
        ..compiled.clone()
    };
    let verification = verify::differences(model, equations);
    let page = report::page(&Findings {
        source: &compiled.source,
        model,
        equations,
        rust: &alone.rust(),
        verification: &verification,
        observed,
        surface,
    });
    let json = json!({
        "model": equations.name,
        "bytes": page.len(),
        "verified": verification.as_ref().ok().map(|report| report.passed),
        "output": output::file(arguments.output.as_deref()).map(|path| path.display().to_string()),
    });
    let text = match output::file(arguments.output.as_deref()) {
        Some(path) => {
            output::write(path, page.as_bytes())?;
            String::new()
        }
        None => page,
    };
    Ok(Answer::good(text, json))
}

/// What the model does with the data, and the loss around the weights.
fn observe(
    equations: &Equations,
    weights: &Path,
    data: &Path,
    seed: u64,
) -> Result<(Observed, Option<Surface>), Box<Problem>> {
    let parameters = weights_file::read(weights, equations)
        .map_err(|errors| Problem::about(weights.display().to_string(), errors))?;
    let (inputs, targets) = samples(data, equations)?;
    let inputs = inputs.slice(s![..inputs.nrows().min(MOST_SAMPLES), ..]);
    let targets = targets.map(|targets| first(&targets, inputs.nrows()));
    let failed = |error: EvaluationError| {
        let error = Diagnostic::whole(error.to_string());
        Problem::about(data.display().to_string(), error)
    };
    let observed = report::observe(equations, &parameters, inputs, targets.as_ref());
    let observed = observed.map_err(failed)?;
    let Some(targets) = targets else {
        return Ok((observed, None));
    };
    let points = report::GRID * report::GRID;
    let affordable = SURFACE_WORK / (points * equations.parameter_count().max(1));
    let rows = inputs.nrows().min(affordable.max(16));
    let (inputs, targets) = (inputs.slice(s![..rows, ..]), first(&targets, rows));
    let surface = report::surface(equations, &parameters, inputs, &targets, seed);
    Ok((observed, surface.map_err(failed)?))
}

/// Inputs, and targets for a model that has a loss.
type Samples = (Array2<f64>, Option<Targets<f64>>);

/// Inputs and targets from a file.
fn samples(path: &Path, equations: &Equations) -> Result<Samples, Box<Problem>> {
    let about = |errors: Diagnostics| Problem::about(path.display().to_string(), errors);
    let target = equations
        .objective
        .as_ref()
        .map(|objective| objective.target_kind);
    if path
        .extension()
        .is_some_and(|extension| extension == "safetensors")
    {
        let found = reference_file::read(path).map_err(about)?;
        return match (target, found.target) {
            (None, _) => Ok((found.input, None)),
            (Some(_), None) => Err(about(
                Diagnostic::whole("the file has no tensor `target`").into(),
            )),
            (Some(_), targets) => Ok((found.input, targets)),
        };
    }
    let options = CsvOptions {
        targets: match target {
            None => TargetColumns::LastAreValues(0),
            Some(TargetKind::Class) => TargetColumns::LastIsClass,
            Some(TargetKind::Vector) => TargetColumns::LastAreValues(equations.output_length()),
        },
        ..CsvOptions::default()
    };
    let data = data::read_csv::<f64>(path, &options)
        .map_err(|error| about(Diagnostic::whole(error.to_string()).into()))?;
    let targets = match data.targets {
        data::Targets::Values(values) => Targets::Vectors(values),
        data::Targets::Classes(classes) => Targets::Classes(classes),
    };
    Ok((data.inputs, target.map(|_| targets)))
}

/// The first targets.
fn first(targets: &Targets<f64>, count: usize) -> Targets<f64> {
    match targets {
        Targets::Vectors(rows) => {
            let count = count.min(rows.nrows());
            Targets::Vectors(rows.slice(s![..count, ..]).to_owned())
        }
        Targets::Classes(classes) => {
            Targets::Classes(classes.iter().take(count).copied().collect())
        }
    }
}
