//! Products with matrices, and the gradients of matrices.

use super::Lowering;
use crate::equations::{Band, Expression, Role, Shape, VariableId};
use crate::schedule::{
    Access, Buffer, BufferId, LoopShape, Operation, Orientation, Scalar, Storage,
};

/// A product of a matrix and a vector, and perhaps a bias.
pub(super) struct Affine<'e> {
    matrix: VariableId,
    vector: &'e Expression,
    orientation: Orientation,
    bias: Option<VariableId>,
}

impl Lowering<'_> {
    /// W·x, W·x + b or Wᵀ·x
    pub(super) fn affine<'e>(&self, value: &'e Expression) -> Option<Affine<'e>> {
        let (matrix, vector, orientation, bias) = match value {
            Expression::MatrixVector(matrix, vector) => (matrix, vector, Orientation::Plain, None),
            Expression::TransposedMatrixVector(matrix, vector) => {
                (matrix, vector, Orientation::Transposed, None)
            }
            Expression::Sum(terms) => match terms.as_slice() {
                [
                    Expression::MatrixVector(matrix, vector),
                    Expression::Variable(bias),
                ] if matches!(self.equations.variables.get(*bias).role, Role::Parameter(_)) => {
                    (matrix, vector, Orientation::Plain, Some(*bias))
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Affine {
            matrix: *matrix,
            vector,
            orientation,
            bias,
        })
    }

    /// The step that computes a product into a new array, which `target` makes once the operands have their buffers.
    pub(super) fn matrix_vector(
        &mut self,
        affine: &Affine<'_>,
        target: impl FnOnce(&mut Self) -> BufferId,
    ) -> BufferId {
        let vector = self.operand(affine.vector);
        let matrix = self.buffer(affine.matrix);
        let bias = affine.bias.map(|bias| self.buffer(bias));
        let target = target(self);
        let (dimensions, band) = self.dimensions(affine.matrix);
        let mut parameters = self.equations.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.variable == affine.matrix);
        let code = parameter.and_then(|parameter| parameter.code);
        self.push(Operation::MatrixVector {
            target,
            matrix,
            dimensions,
            band,
            orientation: affine.orientation,
            vector,
            bias,
            shape: LoopShape::of_product(dimensions, band.is_some(), code),
        });
        target
    }

    /// What is added to a gradient at a place of a loop. It reads no tensor and no state: the gradient may go into the
    /// network itself. A trained scalar is read before.
    fn gradient_lane(&mut self, value: &Expression, length: usize) -> Scalar {
        let value = self.lane(value, length);
        let reads_tensor = value.buffers().into_iter().any(|id| {
            let Buffer { storage, .. } = self.buffers[id.0];
            match storage {
                Storage::Parameter(tensor) => !self.equations.parameters[tensor].shape.is_empty(),
                Storage::State(_) => true,
                _ => false,
            }
        });
        if !reads_tensor {
            return value;
        }
        let target = self.temporary(Storage::Array, length);
        self.elementwise(target, value, length);
        Scalar::Element(target, Access::Here)
    }

    /// A vector that a kernel reads: one that every sample has for itself.
    fn operand(&mut self, expression: &Expression) -> BufferId {
        let id = self.materialised(expression);
        let Buffer {
            storage, length, ..
        } = self.buffers[id.0];
        if !matches!(
            storage,
            Storage::Parameter(_)
                | Storage::Statistic { .. }
                | Storage::State(_)
                | Storage::Target
                | Storage::Scalar
        ) {
            return id;
        }
        let target = self.temporary(Storage::Array, length);
        let value = Scalar::Element(id, self.access(id, length));
        self.elementwise(target, value, length);
        target
    }

    /// The rows and columns of a matrix that are stored, and where they stand.
    fn dimensions(&self, matrix: VariableId) -> ((usize, usize), Option<Band>) {
        match self.equations.variables.get(matrix).shape {
            Shape::Matrix(rows, columns) => ((rows, columns), None),
            Shape::Band(band) => ((band.rows(), band.window), Some(band)),
            Shape::Scalar => ((1, 1), None),
            Shape::Vector(length) => ((1, length), None),
        }
    }

    /// The steps that add a gradient to a tensor's.
    pub(super) fn accumulate(&mut self, tensor: usize, value: &Expression) {
        match value {
            Expression::Outer(left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                let parameter = &self.equations.parameters[tensor];
                let (dimensions, band) = self.dimensions(parameter.variable);
                let shape = LoopShape::of_product(dimensions, band.is_some(), parameter.code);
                self.push_last(Operation::AccumulateOuter {
                    tensor,
                    left,
                    right,
                    dimensions,
                    band,
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
                let value = self.gradient_lane(other, length);
                let shape = match value {
                    // The sum of an array over the rows, as for a bias.
                    Scalar::Element(buffer, Access::Here)
                        if self.buffers[buffer.0].storage == Storage::Array
                            && LoopShape::of_elements(length) == LoopShape::Loop =>
                    {
                        LoopShape::Kernel
                    }
                    _ => LoopShape::of_elements(length),
                };
                self.push_last(Operation::Accumulate {
                    tensor,
                    length,
                    value,
                    shape,
                });
            }
        }
    }
}
