//! What an equation costs: floating-point operations for one sample. An addition, a multiplication, a comparison, a
//! division, a root and every value of a function count one; a multiply-add counts two, as is usual for matrices.

use super::expression::Expression;
use super::variable::{Shape, VariableId, Variables};
use super::{Equation, Equations, Reduction};

impl Equations {
    /// The floating-point operations of one equation for one sample.
    pub fn flops(&self, equation: &Equation) -> usize {
        flops(&equation.value, &self.variables)
    }
}

fn flops(expression: &Expression, variables: &Variables) -> usize {
    let length = |expression: &Expression| expression.length(variables);
    let own = match expression {
        Expression::Number(_)
        | Expression::Pi
        | Expression::Variable(_)
        | Expression::OneHotTarget(_)
        | Expression::ElementAtTarget(_)
        | Expression::Slice(..)
        | Expression::Join(_)
        | Expression::Pad(_)
        | Expression::Stated(_) => 0,
        Expression::Sum(operands) | Expression::Product(operands) => {
            combination(operands, variables)
        }
        Expression::Power(..)
        | Expression::Unary(..)
        | Expression::Extremum(..)
        | Expression::Compare(..)
        | Expression::Select(_)
        | Expression::BatchMean(_) => length(expression),
        Expression::Reduce(reduction, operand) => match reduction {
            Reduction::Sum | Reduction::Max => length(operand).saturating_sub(1),
            Reduction::Mean => length(operand),
            // The largest element, and for each element a difference, an exponential and an addition.
            Reduction::LogSumExp => 4 * length(operand) + 1,
        },
        Expression::MatrixVector(matrix, _) => product(*matrix, variables, true),
        Expression::TransposedMatrixVector(matrix, _) => product(*matrix, variables, false),
        Expression::Outer(left, right) => length(left) * length(right),
    };
    let operands = expression.operands().into_iter();
    // Of a stated derivative only the value is computed.
    let operands = operands.take(match expression {
        Expression::Stated(_) => 1,
        _ => usize::MAX,
    });
    own + operands
        .map(|operand| flops(operand, variables))
        .sum::<usize>()
}

/// Operands combined one after the other: a scalar with a scalar costs one operation, also where vectors follow. A factor
/// of −1 costs nothing: it turns an addition into a subtraction.
fn combination(operands: &[Expression], variables: &Variables) -> usize {
    let is_sign = |operand: &&Expression| matches!(operand, Expression::Number(number) if number.abs().is_one());
    let lengths = operands.iter().filter(|operand| !is_sign(operand));
    let mut lengths: Vec<usize> = lengths.map(|operand| operand.length(variables)).collect();
    lengths.sort_unstable();
    lengths.iter().skip(1).sum()
}

/// Multiply-adds, without the addition to nothing at the start of each sum.
fn product(matrix: VariableId, variables: &Variables, by_rows: bool) -> usize {
    let shape = variables.get(matrix).shape;
    let sums = match (shape, by_rows) {
        (Shape::Matrix(rows, _), true) => rows,
        (Shape::Matrix(_, columns), false) => columns,
        (Shape::Band(band), true) => band.rows(),
        (Shape::Band(band), false) => band.columns(),
        (Shape::Scalar | Shape::Vector(_), _) => 0,
    };
    (2 * shape.elements()).saturating_sub(sums)
}
