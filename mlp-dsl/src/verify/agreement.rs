//! Another engine against the equations: they are checked by differences, and the engine's numbers by theirs.
//!
//! The equations are evaluated in `f64`; the engine computes in the precision of the model, at points that this
//! precision can represent. An engine may be off by [`against`](super::against)'s tolerance: for `f32` 2e-5 of a
//! tensor's largest entry, some hundred roundings. Where a result is the small difference of large numbers, as at a
//! saturated output, or where the point lies at a kink, rounding does more than that, and such a point says nothing. How
//! much it does there is measured: by the interpreter in the same precision, at the point and at neighbours some
//! roundings away. A sum over the samples can cancel altogether: it is then 0 in the interpreter's order at every
//! neighbour, and a rounding of its terms in another order; one rounding of the whole gradient is reckoned with
//! everywhere. An error that is many times larger than that is a mistake.

use super::VerifyError;
use super::differences::DIFFERENCES_TOLERANCE;
use super::evaluator::{Evaluator, Interpreter};
use super::point::Point;
use super::random::Random;
use super::reference::tolerance;
use super::report::{Report, TensorReport, Verdict, larger};
use crate::equations::{Equations, Evaluation, Extent, Objective, Precision};

/// As many random points are compared: one of each kind.
const POINTS: usize = 5;

/// The samples at each: an engine may take them in blocks, and the last block may be a part of one.
const SAMPLES: [usize; POINTS] = [17, 1, 70, 2, 4];

/// So many further ones are tried where rounding hides something at all of them.
const ATTEMPTS: usize = 12;

/// Neighbours at which rounding is measured; that none of them shows what a point suffers is unlikely.
const NEIGHBOURS: usize = 4;

/// How far away they are, in roundings.
const DISTANCE: f64 = 16.0;

/// An error so many times larger than measured rounding is none.
const CERTAIN: f64 = 16.0;

/// From here on a model is large, and fewer points have to do.
const LARGE: usize = 200_000;

/// Adds to the report of [`differences`](super::differences) how the numbers of `evaluator` agree with the equations. They
/// may differ by 2e-5 in `f32` and by 1e-11 in `f64`; the tolerance of the report is that of the differences where it is
/// larger and the numbers agree. Outputs and loss are in the report where they differ. A report that the equations fail
/// already stays as it is.
///
/// # Errors
/// Those of the evaluator.
pub fn agreement(
    mut report: Report,
    equations: &Equations,
    evaluator: &mut dyn Evaluator,
) -> Result<Report, VerifyError> {
    let Some(objective) = equations.objective.as_ref().filter(|_| report.passed) else {
        return Ok(report);
    };
    let own = tolerance(equations.precision);
    let findings = findings(equations, objective, evaluator, own)?;
    let tolerance = match findings.iter().any(|finding| finding.differs) {
        true => own,
        false => own.max(DIFFERENCES_TOLERANCE),
    };
    let (values, gradients) = findings.split_at(2.min(findings.len()));
    for (tensor, finding) in report.tensors.iter_mut().zip(gradients) {
        if finding.differs {
            tensor.verdict = Verdict::Differs;
            tensor.max_abs_error = finding.max_abs_error;
            tensor.max_rel_error = finding.max_rel_error;
        } else if tensor.verdict == Verdict::Agrees && finding.agreed > 0 {
            tensor.max_abs_error = larger(tensor.max_abs_error, finding.max_abs_error);
            tensor.max_rel_error = larger(tensor.max_rel_error, finding.max_rel_error);
        }
    }
    let wrong = ["output", "loss"].into_iter().zip(values);
    let wrong = wrong.filter(|(_, finding)| finding.differs);
    let wrong = wrong.map(|(name, finding)| TensorReport {
        name: name.to_owned(),
        max_abs_error: finding.max_abs_error,
        max_rel_error: finding.max_rel_error,
        verdict: Verdict::Differs,
    });
    let tensors = wrong.chain(report.tensors).collect();
    let engine = evaluator.name();
    Ok(Report::new(equations, engine, tolerance, tensors))
}

/// What is known about one array: the outputs, the loss, a tensor's gradient.
#[derive(Clone, Default)]
struct Finding {
    /// The number of points at which it agreed.
    agreed: usize,
    differs: bool,
    max_abs_error: f64,
    max_rel_error: f64,
}

