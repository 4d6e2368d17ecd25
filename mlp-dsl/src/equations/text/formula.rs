//! One formula as text.

use crate::equations::Comparison;
use crate::equations::notation::{Differential, Index, Joint, Notation, Range, Symbol};
use crate::number::Number;

/// The formula as text, such as `(W2ᵀ·δ2) ⊙ (1 − z1²)`; it must have been built for fractions on one line.
pub fn formula(notation: &Notation) -> String {
    match notation {
        Notation::Number(number) => number.to_string(),
        Notation::Pi => "π".to_owned(),
        Notation::Symbol(name) => symbol(name),
        Notation::Sum(terms) => sum(terms),
        Notation::Negative(operand) => format!("−{}", formula(operand)),
        Notation::Product(factors) => product(factors),
        Notation::Fraction(above, below) => fraction(above, below),
        Notation::Power(base, exponent) => format!("{}{}", formula(base), superscript(*exponent)),
        Notation::Root(operand) => format!("√{}", formula(operand)),
        Notation::Absolute(operand) => format!("|{}|", formula(operand)),
        Notation::BatchMean(operand) => format!("E[{}]", formula(operand)),
        Notation::Transposed(operand) => format!("{}ᵀ", formula(operand)),
        Notation::Call(name, operands) => format!("{name}({})", list(operands)),
        Notation::Prefix(name, operand) => format!("{name} {}", formula(operand)),
        Notation::Comparison(comparison, left, right) => {
            format!(
                "{} {} {}",
                formula(left),
                comparison_sign(*comparison),
                formula(right)
            )
        }
        Notation::Indicator(comparison) => format!("[{}]", formula(comparison)),
        Notation::Selection(parts) => {
            let [condition, then, otherwise] = parts.each_ref().map(formula);
            format!("if {condition} then {then} else {otherwise}")
        }
        Notation::AtTarget(vector) => format!("{}[t]", formula(vector)),
        Notation::Part(vector, start, end) => {
            format!("{}[{}]", formula(vector), range(*start, *end))
        }
        Notation::List(parts) => format!("[{}]", list(parts)),
        Notation::Parentheses(inner) => format!("({})", formula(inner)),
        Notation::Slope(kind, of, by) => {
            let letter = differential(*kind);
            format!("{letter}{}/{letter}{}", formula(of), formula(by))
        }
        Notation::Derivative(kind, by, operand) => {
            let letter = differential(*kind);
            format!("{letter}/{letter}{}[{}]", formula(by), formula(operand))
        }
        Notation::SumOver(over, operand) => format!("Σ{} {}", bounds(*over), formula(operand)),
        Notation::MaximumOver(over, operand) => {
            format!("max{} {}", bounds(*over), formula(operand))
        }
        Notation::Reused(factors, _) => format!("{{{}}}", formula(factors)),
    }
}

/// The places of a part of a vector as the language writes them.
pub(in crate::equations) fn range(start: usize, end: usize) -> String {
    if end - start == 1 {
        start.to_string()
    } else {
        format!("{start}..{end}")
    }
}

/// The sign of a comparison.
pub(in crate::equations) fn comparison_sign(comparison: Comparison) -> char {
    match comparison {
        Comparison::Less => '<',
        Comparison::LessOrEqual => '≤',
        Comparison::Greater => '>',
        Comparison::GreaterOrEqual => '≥',
        Comparison::Equal => '=',
        Comparison::NotEqual => '≠',
    }
}

/// The letter of a derivative.
pub(in crate::equations) fn differential(kind: Differential) -> char {
    match kind {
        Differential::Total => 'd',
        Differential::Partial => '∂',
    }
}

/// What stands at a sum: ᵢ, or ᵢ₌₀³.
fn bounds(over: Range) -> String {
    let letter = subscript(over.letter);
    match over.count {
        None => letter.to_string(),
        Some(count) => {
            let last = Number::count(count.saturating_sub(1));
            format!("{letter}₌₀{}", superscript(last))
        }
    }
}

fn list(operands: &[Notation]) -> String {
    let operands: Vec<String> = operands.iter().map(formula).collect();
    operands.join(", ")
}

fn sum(terms: &[(bool, Notation)]) -> String {
    let terms = terms.iter().enumerate().map(|(index, (negative, term))| {
        let sign = match (index, negative) {
            (0, true) => "−",
            (0, false) => "",
            (_, true) => " − ",
            (_, false) => " + ",
        };
        format!("{sign}{}", formula(term))
    });
    terms.collect()
}

fn product(factors: &[(Joint, Notation)]) -> String {
    let factors = factors.iter().enumerate().map(|(index, (joint, factor))| {
        let sign = match (index, joint) {
            (0, _) | (_, Joint::Beside) => "",
            (_, Joint::Dot | Joint::Matrix) => "·",
            (_, Joint::Elementwise) => " ⊙ ",
        };
        format!("{sign}{}", formula(factor))
    });
    factors.collect()
}

/// `a/b` where both are short, else with space around the line.
fn fraction(above: &Notation, below: &Notation) -> String {
    let several = match below {
        Notation::Parentheses(inner) => matches!(**inner, Notation::Product(_)),
        _ => false,
    };
    let (above, below) = (formula(above), formula(below));
    let tight = !several && !above.contains(' ') && !below.contains(' ');
    let line = if tight { "/" } else { " / " };
    format!("{above}{line}{below}")
}

fn symbol(symbol: &Symbol) -> String {
    let number = symbol.number.as_deref().unwrap_or_default();
    let places = symbol
        .indices
        .windows(2)
        .any(|pair| matches!(pair, [Index::Place(_), _] | [_, Index::Place(_)]));
    let indices: Vec<String> = symbol.indices.iter().map(index).collect();
    // Two places beside each other would read as one: they are told apart.
    let indices = indices.join(if places { "," } else { "" });
    format!("{}{number}{indices}", symbol.letters)
}

fn index(index: &Index) -> String {
    match index {
        Index::Place(place) => place.to_string().chars().map(subscript).collect(),
        Index::Letter(letter, 0) => subscript(*letter).to_string(),
        Index::Letter(letter, shift) => {
            let sign = if *shift < 0 { '₋' } else { '₊' };
            let shift: String = shift
                .unsigned_abs()
                .to_string()
                .chars()
                .map(subscript)
                .collect();
            format!("{}{sign}{shift}", subscript(*letter))
        }
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

/// A letter or digit below the line, where Unicode has one.
fn subscript(letter: char) -> char {
    match letter {
        '0'..='9' => {
            char::from_u32(u32::from('₀') + u32::from(letter) - u32::from('0')).unwrap_or(letter)
        }
        'i' => 'ᵢ',
        'j' => 'ⱼ',
        'k' => 'ₖ',
        'l' => 'ₗ',
        'm' => 'ₘ',
        'n' => 'ₙ',
        'r' => 'ᵣ',
        's' => 'ₛ',
        't' => 'ₜ',
        other => other,
    }
}
