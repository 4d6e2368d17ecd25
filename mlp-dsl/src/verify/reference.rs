//! A model against the same network computed elsewhere, in the precision of the model.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD};

use super::VerifyError;
use super::evaluator::{Batch, Evaluator, Interpreter};
use super::report::{Report, TensorReport, Verdict, larger};
use crate::equations::{Equations, Evaluation, Extent, Precision, TargetKind, Targets, evaluate};

/// The tolerance for `f32`: some hundred roundings, which is what sums over a layer collect.
const F32_TOLERANCE: f64 = 2e-5;

/// The same for `f64`, with room for functions that another library rounds in another way.
const F64_TOLERANCE: f64 = 1e-11;

/// A gradient that is so small beside the largest of all, in `f64`, is nothing but rounding.
const ZERO: f64 = 1e-12;

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
    /// The parameters by name, and the state where it is not as before the first batch.
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
/// the model's precision, which cannot hold it. The tolerance is 2e-5 for `f32` and 1e-11 for `f64`. A gradient that is
/// zero up to rounding, as that of a bias before a `batch_norm`, is measured against the largest entry of all gradients
/// instead. Of a network with two forms the one is compared that [`form_of`] tells.
///
/// # Errors
/// Tensors that are missing, superfluous or of another shape.
pub fn against(equations: &Equations, reference: &Reference) -> Result<Report, VerifyError> {
    let form = form_of(equations, reference)?;
    against_with(form, reference, &mut Interpreter(form))
}

/// The form of a network that a reference was made in: of several forms the one whose output is nearest to the
/// reference's, or whose loss is where it has no output, else the first.
///
/// # Errors
/// As [`against`].
pub fn form_of<'a>(
    equations: &'a Equations,
    reference: &Reference,
) -> Result<&'a Equations, VerifyError> {
    check(equations, reference)?;
    let mut nearest = (equations, f64::INFINITY);
    if equations.inference.is_none() {
        return Ok(equations);
    }
    for form in equations.forms() {
        let found = exact(form, reference, Extent::Loss)?;
        let distance = match (&reference.output, reference.loss) {
            (Some(output), _) => (found.output.iter().zip(output))
                .map(|(own, other)| (own - other).abs())
                .fold(0.0, larger),
            (None, Some(loss)) => found.loss.map_or(f64::NAN, |own| (own - loss).abs()),
            (None, None) => f64::INFINITY,
        };
        if distance < nearest.1 {
            nearest = (form, distance);
        }
    }
    Ok(nearest.0)
}

/// What the equations say in `f64`.
fn exact(
    equations: &Equations,
    reference: &Reference,
    extent: Extent,
) -> Result<Evaluation<f64>, VerifyError> {
    let (input, target) = (reference.input.view(), reference.target.as_ref());
    let parameters = parameters(equations, reference);
    Ok(evaluate(equations, &parameters, input, target, extent)?)
}

/// The parameters and the state in their order, row-major.
fn parameters(equations: &Equations, reference: &Reference) -> Vec<Vec<f64>> {
    // Every parameter is there: that was checked.
    let trained = (equations.parameters.iter())
        .filter_map(|parameter| reference.parameters.get(&parameter.name))
        .map(|tensor| tensor.iter().copied().collect());
    let state = (equations.state.iter()).map(|state| match reference.parameters.get(&state.name) {
        Some(tensor) => tensor.iter().copied().collect(),
        None => vec![state.initial; equations.variables.length(state.variable)],
    });
    trained.chain(state).collect()
}

fn check(equations: &Equations, reference: &Reference) -> Result<(), VerifyError> {
    let reasons = mismatches(equations, reference);
    if reasons.is_empty() {
        return Ok(());
    }
    let model = equations.name.clone();
    Err(VerifyError::Mismatch { model, reasons })
}

/// [`against`] with the numbers of another engine, which computes this form of the network.
///
/// # Errors
/// As [`against`], and those of the engine.
pub fn against_with(
    equations: &Equations,
    reference: &Reference,
    evaluator: &mut dyn Evaluator,
) -> Result<Report, VerifyError> {
    check(equations, reference)?;
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
    // The state may be missing: then it is as before the first batch.
    let state = (equations.state.iter()).filter(|_| prefix == "param");
    let state = state.map(|state| {
        (
            &state.name,
            vec![equations.variables.length(state.variable)],
        )
    });
    let shapes_by_name: BTreeMap<&String, Vec<usize>> = (parameters.iter())
        .map(|parameter| (&parameter.name, parameter.shape.clone()))
        .chain(state)
        .collect();
    let unknown = tensors
        .keys()
        .filter(|name| !shapes_by_name.contains_key(name));
    let unknown: Vec<String> = unknown.map(|name| format!("`{prefix}.{name}`")).collect();
    if !unknown.is_empty() {
        reasons.push(format!("not in the model: {}", unknown.join(", ")));
    }
    for (name, shape) in shapes_by_name {
        if let Some(tensor) = tensors.get(name)
            && tensor.shape() != shape
        {
            let name = format!("{prefix}.{name}");
            reasons.push(shapes(&name, tensor.shape(), &shape));
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
    let parameters = parameters(equations, reference);
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
    if extent == Extent::Gradient {
        let exact = exact(equations, reference, extent)?.gradients;
        let largest = largest(exact.iter().flatten());
        for (index, parameter) in equations.parameters.iter().enumerate() {
            let (Some(own), Some(expected)) = (
                gradients.get(index),
                reference.gradients.get(&parameter.name),
            ) else {
                continue;
            };
            let name = format!("grad.{}", parameter.name);
            let mut report = tensor(&name, own, expected, precision);
            let is_zero = self::largest(&exact[index]) <= ZERO * largest;
            if report.verdict == Verdict::Differs && is_zero {
                let error = larger(self::largest(own), self::largest(expected)) / largest;
                if error <= tolerance(precision) {
                    report.max_rel_error = error;
                    report.verdict = Verdict::TooSmall;
                }
            }
            tensors.push(report);
        }
    }
    let engine = evaluator.name();
    Ok(Report::new(
        equations,
        engine,
        tolerance(precision),
        tensors,
    ))
}

/// The largest magnitude, not a number where one of the numbers is none.
fn largest<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> f64 {
    let magnitudes = numbers.into_iter().map(|number| number.abs());
    magnitudes.fold(0.0, larger)
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
