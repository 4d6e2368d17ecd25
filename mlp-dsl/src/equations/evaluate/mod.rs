//! Evaluation on ndarray: the reference engine. It computes what the equations say, one array for each equation, with
//! one row for each sample.

mod batch;

use std::collections::BTreeMap;
use std::fmt;

use ndarray::{Array2, ArrayView2};

use super::real::Real;
use super::variable::{Band, Role, Shape, VariableId};
use super::{Equations, Section};
use batch::Batch;

/// The targets of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<T> {
    /// A row for each sample, as long as the output.
    Vectors(Array2<T>),
    /// The index of a class for each sample.
    Classes(Vec<usize>),
}

/// The results of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation<T> {
    /// A row for each sample.
    pub output: Array2<T>,
    /// The mean loss over the batch, where targets were given.
    pub loss: Option<T>,
    /// The derivative of the mean loss with respect to each parameter, in their order, row-major.
    pub gradients: Vec<Vec<T>>,
}

/// Data that does not fit the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError(pub String);

impl fmt::Display for EvaluationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for EvaluationError {}

/// How much of the equations to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The output.
    Output,
    /// The output and the loss.
    Loss,
    /// All of it.
    Gradient,
}

/// Evaluates the equations on a batch: `parameters` in their order, row-major, and after them perhaps the state, else it
/// is as before the first batch; `inputs` with a row for each sample.
///
/// # Errors
/// Lengths that do not fit the model, a class that is none, targets of the wrong kind, an empty batch.
pub fn evaluate<T: Real>(
    equations: &Equations,
    parameters: &[Vec<T>],
    inputs: ArrayView2<'_, T>,
    targets: Option<&Targets<T>>,
    extent: Extent,
) -> Result<Evaluation<T>, EvaluationError> {
    let extent = match targets {
        Some(_) => extent,
        None => Extent::Output,
    };
    computed(equations, parameters, inputs, targets, &[], extent)?.results(extent)
}

/// Evaluates all equations on a batch as one step of training needs them: with the given masks, a row for each sample, in
/// place of ones. Beside the results it returns the value of each state, which in the training form is a statistic of this
/// batch.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_training<T: Real>(
    equations: &Equations,
    parameters: &[Vec<T>],
    inputs: ArrayView2<'_, T>,
    targets: &Targets<T>,
    masks: &[(VariableId, Array2<T>)],
) -> Result<(Evaluation<T>, Vec<Vec<T>>), EvaluationError> {
    let extent = Extent::Gradient;
    let batch = computed(equations, parameters, inputs, Some(targets), masks, extent)?;
    let first_row = |id| batch.values.get(&id).map(|value| value.row(0).to_vec());
    let states = equations.state.iter();
    let statistics = states.filter_map(|state| first_row(state.variable));
    Ok((batch.results(extent)?, statistics.collect()))
}

/// The value of every variable on a batch, of the backward pass too where there are targets. A variable has a row for each
/// sample; a parameter and its gradient are as [`evaluate`] has them, the mean over the batch.
///
/// # Errors
/// As [`evaluate`].
pub fn trace<T: Real>(
    equations: &Equations,
    parameters: &[Vec<T>],
    inputs: ArrayView2<'_, T>,
    targets: Option<&Targets<T>>,
) -> Result<BTreeMap<VariableId, Array2<T>>, EvaluationError> {
    let extent = match targets {
        Some(_) => Extent::Gradient,
        None => Extent::Output,
    };
    Ok(computed(equations, parameters, inputs, targets, &[], extent)?.values)
}

