//! One expression as text.

use crate::equations::expression::{Expression, Extremum, VariableId, Variables};
use crate::equations::{Comparison, Function, Reduction};
use crate::number::Number;

/// How tightly a piece of text holds together; a looser piece inside a tighter one is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
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

/// A piece of text.
struct Piece {
    text: String,
    binding: Binding,
    /// Whether it stands for a vector: products of two vectors are written with ⊙.
    is_vector: bool,
}

/// `expression` as text, such as `(W2ᵀ·δ2) ⊙ (1 − z1²)`.
pub fn expression_text(expression: &Expression, variables: &Variables) -> String {
    Printer {
        variables,
        any_length: None,
    }
    .piece(expression)
    .text
}

/// The same for variables of any length: `length`, which stands for it, is written `n`.
pub(super) fn expression_text_of_length(
    expression: &Expression,
    variables: &Variables,
    length: usize,
) -> String {
    Printer {
        variables,
        any_length: Some(Number::count(length)),
    }
    .piece(expression)
    .text
}

struct Printer<'a> {
    variables: &'a Variables,
    any_length: Option<Number>,
}

impl Printer<'_> {
    fn piece(&self, expression: &Expression) -> Piece {
        let (text, binding) = match expression {
            Expression::Number(number) if Some(*number) == self.any_length => {
                ("n".to_owned(), Binding::Atom)
            }
            Expression::Number(number) if number.is_negative() => {
                (number.to_string(), Binding::Quotient)
            }
            Expression::Number(number) => (number.to_string(), fraction_binding(*number)),
            Expression::Pi => ("π".to_owned(), Binding::Atom),
            Expression::Variable(id) => (self.symbol(*id).to_owned(), Binding::Atom),
            Expression::Sum(terms) => (self.sum(terms), Binding::Sum),
            Expression::Product(factors) => {
                return self.product(factors, expression.length(self.variables) > 1);
            }
            Expression::Power(_, exponent) if exponent.is_negative() => {
                return self.product(
                    std::slice::from_ref(expression),
                    expression.length(self.variables) > 1,
                );
            }
            Expression::Power(base, exponent) => {
                let base = self.at_least(base, Binding::Atom);
                (format!("{base}{}", superscript(*exponent)), Binding::Power)
            }
            Expression::Unary(function, argument) => self.function(*function, argument),
            Expression::Extremum(which, left, right) => {
                let name = match which {
                    Extremum::Minimum => "min",
                    Extremum::Maximum => "max",
                };
                (
                    format!("{name}({}, {})", self.text(left), self.text(right)),
                    Binding::Atom,
                )
            }
            Expression::Compare(comparison, left, right) => (
                format!("[{}]", self.comparison(*comparison, left, right)),
                Binding::Atom,
            ),
            Expression::Select(parts) => (self.selection(parts), Binding::Selection),
            Expression::Reduce(reduction, operand) => {
                let name = match reduction {
                    Reduction::Sum => "sum",
                    Reduction::Mean => "mean",
                    Reduction::Max => "max",
                    Reduction::LogSumExp => "logsumexp",
                };
                (format!("{name}({})", self.text(operand)), Binding::Atom)
            }
            Expression::BatchMean(operand) => (format!("E[{}]", self.text(operand)), Binding::Atom),
            Expression::ElementAtTarget(vector) => (
                format!("{}[t]", self.at_least(vector, Binding::Atom)),
                Binding::Atom,
            ),
            Expression::OneHotTarget(_) => ("onehot(t)".to_owned(), Binding::Atom),
            Expression::Slice(vector, start, end) => {
                let vector = self.at_least(vector, Binding::Atom);
                let range = if end - start == 1 {
                    start.to_string()
                } else {
                    format!("{start}..{end}")
                };
                (format!("{vector}[{range}]"), Binding::Atom)
            }
            Expression::Join(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.text(part)).collect();
                (format!("[{}]", parts.join(", ")), Binding::Atom)
            }
            Expression::Pad(padded) => (
                format!(
                    "pad({}, {}, {})",
                    self.text(&padded.value),
                    padded.before,
                    padded.after
                ),
                Binding::Atom,
            ),
            Expression::MatrixVector(matrix, vector) => {
                let vector = self.at_least(vector, Binding::Power);
                (
                    format!("{}·{vector}", self.symbol(*matrix)),
                    Binding::MatrixProduct,
                )
            }
            Expression::TransposedMatrixVector(matrix, vector) => {
                let vector = self.at_least(vector, Binding::Power);
                (
                    format!("{}ᵀ·{vector}", self.symbol(*matrix)),
                    Binding::MatrixProduct,
                )
            }
            Expression::Outer(left, right) => {
                let (left, right) = (
                    self.at_least(left, Binding::Power),
                    self.at_least(right, Binding::Atom),
                );
                (format!("{left}·{right}ᵀ"), Binding::MatrixProduct)
            }
            Expression::Stated(stated) => return self.piece(&stated.0),
        };
        Piece {
            text,
            binding,
            is_vector: expression.length(self.variables) > 1,
        }
    }

    fn symbol(&self, id: VariableId) -> &str {
        &self.variables.get(id).symbol
    }

    fn text(&self, expression: &Expression) -> String {
        self.piece(expression).text
    }

    /// The text in parentheses where it does not hold together as tightly as `binding`.
    fn at_least(&self, expression: &Expression, binding: Binding) -> String {
        parenthesised(self.piece(expression), binding)
    }

    fn sum(&self, terms: &[Expression]) -> String {
        let signed: Vec<(bool, String)> = terms.iter().map(|term| self.signed(term)).collect();
        // 1 − x reads better than −x + 1: a sum that starts with a minus starts with its first positive term instead.
        let first = signed
            .iter()
            .position(|(negative, _)| !negative)
            .unwrap_or(0);
        let mut text = String::new();
        let order = std::iter::once(first).chain((0..signed.len()).filter(|index| *index != first));
        for (position, index) in order.enumerate() {
            let (negative, term) = &signed[index];
            text.push_str(match (position, negative) {
                (0, true) => "−",
                (0, false) => "",
                (_, true) => " − ",
                (_, false) => " + ",
            });
            text.push_str(term);
        }
        text
    }

    /// Whether a term is negative, and its text without the sign.
    fn signed(&self, term: &Expression) -> (bool, String) {
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
        let negative = coefficient.is_negative();
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
        let sign = if negative { "−" } else { "" };
        let above_text = match (above.as_slice(), below.is_empty()) {
            ([single], false) if numerator.is_one() => self.at_least(single, Binding::Product),
            _ => self.factors(numerator, &above),
        };
        let (text, binding) = match below.as_slice() {
            [] => (
                format!("{sign}{above_text}"),
                if negative {
                    Binding::Quotient
                } else {
                    self.factors_binding(numerator, &above)
                },
            ),
            [single] => {
                let divisor = self.at_least(single, Binding::Power);
                let tight = !divisor.contains(' ') && !above_text.contains(' ');
                let slash = if tight { "/" } else { " / " };
                (
                    format!("{sign}{above_text}{slash}{divisor}"),
                    Binding::Quotient,
                )
            }
            several => (
                format!(
                    "{sign}{above_text} / ({})",
                    self.factors(Number::ONE, several)
                ),
                Binding::Quotient,
            ),
        };
        Piece {
            text,
            binding,
            is_vector,
        }
    }

    /// How tightly the factors above the line hold together.
    fn factors_binding(&self, coefficient: Number, factors: &[Expression]) -> Binding {
        match factors {
            [single] if coefficient.is_one() => self.piece(single).binding,
            [] => fraction_binding(coefficient),
            _ => Binding::Product,
        }
    }

    /// Factors in a row: `2y³`, `z1·(1 − z1)`, `δ2 ⊙ z1`.
    fn factors(&self, coefficient: Number, factors: &[Expression]) -> String {
        let mut text = if coefficient.is_one() && !factors.is_empty() {
            String::new()
        } else {
            coefficient.to_string()
        };
        let mut left_is_vector = false;
        for (index, factor) in factors.iter().enumerate() {
            let piece = self.piece(factor);
            let is_last = index + 1 == factors.len();
            let is_vector = piece.is_vector;
            let alone = factors.len() == 1 && coefficient.is_one();
            // `ln z` needs parentheses unless nothing follows it.
            let own = match factor {
                Expression::Unary(Function::Ln, argument) if !is_last => {
                    format!("ln({})", self.text(argument))
                }
                Expression::Unary(Function::Ln, _) => piece.text,
                _ if alone => piece.text,
                _ if piece.binding == Binding::MatrixProduct => format!("({})", piece.text),
                _ => parenthesised(piece, Binding::Power),
            };
            let short = own.chars().next().is_some_and(char::is_alphabetic)
                && matches!(factor.base().0, Expression::Variable(id) if self.symbol(*id).chars().count() == 1);
            text.push_str(match (text.is_empty(), index) {
                (true, _) => "",
                (false, 0) if short => "",
                (false, _) if left_is_vector && is_vector => " ⊙ ",
                (false, _) => "·",
            });
            text.push_str(&own);
            left_is_vector |= is_vector;
        }
        text
    }

    fn function(&self, function: Function, argument: &Expression) -> (String, Binding) {
        let inner = self.piece(argument);
        let is_atom = inner.binding == Binding::Atom;
        match function {
            Function::Ln
                if is_atom
                    && matches!(
                        argument,
                        Expression::Variable(_) | Expression::ElementAtTarget(_)
                    ) =>
            {
                (format!("ln {}", inner.text), Binding::Quotient)
            }
            Function::Sqrt if is_atom => (format!("√{}", inner.text), Binding::Atom),
            Function::Abs => (format!("|{}|", inner.text), Binding::Atom),
            other => (
                format!("{}({})", function_name(other), inner.text),
                Binding::Atom,
            ),
        }
    }

    fn comparison(&self, comparison: Comparison, left: &Expression, right: &Expression) -> String {
        let sign = match comparison {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "≤",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => "≥",
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
        };
        format!(
            "{} {sign} {}",
            self.at_least(left, Binding::Sum),
            self.at_least(right, Binding::Sum)
        )
    }

    fn selection(&self, parts: &[Expression; 3]) -> String {
        let [condition, then, otherwise] = parts;
        let condition = match condition {
            Expression::Compare(comparison, left, right) => {
                self.comparison(*comparison, left, right)
            }
            other => format!("{} ≠ 0", self.at_least(other, Binding::Sum)),
        };
        let (then, otherwise) = (
            self.at_least(then, Binding::Sum),
            self.at_least(otherwise, Binding::Sum),
        );
        format!("if {condition} then {then} else {otherwise}")
    }
}

fn parenthesised(piece: Piece, binding: Binding) -> String {
    if piece.binding < binding {
        format!("({})", piece.text)
    } else {
        piece.text
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

fn fraction_binding(number: Number) -> Binding {
    if number.to_string().contains('/') {
        Binding::Quotient
    } else {
        Binding::Atom
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Sqrt => "√",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Step => "step",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tanh => "tanh",
        Function::Sigmoid => "σ",
        Function::Erf => "erf",
        Function::Softplus => "softplus",
    }
}

fn superscript(exponent: Number) -> String {
    match exponent.as_integer() {
        Some(integer) => integer.to_string().chars().map(superscript_digit).collect(),
        None if exponent.to_string().contains('/') => format!("^({exponent})"),
        None => format!("^{exponent}"),
    }
}

fn superscript_digit(digit: char) -> char {
    match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁻',
    }
}
