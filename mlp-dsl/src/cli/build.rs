//! `mlp build`: the Rust that the macro would expand to, as a file.

use std::fs;
use std::path::{Path, PathBuf};

use mlp_dsl::equations::{Equations, Precision};
use mlp_dsl::model::Model;
use mlp_dsl::rust::Trained;
use mlp_dsl::schedule::{Choice, Explanation, Program};
use mlp_dsl::{Diagnostic, Diagnostics};
use mlp_runtime::Scalar;
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::{input, output, weights};

/// Write the Rust that the macro `mlp!` would expand to.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file to compile.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file to write; standard output where absent.
    #[arg(short, long, value_name = "OUT.rs")]
    output: Option<PathBuf>,
    /// Write nothing; fail where OUT.rs is not what would be written.
    #[arg(long, requires = "output")]
    check: bool,
    /// Put what the code needs of the runtime into the file, so that it depends on `core` alone.
    #[arg(long)]
    standalone: bool,
    /// Write no code, but which form of it was chosen for each step of each function, and why.
    #[arg(long, conflicts_with_all = ["output", "standalone", "weights"])]
    explain: bool,
    /// Put the weights of a trained model into the file, as bytes, with its scaling and the names of its classes.
    #[arg(long, value_name = "W.safetensors")]
    weights: Option<PathBuf>,
    /// The model that the weights are for, where the text has several.
    #[arg(long, value_name = "NAME", requires = "weights")]
    model: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let models = input::models(&compiled, None)?;
    if arguments.explain {
        return Ok(explained(&models));
    }
    let models: Vec<&str> = models
        .iter()
        .map(|(model, _)| model.name.as_str())
        .collect();
    let trained = match &arguments.weights {
        Some(path) => {
            let (_, model) = input::model(&compiled, arguments.model.as_deref())?;
            Some(trained(path, model)?)
        }
        None => None,
    };
    let rust = if arguments.standalone {
        compiled.standalone_with(trained.as_ref())
    } else {
        compiled.rust_with(trained.as_ref())
    };
    let name = &compiled.source.name;
    let Some(output) = output::file(arguments.output.as_deref()) else {
        let json = json!({ "file": name, "models": models, "rust": rust });
        return Ok(Answer::good(rust, json));
    };
    let shown = output.display().to_string();
    if arguments.check {
        check(arguments, output, &rust).map_err(|error| Problem::about(&shown, error))?;
    } else {
        output::write(output, rust.as_bytes())?;
    }
    let text = match arguments.check {
        true => format!("ok: {shown} is up to date\n"),
        false => String::new(),
    };
    let json = json!({ "file": name, "models": models, "output": shown });
    Ok(Answer::good(text, json))
}

/// The form of the code of every step.
fn explained(models: &[(&Model, &Equations)]) -> Answer {
    let (mut text, mut json) = (String::new(), Vec::new());
    for (model, equations) in models {
        let functions = Program::new(equations).explain();
        text += &format!("{}\n", model.name);
        let steps = functions.iter().flat_map(|function| &function.steps);
        let lengths = steps.map(|step| [shown(step), step.code].map(|text| text.chars().count()));
        let [first, second] = lengths.fold([0; 2], |[a, b], [c, d]| [a.max(c), b.max(d)]);
        for function in &functions {
            let rows = function.rows.as_ref().map(|rows| format!(", {rows}"));
            text += &format!("  {}{}\n", function.functions, rows.unwrap_or_default());
            for step in &function.steps {
                let (equation, code, reason) = (shown(step), step.code, &step.reason);
                text += &format!("    {equation:<first$}  {code:<second$}  {reason}\n");
            }
        }
        json.push(json!({
            "model": model.name,
            "functions": functions.iter().map(function_json).collect::<Vec<_>>(),
        }));
    }
    Answer {
        text,
        json,
        problems: Vec::new(),
        passed: true,
    }
}

/// What a step begins to compute.
fn shown(step: &Choice) -> &str {
    step.equation.as_deref().unwrap_or("  and then")
}

fn function_json(function: &Explanation) -> Value {
    let steps = function
        .steps
        .iter()
        .map(|step| json!({ "equation": step.equation, "code": step.code, "reason": step.reason }));
    json!({
        "functions": function.functions,
        "rows": function.rows,
        "steps": steps.collect::<Vec<_>>(),
    })
}

/// What training has made of a model, out of a file of weights.
fn trained(path: &Path, model: &Equations) -> Result<Trained, Box<Problem>> {
    match model.precision {
        Precision::F32 => trained_as::<f32>(path, model),
        Precision::F64 => trained_as::<f64>(path, model),
    }
}

fn trained_as<S: Scalar>(path: &Path, model: &Equations) -> Result<Trained, Box<Problem>> {
    let (stored, weights) = weights::load::<S>(path, model)?;
    let scaling = stored.origin.scaling.as_ref();
    let scaling = scaling.map(|scaling| {
        let offsets = scaling.offsets.iter().copied();
        offsets.zip(scaling.factors.iter().copied()).collect()
    });
    let inputs = model.input_length();
    if let Some(scaled) = scaling
        .as_ref()
        .map(Vec::len)
        .filter(|scaled| *scaled != inputs)
    {
        let name = &model.name;
        let message = format!("the weights do not fit the model `{name}`");
        let difference = format!("their scaling is for {scaled} inputs, the model takes {inputs}");
        let problem = Diagnostic::whole(message).note(difference);
        return Err(Problem::about(path.display().to_string(), problem));
    }
    Ok(Trained {
        model: model.name.clone(),
        weights: weights.iter().map(|weight| weight.to_f64()).collect(),
        scaling,
        labels: stored.origin.labels,
    })
}

/// Compares the file with what would be written.
fn check(arguments: &Arguments, output: &Path, rust: &str) -> Result<(), Diagnostics> {
    let file = &arguments.file;
    let mend = |message: &str| {
        let (file, output) = (file.display(), output.display());
        let mut help = format!("write it: mlp build {file} -o {output}");
        if arguments.standalone {
            help += " --standalone";
        }
        if let Some(weights) = &arguments.weights {
            help += &format!(" --weights {}", weights.display());
        }
        if let Some(model) = &arguments.model {
            help += &format!(" --model {model}");
        }
        Diagnostics::from(Diagnostic::whole(message).help(help))
    };
    match fs::read(output) {
        // A checkout may have changed the ends of the lines.
        Ok(bytes) if String::from_utf8_lossy(&bytes).replace("\r\n", "\n") == rust => Ok(()),
        Ok(_) => Err(mend(&format!(
            "the file is not what `{}` compiles to",
            file.display()
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(mend("the file is missing"))
        }
        Err(_) if output.is_dir() => Err(mend("a directory is not a Rust file")),
        Err(error) => Err(mend(&format!("the file cannot be read: {error}"))),
    }
}
