//! Expressions into notation.

use std::collections::BTreeMap;

use super::names::{function_name, reduction_name};
use super::piece::{Binding, Piece};
use super::{Fractions, Joint, Notation, symbol};
use crate::equations::expression::{Expression, Extremum};
use crate::equations::variable::{VariableId, Variables};
use crate::equations::{Comparison, Function};
use crate::number::Number;

/// Writes expressions over these variables.
pub(in crate::equations) struct Builder<'a> {
    variables: &'a Variables,
    fractions: Fractions,
    /// A length that stands for any is written `n`.
    any_length: Option<Number>,
    /// Variables that are written in another way than by their symbol.
    written: BTreeMap<VariableId, (Notation, Binding)>,
}

impl<'a> Builder<'a> {
    pub(in crate::equations) fn new(variables: &'a Variables, fractions: Fractions) -> Self {
        Self {
            variables,
            fractions,
            any_length: None,
            written: BTreeMap::new(),
        }
    }

    /// Writes `length` as `n`.
    pub(in crate::equations) fn any_length(mut self, length: Option<usize>) -> Self {
        self.any_length = length.map(Number::count);
        self
    }

    /// Writes a variable as this formula.
    pub(in crate::equations) fn write(&mut self, id: VariableId, piece: Piece) {
        self.written.insert(id, (piece.notation, piece.binding));
    }

    /// How a variable is written.
    pub(in crate::equations) fn symbol(&self, id: VariableId) -> Notation {
        symbol::notation(&self.variables.get(id).symbol)
    }

    /// What stands for a variable in formulas.
    fn name(&self, id: VariableId) -> Notation {
        let written = self.written.get(&id);
        written.map_or_else(|| self.symbol(id), |(notation, _)| notation.clone())
    }

    /// How an expression is written.
    pub(in crate::equations) fn notation(&self, expression: &Expression) -> Notation {
        self.piece(expression).notation
    }

    pub(in crate::equations) fn piece(&self, expression: &Expression) -> Piece {
        let is_vector = expression.length(self.variables) > 1;
        let (notation, binding) = match expression {
            Expression::Number(number) if Some(*number) == self.any_length => {
                (Notation::name("n"), Binding::Atom)
            }
            Expression::Number(number) => (Notation::Number(*number), self.number_binding(*number)),
            Expression::Pi => (Notation::Pi, Binding::Atom),
            Expression::Variable(id) => {
                let binding = self.written.get(id).map(|(_, binding)| *binding);
                (self.name(*id), binding.unwrap_or(Binding::Atom))
            }
            Expression::Sum(terms) => (self.sum(terms), Binding::Sum),
            Expression::Product(factors) => return self.product(factors, is_vector),
            Expression::Power(_, exponent) if exponent.is_negative() => {
                return self.product(std::slice::from_ref(expression), is_vector);
            }
            Expression::Power(base, exponent) => {
                let base = Box::new(self.at_least(base, Binding::Atom));
                (Notation::Power(base, *exponent), Binding::Power)
            }
            Expression::Unary(function, argument) => self.function(*function, argument),
            Expression::Extremum(which, left, right) => {
                let name = match which {
                    Extremum::Minimum => "min",
                    Extremum::Maximum => "max",
                };
                let operands = vec![self.notation(left), self.notation(right)];
                (Notation::Call(name.to_owned(), operands), Binding::Atom)
            }
            Expression::Compare(comparison, left, right) => {
                let comparison = self.comparison(*comparison, left, right);
                (Notation::Indicator(Box::new(comparison)), Binding::Atom)
            }
            Expression::Select(parts) => (self.selection(parts), Binding::Selection),
            Expression::Reduce(reduction, operand) => {
                let name = reduction_name(*reduction).to_owned();
                let operand = self.notation(operand);
                (Notation::Call(name, vec![operand]), Binding::Atom)
            }
            Expression::ElementAtTarget(vector) => {
                let vector = Box::new(self.at_least(vector, Binding::Atom));
                (Notation::AtTarget(vector), Binding::Atom)
            }
            Expression::OneHotTarget(_) => {
                let target = vec![Notation::name("t")];
                (Notation::Call("onehot".to_owned(), target), Binding::Atom)
            }
            Expression::Slice(vector, start, end) => {
                let vector = Box::new(self.at_least(vector, Binding::Atom));
                (Notation::Part(vector, *start, *end), Binding::Atom)
            }
            Expression::Join(parts) => {
                let parts = parts.iter().map(|part| self.notation(part)).collect();
                (Notation::List(parts), Binding::Atom)
            }
            Expression::Pad(padded) => {
                let count = |count| Notation::Number(Number::count(count));
                let value = match padded.value.length(self.variables) {
                    // A scalar that spreads says over how many elements.
                    1 if padded.length > 1 => {
                        let ones = vec![count(padded.length)];
                        let ones = Notation::Call("ones".to_owned(), ones);
                        let value = self.at_least(&padded.value, Binding::Power);
                        Notation::Product(vec![(Joint::Dot, value), (Joint::Dot, ones)])
                    }
                    _ => self.notation(&padded.value),
                };
                let operands = vec![value, count(padded.before), count(padded.after)];
                (Notation::Call("pad".to_owned(), operands), Binding::Atom)
            }
            Expression::MatrixVector(matrix, vector) => {
                let matrix = self.name(*matrix);
                self.matrix_product(matrix, self.at_least(vector, Binding::Power))
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                let matrix = Notation::Transposed(Box::new(self.name(*matrix)));
                self.matrix_product(matrix, self.at_least(vector, Binding::Power))
            }
            Expression::Outer(left, right) => {
                let right = Notation::Transposed(Box::new(self.at_least(right, Binding::Atom)));
                self.matrix_product(self.at_least(left, Binding::Power), right)
            }
            Expression::BatchMean(operand) => {
                let operand = Box::new(self.notation(operand));
                (Notation::BatchMean(operand), Binding::Atom)
            }
            Expression::Stated(stated) => return self.piece(&stated.0),
        };
        Piece {
            notation,
            binding,
            is_vector,
        }
    }

