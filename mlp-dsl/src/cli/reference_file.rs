//! Reference files: the numbers of a network as safetensors.

use std::fs;
use std::path::Path;

use mlp_dsl::equations::Targets;
use mlp_dsl::verify::Reference;
use mlp_dsl::{Diagnostic, Diagnostics, file};
use ndarray::{Array2, ArrayD, IxDyn};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

/// Reads the reference at `path`.
pub(crate) fn read(path: &Path) -> Result<Reference, Diagnostics> {
    if path.is_dir() {
        return Err(Diagnostic::whole("a directory is not a reference file").into());
    }
    let bytes = fs::read(path).map_err(|error| file::unreadable(&error))?;
    reference(&SafeTensors::deserialize(&bytes).map_err(garbage)?)
}

/// A file that is no safetensors.
fn garbage(error: SafeTensorError) -> Diagnostic {
    Diagnostic::whole("the file is not in the format safetensors").note(error.to_string())
}

fn reference(tensors: &SafeTensors<'_>) -> Result<Reference, Diagnostics> {
    let mut reference = Reference::default();
    let mut has_input = false;
    let mut unknown = Vec::new();
    // In the order of their names, so that of several errors always the same one is reported.
    let mut tensors = tensors.tensors();
    tensors.sort_by(|left, right| left.0.cmp(&right.0));
    for (name, tensor) in &tensors {
        match name.split_once('.') {
            None if name == "input" => {
                reference.input = matrix(name, tensor)?;
                has_input = true;
            }
            None if name == "target" => reference.target = Some(target(name, tensor)?),
            None if name == "output" => reference.output = Some(matrix(name, tensor)?),
            None if name == "loss" => reference.loss = Some(scalar(name, tensor)?),
            Some(("param", parameter)) => {
                let array = array(name, tensor)?;
                reference.parameters.insert(parameter.to_owned(), array);
            }
            Some(("grad", parameter)) => {
                let array = array(name, tensor)?;
                reference.gradients.insert(parameter.to_owned(), array);
            }
            _ => unknown.push(format!("`{name}`")),
        }
    }
    if !unknown.is_empty() {
        let message = format!("the file holds unknown tensors: {}", unknown.join(", "));
        return Err(Diagnostic::whole(message)
            .note(
                "a reference has `input`, `target`, `param.NAME`, `output`, `loss` and `grad.NAME`",
            )
            .into());
    }
    if !has_input {
        return Err(Diagnostic::whole("the file has no tensor `input`").into());
    }
    Ok(reference)
}

/// Whole numbers in a row are classes, everything else is vectors.
fn target(name: &str, tensor: &TensorView<'_>) -> Result<Targets<f64>, Diagnostics> {
    let is_whole = matches!(tensor.dtype(), Dtype::I64 | Dtype::I32);
    if !is_whole || tensor.shape().len() != 1 {
        return Ok(Targets::Vectors(matrix(name, tensor)?));
    }
    let classes = array(name, tensor)?;
    let class = |value: &f64| {
        if *value < 0.0 {
            let negative = Diagnostic::whole(format!("`{name}` holds the class {value}"));
            return Err(Diagnostics::from(negative.note("classes count from 0")));
        }
        Ok(*value as usize)
    };
    Ok(Targets::Classes(
        classes.iter().map(class).collect::<Result<_, _>>()?,
    ))
}

fn matrix(name: &str, tensor: &TensorView<'_>) -> Result<Array2<f64>, Diagnostics> {
    let array = array(name, tensor)?;
    array.into_dimensionality().map_err(|_| {
        let shape = tensor.shape();
        Diagnostic::whole(format!(
            "`{name}` has the shape {shape:?}, a matrix is needed"
        ))
        .help("give it a row for each sample")
        .into()
    })
}

fn scalar(name: &str, tensor: &TensorView<'_>) -> Result<f64, Diagnostics> {
    let array = array(name, tensor)?;
    match array.as_slice() {
        Some([value]) => Ok(*value),
        _ => {
            let shape = tensor.shape();
            Err(Diagnostic::whole(format!(
                "`{name}` has the shape {shape:?}, one number is needed"
            ))
            .into())
        }
    }
}

/// Any tensor as numbers.
fn array(name: &str, tensor: &TensorView<'_>) -> Result<ArrayD<f64>, Diagnostics> {
    let data = tensor.data();
    let values: Vec<f64> = match tensor.dtype() {
        Dtype::F32 => numbers(data, |bytes| f64::from(f32::from_le_bytes(bytes))),
        Dtype::F64 => numbers(data, f64::from_le_bytes),
        Dtype::I32 => numbers(data, |bytes| f64::from(i32::from_le_bytes(bytes))),
        Dtype::I64 => numbers(data, |bytes| i64::from_le_bytes(bytes) as f64),
        other => {
            let kind = Diagnostic::whole(format!("`{name}` holds numbers of the type {other:?}"));
            return Err(kind.help("save it as F32, F64, I32 or I64").into());
        }
    };
    // The reader of the format has compared shapes with lengths.
    ArrayD::from_shape_vec(IxDyn(tensor.shape()), values)
        .map_err(|error| Diagnostic::whole(format!("`{name}` cannot be read: {error}")).into())
}

fn numbers<const SIZE: usize>(data: &[u8], number: fn([u8; SIZE]) -> f64) -> Vec<f64> {
    let (chunks, _) = data.as_chunks::<SIZE>();
    chunks.iter().map(|chunk| number(*chunk)).collect()
}
