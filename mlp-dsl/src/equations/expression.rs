//! Expressions: the right-hand sides of equations.
//!
//! Sums and products hold any number of operands, a difference is a sum with a negative coefficient and a quotient a
//! product with a negative power: one form for each thing makes the rules of simplification few and short.

use super::variable::{Role, Shape, VariableId, Variables};
use super::{Comparison, Function, Reduction};
use crate::number::Number;

/// A formula over variables. Vectors combine element by element; a scalar spreads over a vector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression {
    /// A constant.
    Number(Number),
    /// π
    Pi,
    /// A variable.
    Variable(VariableId),
    /// The sum of the operands.
    Sum(Vec<Self>),
    /// The element-by-element product of the operands.
    Product(Vec<Self>),
    /// The base to a constant power.
    Power(Box<Self>, Number),
    /// A scalar function.
    Unary(Function, Box<Self>),
    /// The smaller or the larger of two.
    Extremum(Extremum, Box<Self>, Box<Self>),
    /// 1 where the comparison holds, else 0.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// The second where the first, a comparison, holds; else the third.
    Select(Box<[Self; 3]>),
    /// A vector made a scalar.
    Reduce(Reduction, Box<Self>),
    /// The mean over the samples of a batch: the same value for all of them.
    BatchMean(Box<Self>),
    /// The element of a vector at the target class.
    ElementAtTarget(Box<Self>),
    /// The vector of this length with 1 at the target class and 0 elsewhere.
    OneHotTarget(usize),
    /// The elements of a vector from the first place up to the second, which is excluded.
    Slice(Box<Self>, usize, usize),
    /// Scalars and vectors end to end.
    Join(Vec<Self>),
    /// A vector with zeros before and after it.
    Pad(Box<Padded>),
    /// matrix · vector
    MatrixVector(VariableId, Box<Self>),
    /// matrixᵀ · vector
    TransposedMatrixVector(VariableId, Box<Self>),
    /// left · rightᵀ
    Outer(Box<Self>, Box<Self>),
    /// A value whose derivative with respect to a variable is stated instead of derived: (value, variable, derivative).
    Stated(Box<(Self, VariableId, Self)>),
}

/// A vector with zeros before and after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Padded {
    /// The vector; a scalar spreads over `length`.
    pub value: Expression,
    /// The number of zeros before it.
    pub before: usize,
    /// The number of its elements.
    pub length: usize,
    /// The number of zeros after it.
    pub after: usize,
}

impl Padded {
    /// The number of elements, zeros included.
    pub fn total(&self) -> usize {
        self.before + self.length + self.after
    }
}

/// Which of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extremum {
    /// The smaller.
    Minimum,
    /// The larger.
    Maximum,
}

impl Expression {
    /// 0
    pub const ZERO: Self = Self::Number(Number::ZERO);
    /// 1
    pub const ONE: Self = Self::Number(Number::ONE);

    /// A whole number.
    pub fn integer(value: i32) -> Self {
        Self::Number(Number::integer(value))
    }

    /// function(argument)
    pub fn unary(function: Function, argument: Self) -> Self {
        Self::Unary(function, Box::new(argument))
    }

    /// base to a constant power
    pub fn power(base: Self, exponent: Number) -> Self {
        Self::Power(Box::new(base), exponent)
    }

    /// 1 / self
    pub fn reciprocal(self) -> Self {
        Self::power(self, Number::MINUS_ONE)
    }

    /// −self
    pub fn negated(self) -> Self {
        Self::Product(vec![Self::Number(Number::MINUS_ONE), self])
    }

    /// self − other
    pub fn minus(self, other: Self) -> Self {
        Self::Sum(vec![self, other.negated()])
    }

    /// self · other
    pub fn times(self, other: Self) -> Self {
        Self::Product(vec![self, other])
    }

    /// One of two values, by a comparison.
    pub fn select(condition: Self, then: Self, otherwise: Self) -> Self {
        Self::Select(Box::new([condition, then, otherwise]))
    }

