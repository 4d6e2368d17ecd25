//! Expressions as whole arrays.

use super::Lowering;
use crate::equations::{Expression, VariableId};
use crate::schedule::{BufferId, LoopShape, Operation, Scalar, Storage};

/// What a new array is for.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The value of a variable.
    Variable(VariableId),
    /// A part of an expression, of this length.
    Temporary(usize),
}

impl Lowering<'_> {
    /// A buffer that holds the value of an expression.
    pub(super) fn materialised(&mut self, expression: &Expression) -> BufferId {
        match expression {
            Expression::Variable(id) => self.buffer(*id),
            other => {
                let length = other.length(&self.equations.variables);
                self.vector(Place::Temporary(length), other)
            }
        }
    }

    /// A new array with the value of an expression.
    pub(super) fn vector(&mut self, place: Place, value: &Expression) -> BufferId {
        if let Some(affine) = self.affine(value) {
            return self.matrix_vector(&affine, |this| this.array(place));
        }
        match value {
            Expression::Join(parts) => self.list(place, parts),
            Expression::Pad(padded) => {
                let target = self.zeros(place);
                self.part(target, padded.before, padded.length, &padded.value);
                target
            }
            other => self.in_place(place, other),
        }
    }

    /// A product with a matrix goes straight into the new array, and the rest is done in place.
    fn in_place(&mut self, place: Place, value: &Expression) -> BufferId {
        let length = self.length(place);
        let product = first_product(value)
            .filter(|product| product.length(&self.equations.variables) == length)
            .cloned();
        let (Some(product), Place::Variable(variable)) = (product, place) else {
            let value = self.lane(value, length);
            let target = self.array(place);
            self.elementwise(target, value, length);
            return target;
        };
        let target = self.vector(place, &product);
        let rest = replace_first(value.clone(), &product, &Expression::Variable(variable));
        let value = self.lane(&rest, length);
        self.set(target, 0, length, value);
        target
    }

    /// Parts end to end.
    fn list(&mut self, place: Place, parts: &[Expression]) -> BufferId {
        let lengths: Vec<usize> = parts
            .iter()
            .map(|part| part.length(&self.equations.variables))
            .collect();
        if lengths.iter().all(|length| *length == 1) {
            let values = parts.iter().map(|part| self.lane(part, 1)).collect();
            let target = self.array(place);
            self.push(Operation::List { target, values });
            return target;
        }
        let target = self.zeros(place);
        let mut offset = 0;
        for (part, length) in parts.iter().zip(lengths) {
            self.part(target, offset, length, part);
            offset += length;
        }
        target
    }

    /// Sets a part of an array.
    fn part(&mut self, target: BufferId, offset: usize, length: usize, value: &Expression) {
        let value = self.lane(value, length);
        self.set(target, offset, length, value);
    }

    fn set(&mut self, target: BufferId, offset: usize, length: usize, value: Scalar) {
        let shape = LoopShape::of_elements(length);
        self.push(Operation::Elementwise {
            target,
            exists: true,
            offset,
            length,
            value,
            shape,
        });
    }

    /// The step that fills a new array.
    pub(super) fn elementwise(&mut self, target: BufferId, value: Scalar, length: usize) {
        let shape = LoopShape::of_elements(length);
        self.push(Operation::Elementwise {
            target,
            exists: false,
            offset: 0,
            length,
            value,
            shape,
        });
    }

    fn zeros(&mut self, place: Place) -> BufferId {
        let target = self.array(place);
        self.push(Operation::Zeros { target });
        target
    }

    fn array(&mut self, place: Place) -> BufferId {
        match place {
            Place::Variable(variable) => self.new_buffer(variable, Storage::Array),
            Place::Temporary(length) => self.temporary(Storage::Array, length),
        }
    }

    fn length(&self, place: Place) -> usize {
        match place {
            Place::Variable(variable) => self.equations.variables.length(variable),
            Place::Temporary(length) => length,
        }
    }
}

/// The first product with a matrix inside an expression.
fn first_product(expression: &Expression) -> Option<&Expression> {
    match expression {
        Expression::MatrixVector(..) | Expression::TransposedMatrixVector(..) => Some(expression),
        // Inside a reduction the array would have to live on after the step that is done in place.
        Expression::Reduce(..) | Expression::ElementAtTarget(_) => None,
        // Of a part of the array other elements are read than the one that is written.
        Expression::Slice(..) | Expression::Join(_) | Expression::Pad(_) => None,
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
