//! `mlp check`: all mistakes of all files.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::answer::Answer;
use super::input;

/// Show all mistakes of all files.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The files to check.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Answer {
    let mut text = String::new();
    let mut files: Vec<Value> = Vec::new();
    let mut problems = Vec::new();
    for path in &arguments.files {
        match input::compile(path) {
            Ok(compiled) => {
                let file = &compiled.source.name;
                let models: Vec<&str> = compiled
                    .models
                    .iter()
                    .map(|model| model.name.as_str())
                    .collect();
                text += &format!("ok: {file}: {}\n", summary(&models));
                files.push(json!({ "file": file, "models": models }));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    let diagnostics: Vec<Value> = problems.iter().flat_map(|problem| problem.json()).collect();
    let passed = problems.is_empty();
    Answer {
        text,
        json: vec![json!({ "passed": passed, "files": files, "diagnostics": diagnostics })],
        problems,
        passed,
    }
}

fn summary(models: &[&str]) -> String {
    match models {
        [] => "no models".to_owned(),
        [one] => format!("1 model: {one}"),
        several => format!("{} models: {}", several.len(), several.join(", ")),
    }
}
