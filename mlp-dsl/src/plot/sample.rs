//! Samples of a curve: where it is defined, where it jumps, where its derivative vanishes.

use super::{SATURATED, Sample};
use crate::equations::{Curve, EvaluationError};

/// The number of steps over a range. It divides the usual ranges so that their kinks are among the samples.
const STEPS: u32 = 480;

/// A step this large, in parts of the whole height, may be a jump.
const SUSPICIOUS: f64 = 0.05;

/// How often the place of a jump is halved: down to the distance of neighbouring numbers.
const HALVINGS: usize = 45;

/// A curve that is defined on less than this part of a range is shown there alone.
const WORTH_SHOWING: f64 = 0.6;

/// The function or its derivative.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Value,
    Slope,
}

impl Part {
    fn of(self, sample: &Sample) -> f64 {
        match self {
            Self::Value => sample.value,
            Self::Slope => sample.slope,
        }
    }
}

/// Evenly spaced samples over `range`, both ends included.
pub(super) fn samples(curve: &Curve, range: (f64, f64)) -> Result<Vec<Sample>, EvaluationError> {
    let (from, to) = range;
    let place = |step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
    let arguments: Vec<f64> = (0..=STEPS).map(place).collect();
    at(curve, &arguments)
}

fn at(curve: &Curve, arguments: &[f64]) -> Result<Vec<Sample>, EvaluationError> {
    let found = curve.at(arguments)?.into_iter().zip(arguments);
    let samples = found.map(|([value, slope], argument)| Sample {
        argument: *argument,
        value,
        slope,
    });
    Ok(samples.collect())
}

/// The part of `range` on which the curve is finite, where that is a small one: (0, 1) for a loss on probabilities.
pub(super) fn defined_part(
    curve: &Curve,
    range: (f64, f64),
) -> Result<(f64, f64), EvaluationError> {
    let samples = samples(curve, range)?;
    let finite = |sample: &Sample| sample.value.is_finite() && sample.slope.is_finite();
    let (first, last) = (
        samples.iter().position(finite),
        samples.iter().rposition(finite),
    );
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(range);
    };
    // The neighbours are where it ends.
    let (from, to) = (
        samples[first.saturating_sub(1)].argument,
        samples[(last + 1).min(samples.len() - 1)].argument,
    );
    let is_small = to - from < WORTH_SHOWING * (range.1 - range.0);
    Ok(if is_small { (from, to) } else { range })
}

/// One part of the samples as connected lines: they end where it is not finite, and on both sides of a jump.
pub(super) fn pieces(
    curve: &Curve,
    samples: &[Sample],
    part: Part,
) -> Result<Vec<Vec<(f64, f64)>>, EvaluationError> {
    let finite = samples
        .iter()
        .map(|sample| part.of(sample))
        .filter(|y| y.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| {
        (low.min(y), high.max(y))
    });
    let suspicious = SUSPICIOUS * (high - low);
    let mut pieces = vec![Vec::new()];
    let mut last: Option<Sample> = None;
    for sample in samples {
        let y = part.of(sample);
        if let Some(last) = last
            && y.is_finite()
            && (y - part.of(&last)).abs() > suspicious
            && let Some((before, after)) = jump(curve, last, *sample, part)?
        {
            push(&mut pieces, &before, part);
            pieces.push(Vec::new());
            push(&mut pieces, &after, part);
        }
        if y.is_finite() {
            push(&mut pieces, sample, part);
            last = Some(*sample);
        } else {
            pieces.push(Vec::new());
            last = None;
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    Ok(pieces)
}

fn push(pieces: &mut [Vec<(f64, f64)>], sample: &Sample, part: Part) {
    if let Some(piece) = pieces.last_mut() {
        piece.push((sample.argument, part.of(sample)));
    }
}

/// The two sides of a jump between two samples, if there is one: most of the step remains however close they come.
fn jump(
    curve: &Curve,
    mut before: Sample,
    mut after: Sample,
    part: Part,
) -> Result<Option<(Sample, Sample)>, EvaluationError> {
    let step = |before: &Sample, after: &Sample| (part.of(after) - part.of(before)).abs();
    let whole = step(&before, &after);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(before.argument, after.argument);
        let found = at(curve, &[middle])?;
        let Some(middle) = found.first().filter(|middle| part.of(middle).is_finite()) else {
            return Ok(None);
        };
        if step(&before, middle) > step(middle, &after) {
            after = *middle;
        } else {
            before = *middle;
        }
    }
    Ok((step(&before, &after) > whole / 2.0).then_some((before, after)))
}

/// Where the derivative is 0 over more than a point.
pub(super) fn dead(samples: &[Sample]) -> Vec<(f64, f64)> {
    let flags: Vec<bool> = samples.iter().map(|sample| sample.slope == 0.0).collect();
    runs(samples, &flags)
}

/// Where the derivative stays small up to an end of the range, without being 0.
pub(super) fn saturated(samples: &[Sample]) -> Vec<(f64, f64)> {
    let small = |sample: &&Sample| sample.slope.abs() < SATURATED;
    let left = samples.iter().take_while(small).count();
    let right = samples.iter().rev().take_while(small).count();
    let flags: Vec<bool> = (samples.iter().enumerate())
        .map(|(index, sample)| {
            (index < left || index + right >= samples.len()) && sample.slope != 0.0
        })
        .collect();
    runs(samples, &flags)
}

/// The places of the first and the last sample of each run of two or more.
fn runs(samples: &[Sample], flags: &[bool]) -> Vec<(f64, f64)> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < flags.len() {
        let length = flags[start..].iter().take_while(|flag| **flag).count();
        if length > 1 {
            runs.push((
                samples[start].argument,
                samples[start + length - 1].argument,
            ));
        }
        start += length + 1;
    }
    runs
}