    /// The formula in parentheses where it does not hold together as tightly as `binding`.
    fn at_least(&self, expression: &Expression, binding: Binding) -> Notation {
        self.piece(expression).at_least(binding)
    }

    fn matrix_product(&self, left: Notation, right: Notation) -> (Notation, Binding) {
        let factors = vec![(Joint::Matrix, left), (Joint::Matrix, right)];
        (Notation::Product(factors), Binding::MatrixProduct)
    }

    fn sum(&self, terms: &[Expression]) -> Notation {
        let mut signed: Vec<(bool, Notation)> =
            terms.iter().map(|term| self.signed(term)).collect();
        // 1 − x reads better than −x + 1: a sum that starts with a minus starts with its first positive term instead.
        if let Some(first) = signed.iter().position(|(negative, _)| !negative) {
            let first = signed.remove(first);
            signed.insert(0, first);
        }
        Notation::Sum(signed)
    }

    /// Whether a term is negative, and the term without the sign.
    fn signed(&self, term: &Expression) -> (bool, Notation) {
        let (coefficient, rest) = term.coefficient();
        if !coefficient.is_negative() {
            return (false, self.at_least(term, Binding::Quotient));
        }
        let mut factors = rest.factors();
        if coefficient != Number::MINUS_ONE {
            factors.insert(0, Expression::Number(-coefficient));
        }
        factors.retain(|factor| !factor.is_one() || coefficient == Number::MINUS_ONE);
        let positive = if factors.len() == 1 {
            factors.remove(0)
        } else {
            Expression::Product(factors)
        };
        (true, self.at_least(&positive, Binding::Quotient))
    }

    fn product(&self, factors: &[Expression], is_vector: bool) -> Piece {
        let mut coefficient = Number::ONE;
        let mut above = Vec::new();
        let mut below = Vec::new();
        for factor in factors {
            match factor {
                Expression::Number(number) => coefficient = coefficient * *number,
                Expression::Power(base, exponent) if exponent.is_negative() => {
                    below.push(raised(base, -*exponent))
                }
                other => above.push(other.clone()),
            }
        }
        let (numerator, denominator) = fraction(coefficient.abs());
        if !denominator.is_one() {
            below.insert(0, Expression::Number(denominator));
        }
        // y·ln(…), not ln(…)·y: in a denominator variables come first.
        below.sort_by_key(|factor| match factor {
            Expression::Number(_) => 0,
            Expression::Variable(_) | Expression::Power(..) | Expression::Pi => 1,
            _ => 2,
        });
        let mut piece = self.factors(numerator, &above);
        if !below.is_empty() {
            let below = self.factors(Number::ONE, &below);
            piece = self.fraction(piece, below);
        }
        if coefficient.is_negative() {
            piece = Piece {
                notation: Notation::Negative(Box::new(piece.at_least(Binding::Quotient))),
                binding: Binding::Quotient,
                is_vector,
            };
        }
        Piece { is_vector, ..piece }
    }

    fn fraction(&self, above: Piece, below: Piece) -> Piece {
        let is_vector = above.is_vector || below.is_vector;
        let (above, below, binding) = match self.fractions {
            Fractions::Inline => (
                above.at_least(Binding::Product),
                below.at_least(Binding::Power),
                Binding::Quotient,
            ),
            Fractions::Stacked => (above.notation, below.notation, Binding::Power),
        };
        Piece {
            notation: Notation::Fraction(Box::new(above), Box::new(below)),
            binding,
            is_vector,
        }
    }

