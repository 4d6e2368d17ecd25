//! `mlp build`: the Rust that the macro would expand to, as a file.

use std::fs;
use std::path::{Path, PathBuf};

use mlp_dsl::{Diagnostic, Diagnostics};
use serde_json::json;

use super::answer::{Answer, Problem};
use super::{input, output};

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
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let models = input::models(&compiled, None)?;
    let models: Vec<&str> = models
        .iter()
        .map(|(model, _)| model.name.as_str())
        .collect();
    let rust = if arguments.standalone {
        compiled.standalone()
    } else {
        compiled.rust()
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

/// Compares the file with what would be written.
fn check(arguments: &Arguments, output: &Path, rust: &str) -> Result<(), Diagnostics> {
    let file = &arguments.file;
    let mend = |message: &str| {
        let (file, output) = (file.display(), output.display());
        let option = if arguments.standalone {
            " --standalone"
        } else {
            ""
        };
        let help = format!("write it: mlp build {file} -o {output}{option}");
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
