//! The element of an expression at a place, over elements of its variables.

use super::{Comparison, Fractions, Function, Reduction};
use crate::equations::expression::{Expression, Padded};
use crate::equations::notation::{
    Binding, Builder, Index, Notation, Piece, Range, symbol_notation,
};
use crate::equations::rules::{self, Level};
use crate::equations::variable::{Role, Shape, VariableId, Variables};
use crate::number::Number;

/// The place of an element; a side of length 1 has no index.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) row: Option<Index>,
    pub(super) column: Option<Index>,
}

impl At {
    const NOWHERE: Self = Self {
        row: None,
        column: None,
    };

    pub(super) fn of(shape: Shape) -> Self {
        let (rows, columns) = sides(shape);
        Self {
            row: (rows > 1).then_some(Index::Letter('j', 0)),
            column: (columns > 1).then_some(Index::Letter('i', 0)),
        }
    }

    fn row(index: Index) -> Self {
        Self {
            row: Some(index),
            column: None,
        }
    }

    fn letters(self) -> Vec<char> {
        let letters = [self.row, self.column].into_iter().flatten();
        letters
            .filter_map(|index| match index {
                Index::Letter(letter, _) => Some(letter),
                Index::Place(_) => None,
            })
            .collect()
    }

    /// A name with these indices.
    pub(super) fn written(self, name: Notation) -> Notation {
        match name {
            Notation::Symbol(symbol) => {
                Notation::Symbol(symbol.at([self.row, self.column].into_iter().flatten()))
            }
            Notation::Slope(kind, of, by) => Notation::Slope(kind, of, Box::new(self.written(*by))),
            other => other,
        }
    }
}

/// The rows and columns of a shape.
pub(super) fn sides(shape: Shape) -> (usize, usize) {
    match shape {
        Shape::Scalar => (1, 1),
        Shape::Vector(length) => (length, 1),
        Shape::Matrix(rows, columns) => (rows, columns),
        Shape::Band(band) => (band.rows(), band.columns()),
    }
}

/// Expressions over elements: each element is a variable of its own, written with its place.
struct Elements {
    variables: Variables,
    written: Vec<(VariableId, Notation, Binding)>,
    /// The letters that stand for places already.
    used: Vec<char>,
    /// The letters at which elements stand, with what is added to them.
    places: Vec<(char, isize)>,
    fractions: Fractions,
}

/// How the element of `value` at a place is written.
pub(super) fn element(
    value: &Expression,
    at: At,
    variables: &Variables,
    fractions: Fractions,
) -> Notation {
    let mut elements = Elements {
        variables: variables.clone(),
        written: Vec::new(),
        used: at.letters(),
        places: Vec::new(),
        fractions,
    };
    let element = elements.element(value, at);
    let element = rules::apply(element, Level::Tidy, &elements.variables);
    elements.piece(&element).notation
}

impl Elements {
    fn piece(&self, expression: &Expression) -> Piece {
        let mut builder = Builder::new(&self.variables, self.fractions);
        for (id, notation, binding) in &self.written {
            let piece = Piece {
                notation: notation.clone(),
                binding: *binding,
                is_vector: false,
            };
            builder.write(*id, piece);
        }
        builder.piece(expression)
    }

    /// A number that is written like this.
    fn leaf(&mut self, notation: Notation, binding: Binding) -> Expression {
        let id = self.variables.add("", Shape::Scalar, Role::Computed);
        self.written.push((id, notation, binding));
        Expression::Variable(id)
    }

    fn variable(&mut self, id: VariableId, at: At) -> Expression {
        let variable = self.variables.get(id);
        let (rows, columns) = sides(variable.shape);
        let at = At {
            row: at.row.filter(|_| rows > 1),
            column: at.column.filter(|_| columns > 1),
        };
        let name = symbol_notation(&variable.symbol);
        for index in [at.row, at.column].into_iter().flatten() {
            if let Index::Letter(letter, shift) = index {
                self.places.push((letter, shift));
            }
        }
        self.leaf(at.written(name), Binding::Atom)
    }

