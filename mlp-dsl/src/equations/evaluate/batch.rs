//! The arrays of a batch, and what each kind of expression makes of them.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2, Axis, Zip};

use super::{Evaluation, EvaluationError, Extent};
use crate::equations::expression::{Expression, Extremum};
use crate::equations::real::Real;
use crate::equations::variable::{Band, Role, Shape, VariableId};
use crate::equations::{Equation, Equations, Function, Reduction};
use crate::number::Number;

/// A batch with the values computed so far: an array for each variable, with a row for each sample. Parameters and
/// their gradients have no rows for samples: a matrix is itself, a vector is one row that spreads over the batch.
pub(super) struct Batch<'a, T> {
    pub(super) equations: &'a Equations,
    pub(super) rows: usize,
    pub(super) values: BTreeMap<VariableId, Array2<T>>,
    pub(super) classes: &'a [usize],
}

impl<T: Real> Batch<'_, T> {
    pub(super) fn compute(&mut self, equation: &Equation) {
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

    pub(super) fn results(&self, extent: Extent) -> Result<Evaluation<T>, EvaluationError> {
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

/// The elements of a banded matrix that are stored, as one row.
fn stored_part<T: Real>(band: Band, full: &Array2<T>) -> Array2<T> {
    Array2::from_shape_fn((1, band.rows() * band.window), |(_, index)| {
        let (row, column) = (index / band.window, index % band.window);
        full[(row, band.start(row) + column)]
    })
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
