//! Evaluation on ndarray: the reference engine. It computes what the equations say, one array for each equation, with
//! one row for each sample.

use std::collections::BTreeMap;
use std::fmt;

use ndarray::{Array2, ArrayView2, Axis, Zip};

use super::expression::{Band, Expression, Extremum, Role, Shape, VariableId};
use super::real::Real;
use super::{Equation, Equations, Function, Reduction, Section};
use crate::number::Number;

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

/// The elements of a banded matrix that are stored, as one row.
fn stored_part<T: Real>(band: Band, full: &Array2<T>) -> Array2<T> {
    Array2::from_shape_fn((1, band.rows() * band.window), |(_, index)| {
        let (row, column) = (index / band.window, index % band.window);
        full[(row, band.start(row) + column)]
    })
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

/// A batch with the values computed so far: an array for each variable, with a row for each sample. Parameters and
/// their gradients have no rows for samples: a matrix is itself, a vector is one row that spreads over the batch.
struct Batch<'a, T> {
    equations: &'a Equations,
    rows: usize,
    values: BTreeMap<VariableId, Array2<T>>,
    classes: &'a [usize],
}

impl<T: Real> Batch<'_, T> {
    fn compute(&mut self, equation: &Equation) {
        let variable = self.equations.variables.get(equation.target);
        let mut value = self.evaluate(&equation.value);
        let is_gradient = matches!(variable.role, Role::Adjoint(of)
            if matches!(self.equations.variables.get(of).role, Role::Parameter(_)));
        if let Shape::Band(band) = variable.shape {
            value = stored_part(band, &value);
        } else if !matches!(variable.shape, Shape::Matrix(..)) {
            let full = (self.rows, variable.shape.elements());
            value = value
                .broadcast(full)
                .map_or(value.clone(), |spread| spread.to_owned());
            if is_gradient {
                // The loss is the mean over the batch, and so is its derivative.
                value = mean_rows(&value).insert_axis(Axis(0));
            }
        }
        self.values.insert(equation.target, value);
    }

    fn results(&self, extent: Extent) -> Result<Evaluation<T>, EvaluationError> {
        let missing = || EvaluationError("an equation is missing".to_owned());
        let value = |id: VariableId| self.values.get(&id).ok_or_else(missing);
        let loss = match &self.equations.objective {
            Some(objective) if extent >= Extent::Loss => {
                mean_rows(value(objective.loss)?).first().copied()
            }
            _ => None,
        };
        let gradients = if extent < Extent::Gradient {
            Vec::new()
        } else {
            let gradients = self
                .equations
                .parameters
                .iter()
                .filter_map(|parameter| parameter.gradient);
            gradients
                .map(|gradient| Ok(value(gradient)?.iter().copied().collect()))
                .collect::<Result<_, _>>()?
        };
        Ok(Evaluation {
            output: value(self.equations.output)?.clone(),
            loss,
            gradients,
        })
    }

    fn constant(&self, value: f64) -> Array2<T> {
        Array2::from_elem((1, 1), T::from_f64(value))
    }

    fn evaluate(&self, expression: &Expression) -> Array2<T> {
        match expression {
            Expression::Number(number) => self.constant(number.value()),
            Expression::Pi => self.constant(std::f64::consts::PI),
            Expression::Variable(id) => self
                .values
                .get(id)
                .cloned()
                .unwrap_or_else(|| self.constant(f64::NAN)),
            Expression::Sum(terms) => self.fold(terms, |a, b| a + b),
            Expression::Product(factors) => self.fold(factors, |a, b| a * b),
            Expression::Power(base, exponent) => {
                let exponent = exponent.value();
                self.evaluate(base).mapv(|x| x.power(exponent))
            }
            Expression::Unary(function, argument) => {
                self.evaluate(argument).mapv(|x| T::function(*function, x))
            }
            Expression::Extremum(which, left, right) => {
                // A NaN on the left passes through.
                combine(
                    &self.evaluate(left),
                    &self.evaluate(right),
                    |a, b| match which {
                        Extremum::Minimum if b < a => b,
                        Extremum::Maximum if b > a => b,
                        _ => a,
                    },
                )
            }
            Expression::Compare(comparison, left, right) => {
                combine(&self.evaluate(left), &self.evaluate(right), |a, b| {
                    if comparison.holds(a, b) {
                        T::one()
                    } else {
                        T::zero()
                    }
                })
            }
            Expression::Select(parts) => {
                let [condition, then, otherwise] = parts.each_ref().map(|part| self.evaluate(part));
                let (rows, columns) = [&condition, &then, &otherwise]
                    .into_iter()
                    .fold((1, 1), |(r, c), part| {
                        (r.max(part.nrows()), c.max(part.ncols()))
                    });
                Array2::from_shape_fn((rows, columns), |place| {
                    if at(&condition, place) != T::zero() {
                        at(&then, place)
                    } else {
                        at(&otherwise, place)
                    }
                })
            }
            Expression::Reduce(reduction, operand) => self.reduce(*reduction, operand),
            Expression::BatchMean(operand) => {
                mean_rows(&self.rowwise(operand)).insert_axis(Axis(0))
            }
            Expression::ElementAtTarget(vector) => {
                let vector = self.evaluate(vector);
                Array2::from_shape_fn((self.rows, 1), |(row, _)| {
                    at(&vector, (row, self.classes[row]))
                })
            }
            Expression::OneHotTarget(length) => {
                Array2::from_shape_fn((self.rows, *length), |(row, column)| {
                    if self.classes[row] == column {
                        T::one()
                    } else {
                        T::zero()
                    }
                })
            }
            Expression::Slice(vector, start, end) => self
                .rowwise(vector)
                .slice(ndarray::s![.., *start..*end])
                .to_owned(),
            Expression::Join(parts) => {
                let parts: Vec<Array2<T>> = parts.iter().map(|part| self.rowwise(part)).collect();
                let views: Vec<ArrayView2<'_, T>> = parts.iter().map(|part| part.view()).collect();
                ndarray::concatenate(Axis(1), &views).unwrap_or_else(|_| self.constant(f64::NAN))
            }
            Expression::Pad(padded) => {
                let value = self.evaluate(&padded.value);
                Array2::from_shape_fn((self.rows, padded.total()), |(row, column)| {
                    match column.checked_sub(padded.before) {
                        Some(own) if own < padded.length => at(&value, (row, own)),
                        _ => T::zero(),
                    }
                })
            }
            Expression::MatrixVector(matrix, vector) => {
                self.rowwise(vector).dot(&self.values[matrix].t())
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                self.rowwise(vector).dot(&self.values[matrix])
            }
            Expression::Outer(left, right) => {
                let count = T::from_f64(self.rows as f64);
                self.rowwise(left)
                    .t()
                    .dot(&self.rowwise(right))
                    .mapv(|sum| sum / count)
            }
            Expression::Stated(stated) => self.evaluate(&stated.0),
        }
    }

    /// The value with a row for each sample.
    fn rowwise(&self, expression: &Expression) -> Array2<T> {
        let value = self.evaluate(expression);
        let columns = expression.length(&self.equations.variables);
        value
            .broadcast((self.rows, columns))
            .map_or(value.clone(), |spread| spread.to_owned())
    }

    fn fold(&self, operands: &[Expression], operation: fn(T, T) -> T) -> Array2<T> {
        let mut values = operands.iter().map(|operand| self.evaluate(operand));
        let first = values.next().unwrap_or_else(|| self.constant(0.0));
        values.fold(first, |total, value| combine(&total, &value, operation))
    }

    fn reduce(&self, reduction: Reduction, operand: &Expression) -> Array2<T> {
        let length = operand.length(&self.equations.variables);
        let value = self.evaluate(operand);
        let value = value
            .broadcast((value.nrows(), length))
            .map_or(value.clone(), |spread| spread.to_owned());
        let rows = value.rows().into_iter().map(|row| {
            let largest = row
                .iter()
                .copied()
                .fold(row[0], |a, b| if b > a { b } else { a });
            match reduction {
                Reduction::Sum => row.sum(),
                Reduction::Mean => row.sum() / T::from_f64(length as f64),
                Reduction::Max => largest,
                Reduction::LogSumExp => {
                    let sum = row.iter().fold(T::zero(), |sum, x| {
                        sum + T::function(Function::Exp, *x - largest)
                    });
                    largest + T::function(Function::Ln, sum)
                }
            }
        });
        Array2::from_shape_vec((value.nrows(), 1), rows.collect())
            .unwrap_or_else(|_| self.constant(f64::NAN))
    }
}

fn mean_rows<T: Real>(value: &Array2<T>) -> ndarray::Array1<T> {
    let count = T::from_f64(Number::count(value.nrows()).value());
    value.sum_axis(Axis(0)).mapv(|sum| sum / count)
}

/// An element of an array whose single rows and columns spread.
fn at<T: Copy>(array: &Array2<T>, (row, column): (usize, usize)) -> T {
    array[(row.min(array.nrows() - 1), column.min(array.ncols() - 1))]
}

fn combine<T: Real>(
    left: &Array2<T>,
    right: &Array2<T>,
    operation: impl Fn(T, T) -> T,
) -> Array2<T> {
    let shape = (
        left.nrows().max(right.nrows()),
        left.ncols().max(right.ncols()),
    );
    match (left.broadcast(shape), right.broadcast(shape)) {
        (Some(left), Some(right)) => Zip::from(left)
            .and(right)
            .map_collect(|a, b| operation(*a, *b)),
        _ => Array2::from_elem(shape, T::from_f64(f64::NAN)),
    }
}
