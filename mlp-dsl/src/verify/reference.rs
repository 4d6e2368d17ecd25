//! A model against the same network computed elsewhere, in the precision of the model.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD};

use super::VerifyError;
use super::evaluator::{Batch, Evaluator, Interpreter};
use super::report::{Report, TensorReport, Verdict, larger};
use crate::equations::{Equations, Evaluation, Extent, Precision, TargetKind, Targets};

/// The tolerance for `f32`: some hundred roundings, which is what sums over a layer collect.
const F32_TOLERANCE: f64 = 2e-5;

/// The same for `f64`, with room for functions that another library rounds in another way.
const F64_TOLERANCE: f64 = 1e-11;

/// The smallest number that a precision has with all its digits: what is below may be computed as zero.
fn smallest(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => f64::from(f32::MIN_POSITIVE),
        Precision::F64 => f64::MIN_POSITIVE,
    }
}

/// The tolerance of a precision.
pub(super) fn tolerance(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => F32_TOLERANCE,
        Precision::F64 => F64_TOLERANCE,
    }
}

/// The numbers of a network, computed elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// A row for each sample.
    pub input: Array2<f64>,
    /// The targets; needed where loss or gradients are compared.
    pub target: Option<Targets<f64>>,
    /// The parameters by name.
    pub parameters: BTreeMap<String, ArrayD<f64>>,
    /// What the network answers, a row for each sample.
    pub output: Option<Array2<f64>>,
    /// The mean loss over the batch.
    pub loss: Option<f64>,
    /// The derivatives of the mean loss by parameter: all or none.
    pub gradients: BTreeMap<String, ArrayD<f64>>,
}

/// Computes `reference` again and compares output, loss and gradients, as far as it has them. Errors are relative to the
/// largest entry of each reference tensor, and to 1 where that is zero throughout or below the smallest normal number of
/// the model's precision, which cannot hold it. The tolerance is 2e-5 for `f32` and 1e-11 for `f64`.
///
/// # Errors
/// Tensors that are missing, superfluous or of another shape.
pub fn against(equations: &Equations, reference: &Reference) -> Result<Report, VerifyError> {
    against_with(equations, reference, &mut Interpreter(equations))
}

/// [`against`] with the numbers of another engine.
///
/// # Errors
/// As [`against`], and those of the engine.
pub fn against_with(
    equations: &Equations,
    reference: &Reference,
    evaluator: &mut dyn Evaluator,
) -> Result<Report, VerifyError> {
    let reasons = mismatches(equations, reference);
    if !reasons.is_empty() {
        let model = equations.name.clone();
        return Err(VerifyError::Mismatch { model, reasons });
    }
    compare(equations, reference, evaluator)
}

/// Everything in which the tensors of a reference are not those of the model.
fn mismatches(equations: &Equations, reference: &Reference) -> Vec<String> {
    let mut reasons = Vec::new();
    let (rows, columns) = reference.input.dim();
    let inputs = equations.input_length();
    if columns != inputs {
        reasons.push(format!(
            "`input` has {columns} columns, the model takes {inputs} numbers"
        ));
    }
    if rows == 0 {
        reasons.push("`input` has no rows".to_owned());
    }
    if let Some(output) = &reference.output {
        let expected = (rows, equations.output_length());
        if output.dim() != expected {
            reasons.push(shapes(
                "output",
                &[output.nrows(), output.ncols()],
                &[expected.0, expected.1],
            ));
        }
    }
    reasons.extend(tensor_mismatches(equations, "param", &reference.parameters));
    if !reference.gradients.is_empty() {
        reasons.extend(tensor_mismatches(equations, "grad", &reference.gradients));
    }
    let has_loss = reference.loss.is_some() || !reference.gradients.is_empty();
    match (&equations.objective, &reference.target) {
        (None, _) if has_loss || reference.target.is_some() => {
            reasons
                .push("it has `target`, `loss` or gradients, but the model has no loss".to_owned());
        }
        (Some(_), None) if has_loss => {
            reasons.push("`target` is missing, which loss and gradients need".to_owned());
        }
        (Some(objective), Some(target)) => {
            reasons.extend(target_mismatch(
                target,
                objective.target_kind,
                rows,
                equations,
            ));
        }
        _ => {}
    }
    if reference.output.is_none() && !has_loss {
        reasons.push(
            "there is nothing to compare: `output`, `loss` and `grad.*` are missing".to_owned(),
        );
    }
    reasons
}