/// Compares the arrays, in that order, at some points.
fn findings(
    equations: &Equations,
    objective: &Objective,
    evaluator: &mut dyn Evaluator,
    tolerance: f64,
) -> Result<Vec<Finding>, VerifyError> {
    let (points, neighbours) = match equations.parameter_count() {
        LARGE.. => (2, 2),
        _ => (POINTS, NEIGHBOURS),
    };
    let mut findings = vec![Finding::default(); 2 + equations.parameters.len()];
    let mut random = Random::new(2);
    for attempt in 0..ATTEMPTS {
        let unclear = |finding: &Finding| finding.agreed == 0 && !finding.differs;
        if attempt >= points && !findings.iter().any(unclear) {
            break;
        }
        let samples = SAMPLES[attempt % POINTS];
        let point = Point::random(equations, objective, attempt, samples, &mut random);
        let point = point.rounded(equations.precision);
        let exact = arrays(point.evaluate(equations, Extent::Gradient)?);
        if !exact.iter().flatten().all(|number| number.is_finite()) {
            continue;
        }
        let computed = arrays(evaluator.evaluate(&point.batch(), Extent::Gradient)?);
        let rounding = rounding(equations, &point, &exact, neighbours, &mut random)?;
        for (index, finding) in findings.iter_mut().enumerate() {
            let error = distance(&computed[index], &exact[index]);
            finding.add(error, magnitude(&exact[index]), rounding[index], tolerance);
        }
    }
    Ok(findings)
}

impl Finding {
    fn add(&mut self, error: f64, largest: f64, rounding: f64, tolerance: f64) {
        let agrees = error <= tolerance * largest;
        // Not `error > …`: an error that is not a number is one, unless rounding is not a number either.
        let hidden = !rounding.is_finite() || error <= tolerance * largest + CERTAIN * rounding;
        if hidden && !agrees {
            return;
        }
        self.agreed += usize::from(agrees);
        self.differs |= !agrees;
        self.max_abs_error = larger(self.max_abs_error, error);
        let relative = error / if largest == 0.0 { 1.0 } else { largest };
        self.max_rel_error = larger(self.max_rel_error, relative);
    }
}

/// What rounding does to each array at a point, about.
fn rounding(
    equations: &Equations,
    point: &Point,
    exact: &[Vec<f64>],
    neighbours: usize,
    random: &mut Random,
) -> Result<Vec<f64>, VerifyError> {
    let step = match equations.precision {
        Precision::F32 => f64::from(f32::EPSILON),
        Precision::F64 => f64::EPSILON,
    };
    let mut interpreter = Interpreter(equations);
    let gradients = exact.iter().skip(2).map(|gradient| magnitude(gradient));
    let whole = step * gradients.fold(0.0, larger);
    let mut most: Vec<f64> = (0..exact.len())
        .map(|index| if index < 2 { 0.0 } else { whole })
        .collect();
    let mut note = |there: &[Vec<f64>], here: &[Vec<f64>]| {
        for (most, (there, here)) in most.iter_mut().zip(there.iter().zip(here)) {
            *most = larger(*most, distance(there, here));
        }
    };
    let own = arrays(interpreter.evaluate(&point.batch(), Extent::Gradient)?);
    note(&own, exact);
    for _ in 0..neighbours {
        let neighbour = point.neighbour(DISTANCE * step, random);
        let neighbour = neighbour.rounded(equations.precision);
        let there = arrays(neighbour.evaluate(equations, Extent::Gradient)?);
        let own = arrays(interpreter.evaluate(&neighbour.batch(), Extent::Gradient)?);
        note(&there, exact);
        note(&own, &there);
    }
    Ok(most)
}

/// Everything that was computed.
fn arrays(evaluation: Evaluation<f64>) -> Vec<Vec<f64>> {
    let output = evaluation.output.iter().copied().collect();
    let loss = evaluation.loss.into_iter().collect();
    [output, loss]
        .into_iter()
        .chain(evaluation.gradients)
        .collect()
}

fn magnitude(array: &[f64]) -> f64 {
    array
        .iter()
        .fold(0.0, |largest, entry| larger(largest, entry.abs()))
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    let errors = left
        .iter()
        .zip(right)
        .map(|(left, right)| (left - right).abs());
    errors.fold(0.0, larger)
}
