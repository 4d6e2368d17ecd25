//! `mlp evaluate`: how good a trained model is on data.

use std::path::PathBuf;

use mlp_dsl::Diagnostic;
use mlp_dsl::equations::{Equations, Precision};
use mlp_runtime::Scalar;
use mlp_runtime::data::Dataset;

use super::answer::{Answer, Problem};
use super::data::{DataArguments, Needs, apply_scaling};
use super::evaluator::Engine;
use super::measure::measure;
use super::{input, train, weights};

/// Measure a trained model on a file of data.
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
    /// Only those samples that training held out; the data must be those of training.
    #[arg(long)]
    held_out: bool,
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
    let (model, equations) = input::model(&compiled, arguments.model.as_deref())?;
    if equations.objective.is_none() {
        let none = Diagnostic::whole(format!("the model `{}` has no loss", model.name));
        let none = none.help("give it one, or use `mlp predict`");
        return Err(Problem::about(&compiled.source.name, none));
    }
    match equations.precision {
        Precision::F32 => run_as::<f32>(arguments, equations),
        Precision::F64 => run_as::<f64>(arguments, equations),
    }
}

fn run_as<S: Scalar>(arguments: &Arguments, equations: &Equations) -> Result<Answer, Box<Problem>> {
    let (stored, weights) = weights::load::<S>(&arguments.weights, equations)?;
    let needs = Needs::new(equations, &stored.origin.labels, true);
    let mut data: Dataset<S> = arguments.data.read(needs)?;
    let path = &arguments.data.data;
    if arguments.held_out {
        let progress = stored.progress.as_ref();
        let share = progress.and_then(|progress| {
            let share = progress
                .settings
                .iter()
                .find(|(name, _)| name == "hold_out");
            Some((share?.1.parse().ok()?, progress.seed))
        });
        let Some((share, seed)) = share else {
            let path = arguments.weights.display().to_string();
            let unknown = "the file does not say which samples training held out";
            return Err(Problem::about(path, Diagnostic::whole(unknown)));
        };
        data = train::held_out(&data, share, seed).1;
    }
    apply_scaling(&mut data, stored.origin.scaling.as_ref(), path)?;
    let shown = path.display().to_string();
    let measured = measure(equations, arguments.engine, &weights, &data, &shown)?;
    Ok(Answer::good(measured.text(), measured.json()))
}