fn target_mismatch(
    target: &Targets<f64>,
    kind: TargetKind,
    rows: usize,
    equations: &Equations,
) -> Option<String> {
    let outputs = equations.output_length();
    match (target, kind) {
        (Targets::Vectors(vectors), TargetKind::Vector) if vectors.dim() != (rows, outputs) => {
            Some(shapes(
                "target",
                &[vectors.nrows(), vectors.ncols()],
                &[rows, outputs],
            ))
        }
        (Targets::Classes(classes), TargetKind::Class) if classes.len() != rows => {
            Some(shapes("target", &[classes.len()], &[rows]))
        }
        (Targets::Classes(classes), TargetKind::Class) => {
            let class = classes.iter().find(|class| **class >= outputs)?;
            Some(format!(
                "`target` holds the class {class}, the model has {outputs} classes"
            ))
        }
        (Targets::Vectors(_), TargetKind::Class) => Some(
            "`target` holds vectors, the loss takes class indices: integers of shape [N]"
                .to_owned(),
        ),
        (Targets::Classes(_), TargetKind::Vector) => Some(format!(
            "`target` holds class indices, the loss takes rows of {outputs} numbers"
        )),
        (Targets::Vectors(_), TargetKind::Vector) => None,
    }
}

/// What differs between the tensors `prefix.NAME` and the parameters of the model.
fn tensor_mismatches(
    equations: &Equations,
    prefix: &str,
    tensors: &BTreeMap<String, ArrayD<f64>>,
) -> Vec<String> {
    let parameters = &equations.parameters;
    let mut reasons = Vec::new();
    let missing = (parameters.iter()).filter(|parameter| !tensors.contains_key(&parameter.name));
    let missing: Vec<String> = missing
        .map(|parameter| format!("`{prefix}.{}`", parameter.name))
        .collect();
    if !missing.is_empty() {
        reasons.push(format!("missing: {}", missing.join(", ")));
    }
    let unknown = tensors
        .keys()
        .filter(|name| !parameters.iter().any(|parameter| parameter.name == **name));
    let unknown: Vec<String> = unknown.map(|name| format!("`{prefix}.{name}`")).collect();
    if !unknown.is_empty() {
        reasons.push(format!("not in the model: {}", unknown.join(", ")));
    }
    for parameter in parameters {
        if let Some(tensor) = tensors.get(&parameter.name)
            && tensor.shape() != parameter.shape
        {
            let name = format!("{prefix}.{}", parameter.name);
            reasons.push(shapes(&name, tensor.shape(), &parameter.shape));
        }
    }
    reasons
}

fn shapes(name: &str, own: &[usize], expected: &[usize]) -> String {
    format!("`{name}` has the shape {own:?}, the model needs {expected:?}")
}

fn compare(
    equations: &Equations,
    reference: &Reference,
    evaluator: &mut dyn Evaluator,
) -> Result<Report, VerifyError> {
    // Every parameter is there: that was checked.
    let parameters: Vec<Vec<f64>> = (equations.parameters.iter())
        .filter_map(|parameter| reference.parameters.get(&parameter.name))
        .map(|tensor| tensor.iter().copied().collect())
        .collect();
    let extent = match (&reference.loss, reference.gradients.is_empty()) {
        (_, false) => Extent::Gradient,
        (Some(_), true) => Extent::Loss,
        (None, true) => Extent::Output,
    };
    let batch = Batch {
        parameters: &parameters,
        inputs: reference.input.view(),
        targets: reference.target.as_ref(),
    };
    let Evaluation {
        output,
        loss,
        gradients,
    } = evaluator.evaluate(&batch, extent)?;
    let precision = equations.precision;
    let mut tensors = Vec::new();
    if let Some(expected) = &reference.output {
        tensors.push(tensor("output", &output, expected, precision));
    }
    if let (Some(loss), Some(expected)) = (loss, reference.loss) {
        tensors.push(tensor("loss", &[loss], &[expected], precision));
    }
    for (parameter, gradient) in equations.parameters.iter().zip(&gradients) {
        if let Some(expected) = reference.gradients.get(&parameter.name) {
            let name = format!("grad.{}", parameter.name);
            tensors.push(tensor(&name, gradient, expected, precision));
        }
    }
    let (model, engine) = (&equations.name, evaluator.name());
    Ok(Report::new(model, engine, tolerance(precision), tensors))
}

/// Compares two tensors of one shape.
fn tensor<'a>(
    name: &str,
    computed: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
    precision: Precision,
) -> TensorReport {
    let mut largest = 0.0;
    let mut max_abs_error = 0.0;
    for (computed, expected) in computed.into_iter().zip(expected) {
        largest = larger(largest, expected.abs());
        max_abs_error = larger(max_abs_error, (computed - expected).abs());
    }
    let scale = match largest < smallest(precision) {
        true => 1.0,
        false => largest,
    };
    let max_rel_error = max_abs_error / scale;
    TensorReport {
        name: name.to_owned(),
        max_abs_error,
        max_rel_error,
        verdict: if max_rel_error <= tolerance(precision) {
            Verdict::Agrees
        } else {
            Verdict::Differs
        },
    }
}
