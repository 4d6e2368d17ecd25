//! The loss around a point in the space of the parameters, along two random directions that are normalised filter by
//! filter, so that their lengths mean the same for every layer (Li, Xu, Taylor, Studer and Goldstein, Visualizing the
//! Loss Landscape of Neural Nets, 2018).

use ndarray::ArrayView2;

use crate::equations::{Equations, EvaluationError, Extent, Shape, Targets, evaluate};
use crate::verify::Random;

/// The number of points along each direction.
pub const GRID: usize = 21;

/// How far the surface reaches: at 1 a direction is as long as the filters that it changes.
const REACH: f64 = 1.0;

/// The loss along two directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// The seed of the directions.
    pub seed: u64,
    /// How many samples the loss is the mean of.
    pub samples: usize,
    /// Row by row along the second direction, from −1 to 1; in each row along the first.
    pub losses: Vec<[f64; GRID]>,
}

/// The loss on a batch around `parameters`, after which the state may stand, of the model as it answers; `None` for one
/// without a loss or without parameters.
///
/// # Errors
/// Data that does not fit the model.
pub fn surface(
    equations: &Equations,
    parameters: &[Vec<f64>],
    inputs: ArrayView2<'_, f64>,
    targets: &Targets<f64>,
    seed: u64,
) -> Result<Option<Surface>, EvaluationError> {
    if equations.objective.is_none() || equations.parameters.is_empty() {
        return Ok(None);
    }
    let answering = equations.answering();
    let answering = answering.as_ref().unwrap_or(equations);
    let (parameters, state) = parameters.split_at(equations.parameters.len().min(parameters.len()));
    let mut random = Random::new(seed);
    let directions = [(); 2].map(|()| direction(equations, parameters, &mut random));
    let step = |index: usize| REACH * (2.0 * index as f64 / (GRID - 1) as f64 - 1.0);
    let mut losses = vec![[0.0; GRID]; GRID];
    for (row, losses) in losses.iter_mut().enumerate() {
        for (column, loss) in losses.iter_mut().enumerate() {
            let moved: Vec<Vec<f64>> = (parameters.iter().enumerate())
                .map(|(index, parameter)| {
                    let [first, second] = [0, 1].map(|which: usize| &directions[which][index]);
                    (parameter.iter().enumerate())
                        .map(|(at, value)| {
                            value + step(column) * first[at] + step(row) * second[at]
                        })
                        .collect()
                })
                .chain(state.iter().cloned())
                .collect();
            let found = evaluate(answering, &moved, inputs, Some(targets), Extent::Loss)?;
            *loss = found.loss.unwrap_or(f64::NAN);
        }
    }
    Ok(Some(Surface {
        seed,
        samples: inputs.nrows(),
        losses,
    }))
}

/// A random direction: in each row of a matrix as long as that row. What only shifts or scales stays as it is.
fn direction(equations: &Equations, parameters: &[Vec<f64>], random: &mut Random) -> Vec<Vec<f64>> {
    let filters = equations.parameters.iter().zip(parameters);
    filters
        .map(|(parameter, values)| {
            let width = match equations.variables.get(parameter.variable).shape {
                Shape::Matrix(_, columns) => columns,
                Shape::Band(band) => band.window,
                Shape::Scalar | Shape::Vector(_) => return vec![0.0; values.len()],
            };
            let mut direction: Vec<f64> = values.iter().map(|_| random.normal()).collect();
            for (drawn, filter) in direction.chunks_mut(width).zip(values.chunks(width)) {
                let length = |numbers: &[f64]| numbers.iter().map(|x| x * x).sum::<f64>().sqrt();
                let scale = length(filter) / length(drawn);
                for number in drawn {
                    *number *= scale;
                }
            }
            direction
        })
        .collect()
}
