//! `mlp verify`: the gradient against central differences or against a reference file, as a table.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread::{self, available_parallelism};

use mlp_dsl::Diagnostic;
use mlp_dsl::equations::{Equations, Form};
use mlp_dsl::model::Model;
use mlp_dsl::verify::{self, Report, Verdict, VerifyError};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::evaluator::{Chosen, Engine};
use super::{input, reference_file};

/// Check every gradient, against central differences or a reference file.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the models.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Compare with the tensors of this file: `input`, `target`, `param.NAME`, and of `output`, `loss` and `grad.NAME`
    /// what there is.
    #[arg(long, value_name = "REF.safetensors")]
    reference: Option<PathBuf>,
    /// What computes the numbers to check.
    #[arg(long, value_enum, default_value_t = Engine::Compiled)]
    engine: Engine,
    /// Check only the model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let models = input::models(&compiled, arguments.model.as_deref())?;
    let file = &compiled.source.name;
    match &arguments.reference {
        Some(path) => against(&models, path, file, arguments.engine),
        None => differences(&models, file, arguments.engine),
    }
}

fn against(
    models: &[(&Model, &Equations)],
    path: &Path,
    file: &str,
    engine: Engine,
) -> Result<Answer, Box<Problem>> {
    let [(_, equations)] = models else {
        let several = Diagnostic::whole("a reference is for one model, and the text has several")
            .help("choose one with `--model NAME`");
        return Err(Problem::about(file, several));
    };
    let name = path.display().to_string();
    let reference = reference_file::read(path).map_err(|error| Problem::about(&name, error))?;
    let report = verify::form_of(equations, &reference)
        .and_then(|form| verify::against_with(form, &reference, &mut Chosen::new(form, engine)));
    let report = report.map_err(|error| Problem::about(&name, diagnostic(error)))?;
    Ok(answer(&[(report, format!("`{name}`"))]))
}

/// Checks all models in each of their forms, except those without a gradient where there are others.
fn differences(
    models: &[(&Model, &Equations)],
    file: &str,
    engine: Engine,
) -> Result<Answer, Box<Problem>> {
    let mut reports = Vec::new();
    let mut refused = None;
    let forms = models
        .iter()
        .flat_map(|(model, equations)| equations.forms().map(move |form| (*model, form)));
    for report in checked(&forms.collect::<Vec<_>>(), engine) {
        match report {
            Ok(report) => reports.push((report, "central differences".to_owned())),
            // An engine that fails is no reason to leave a model out.
            Err(error @ VerifyError::Engine { .. }) => {
                return Err(Problem::about(file, diagnostic(error)));
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if reports.is_empty() => Err(Problem::about(file, diagnostic(error))),
        _ => Ok(answer(&reports)),
    }
}

/// Checks each, in their order; as many at a time as there are processors, as most of the time goes into compiling.
fn checked(forms: &[(&Model, &Equations)], engine: Engine) -> Vec<Result<Report, VerifyError>> {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let together = forms.chunks(processors).flat_map(|forms| {
        thread::scope(|scope| {
            let checks: Vec<_> = forms
                .iter()
                .map(|(model, equations)| scope.spawn(|| check(model, equations, engine)))
                .collect();
            let joined = checks.into_iter().map(|check| check.join());
            let reports = joined.map(|report| report.unwrap_or_else(|panic| resume_unwind(panic)));
            reports.collect::<Vec<_>>()
        })
    });
    together.collect()
}

/// Checks the equations, and then the code where it is to be checked: there is no use in compiling wrong equations.
fn check(model: &Model, equations: &Equations, engine: Engine) -> Result<Report, VerifyError> {
    let report = verify::differences(model, equations)?;
    if !report.passed {
        return Ok(report);
    }
    match Chosen::new(equations, engine).compiled()? {
        Some(compiled) => verify::agreement(report, equations, compiled),
        None => Ok(report),
    }
}

fn diagnostic(error: VerifyError) -> Diagnostic {
    match error {
        VerifyError::Mismatch { model, reasons } => {
            let problem =
                Diagnostic::whole(format!("the reference does not fit the model `{model}`"));
            reasons.into_iter().fold(problem, Diagnostic::note)
        }
        VerifyError::Engine { message, notes } => {
            (notes.into_iter()).fold(Diagnostic::whole(message), Diagnostic::note)
        }
        VerifyError::NoLoss { .. } => {
            Diagnostic::whole(error.to_string()).help("give the model a loss, such as `loss mse`")
        }
        VerifyError::NoParameters { .. } | VerifyError::Evaluation(_) => {
            Diagnostic::whole(error.to_string())
        }
    }
}

fn answer(reports: &[(Report, String)]) -> Answer {
    let tables: Vec<String> = reports
        .iter()
        .map(|(report, other)| table(report, other))
        .collect();
    Answer {
        text: tables.join("\n"),
        json: reports
            .iter()
            .map(|(report, _)| report_json(report))
            .collect(),
        problems: Vec::new(),
        passed: reports.iter().all(|(report, _)| report.passed),
    }
}

/// The largest errors of each tensor, a line each.
fn table(report: &Report, other: &str) -> String {
    let names = report
        .tensors
        .iter()
        .map(|tensor| tensor.name.chars().count());
    let width = names.max().unwrap_or(0).max("tensor".len());
    let form = report
        .form
        .map(|form| format!(", {} form", form_name(form)));
    let mut text = format!(
        "{} ({}{}) against {other}\n",
        report.model,
        report.engine,
        form.unwrap_or_default()
    );
    text += &format!("  {:<width$}  max abs error  max rel error\n", "tensor");
    for tensor in &report.tensors {
        let [absolute, relative] = [tensor.max_abs_error, tensor.max_rel_error].map(error);
        let (name, verdict) = (&tensor.name, tensor.verdict);
        text += &format!("  {name:<width$}  {absolute:>13}  {relative:>13}  {verdict}\n");
    }
    let count = |test: fn(Verdict) -> bool| {
        let verdicts = report.tensors.iter().map(|tensor| tensor.verdict);
        verdicts.filter(|verdict| test(*verdict)).count()
    };
    let (failed, agreeing) = (
        count(Verdict::fails),
        count(|verdict| verdict == Verdict::Agrees),
    );
    let (tensors, tolerance) = (report.tensors.len(), report.tolerance);
    text += &match (failed, agreeing) {
        (0, 0) => "passed: there was nothing to check\n".to_owned(),
        (0, _) => format!(
            "passed: {agreeing} of {tensors} tensors checked, each within {tolerance:e} of its largest entry\n"
        ),
        _ => format!(
            "failed: {failed} of {tensors} tensors, where {tolerance:e} of the largest entry is allowed\n"
        ),
    };
    text
}

fn error(value: f64) -> String {
    if value.is_nan() {
        return "-".to_owned();
    }
    format!("{value:.1e}")
}

/// The format that programs read. JSON has no NaN and no infinity: both are null.
fn report_json(report: &Report) -> Value {
    let tensors = report.tensors.iter().map(|tensor| {
        json!({
            "name": tensor.name,
            "max_abs_error": tensor.max_abs_error,
            "max_rel_error": tensor.max_rel_error,
            "verdict": tensor.verdict.to_string(),
        })
    });
    let mut value = json!({
        "model": report.model,
        "engine": report.engine,
        "passed": report.passed,
        "tensors": tensors.collect::<Vec<_>>(),
        "tolerance": report.tolerance,
    });
    if let Some(form) = report.form {
        value["form"] = json!(form_name(form));
    }
    value
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Training => "training",
        Form::Inference => "inference",
    }
}