    /// Whether it is the constant 0.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Whether it is the constant 1.
    pub fn is_one(&self) -> bool {
        *self == Self::ONE
    }

    /// Its operands in order.
    pub fn operands(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Pi | Self::Variable(_) | Self::OneHotTarget(_) => Vec::new(),
            Self::Sum(operands) | Self::Product(operands) | Self::Join(operands) => {
                operands.iter().collect()
            }
            Self::Pad(padded) => vec![&padded.value],
            Self::Power(a, _)
            | Self::Unary(_, a)
            | Self::Reduce(_, a)
            | Self::BatchMean(a)
            | Self::ElementAtTarget(a)
            | Self::Slice(a, ..)
            | Self::MatrixVector(_, a)
            | Self::TransposedMatrixVector(_, a) => vec![a],
            Self::Extremum(_, a, b) | Self::Compare(_, a, b) | Self::Outer(a, b) => vec![a, b],
            Self::Select(parts) => parts.iter().collect(),
            Self::Stated(stated) => vec![&stated.0, &stated.2],
        }
    }

    /// The same expression with `change` applied to each operand.
    pub fn map(self, change: &mut impl FnMut(Self) -> Self) -> Self {
        let mut boxed = |operand: Box<Self>| Box::new(change(*operand));
        match self {
            Self::Number(_) | Self::Pi | Self::Variable(_) | Self::OneHotTarget(_) => self,
            Self::Sum(operands) => Self::Sum(operands.into_iter().map(change).collect()),
            Self::Product(operands) => Self::Product(operands.into_iter().map(change).collect()),
            Self::Power(base, exponent) => Self::Power(boxed(base), exponent),
            Self::Unary(function, a) => Self::Unary(function, boxed(a)),
            Self::Extremum(which, a, b) => {
                let a = boxed(a);
                Self::Extremum(which, a, boxed(b))
            }
            Self::Compare(comparison, a, b) => {
                let a = boxed(a);
                Self::Compare(comparison, a, boxed(b))
            }
            Self::Select(parts) => Self::Select(Box::new(parts.map(change))),
            Self::Reduce(reduction, a) => Self::Reduce(reduction, boxed(a)),
            Self::BatchMean(a) => Self::BatchMean(boxed(a)),
            Self::ElementAtTarget(a) => Self::ElementAtTarget(boxed(a)),
            Self::Slice(a, start, end) => Self::Slice(boxed(a), start, end),
            Self::Join(operands) => Self::Join(operands.into_iter().map(change).collect()),
            Self::Pad(padded) => {
                let value = change(padded.value);
                Self::Pad(Box::new(Padded { value, ..*padded }))
            }
            Self::MatrixVector(matrix, a) => Self::MatrixVector(matrix, boxed(a)),
            Self::TransposedMatrixVector(matrix, a) => {
                Self::TransposedMatrixVector(matrix, boxed(a))
            }
            Self::Outer(a, b) => {
                let a = boxed(a);
                Self::Outer(a, boxed(b))
            }
            Self::Stated(stated) => {
                let (value, argument, derivative) = *stated;
                let value = change(value);
                Self::Stated(Box::new((value, argument, change(derivative))))
            }
        }
    }

    /// Whether `test` holds for the expression or a part of it.
    pub fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        test(self) || self.operands().into_iter().any(|operand| operand.any(test))
    }

    /// Whether its value differs from one sample of a batch to another.
    pub fn varies(&self, variables: &Variables) -> bool {
        match self {
            Self::BatchMean(_) => false,
            Self::OneHotTarget(_) | Self::ElementAtTarget(_) => true,
            Self::Variable(id) => match variables.get(*id).role {
                Role::Parameter(_) | Role::Statistic | Role::State(_) => false,
                Role::Input { .. }
                | Role::Target
                | Role::Mask { .. }
                | Role::Computed
                | Role::Adjoint(_) => true,
            },
            other => (other.operands().into_iter()).any(|operand| operand.varies(variables)),
        }
    }

    /// The role of a variable that equals this.
    pub(super) fn role(&self, variables: &Variables) -> Role {
        if self.varies(variables) {
            Role::Computed
        } else {
            Role::Statistic
        }
    }

    /// How often `variable` occurs.
    pub fn count(&self, variable: VariableId) -> usize {
        let own = match self {
            Self::Variable(id)
            | Self::MatrixVector(id, _)
            | Self::TransposedMatrixVector(id, _) => usize::from(*id == variable),
            Self::Stated(stated) => usize::from(stated.1 == variable),
            _ => 0,
        };
        own + self
            .operands()
            .into_iter()
            .map(|operand| operand.count(variable))
            .sum::<usize>()
    }

    /// The same expression with `variable` replaced by `value`.
    pub fn replace(self, variable: VariableId, value: &Self) -> Self {
        match self {
            Self::Variable(id) if id == variable => value.clone(),
            other => other.map(&mut |operand| operand.replace(variable, value)),
        }
    }

    /// The number of elements of its value; for an outer product, of the whole matrix.
    pub fn length(&self, variables: &Variables) -> usize {
        match self {
            Self::Number(_) | Self::Pi | Self::Reduce(..) | Self::ElementAtTarget(_) => 1,
            Self::Variable(id) => variables.length(*id),
            Self::OneHotTarget(length) => *length,
            Self::Slice(_, start, end) => end - start,
            Self::Join(operands) => operands
                .iter()
                .map(|operand| operand.length(variables))
                .sum(),
            Self::Pad(padded) => padded.total(),
            Self::MatrixVector(matrix, _) => match variables.get(*matrix).shape {
                Shape::Matrix(rows, _) => rows,
                Shape::Band(band) => band.rows(),
                _ => 1,
            },
            Self::TransposedMatrixVector(matrix, _) => match variables.get(*matrix).shape {
                Shape::Matrix(_, columns) => columns,
                Shape::Band(band) => band.columns(),
                _ => 1,
            },
            Self::Outer(left, right) => left.length(variables) * right.length(variables),
            Self::Stated(stated) => stated.0.length(variables),
            _ => self
                .operands()
                .into_iter()
                .map(|operand| operand.length(variables))
                .max()
                .unwrap_or(1),
        }
    }

    /// The coefficient and the rest of a term: −2·x·y is (−2, x·y).
    pub(super) fn coefficient(&self) -> (Number, Self) {
        match self {
            Self::Number(number) => (*number, Self::ONE),
            Self::Product(factors) => match factors.split_first() {
                Some((Self::Number(number), [rest])) => (*number, rest.clone()),
                Some((Self::Number(number), rest)) => (*number, Self::Product(rest.to_vec())),
                _ => (Number::ONE, self.clone()),
            },
            other => (Number::ONE, other.clone()),
        }
    }

    /// Base and exponent of a factor: x² is (x, 2), x is (x, 1).
    pub(super) fn base(&self) -> (&Self, Number) {
        match self {
            Self::Power(base, exponent) => (base, *exponent),
            other => (other, Number::ONE),
        }
    }

    /// The factors of a product; of anything else, the thing itself.
    pub(super) fn factors(self) -> Vec<Self> {
        match self {
            Self::Product(factors) => factors,
            other => vec![other],
        }
    }

    /// The terms of a sum; of anything else, the thing itself.
    pub(super) fn terms(self) -> Vec<Self> {
        match self {
            Self::Sum(terms) => terms,
            other => vec![other],
        }
    }

    /// The same expression with the operands of sums and products in one order, to compare with another.
    pub(super) fn canonical(&self) -> Self {
        self.clone().into_canonical()
    }

    fn into_canonical(self) -> Self {
        let mut canonical = self.map(&mut Self::into_canonical);
        if let Self::Sum(operands) | Self::Product(operands) = &mut canonical {
            operands.sort();
        }
        canonical
    }
}
