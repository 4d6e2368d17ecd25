//! The gradient of the equations against central differences of the mean loss, all in `f64`.

use super::VerifyError;
use super::evaluator::Interpreter;
use super::point::Point;
use super::random::Random;
use super::report::{Report, TensorReport, Verdict, larger};
pub use super::slope::DIFFERENCES_TOLERANCE;
use super::slope::slope;
use super::stated::behind_stated;
use crate::equations::{Equations, Extent};
use crate::model::{Model, ParameterId};

/// As many random points are tried at most.
const ATTEMPTS: usize = 12;

/// At as many points a tensor is compared, where time allows.
const POINTS: usize = 3;

/// As many single entries of a tensor are compared at a point, where time allows.
const ENTRIES: usize = 64;

/// Enough for the mean over a batch to matter; more would only cost time.
const SAMPLES: usize = 4;

/// The multiplications that a whole check may take: a few seconds of the interpreter.
const BUDGET: usize = 1_000_000_000;

/// The evaluations that a slope takes, about.
const EVALUATIONS: usize = 6;

/// Compares the gradient of every trained tensor with central differences of the loss, at random points from a fixed
/// seed: over the whole tensor in a random direction, and entry by entry (a sample of the entries of a large tensor,
/// with its largest one). A point where the loss has a kink is replaced by another. The tolerance is
/// [`DIFFERENCES_TOLERANCE`]. Of a network with two forms this checks the one that `equations` are. `model` is what the equations were derived from: it shows which derivatives the text states.
///
/// # Errors
/// A model without a loss or without anything to train.
pub fn differences(model: &Model, equations: &Equations) -> Result<Report, VerifyError> {
    let name = || equations.name.clone();
    let Some(objective) = &equations.objective else {
        return Err(VerifyError::NoLoss { model: name() });
    };
    if equations.parameters.is_empty() {
        return Err(VerifyError::NoParameters { model: name() });
    }
    let effort = Effort::of(equations);
    let behind = behind_stated(model);
    let is_stated = |index: usize| behind.contains(&ParameterId(index));
    let mut findings = vec![Finding::default(); equations.parameters.len()];
    let mut random = Random::new(1);
    for attempt in 0..ATTEMPTS {
        let pending: Vec<usize> = (0..findings.len())
            .filter(|index| !is_stated(*index) && !findings[*index].is_settled(effort.points))
            .collect();
        if pending.is_empty() {
            break;
        }
        let mut point = Point::random(equations, objective, attempt, SAMPLES, &mut random);
        let evaluation = point.evaluate(equations, Extent::Gradient)?;
        let Some(loss) = evaluation.loss.filter(|loss| loss.is_finite()) else {
            continue;
        };
        for index in pending {
            let gradient = &evaluation.gradients[index];
            let lines = lines(gradient, effort.entries, &mut random);
            let comparison = compare(equations, &mut point, loss, index, gradient, &lines)?;
            findings[index].add(comparison);
        }
    }
    let tensors = (equations.parameters.iter().zip(&findings).enumerate())
        .map(|(index, (parameter, finding))| {
            let verdict = match finding.verdict() {
                _ if is_stated(index) => Verdict::StatedDerivative,
                verdict => verdict,
            };
            TensorReport {
                name: format!("grad.{}", parameter.name),
                max_abs_error: finding.max_abs_error,
                max_rel_error: finding.max_rel_error,
                verdict,
            }
        })
        .collect();
    Ok(Report::new(
        equations,
        Interpreter::NAME,
        DIFFERENCES_TOLERANCE,
        tensors,
    ))
}

/// How much is compared.
#[derive(Clone, Copy)]
struct Effort {
    points: usize,
    entries: usize,
}

impl Effort {
    /// Everything for a small model, less for a large one.
    fn of(equations: &Equations) -> Self {
        let tensors = equations.parameters.len();
        let slope = equations.parameter_count() * SAMPLES * EVALUATIONS;
        let lines = BUDGET / (slope * tensors).max(1);
        let points = (lines / ENTRIES).clamp(1, POINTS);
        Self {
            points,
            entries: (lines / points).clamp(2, ENTRIES),
        }
    }
}

/// A line through a tensor, along which a slope is measured.
enum Line {
    /// A direction of length 1 with all entries of one magnitude, so that every entry counts.
    Whole(Vec<f64>),
    /// The axis of one entry.
    Entry(usize),
}

impl Line {
    /// The slope that a gradient says.
    fn slope(&self, gradient: &[f64]) -> f64 {
        match self {
            Self::Whole(direction) => gradient.iter().zip(direction).map(|(g, d)| g * d).sum(),
            Self::Entry(index) => gradient[*index],
        }
    }

