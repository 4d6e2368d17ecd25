//! `mlp equations`: the forward and backward equations of models, or one definition with its derivative.

use std::path::PathBuf;

use clap::ValueEnum;
use mlp_dsl::equations::{Equations, Section};
use mlp_dsl::{Compiled, Source};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::input;

/// Print the equations of the forward and the backward pass.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the models; with --of it may be left out.
    #[arg(value_name = "FILE", required_unless_present = "of")]
    file: Option<PathBuf>,
    /// Show one activation or loss and its derivative instead, of the file or built in.
    #[arg(long, value_name = "NAME", conflicts_with = "model")]
    of: Option<String>,
    /// Show only the model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Plain text.
    Text,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let Format::Text = arguments.format;
    let compiled = match &arguments.file {
        Some(path) => input::compile(path)?,
        None => built_in()?,
    };
    match &arguments.of {
        Some(name) => of(&compiled, name),
        None => all(&compiled, arguments.model.as_deref()),
    }
}

/// A text that defines nothing of its own.
fn built_in() -> Result<Compiled, Box<Problem>> {
    let source = Source::new("built in", "const nothing = 0");
    mlp_dsl::compile(&source).map_err(|errors| Box::new(Problem::new(source, errors)))
}

fn of(compiled: &Compiled, name: &str) -> Result<Answer, Box<Problem>> {
    let Some(definition) = compiled.definition(name) else {
        let activations = compiled
            .checked
            .activations
            .iter()
            .map(|known| known.name.as_str());
        let losses = compiled
            .checked
            .losses
            .iter()
            .map(|known| known.name.as_str());
        let known: Vec<&str> = activations.chain(losses).collect();
        let unknown = input::unknown("activation or loss", name, &known);
        return Err(Problem::about(&compiled.source.name, unknown));
    };
    let text = definition.text();
    let equations: Vec<&str> = text.lines().collect();
    let json = json!({ "name": name, "equations": equations });
    Ok(Answer::good(text, json))
}

fn all(compiled: &Compiled, model: Option<&str>) -> Result<Answer, Box<Problem>> {
    let models = input::models(compiled, model)?;
    let texts: Vec<String> = match models.as_slice() {
        [(_, one)] => vec![one.to_string()],
        several => several
            .iter()
            .map(|(_, equations)| format!("model {}\n{equations}", equations.name))
            .collect(),
    };
    let json: Vec<Value> = models
        .iter()
        .map(|(_, equations)| model_json(equations))
        .collect();
    Ok(Answer::good(texts.join("\n"), json!({ "models": json })))
}

fn model_json(model: &Equations) -> Value {
    let equations = model.list.iter().map(|equation| {
        let text = model.equation_text(equation);
        let (target, value) = text.split_once(" = ").unwrap_or(("", &text));
        let section = match equation.section {
            Section::Forward => "forward",
            Section::Loss => "loss",
            Section::Backward => "backward",
        };
        json!({ "target": target, "value": value, "section": section, "note": equation.note })
    });
    json!({ "name": model.name, "equations": equations.collect::<Vec<_>>() })
}