    /// A place as a number.
    fn place(&mut self, index: Index) -> Expression {
        match index {
            Index::Place(place) => Expression::Number(Number::count(place)),
            Index::Letter(letter, _) => {
                self.leaf(Notation::name(&letter.to_string()), Binding::Atom)
            }
        }
    }

    /// What `over` makes of the element at a new index, which goes through `count` places: `preferred`, or another letter.
    fn over(
        &mut self,
        (preferred, count): (char, usize),
        over: fn(Range, Box<Notation>) -> Notation,
        inner: impl FnOnce(&mut Self, Index) -> Expression,
    ) -> Expression {
        let mut letters = [preferred, 'i', 'k', 'm', 'r', 's'].into_iter();
        let letter = letters.find(|letter| !self.used.contains(letter));
        let letter = letter.unwrap_or('n');
        self.used.push(letter);
        let outer = std::mem::take(&mut self.places);
        let term = inner(self, Index::Letter(letter, 0));
        let own = |place: &&(char, isize)| place.0 == letter;
        let is_whole = self.places.iter().any(|place| own(&place))
            && self.places.iter().filter(own).all(|(_, shift)| *shift == 0);
        self.places.extend(outer);
        self.used.pop();
        let range = Range {
            letter,
            count: (!is_whole).then_some(count),
        };
        let term = rules::apply(term, Level::Tidy, &self.variables);
        let term = self.piece(&term).at_least(Binding::Product);
        self.leaf(over(range, Box::new(term)), Binding::Quotient)
    }

    /// The element of `expression` at a place.
    fn element(&mut self, expression: &Expression, at: At) -> Expression {
        match expression {
            Expression::Number(_) | Expression::Pi => expression.clone(),
            Expression::Variable(id) => self.variable(*id, at),
            Expression::Sum(_)
            | Expression::Product(_)
            | Expression::Power(..)
            | Expression::Unary(..)
            | Expression::Extremum(..)
            | Expression::Compare(..)
            | Expression::Select(_) => {
                let operands = expression.clone();
                operands.map(&mut |operand| self.element(&operand, at))
            }
            Expression::Reduce(reduction, operand) => self.reduce(*reduction, operand),
            Expression::ElementAtTarget(vector) => {
                self.element(vector, At::row(Index::Letter('t', 0)))
            }
            Expression::OneHotTarget(_) => {
                let place = at.row.unwrap_or(Index::Place(0));
                let place = self.place(place);
                let target = self.leaf(Notation::name("t"), Binding::Atom);
                Expression::Compare(Comparison::Equal, Box::new(place), Box::new(target))
            }
            Expression::Slice(vector, start, end) => {
                let index = match at.row {
                    Some(index) if end - start > 1 => shifted(index, *start as isize),
                    _ => Index::Place(*start),
                };
                self.element(vector, At::row(index))
            }
            Expression::Join(parts) => self.join(parts, at),
            Expression::Pad(padded) => self.pad(padded, at),
            Expression::MatrixVector(matrix, vector) => {
                let columns = sides(self.variables.get(*matrix).shape).1;
                let term = |elements: &mut Self, column: Option<Index>| {
                    let place = At {
                        row: at.row,
                        column,
                    };
                    let weight = elements.variable(*matrix, place);
                    let value = elements.element(
                        vector,
                        At {
                            row: column,
                            column: None,
                        },
                    );
                    weight.times(value)
                };
                if columns == 1 {
                    return term(self, None);
                }
                self.over(('i', columns), Notation::SumOver, |elements, column| {
                    term(elements, Some(column))
                })
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                let rows = sides(self.variables.get(*matrix).shape).0;
                let term = |elements: &mut Self, row: Option<Index>| {
                    let weight = elements.variable(
                        *matrix,
                        At {
                            row,
                            column: at.row,
                        },
                    );
                    let value = elements.element(vector, At { row, column: None });
                    weight.times(value)
                };
                if rows == 1 {
                    return term(self, None);
                }
                self.over(('k', rows), Notation::SumOver, |elements, row| {
                    term(elements, Some(row))
                })
            }
            Expression::Outer(left, right) => {
                let left = self.element(
                    left,
                    At {
                        row: at.row,
                        column: None,
                    },
                );
                let right = self.element(
                    right,
                    At {
                        row: at.column,
                        column: None,
                    },
                );
                let mut factors = left.factors();
                factors.extend(right.factors());
                Expression::Product(factors)
            }
            Expression::BatchMean(operand) => {
                let element = self.element(operand, at);
                let element = Box::new(self.piece(&element).notation);
                self.leaf(Notation::BatchMean(element), Binding::Atom)
            }
            Expression::Stated(stated) => self.element(&stated.0, at),
        }
    }