/// A batch with everything computed that `extent` needs.
fn computed<'a, T: Real>(
    equations: &'a Equations,
    parameters: &[Vec<T>],
    inputs: ArrayView2<'_, T>,
    targets: Option<&'a Targets<T>>,
    masks: &[(VariableId, Array2<T>)],
    extent: Extent,
) -> Result<Batch<'a, T>, EvaluationError> {
    check(equations, parameters, inputs, targets)?;
    let mut batch = Batch {
        equations,
        rows: inputs.nrows(),
        values: BTreeMap::new(),
        classes: &[],
    };
    for (parameter, values) in equations.parameters.iter().zip(parameters) {
        let value = match equations.variables.get(parameter.variable).shape {
            Shape::Matrix(rows, columns) => array((rows, columns), values.clone())?,
            Shape::Band(band) => full_matrix(band, values),
            shape => array((1, shape.elements()), values.clone())?,
        };
        batch.values.insert(parameter.variable, value);
    }
    for (index, state) in equations.state.iter().enumerate() {
        let length = equations.variables.length(state.variable);
        let values = match parameters.get(equations.parameters.len() + index) {
            Some(values) => values.clone(),
            None => vec![T::from_f64(state.initial); length],
        };
        // In the training form its equation replaces it.
        batch
            .values
            .insert(state.variable, array((1, length), values)?);
    }
    for id in &equations.inputs {
        if let Role::Input { offset } = equations.variables.get(*id).role {
            let length = equations.variables.length(*id);
            batch.values.insert(
                *id,
                inputs
                    .slice(ndarray::s![.., offset..offset + length])
                    .to_owned(),
            );
        }
    }
    // Where no mask is given, nothing is left out: this is the network as it answers, not one draw of its training.
    for (id, variable) in equations.variables.iter() {
        if matches!(variable.role, Role::Mask { .. }) {
            let ones = Array2::from_elem((1, variable.shape.elements()), T::one());
            batch.values.insert(id, ones);
        }
    }
    batch.values.extend(masks.iter().cloned());
    match (&equations.objective, targets) {
        (Some(objective), Some(Targets::Vectors(rows))) => {
            drop(batch.values.insert(objective.target, rows.clone()))
        }
        (_, Some(Targets::Classes(classes))) => batch.classes = classes,
        _ => {}
    }
    for equation in &equations.list {
        let needed = match equation.section {
            Section::Forward => true,
            Section::Loss => extent >= Extent::Loss,
            Section::Backward => extent >= Extent::Gradient,
        };
        if needed {
            batch.compute(equation);
        }
    }
    Ok(batch)
}

/// A banded matrix with its zeros.
fn full_matrix<T: Real>(band: Band, values: &[T]) -> Array2<T> {
    let mut full = Array2::zeros((band.rows(), band.columns()));
    for (index, value) in values.iter().enumerate() {
        let (row, column) = (index / band.window, index % band.window);
        full[(row, band.start(row) + column)] = *value;
    }
    full
}

fn array<T: Real>(shape: (usize, usize), values: Vec<T>) -> Result<Array2<T>, EvaluationError> {
    Array2::from_shape_vec(shape, values).map_err(|error| EvaluationError(error.to_string()))
}

fn check<T: Real>(
    equations: &Equations,
    parameters: &[Vec<T>],
    inputs: ArrayView2<'_, T>,
    targets: Option<&Targets<T>>,
) -> Result<(), EvaluationError> {
    let fail = |message: String| Err(EvaluationError(message));
    let (rows, outputs) = (inputs.nrows(), equations.output_length());
    if rows == 0 {
        return fail("the batch is empty".to_owned());
    }
    if inputs.ncols() != equations.input_length() {
        return fail(format!(
            "a row has {} inputs, the model takes {}",
            inputs.ncols(),
            equations.input_length()
        ));
    }
    let trained = equations.parameters.len();
    if parameters.len() != trained && parameters.len() != trained + equations.state.len() {
        return fail(format!(
            "{} tensors for {trained} parameters",
            parameters.len()
        ));
    }
    let tensors = (equations.parameters.iter())
        .map(|parameter| (&parameter.name, parameter.elements()))
        .chain(equations.state.iter().map(|state| {
            let length = equations.variables.length(state.variable);
            (&state.name, length)
        }));
    for ((name, elements), values) in tensors.zip(parameters) {
        if values.len() != elements {
            return fail(format!(
                "`{name}` has {} elements, the model has {elements}",
                values.len()
            ));
        }
    }
    let Some(targets) = targets else {
        return Ok(());
    };
    let Some(objective) = &equations.objective else {
        return fail("the model has no loss, so it takes no targets".to_owned());
    };
    match (targets, objective.target_kind) {
        (Targets::Vectors(targets), super::TargetKind::Vector)
            if targets.dim() == (rows, outputs) =>
        {
            Ok(())
        }
        (Targets::Vectors(targets), super::TargetKind::Vector) => {
            let (own_rows, own) = targets.dim();
            fail(format!(
                "the targets are {own_rows}×{own}, the model needs {rows}×{outputs}"
            ))
        }
        (Targets::Classes(classes), super::TargetKind::Class) if classes.len() != rows => {
            fail(format!("{} targets for {rows} samples", classes.len()))
        }
        (Targets::Classes(classes), super::TargetKind::Class) => {
            match classes.iter().find(|class| **class >= outputs) {
                Some(class) => fail(format!("the class {class} is not below {outputs}")),
                None => Ok(()),
            }
        }
        (Targets::Vectors(_), super::TargetKind::Class) => fail(format!(
            "`{}` takes class indices as targets",
            objective.name
        )),
        (Targets::Classes(_), super::TargetKind::Vector) => {
            fail(format!("`{}` takes vectors as targets", objective.name))
        }
    }
}
