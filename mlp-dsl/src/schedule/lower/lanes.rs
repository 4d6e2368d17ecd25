//! Expressions as one number at a place of a loop.

use super::Lowering;
use crate::equations::{Expression, Number};
use crate::schedule::{
    Access, Buffer, BufferId, Operation, Reduction, Scalar, ScalarFunction, Storage,
};

impl Lowering<'_> {
    /// An expression as one number at a place of a loop over `length` elements.
    pub(super) fn lane(&mut self, expression: &Expression, length: usize) -> Scalar {
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
            Expression::Slice(vector, start, end) => {
                let vector = self.materialised(vector);
                let access = match (end - start, *start) {
                    (1, _) => Access::At(*start),
                    (_, 0) => Access::Here,
                    _ => Access::Shifted(*start),
                };
                Scalar::Element(vector, access)
            }
            Expression::Join(_)
            | Expression::Pad(_)
            | Expression::MatrixVector(..)
            | Expression::TransposedMatrixVector(..) => {
                let whole = self.materialised(expression);
                Scalar::Element(whole, self.access(whole, length))
            }
            Expression::ElementAtTarget(vector) => {
                Scalar::Element(self.materialised(vector), Access::AtTarget)
            }
            Expression::Reduce(_, operand) if operand.length(&self.equations.variables) == 1 => {
                self.lane(operand, length)
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
            Expression::Stated(stated) => self.lane(&stated.0, length),
            // It stands only as the whole value of a statistic, which `accumulate_statistic` takes.
            Expression::BatchMean(value) => self.lane(value, length),
            // A matrix stands only as the whole value of a tensor's gradient, which `accumulate` takes.
            Expression::Outer(left, right) => {
                let (left, right) = both(self, left, right);
                Scalar::Multiply(left, right)
            }
        }
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

    pub(super) fn reduced_scalar(&mut self, value: &Expression) -> Reduced {
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
    pub(super) fn access(&self, buffer: BufferId, length: usize) -> Access {
        let Buffer {
            storage,
            length: own,
            ..
        } = &self.buffers[buffer.0];
        let is_scalar = match storage {
            Storage::Scalar => true,
            Storage::Parameter(tensor) => self.equations.parameters[*tensor].shape.is_empty(),
            Storage::Input { .. }
            | Storage::Target
            | Storage::Mask { .. }
            | Storage::Statistic { .. }
            | Storage::State(_)
            | Storage::Array => false,
        };
        match (is_scalar, *own) {
            (true, _) => Access::Whole,
            (false, 1) if length != 1 => Access::At(0),
            _ => Access::Here,
        }
    }
}

/// The value of a scalar equation.
pub(super) enum Reduced {
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

/// The largest exponent that is written as products: they grow faster than the exponent's length, and beyond it the
/// products are no more accurate than the general function.
const LARGEST_PRODUCT: u32 = 64;

fn power(base: Scalar, exponent: Number) -> Scalar {
    match exponent
        .as_integer()
        .and_then(|exponent| u32::try_from(exponent).ok())
    {
        Some(1) => base,
        Some(exponent @ ..=LARGEST_PRODUCT) => Scalar::WholePower(Box::new(base), exponent),
        None if exponent == Number::HALF => Scalar::Call(ScalarFunction::Sqrt, Box::new(base)),
        _ => Scalar::Power(Box::new(base), exponent.value()),
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
