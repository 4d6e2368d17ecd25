//! What a model does with data: how its values and its gradients are distributed, and which units no gradient reaches.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2, Axis};

use crate::equations::{
    Equations, EvaluationError, Role, Section, Shape, Targets, VariableId, trace,
};

/// The number of bars of a histogram.
const BARS: usize = 32;

/// What was observed on data.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The number of samples.
    pub samples: usize,
    /// Their mean loss.
    pub loss: Option<f64>,
    /// The computed vectors in the order of the equations.
    pub units: Vec<Units>,
}

/// A computed vector: one unit for each element.
#[derive(Clone, Debug, PartialEq)]
pub struct Units {
    /// The vector.
    pub variable: VariableId,
    /// Its values over all samples and units.
    pub values: Histogram,
    /// The derivative of a sample's loss with respect to it, where there is an equation for it.
    pub gradient: Option<Gradient>,
}

/// The derivatives with respect to a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// The variable of the derivative.
    pub variable: VariableId,
    /// Its values over all samples and units.
    pub values: Histogram,
    /// The units for which it is 0 in every sample: what leads to them does not learn from this data.
    pub dead: Vec<usize>,
}

/// How many numbers lie where.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The smallest and the largest number; NaN where none is finite.
    pub range: (f64, f64),
    /// The number of numbers in each of the equal parts of the range.
    pub counts: Vec<usize>,
    /// The arithmetic mean of the finite numbers.
    pub mean: f64,
    /// The part that is exactly 0.
    pub zeros: f64,
    /// The number of NaN and infinities, which nothing else counts.
    pub not_finite: usize,
}

impl Histogram {
    /// The histogram of `numbers`.
    pub fn new(numbers: impl Iterator<Item = f64>) -> Self {
        let all: Vec<f64> = numbers.collect();
        let finite: Vec<f64> = all
            .iter()
            .copied()
            .filter(|number| number.is_finite())
            .collect();
        let low = finite.iter().copied().fold(f64::NAN, f64::min);
        let high = finite.iter().copied().fold(f64::NAN, f64::max);
        let mut counts = vec![0; if low < high { BARS } else { 1 }];
        let last = counts.len() - 1;
        for number in &finite {
            let place = (number - low) / (high - low) * BARS as f64;
            // A constant has no width to divide by.
            let bar = if place.is_finite() { place as usize } else { 0 };
            counts[bar.min(last)] += 1;
        }
        let count = finite.len().max(1) as f64;
        Self {
            range: (low, high),
            counts,
            mean: finite.iter().sum::<f64>() / count,
            zeros: finite.iter().filter(|number| **number == 0.0).count() as f64 / count,
            not_finite: all.len() - finite.len(),
        }
    }
}

/// Observes a model as it answers, with these parameters and perhaps its state, in their order and row-major, on a batch
/// with a row for each sample. What is observed goes by the variables of `equations`, the form that is shown.
///
/// # Errors
/// Data that does not fit the model.
pub fn observe(
    equations: &Equations,
    parameters: &[Vec<f64>],
    inputs: ArrayView2<'_, f64>,
    targets: Option<&Targets<f64>>,
) -> Result<Observed, EvaluationError> {
    let samples = inputs.nrows();
    let answering = equations.answering();
    let answering = answering.as_ref().unwrap_or(equations);
    let values = trace(answering, parameters, inputs, targets)?;
    let (shown, derivatives) = (derivatives(equations), derivatives(answering));
    let units = equations.list.iter().filter_map(|equation| {
        let variable = equation.target;
        let is_vector = matches!(equations.variables.get(variable).shape, Shape::Vector(_));
        // Both forms begin with one forward pass; what was added later is called by what it is.
        let is_in_both = answering.equation(variable).is_some()
            && answering.variables.get(variable).symbol == equations.variables.get(variable).symbol;
        if equation.section != Section::Forward || !is_vector || !is_in_both {
            return None;
        }
        let gradient = shown.get(&variable).and_then(|derivative| {
            let found = values.get(derivatives.get(&variable)?)?;
            Some(Gradient {
                variable: *derivative,
                values: Histogram::new(found.iter().copied()),
                dead: dead(found),
            })
        });
        Some(Units {
            variable,
            values: Histogram::new(values.get(&variable)?.iter().copied()),
            gradient,
        })
    });
    let loss = answering.objective.as_ref();
    let loss = loss.and_then(|objective| values.get(&objective.loss)?.mean());
    Ok(Observed {
        samples,
        loss,
        units: units.collect(),
    })
}

/// The derivative with respect to each variable that has one.
fn derivatives(equations: &Equations) -> BTreeMap<VariableId, VariableId> {
    let variables = equations.variables.iter();
    let adjoint = variables.filter_map(|(id, variable)| match variable.role {
        Role::Adjoint(of) => Some((of, id)),
        _ => None,
    });
    adjoint.collect()
}

/// The columns that are 0 in every row.
fn dead(values: &Array2<f64>) -> Vec<usize> {
    let columns = values.axis_iter(Axis(1)).enumerate();
    columns
        .filter(|(_, column)| column.iter().all(|value| *value == 0.0))
        .map(|(index, _)| index)
        .collect()
}
