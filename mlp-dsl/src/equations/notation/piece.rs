//! Formulas with how tightly they hold together.

use super::Notation;

/// How tightly a formula holds together; a looser one inside a tighter one is put in parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::equations) enum Binding {
    /// `if c then x else y`
    Selection,
    /// `a + b`
    Sum,
    /// `−a`, `a / b`, `ln a`
    Quotient,
    /// `a·b`
    Product,
    /// `W·x`: an operand of other products only within parentheses
    MatrixProduct,
    /// `a²`
    Power,
    /// `a`, `f(a)`
    Atom,
}

/// A formula with how tightly it holds together.
pub(in crate::equations) struct Piece {
    pub(in crate::equations) notation: Notation,
    pub(in crate::equations) binding: Binding,
    /// Whether it stands for a vector: products of two vectors are written with ⊙.
    pub(in crate::equations) is_vector: bool,
}

impl Piece {
    /// The formula, in parentheses where it does not hold together as tightly as `binding`.
    pub(in crate::equations) fn at_least(self, binding: Binding) -> Notation {
        if self.binding < binding {
            Notation::Parentheses(Box::new(self.notation))
        } else {
            self.notation
        }
    }
}
