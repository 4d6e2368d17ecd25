//! `mlp report`: one page that shows a model from all sides.

use std::path::{Path, PathBuf};

use mlp_dsl::engine::wanted;
use mlp_dsl::equations::{Equations, EvaluationError, Precision, Targets};
use mlp_dsl::report::{self, Findings, Observed, Surface};
use mlp_dsl::{Compiled, Diagnostic, verify};
use mlp_runtime::Scalar;
use mlp_runtime::data::{self, Dataset};
use mlp_runtime::store::Origin;
use ndarray::{Array2, s};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::data::{DataForm, Needs, apply_scaling};
use super::{input, output, reference_file, weights};

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
    /// The weights, as `mlp train --save` or another program wrote them; or a reference file.
    #[arg(long, value_name = "W.safetensors", requires = "data")]
    weights: Option<PathBuf>,
    /// The samples to observe the model on: .csv, .tsv, .npy, .npz or IDX, packed by gzip or not; or a reference file.
    #[arg(long, value_name = "FILE", requires = "weights")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: DataForm,
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
        (Some(weights), Some(data)) => Some(match equations.precision {
            Precision::F32 => observe::<f32>(arguments, equations, weights, data)?,
            Precision::F64 => observe::<f64>(arguments, equations, weights, data)?,
        }),
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
        "observed": observed.map(|observed| observations(observed, equations)),
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

/// What was observed, for a program.
fn observations(observed: &Observed, equations: &Equations) -> Value {
    let vectors = observed.units.iter().map(|units| {
        let gradient = units.gradient.as_ref();
        json!({
            "variable": equations.variables.get(units.variable).symbol,
            "minimum": units.values.range.0,
            "maximum": units.values.range.1,
            "mean": units.values.mean,
            "dead": gradient.map(|gradient| &gradient.dead),
        })
    });
    json!({
        "samples": observed.samples,
        "loss": observed.loss,
        "vectors": vectors.collect::<Vec<_>>(),
    })
}

/// What the model does with the data, and the loss around the weights.
fn observe<S: Scalar>(
    arguments: &Arguments,
    equations: &Equations,
    weights: &Path,
    data: &Path,
) -> Result<(Observed, Option<Surface>), Box<Problem>> {
    let (origin, parameters) = trained::<S>(weights, equations)?;
    let (inputs, targets) = samples::<S>(&arguments.form, data, equations, &origin)?;
    let failed = |error: EvaluationError| {
        let error = Diagnostic::whole(error.to_string());
        Problem::about(data.display().to_string(), error)
    };
    let observed = report::observe(equations, &parameters, inputs.view(), targets.as_ref());
    let observed = observed.map_err(failed)?;
    let Some(targets) = targets else {
        return Ok((observed, None));
    };
    let points = report::GRID * report::GRID;
    let affordable = SURFACE_WORK / (points * equations.parameter_count().max(1));
    let rows = inputs.nrows().min(affordable.max(16));
    let (inputs, targets) = (inputs.slice(s![..rows, ..]), first(&targets, rows));
    let surface = report::surface(equations, &parameters, inputs, &targets, arguments.seed);
    Ok((observed, surface.map_err(failed)?))
}

/// The weights, each tensor by itself, and what belongs to them.
fn trained<S: Scalar>(
    path: &Path,
    equations: &Equations,
) -> Result<(Origin, Vec<Vec<f64>>), Box<Problem>> {
    // No file of weights is a reference: it has no `input`.
    let (origin, flat) = match reference_file::read(path) {
        Ok(reference) => {
            let fitting = weights::of_reference::<S>(&reference, equations);
            let flat = fitting.map_err(|error| weights::problem(path, &error))?;
            (Origin::default(), flat)
        }
        Err(_) => {
            let (stored, flat) = weights::load::<S>(path, equations)?;
            (stored.origin, flat)
        }
    };
    Ok((origin, weights::by_tensor(equations, &flat)))
}

/// A row of inputs for each sample, and their targets, where the model and the data have some.
type Samples = (Array2<f64>, Option<Targets<f64>>);

/// The first samples of a file.
fn samples<S: Scalar>(
    form: &DataForm,
    path: &Path,
    equations: &Equations,
    origin: &Origin,
) -> Result<Samples, Box<Problem>> {
    let needs = Needs::new(equations, &origin.labels, false);
    let data: Dataset<S> = form.read(path, form.targets.as_deref(), needs)?;
    let rows: Vec<usize> = (0..data.len().min(MOST_SAMPLES)).collect();
    let mut data = data.select(&rows);
    apply_scaling(&mut data, origin.scaling.as_ref(), path)?;
    let has_targets = match &data.targets {
        data::Targets::Values(values) => values.ncols() > 0,
        data::Targets::Classes(_) => true,
    };
    let targets =
        (has_targets && equations.objective.is_some()).then(|| wanted(equations, &data.targets));
    Ok((data.inputs.mapv(Scalar::to_f64), targets))
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