    /// Factors in a row: `2y³`, `z1·(1 − z1)`, `δ2 ⊙ z1`.
    fn factors(&self, coefficient: Number, factors: &[Expression]) -> Piece {
        if let ([single], true) = (factors, coefficient.is_one()) {
            return self.piece(single);
        }
        if factors.is_empty() {
            return self.piece(&Expression::Number(coefficient));
        }
        let mut row = Vec::new();
        if !coefficient.is_one() {
            row.push((Joint::Beside, Notation::Number(coefficient)));
        }
        let mut left_is_vector = false;
        for (index, factor) in factors.iter().enumerate() {
            let piece = self.piece(factor);
            let is_vector = piece.is_vector;
            let is_last = index + 1 == factors.len();
            let joint = match index {
                0 if self.is_short(factor) => Joint::Beside,
                _ if left_is_vector && is_vector => Joint::Elementwise,
                _ => Joint::Dot,
            };
            // `ln z` needs parentheses unless nothing follows it.
            let own = match (factor, piece.notation) {
                (Expression::Unary(Function::Ln, argument), _) if !is_last => {
                    Notation::Call("ln".to_owned(), vec![self.notation(argument)])
                }
                (Expression::Unary(Function::Ln, _), notation) => notation,
                (_, notation) if piece.binding == Binding::MatrixProduct => {
                    Notation::Parentheses(Box::new(notation))
                }
                (_, notation) => Piece { notation, ..piece }.at_least(Binding::Power),
            };
            row.push((joint, own));
            left_is_vector |= is_vector;
        }
        Piece {
            notation: Notation::Product(row),
            binding: Binding::Product,
            is_vector: left_is_vector,
        }
    }

    /// Whether a number may stand right before it: 2x, 3y².
    fn is_short(&self, factor: &Expression) -> bool {
        let (Expression::Variable(id), exponent) = factor.base() else {
            return false;
        };
        match self.name(*id) {
            Notation::Symbol(symbol) => symbol.is_letter() && !exponent.is_negative(),
            _ => false,
        }
    }

    fn function(&self, function: Function, argument: &Expression) -> (Notation, Binding) {
        let inner = self.piece(argument);
        match function {
            Function::Ln
                if inner.binding == Binding::Atom
                    && matches!(
                        argument,
                        Expression::Variable(_) | Expression::ElementAtTarget(_)
                    ) =>
            {
                let inner = Box::new(inner.notation);
                (Notation::Prefix("ln".to_owned(), inner), Binding::Quotient)
            }
            Function::Sqrt => {
                let inner = match self.fractions {
                    Fractions::Inline => inner.at_least(Binding::Atom),
                    Fractions::Stacked => inner.notation,
                };
                (Notation::Root(Box::new(inner)), Binding::Atom)
            }
            Function::Abs => (Notation::Absolute(Box::new(inner.notation)), Binding::Atom),
            other => {
                let name = function_name(other).to_owned();
                (Notation::Call(name, vec![inner.notation]), Binding::Atom)
            }
        }
    }

    fn comparison(
        &self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
    ) -> Notation {
        let side = |expression| Box::new(self.at_least(expression, Binding::Sum));
        Notation::Comparison(comparison, side(left), side(right))
    }

    fn selection(&self, parts: &[Expression; 3]) -> Notation {
        let [condition, then, otherwise] = parts;
        let condition = match condition {
            Expression::Compare(comparison, left, right) => {
                self.comparison(*comparison, left, right)
            }
            other => self.comparison(Comparison::NotEqual, other, &Expression::ZERO),
        };
        let branch = |branch: &Expression| match self.fractions {
            Fractions::Inline => self.at_least(branch, Binding::Sum),
            Fractions::Stacked => self.notation(branch),
        };
        Notation::Selection(Box::new([condition, branch(then), branch(otherwise)]))
    }

    /// How tightly a number holds together as it is printed.
    fn number_binding(&self, number: Number) -> Binding {
        if number.is_negative() {
            return Binding::Quotient;
        }
        match (number.to_string().contains('/'), self.fractions) {
            (true, Fractions::Inline) => Binding::Quotient,
            (true, Fractions::Stacked) => Binding::Power,
            (false, _) => Binding::Atom,
        }
    }
}

fn raised(base: &Expression, exponent: Number) -> Expression {
    if exponent.is_one() {
        base.clone()
    } else {
        Expression::power(base.clone(), exponent)
    }
}

/// A coefficient as what stands above and below the line: 2/3 is (2, 3); ½, 0.02 and 0.044715 stay above.
fn fraction(coefficient: Number) -> (Number, Number) {
    let Some((top, bottom)) = coefficient.as_fraction() else {
        return (coefficient, Number::ONE);
    };
    // 1/8 is more likely a mean than a decimal that somebody wrote; 1/50 was 0.02.
    let is_share = top == 1 && bottom % 10 != 0;
    let decimals = coefficient.to_string();
    let is_decimal = decimals.contains('.') && decimals.len() <= "0.0670725".len();
    if bottom == 2 || (is_decimal && !is_share) {
        return (coefficient, Number::ONE);
    }
    let bottom = Number::fraction(bottom, 1);
    (coefficient * bottom, bottom)
}
