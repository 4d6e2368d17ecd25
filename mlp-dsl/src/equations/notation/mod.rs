//! Formulas as they are written: the order of terms, what stands above and below a line, and every parenthesis are
//! decided here, once; only the characters differ between text, LaTeX and MathML. A [`Page`] of formulas comes out of
//! equations or definitions, and each printer is one match over this tree.

mod build;
mod names;
mod page;
mod piece;
mod symbol;

pub(super) use build::Builder;
pub use page::{Arrangement, Block, Content, Line, Page, Relation, Run, Side};
pub(super) use piece::{Binding, Piece};
pub(super) use symbol::notation as symbol_notation;
pub use symbol::{Index, Symbol};

use super::Comparison;
use crate::number::Number;

/// A formula as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Notation {
    /// A number with its sign.
    Number(Number),
    /// π
    Pi,
    /// A name.
    Symbol(Symbol),
    /// Terms with their signs; `true` is a minus.
    Sum(Vec<(bool, Self)>),
    /// −a
    Negative(Box<Self>),
    /// Factors, each with how it is joined to the one before it.
    Product(Vec<(Joint, Self)>),
    /// What stands above and below a line.
    Fraction(Box<Self>, Box<Self>),
    /// A base and a constant exponent.
    Power(Box<Self>, Number),
    /// √a
    Root(Box<Self>),
    /// |a|
    Absolute(Box<Self>),
    /// `E[a]`: the mean over the batch
    BatchMean(Box<Self>),
    /// aᵀ
    Transposed(Box<Self>),
    /// f(a, b)
    Call(String, Vec<Self>),
    /// f a
    Prefix(String, Box<Self>),
    /// a > b
    Comparison(Comparison, Box<Self>, Box<Self>),
    /// `[a > b]`: 1 where it holds, else 0
    Indicator(Box<Self>),
    /// The second where the first, a comparison, holds; else the third.
    Selection(Box<[Self; 3]>),
    /// The element of a vector at the target class.
    AtTarget(Box<Self>),
    /// The elements of a vector from the first place up to the second, which is excluded.
    Part(Box<Self>, usize, usize),
    /// Scalars and vectors end to end.
    List(Vec<Self>),
    /// (a)
    Parentheses(Box<Self>),
    /// ∂a/∂b or da/db as one symbol.
    Slope(Differential, Box<Self>, Box<Self>),
    /// `d/dx[a]` or `∂/∂x[a]`: what is still to be differentiated, and by what.
    Derivative(Differential, Box<Self>, Box<Self>),
    /// Σᵢ a: over all values of an index
    SumOver(Range, Box<Self>),
    /// maxᵢ a
    MaximumOver(Range, Box<Self>),
    /// Factors that were computed before, with the name of the result.
    Reused(Box<Self>, Box<Self>),
}

/// The values of an index: all that its vector has, or as many from 0 on as are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The index.
    pub letter: char,
    /// How many there are, where they are not all that a vector has.
    pub count: Option<usize>,
}

/// How two factors are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// 2x: side by side
    Beside,
    /// a·b: at least one is a scalar
    Dot,
    /// a ⊙ b: element by element
    Elementwise,
    /// W·x: a product of matrices and vectors
    Matrix,
}

/// The letter of a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differential {
    /// d, where there is one variable
    Total,
    /// ∂
    Partial,
}

/// How a division is written, which decides where parentheses are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fractions {
    /// a / (b + c): on one line
    Inline,
    /// One above the other.
    Stacked,
}

impl Notation {
    /// A name with nothing below it.
    pub fn name(name: &str) -> Self {
        Self::Symbol(Symbol::new(name))
    }

    /// ∂top/∂bottom
    pub fn partial(top: Self, bottom: Self) -> Self {
        Self::Slope(Differential::Partial, Box::new(top), Box::new(bottom))
    }
}
