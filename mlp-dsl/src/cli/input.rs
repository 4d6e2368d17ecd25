//! Files from the command line.

use std::io;
use std::path::Path;

use mlp_dsl::equations::Equations;
use mlp_dsl::model::Model;
use mlp_dsl::{Compiled, Definition, Diagnostic, Source, diagnostic::nearest, file};

use super::answer::Problem;

/// The name of standard input in diagnostics.
const STANDARD_INPUT: &str = "<stdin>";

/// Whether `path` means standard input, or standard output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads the text at `path`, or from standard input.
pub(crate) fn read(path: &Path) -> Result<Source, Box<Problem>> {
    if is_standard(path) {
        let text = file::decode(STANDARD_INPUT, io::stdin().lock());
        return text.map_err(|error| Problem::about(STANDARD_INPUT, error));
    }
    file::read(path).map_err(|error| Problem::about(path.display().to_string(), error))
}

/// Reads and compiles the text at `path`, or from standard input.
pub(crate) fn compile(path: &Path) -> Result<Compiled, Box<Problem>> {
    let source = read(path)?;
    mlp_dsl::compile(&source).map_err(|errors| Box::new(Problem::new(source, errors)))
}

/// The model called `name`, or all of them; never none. Each comes with what its equations were derived from.
pub(crate) fn models<'a>(
    compiled: &'a Compiled,
    name: Option<&str>,
) -> Result<Vec<(&'a Model, &'a Equations)>, Box<Problem>> {
    let file = &compiled.source.name;
    let all: Vec<_> = compiled
        .checked
        .models
        .iter()
        .zip(&compiled.models)
        .collect();
    if all.is_empty() {
        let none = Diagnostic::whole("the text defines no model");
        return Err(Problem::about(file, none));
    }
    let Some(name) = name else {
        return Ok(all);
    };
    match all.iter().find(|(model, _)| model.name == name) {
        Some(found) => Ok(vec![*found]),
        None => {
            let names: Vec<&str> = all.iter().map(|(model, _)| model.name.as_str()).collect();
            Err(Problem::about(file, unknown("model", name, &names)))
        }
    }
}

/// A text that defines nothing of its own.
pub(crate) fn built_in() -> Result<Compiled, Box<Problem>> {
    let source = Source::new("built in", "const nothing = 0");
    mlp_dsl::compile(&source).map_err(|errors| Box::new(Problem::new(source, errors)))
}

/// The activation or loss called `name`.
pub(crate) fn definition<'a>(
    compiled: &'a Compiled,
    name: &str,
) -> Result<Definition<'a>, Box<Problem>> {
    compiled.definition(name).ok_or_else(|| {
        let checked = &compiled.checked;
        let activations = checked.activations.iter().map(|known| known.name.as_str());
        let losses = checked.losses.iter().map(|known| known.name.as_str());
        let known: Vec<&str> = activations.chain(losses).collect();
        Problem::about(
            &compiled.source.name,
            unknown("activation or loss", name, &known),
        )
    })
}

/// There is no `kind` called `name` among `known`.
pub(crate) fn unknown(kind: &str, name: &str, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::whole(format!("there is no {kind} `{name}`"));
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.note(format!("known: {}", known.join(", "))),
    }
}
