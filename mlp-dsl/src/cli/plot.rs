//! `mlp plot`: activations and losses with their derivatives, as pictures.

use std::path::PathBuf;

use mlp_dsl::plot::{Plot, compares_with};
use mlp_dsl::{Compiled, Definition, Diagnostic};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::picture::Format;
use super::{input, output};

/// Draw activations and losses with their derivatives.
///
/// Regions where the derivative is 0, or stays close to it, are coloured. Parameters have their defaults.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["of", "all"]))]
pub(crate) struct Arguments {
    /// A file with definitions of its own; only built-in ones are known without it.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The activation or loss to draw.
    #[arg(long, value_name = "NAME")]
    of: Option<String>,
    /// Draw a sheet of all that are known.
    #[arg(long)]
    all: bool,
    /// The first argument shown.
    #[arg(long, value_name = "X", requires = "to", allow_hyphen_values = true)]
    from: Option<f64>,
    /// The last argument shown.
    #[arg(long, value_name = "X", requires = "from", allow_hyphen_values = true)]
    to: Option<f64>,
    /// What a loss compares the output with.
    #[arg(
        long,
        value_name = "T",
        default_value_t = 1.0,
        allow_hyphen_values = true
    )]
    target: f64,
    /// The file to write, whose name ends with `.svg` or `.png`; SVG on standard output where absent.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// How far from zero a range may reach, and how long it is at least.
const MOST: f64 = 1e4;
const LEAST: f64 = 1e-4;

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let output = output::file(arguments.output.as_deref());
    let format = match output {
        Some(path) => Format::of(path)?,
        None => Format::Svg,
    };
    let compiled = match &arguments.file {
        Some(path) => input::compile(path)?,
        None => input::built_in()?,
    };
    let range = range(arguments)?;
    let definitions = match &arguments.of {
        Some(name) => vec![input::definition(&compiled, name)?],
        None => all(&compiled, arguments.target),
    };
    let failed = |error: String| Problem::about(&compiled.source.name, Diagnostic::whole(error));
    let plots: Result<Vec<Plot>, _> = definitions
        .iter()
        .map(|definition| Plot::new(definition, range, arguments.target))
        .collect();
    let plots = plots.map_err(|error| failed(error.to_string()))?;
    let mut json = json!({ "plots": plots.iter().map(plot_json).collect::<Vec<_>>() });
    let picture = format.draw(plots.as_slice());
    let picture = picture.map_err(|error| failed(error.to_string()))?;
    let Some(path) = output else {
        // Only SVG goes to standard output, and that is text.
        let text = String::from_utf8_lossy(&picture).into_owned();
        return Ok(Answer::good(text, json));
    };
    output::write(path, &picture)?;
    json["output"] = path.display().to_string().into();
    Ok(Answer::good(String::new(), json))
}

/// All definitions: activations, then those losses that can be compared with `target`.
fn all(compiled: &Compiled, target: f64) -> Vec<Definition<'_>> {
    let activations = compiled
        .checked
        .activations
        .iter()
        .map(Definition::Activation);
    let losses = compiled.checked.losses.iter().map(Definition::Loss);
    let losses = losses.filter(|loss| compares_with(loss, target));
    activations.chain(losses).collect()
}

fn range(arguments: &Arguments) -> Result<Option<(f64, f64)>, Box<Problem>> {
    let (Some(from), Some(to)) = (arguments.from, arguments.to) else {
        return Ok(None);
    };
    let within = from.abs() <= MOST && to.abs() <= MOST;
    if within && to - from >= LEAST {
        return Ok(Some((from, to)));
    }
    let wrong = Diagnostic::whole(format!("there is nothing to see from {from} to {to}"))
        .note(format!(
            "the ends lie between −{MOST} and {MOST}, at least {LEAST} apart"
        ))
        .help("`--from` is the smaller number, `--to` the larger one");
    Err(Problem::about("--from", wrong))
}

/// JSON has no NaN and no infinity: both are null.
fn plot_json(plot: &Plot) -> Value {
    let points = plot.samples.iter();
    let points = points.map(|sample| json!([sample.argument, sample.value, sample.slope]));
    json!({
        "name": plot.name,
        "argument": plot.argument,
        "against": plot.against,
        "points": points.collect::<Vec<_>>(),
        "dead": plot.dead,
        "saturated": plot.saturated,
    })
}