    fn reduce(&mut self, reduction: Reduction, operand: &Expression) -> Expression {
        let count = operand.length(&self.variables);
        if count == 1 {
            return self.element(operand, At::NOWHERE);
        }
        let element = |elements: &mut Self, index| elements.element(operand, At::row(index));
        match reduction {
            Reduction::Sum => self.over(('i', count), Notation::SumOver, element),
            Reduction::Mean => {
                let sum = self.over(('i', count), Notation::SumOver, element);
                sum.times(Expression::Number(Number::ONE / Number::count(count)))
            }
            Reduction::Max => self.over(('i', count), Notation::MaximumOver, element),
            Reduction::LogSumExp => {
                let sum = self.over(('i', count), Notation::SumOver, |elements, index| {
                    Expression::unary(Function::Exp, element(elements, index))
                });
                // ln takes the whole sum.
                let sum = self.piece(&sum).notation;
                let sum = self.leaf(sum, Binding::Sum);
                Expression::unary(Function::Ln, sum)
            }
        }
    }

    /// The part in which a place lies.
    fn join(&mut self, parts: &[Expression], at: At) -> Expression {
        let lengths: Vec<usize> = parts
            .iter()
            .map(|part| part.length(&self.variables))
            .collect();
        let mut start = lengths.iter().sum::<usize>();
        let mut result = Expression::ZERO;
        let Some(index) = at.row else {
            return parts.first().map_or(result, |part| self.element(part, at));
        };
        for (number, (part, length)) in parts.iter().zip(lengths).enumerate().rev() {
            let end = start;
            start -= length;
            let is_inside = match index {
                Index::Place(place) => (start..end).contains(&place),
                Index::Letter(..) => true,
            };
            if !is_inside {
                continue;
            }
            let inner = shifted(index, -(start as isize));
            let element = self.element(part, At::row(inner));
            result = match index {
                Index::Letter(..) if number + 1 < parts.len() => {
                    let (comparison, place) = match length {
                        1 => (Comparison::Equal, start),
                        _ => (Comparison::Less, end),
                    };
                    self.select(comparison, index, place, element, result)
                }
                _ => element,
            };
        }
        result
    }

    fn pad(&mut self, padded: &Padded, at: At) -> Expression {
        let Some(index) = at.row else {
            return self.element(&padded.value, at);
        };
        let inner = self.element(
            &padded.value,
            At::row(shifted(index, -(padded.before as isize))),
        );
        let end = padded.before + padded.length;
        let inner = if padded.after > 0 {
            self.select(Comparison::Less, index, end, inner, Expression::ZERO)
        } else {
            inner
        };
        if padded.before > 0 {
            self.select(
                Comparison::Less,
                index,
                padded.before,
                Expression::ZERO,
                inner,
            )
        } else {
            inner
        }
    }

    /// `then` where the place at `index` compares with `bound` in this way, else `otherwise`.
    fn select(
        &mut self,
        comparison: Comparison,
        index: Index,
        bound: usize,
        then: Expression,
        otherwise: Expression,
    ) -> Expression {
        let (place, bound) = match index {
            Index::Letter(letter, shift) => (
                self.place(Index::Letter(letter, 0)),
                Number::float(bound as f64 - shift as f64),
            ),
            Index::Place(_) => (self.place(index), Number::count(bound)),
        };
        let bound = Box::new(Expression::Number(bound));
        let condition = Expression::Compare(comparison, Box::new(place), bound);
        Expression::select(condition, then, otherwise)
    }
}

fn shifted(index: Index, by: isize) -> Index {
    match index {
        Index::Place(place) => Index::Place(place.saturating_add_signed(by)),
        Index::Letter(letter, shift) => Index::Letter(letter, shift + by),
    }
}