    /// `tensor` becomes the place at the distance `t` from `origin`.
    fn go(&self, tensor: &mut [f64], origin: &[f64], t: f64) {
        match self {
            Self::Whole(direction) => {
                for ((place, start), direction) in tensor.iter_mut().zip(origin).zip(direction) {
                    *place = start + t * direction;
                }
            }
            Self::Entry(index) => tensor[*index] = origin[*index] + t,
        }
    }
}

/// The lines to compare: the whole tensor, and its entries, or of many the one with the largest gradient and a sample.
fn lines(gradient: &[f64], entries: usize, random: &mut Random) -> Vec<Line> {
    let count = gradient.len();
    if count <= entries {
        return (0..count).map(Line::Entry).collect();
    }
    let length = 1.0 / (count as f64).sqrt();
    let direction = (0..count).map(|_| random.sign() * length).collect();
    let largest = (0..count).max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs()));
    let sample = (1..entries).map(|_| random.below(count));
    std::iter::once(Line::Whole(direction))
        .chain(largest.into_iter().chain(sample).map(Line::Entry))
        .collect()
}

/// What the lines through one tensor at one point say.
enum Comparison {
    /// The loss has a kink here.
    Kink,
    /// The gradient is zero, or differences show nothing but rounding.
    TooSmall,
    /// The largest errors, and whether they are within the tolerance.
    Compared {
        max_abs_error: f64,
        max_rel_error: f64,
        agrees: bool,
    },
}

fn compare(
    equations: &Equations,
    point: &mut Point,
    loss: f64,
    index: usize,
    gradient: &[f64],
    lines: &[Line],
) -> Result<Comparison, VerifyError> {
    let finite = gradient.iter().filter(|entry| entry.is_finite());
    let mut scale = finite.fold(0.0_f64, |largest, entry| largest.max(entry.abs()));
    let all_finite = gradient.iter().all(|entry| entry.is_finite());
    let origin = point.parameters[index].clone();
    let mut max_abs_error = 0.0;
    // The largest error that cannot be rounding.
    let mut certain = 0.0;
    for line in lines {
        let measured = slope(loss, scale, |t| {
            line.go(&mut point.parameters[index], &origin, t);
            point.loss(equations)
        })?;
        line.go(&mut point.parameters[index], &origin, 0.0);
        let Some(measured) = measured else {
            return Ok(Comparison::Kink);
        };
        scale = scale.max(measured.value.abs());
        let error = (line.slope(gradient) - measured.value).abs();
        max_abs_error = larger(max_abs_error, error);
        if error > measured.noise {
            certain = larger(certain, error);
        }
    }
    if !all_finite {
        return Ok(Comparison::Compared {
            max_abs_error: f64::NAN,
            max_rel_error: f64::NAN,
            agrees: false,
        });
    }
    let allowed = DIFFERENCES_TOLERANCE * scale;
    if scale == 0.0 || (max_abs_error > allowed && certain <= allowed) {
        return Ok(Comparison::TooSmall);
    }
    Ok(Comparison::Compared {
        max_abs_error,
        max_rel_error: max_abs_error / scale,
        agrees: max_abs_error <= allowed,
    })
}

/// What is known about one tensor.
#[derive(Clone)]
struct Finding {
    /// The number of points at which it agreed.
    agreed: usize,
    differs: bool,
    too_small: bool,
    max_abs_error: f64,
    max_rel_error: f64,
}

impl Default for Finding {
    fn default() -> Self {
        Self {
            agreed: 0,
            differs: false,
            too_small: false,
            max_abs_error: f64::NAN,
            max_rel_error: f64::NAN,
        }
    }
}

impl Finding {
    fn is_settled(&self, points: usize) -> bool {
        self.differs || self.agreed >= points
    }

    fn add(&mut self, comparison: Comparison) {
        match comparison {
            Comparison::Kink => {}
            Comparison::TooSmall => self.too_small = true,
            Comparison::Compared {
                max_abs_error,
                max_rel_error,
                agrees,
            } => {
                // The first errors replace the NaN of nothing compared.
                let first = self.agreed == 0;
                let worst = |old: f64, new: f64| if first { new } else { larger(old, new) };
                self.max_abs_error = worst(self.max_abs_error, max_abs_error);
                self.max_rel_error = worst(self.max_rel_error, max_rel_error);
                self.agreed += usize::from(agrees);
                self.differs |= !agrees;
            }
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self { differs: true, .. } => Verdict::Differs,
            Self { agreed: 1.., .. } => Verdict::Agrees,
            Self {
                too_small: true, ..
            } => Verdict::TooSmall,
            _ => Verdict::NoSmoothPoint,
        }
    }
}
