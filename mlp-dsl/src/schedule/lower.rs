//! Equations into steps. What an element-by-element loop cannot hold, a product with a matrix or a reduction, becomes a
//! step of its own before it.

use std::collections::BTreeMap;

use super::step::{
    Access, Buffer, BufferId, Caption, Function, LoopShape, Operation, Orientation, Scalar, Step,
    Storage,
};
use super::{Reduction, ScalarFunction};
use crate::equations::{Equation, Equations, Expression, Number, Role, Shape, VariableId};

/// The function that computes the equations at `indices` and returns `result`.
pub(super) fn lower(equations: &Equations, indices: &[usize], result: VariableId) -> Function {
    let mut lowering = Lowering {
        equations,
        buffers: Vec::new(),
        ids: BTreeMap::new(),
        steps: Vec::new(),
        pending: None,
        temporaries: 0,
    };
    for &index in indices {
        lowering.equation(&equations.list[index]);
    }
    let result = lowering.result(result);
    Function {
        buffers: lowering.buffers,
        steps: lowering.steps,
        result,
    }
}

struct Lowering<'a> {
    equations: &'a Equations,
    buffers: Vec<Buffer>,
    /// The buffer of each variable met so far.
    ids: BTreeMap<VariableId, BufferId>,
    steps: Vec<Step>,
    /// The equation whose first step is not written yet.
    pending: Option<Caption>,
    temporaries: usize,
}

