//! `mlp fmt`: the one layout.

use std::path::{Path, PathBuf};

use mlp_dsl::{Diagnostic, file, syntax};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::input;

/// Give files the one layout.
///
/// Comments stay, and the meaning of the text does. With `-` the formatted text goes to standard output.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The files to format.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing; list the files that would change and fail if there are any.
    #[arg(long)]
    check: bool,
}

/// Runs the verb. A file with a mistake is left as it is, and the others are formatted all the same.
pub(crate) fn run(arguments: &Arguments) -> Answer {
    let mut text = String::new();
    let mut files: Vec<Value> = Vec::new();
    let mut problems = Vec::new();
    let mut passed = true;
    for path in &arguments.files {
        match one(path, arguments.check) {
            Ok(Formatted {
                name,
                changed,
                printed,
            }) => {
                passed &= !(arguments.check && changed);
                match printed {
                    Some(printed) => {
                        text += &printed;
                        files.push(json!({ "file": name, "changed": changed, "text": printed }));
                    }
                    None => {
                        if arguments.check && changed {
                            text += &format!("not formatted: {name}\n");
                        }
                        files.push(json!({ "file": name, "changed": changed }));
                    }
                }
            }
            Err(problem) => problems.push(*problem),
        }
    }
    let passed = passed && problems.is_empty();
    let diagnostics: Vec<Value> = problems.iter().flat_map(Problem::json).collect();
    Answer {
        text,
        json: vec![json!({ "passed": passed, "files": files, "diagnostics": diagnostics })],
        problems,
        passed,
    }
}

/// What became of one file.
struct Formatted {
    name: String,
    /// Whether the layout differs from what was there.
    changed: bool,
    /// The text, where it goes to standard output.
    printed: Option<String>,
}

fn one(path: &Path, check: bool) -> Result<Formatted, Box<Problem>> {
    let source = input::read(path)?;
    let formatted = match syntax::format(&source) {
        Ok(formatted) => formatted,
        Err(errors) => return Err(Box::new(Problem::new(source, errors))),
    };
    let name = source.name;
    let changed = formatted != source.text;
    let prints = input::is_standard(path) && !check;
    if changed && !check && !prints {
        file::write(path, &formatted).map_err(|error| {
            let message = format!("cannot write the file: {error}");
            Problem::about(&name, Diagnostic::whole(message))
        })?;
    }
    Ok(Formatted {
        name,
        changed,
        printed: prints.then_some(formatted),
    })
}
