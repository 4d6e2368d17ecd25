//! Files of weights: each trained tensor under its name, as safetensors.

use std::fs;
use std::path::Path;

use mlp_dsl::equations::Equations;
use mlp_dsl::{Diagnostic, Diagnostics, diagnostic::nearest, file};
use safetensors::SafeTensors;

use super::reference_file;

/// Reads the parameters of a model, in their order and row-major. A tensor is called `NAME` or, as in a reference file,
/// `param.NAME`; what else the file holds is passed over.
pub(crate) fn read(path: &Path, equations: &Equations) -> Result<Vec<Vec<f64>>, Diagnostics> {
    if path.is_dir() {
        return Err(Diagnostic::whole("a directory is not a file of weights").into());
    }
    let bytes = fs::read(path).map_err(|error| file::unreadable(&error))?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(reference_file::garbage)?;
    let mut errors = Diagnostics::default();
    let mut parameters = Vec::new();
    for parameter in &equations.parameters {
        let name = &parameter.name;
        let found = [name.clone(), format!("param.{name}")];
        let found = found.iter().find_map(|name| tensors.tensor(name).ok());
        match found {
            None => errors.push(missing(name, &tensors)),
            Some(tensor) if tensor.shape() != parameter.shape => {
                let (shape, expected) = (tensor.shape(), &parameter.shape);
                errors.push(Diagnostic::whole(format!(
                    "`{name}` has the shape {shape:?}, the model needs {expected:?}"
                )));
            }
            Some(tensor) => match reference_file::array(name, &tensor) {
                Ok(array) => parameters.push(array.into_iter().collect()),
                Err(found) => errors.extend(found),
            },
        }
    }
    errors.into_result(parameters)
}

fn missing(name: &str, tensors: &SafeTensors<'_>) -> Diagnostic {
    let problem = Diagnostic::whole(format!("the file has no tensor `{name}`"));
    let mut names: Vec<&str> = tensors.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    match nearest(name, names.iter().copied()) {
        Some(near) => problem.help(format!("it has `{near}`")),
        None => problem.note(format!("it has: {}", names.join(", "))),
    }
}