impl Lowering<'_> {
    fn equation(&mut self, equation: &Equation) {
        self.pending = Some(Caption {
            equation: self.equations.equation_text(equation),
            section: equation.section,
        });
        let variable = self.equations.variables.get(equation.target);
        if let Role::Adjoint(of) = variable.role
            && let Role::Parameter(tensor) = self.equations.variables.get(of).role
        {
            return self.accumulate(tensor, &equation.value);
        }
        match variable.shape {
            Shape::Scalar => {
                let value = self.reduced_scalar(&equation.value);
                let target = self.new_buffer(equation.target, Storage::Scalar);
                match value {
                    Reduced::Reduction(reduction, length, value) => self.push(Operation::Reduce {
                        target,
                        reduction,
                        length,
                        value,
                    }),
                    Reduced::Value(value) => self.push(Operation::Single { target, value }),
                }
            }
            Shape::Vector(_) | Shape::Matrix(..) => self.vector(equation.target, &equation.value),
        }
    }

    /// A vector: a product with a matrix goes straight into the new array, and the rest is done in place.
    fn vector(&mut self, target: VariableId, value: &Expression) {
        if let Some((matrix, vector, orientation, bias)) = self.affine(value) {
            let vector = self.materialised(vector);
            let (matrix, bias) = (self.buffer(matrix), bias.map(|bias| self.buffer(bias)));
            let target = self.new_buffer(target, Storage::Array);
            self.matrix_vector(target, matrix, vector, orientation, bias);
            return;
        }
        let length = self.equations.variables.length(target);
        let mut value = value.clone();
        let product = first_product(&value)
            .filter(|product| product.length(&self.equations.variables) == length)
            .cloned();
        let exists = product.is_some();
        if let Some(product) = product {
            self.vector(target, &product);
            value = replace_first(value, &product, &Expression::Variable(target));
        }
        let value = self.lane(&value, length);
        let target = if exists {
            self.buffer(target)
        } else {
            self.new_buffer(target, Storage::Array)
        };
        self.push(Operation::Elementwise {
            target,
            exists,
            value,
            shape: LoopShape::of_elements(length),
        });
    }

    /// W·x, W·x + b or Wᵀ·x
    fn affine<'e>(
        &self,
        value: &'e Expression,
    ) -> Option<(VariableId, &'e Expression, Orientation, Option<VariableId>)> {
        match value {
            Expression::MatrixVector(matrix, vector) => {
                Some((*matrix, vector, Orientation::Plain, None))
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                Some((*matrix, vector, Orientation::Transposed, None))
            }
            Expression::Sum(terms) => match terms.as_slice() {
                [
                    Expression::MatrixVector(matrix, vector),
                    Expression::Variable(bias),
                ] if matches!(self.equations.variables.get(*bias).role, Role::Parameter(_)) => {
                    Some((*matrix, vector, Orientation::Plain, Some(*bias)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn matrix_vector(
        &mut self,
        target: BufferId,
        matrix: BufferId,
        vector: BufferId,
        orientation: Orientation,
        bias: Option<BufferId>,
    ) {
        let dimensions = match self.buffers[matrix.0].storage {
            Storage::Parameter(tensor) => match *self.equations.parameters[tensor].shape.as_slice()
            {
                [rows, columns] => (rows, columns),
                _ => (1, self.buffers[matrix.0].length),
            },
            _ => (1, self.buffers[matrix.0].length),
        };
        let shape = LoopShape::of_product(dimensions);
        self.push(Operation::MatrixVector {
            target,
            matrix,
            dimensions,
            orientation,
            vector,
            bias,
            shape,
        });
    }

    /// The steps that add a gradient to a tensor's.
    fn accumulate(&mut self, tensor: usize, value: &Expression) {
        match value {
            Expression::Outer(left, right) => {
                let (left, right) = (self.materialised(left), self.materialised(right));
                let shape = LoopShape::of_elements(
                    self.buffers[left.0].length * self.buffers[right.0].length,
                );
                self.push(Operation::AccumulateOuter {
                    tensor,
                    left,
                    right,
                    shape,
                });
            }
            Expression::Sum(terms)
                if terms
                    .iter()
                    .any(|term| matches!(term, Expression::Outer(..))) =>
            {
                for term in terms {
                    self.accumulate(tensor, term);
                }
            }
            other => {
                let length = self.equations.parameters[tensor].elements();
                let value = self.lane(other, length);
                self.push(Operation::Accumulate {
                    tensor,
                    length,
                    value,
                    shape: LoopShape::of_elements(length),
                });
            }
        }
    }

    /// A buffer that holds the value of an expression.
    fn materialised(&mut self, expression: &Expression) -> BufferId {
        if let Expression::Variable(id) = expression {
            return self.buffer(*id);
        }
        let length = expression.length(&self.equations.variables);
        let value = self.lane(expression, length);
        let target = self.temporary(Storage::Array, length);
        self.push(Operation::Elementwise {
            target,
            exists: false,
            value,
            shape: LoopShape::of_elements(length),
        });
        target
    }

    /// An expression as one number at a place of a loop over `length` elements.
    fn lane(&mut self, expression: &Expression, length: usize) -> Scalar {
        let both = |this: &mut Self, left: &Expression, right: &Expression| {
            let left = Box::new(this.lane(left, length));
            (left, Box::new(this.lane(right, length)))
        };
        match expression {
            Expression::Number(number) => Scalar::Number(number.value()),
            Expression::Pi => Scalar::Number(std::f64::consts::PI),
            Expression::Variable(id) => {
                let buffer = self.buffer(*id);
                Scalar::Element(buffer, self.access(buffer, length))
            }
            Expression::Sum(terms) => self.sum(terms, length),
            Expression::Product(factors) => self.product(factors, length),
            Expression::Power(_, exponent) if exponent.is_negative() => {
                self.product(std::slice::from_ref(expression), length)
            }
            Expression::Power(base, exponent) => power(self.lane(base, length), *exponent),
            Expression::Unary(function, argument) => {
                constant_call(*function, self.lane(argument, length))
            }
            Expression::Extremum(which, left, right) => {
                let (left, right) = both(self, left, right);
                Scalar::Extremum(*which, left, right)
            }
            Expression::Compare(comparison, left, right) => {
                let (left, right) = both(self, left, right);
                Scalar::Compare(*comparison, left, right)
            }
            Expression::Select(parts) => Scalar::Select(Box::new(
                parts.each_ref().map(|part| self.lane(part, length)),
            )),
            Expression::OneHotTarget(_) => Scalar::IsTarget,
            Expression::ElementAtTarget(vector) => {
                Scalar::Element(self.materialised(vector), Access::AtTarget)
            }
            Expression::Reduce(_, operand) if operand.length(&self.equations.variables) == 1 => {
                self.lane(operand, 1)
            }
            Expression::Reduce(reduction, operand) => {
                let (length, value) = self.reduction(*reduction, operand);
                let target = self.temporary(Storage::Scalar, 1);
                self.push(Operation::Reduce {
                    target,
                    reduction: *reduction,
                    length,
                    value,
                });
                Scalar::Element(target, Access::Whole)
            }
            Expression::MatrixVector(matrix, vector) => {
                self.product_lane(*matrix, vector, Orientation::Plain, expression)
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                self.product_lane(*matrix, vector, Orientation::Transposed, expression)
            }
            Expression::Stated(stated) => self.lane(&stated.0, length),
            // A matrix stands only as the whole value of a tensor's gradient, which `accumulate` takes.
            Expression::Outer(left, right) => {
                let (left, right) = both(self, left, right);
                Scalar::Multiply(left, right)
            }
        }
    }

    fn product_lane(
        &mut self,
        matrix: VariableId,
        vector: &Expression,
        orientation: Orientation,
        whole: &Expression,
    ) -> Scalar {
        let length = whole.length(&self.equations.variables);
        let vector = self.materialised(vector);
        let matrix = self.buffer(matrix);
        let target = self.temporary(Storage::Array, length);
        self.matrix_vector(target, matrix, vector, orientation, None);
        Scalar::Element(target, self.access(target, length))
    }

    /// What a reduction loops over.
    fn reduction(&mut self, reduction: Reduction, operand: &Expression) -> (usize, Scalar) {
        let length = operand.length(&self.equations.variables);
        let value = match reduction {
            // The kernel for it takes an array.
            Reduction::LogSumExp => {
                let buffer = self.materialised(operand);
                Scalar::Element(buffer, self.access(buffer, length))
            }
            Reduction::Sum | Reduction::Mean | Reduction::Max => self.lane(operand, length),
        };
        (length, value)
    }

    fn reduced_scalar(&mut self, value: &Expression) -> Reduced {
        match value {
            Expression::Reduce(reduction, operand)
                if operand.length(&self.equations.variables) > 1 =>
            {
                let (length, value) = self.reduction(*reduction, operand);
                Reduced::Reduction(*reduction, length, value)
            }
            other => Reduced::Value(self.lane(other, 1)),
        }
    }

    /// Terms in the order in which they are printed, so that code and equation read alike.
    fn sum(&mut self, terms: &[Expression], length: usize) -> Scalar {
        let signed: Vec<(bool, Expression)> = terms.iter().map(unsigned).collect();
        let first = signed
            .iter()
            .position(|(negative, _)| !negative)
            .unwrap_or(0);
        let order = std::iter::once(first).chain((0..signed.len()).filter(|index| *index != first));
        let mut total: Option<Scalar> = None;
        for index in order {
            let (negative, term) = &signed[index];
            let term = Box::new(self.lane(term, length));
            total = Some(match total {
                None if *negative => Scalar::Negate(term),
                None => *term,
                Some(total) if *negative => Scalar::Subtract(Box::new(total), term),
                Some(total) => Scalar::Add(Box::new(total), term),
            });
        }
        total.unwrap_or(Scalar::Number(0.0))
    }

    fn product(&mut self, factors: &[Expression], length: usize) -> Scalar {
        let mut coefficient = Number::ONE;
        let (mut above, mut below): (Option<Scalar>, Option<Scalar>) = (None, None);
        let times = |product: Option<Scalar>, factor: Scalar| match product {
            Some(product) => Some(Scalar::Multiply(Box::new(product), Box::new(factor))),
            None => Some(factor),
        };
        for factor in factors {
            match factor {
                Expression::Number(number) => coefficient = coefficient * *number,
                Expression::Power(base, exponent) if exponent.is_negative() => {
                    let base = self.lane(base, length);
                    below = times(below, power(base, -*exponent));
                }
                other => {
                    let factor = self.lane(other, length);
                    above = times(above, factor);
                }
            }
        }
        let negative = coefficient.is_negative();
        let magnitude = coefficient.abs();
        let above = match above {
            Some(above) if magnitude.is_one() => above,
            Some(above) => {
                Scalar::Multiply(Box::new(Scalar::Number(magnitude.value())), Box::new(above))
            }
            None => Scalar::Number(magnitude.value()),
        };
        let quotient = match below {
            Some(below) => Scalar::Divide(Box::new(above), Box::new(below)),
            None => above,
        };
        if negative {
            Scalar::Negate(Box::new(quotient))
        } else {
            quotient
        }
    }

    /// Which element of a buffer stands at a place of a loop over `length` elements.
    fn access(&self, buffer: BufferId, length: usize) -> Access {
        let Buffer {
            storage,
            length: own,
            ..
        } = &self.buffers[buffer.0];
        let is_scalar = match storage {
            Storage::Scalar => true,
            Storage::Parameter(tensor) => self.equations.parameters[*tensor].shape.is_empty(),
            Storage::Input { .. } | Storage::Target | Storage::Array => false,
        };
        match (is_scalar, *own) {
            (true, _) => Access::Whole,
            (false, 1) if length != 1 => Access::First,
            _ => Access::Here,
        }
    }

    fn buffer(&mut self, variable: VariableId) -> BufferId {
        if let Some(id) = self.ids.get(&variable) {
            return *id;
        }
        let storage = match self.equations.variables.get(variable).role {
            Role::Input { offset } => Storage::Input { offset },
            Role::Target => Storage::Target,
            Role::Parameter(index) => Storage::Parameter(index),
            // A computed variable has its buffer from its own equation, which comes first.
            Role::Computed | Role::Adjoint(_) => Storage::Array,
        };
        self.new_buffer(variable, storage)
    }

    fn new_buffer(&mut self, variable: VariableId, storage: Storage) -> BufferId {
        let symbol = self.equations.variables.get(variable).symbol.clone();
        let length = self.equations.variables.length(variable);
        let id = self.add(Buffer {
            symbol,
            storage,
            length,
        });
        self.ids.insert(variable, id);
        id
    }

    fn temporary(&mut self, storage: Storage, length: usize) -> BufferId {
        self.temporaries += 1;
        self.add(Buffer {
            symbol: format!("part{}", self.temporaries),
            storage,
            length,
        })
    }

    fn add(&mut self, buffer: Buffer) -> BufferId {
        self.buffers.push(buffer);
        BufferId(self.buffers.len() - 1)
    }

    fn push(&mut self, operation: Operation) {
        self.steps.push(Step {
            caption: self.pending.take(),
            operation,
        });
    }

    /// The buffer to return: an output that is an input is copied.
    fn result(&mut self, variable: VariableId) -> BufferId {
        let id = self.buffer(variable);
        if !matches!(self.buffers[id.0].storage, Storage::Input { .. }) {
            return id;
        }
        let length = self.buffers[id.0].length;
        let target = self.temporary(Storage::Array, length);
        let value = Scalar::Element(id, self.access(id, length));
        self.push(Operation::Elementwise {
            target,
            exists: false,
            value,
            shape: LoopShape::of_elements(length),
        });
        target
    }
}

/// The value of a scalar equation.
enum Reduced {
    Reduction(Reduction, usize, Scalar),
    Value(Scalar),
}

/// Whether a term is negative, and the term without its sign.
fn unsigned(term: &Expression) -> (bool, Expression) {
    match term {
        Expression::Number(number) if number.is_negative() => (true, Expression::Number(-*number)),
        Expression::Product(factors) => match factors.split_first() {
            Some((Expression::Number(number), rest)) if number.is_negative() => {
                let positive =
                    std::iter::once(Expression::Number(-*number)).chain(rest.iter().cloned());
                (true, Expression::Product(positive.collect()))
            }
            _ => (false, term.clone()),
        },
        other => (false, other.clone()),
    }
}

fn power(base: Scalar, exponent: Number) -> Scalar {
    match exponent
        .as_integer()
        .and_then(|exponent| u32::try_from(exponent).ok())
    {
        Some(1) => base,
        Some(exponent) => Scalar::WholePower(Box::new(base), exponent),
        None if exponent == Number::HALF => Scalar::Call(ScalarFunction::Sqrt, Box::new(base)),
        None => Scalar::Power(Box::new(base), exponent.value()),
    }
}

/// A function of a constant is a constant: √2 is not computed in a loop.
fn constant_call(function: ScalarFunction, argument: Scalar) -> Scalar {
    match argument.constant() {
        Some(argument) => Scalar::Number(function.value(argument)),
        None => Scalar::Call(function, Box::new(argument)),
    }
}

impl Scalar {
    /// The value of constant arithmetic.
    fn constant(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Negate(a) => Some(-a.constant()?),
            Self::Add(a, b) => Some(a.constant()? + b.constant()?),
            Self::Subtract(a, b) => Some(a.constant()? - b.constant()?),
            Self::Multiply(a, b) => Some(a.constant()? * b.constant()?),
            Self::Divide(a, b) => Some(a.constant()? / b.constant()?),
            _ => None,
        }
    }
}

/// The first product with a matrix inside an expression.
fn first_product(expression: &Expression) -> Option<&Expression> {
    match expression {
        Expression::MatrixVector(..) | Expression::TransposedMatrixVector(..) => Some(expression),
        // Inside a reduction the array would have to live on after the step that is done in place.
        Expression::Reduce(..) | Expression::ElementAtTarget(_) => None,
        other => other.operands().into_iter().find_map(first_product),
    }
}

/// `expression` with `part` replaced by `value`.
fn replace_first(expression: Expression, part: &Expression, value: &Expression) -> Expression {
    if expression == *part {
        return value.clone();
    }
    expression.map(&mut |operand| replace_first(operand, part, value))
}
