//! One formula as LaTeX.

use super::words::{greek, letters};
use crate::equations::notation::{Differential, Index, Joint, Notation, Range, Symbol};
use crate::equations::{Comparison, text};
use crate::number::Number;

/// The formula in LaTeX's mathematical mode; it must have been built for stacked fractions.
pub fn formula(notation: &Notation) -> String {
    match notation {
        Notation::Number(number) => self::number(*number),
        Notation::Pi => "\\pi".to_owned(),
        Notation::Symbol(name) => symbol(name),
        Notation::Sum(terms) => sum(terms),
        Notation::Negative(operand) => format!("-{}", formula(operand)),
        Notation::Product(factors) => product(factors),
        Notation::Fraction(above, below) => {
            format!("\\frac{{{}}}{{{}}}", formula(above), formula(below))
        }
        Notation::Power(base, exponent) => raised(base, &number(*exponent)),
        Notation::Root(operand) => format!("\\sqrt{{{}}}", formula(operand)),
        Notation::Absolute(operand) => format!("\\left|{}\\right|", formula(operand)),
        Notation::BatchMean(operand) => {
            format!("\\mathbb{{E}}\\left[{}\\right]", formula(operand))
        }
        Notation::Transposed(operand) => raised(operand, "\\top"),
        Notation::Call(name, operands) => {
            format!("{}\\left({}\\right)", function(name), list(operands))
        }
        Notation::Prefix(name, operand) => format!("{} {}", function(name), formula(operand)),
        Notation::Comparison(comparison, left, right) => {
            let sign = comparison_sign(*comparison);
            format!("{} {sign} {}", formula(left), formula(right))
        }
        Notation::Indicator(comparison) => format!("\\left[{}\\right]", formula(comparison)),
        Notation::Selection(parts) => {
            let [condition, then, otherwise] = parts.each_ref().map(formula);
            format!(
                "\\begin{{cases}} {then} & \\text{{if }} {condition} \\\\ {otherwise} & \\text{{otherwise}} \\end{{cases}}"
            )
        }
        Notation::AtTarget(vector) => format!("{}\\left[t\\right]", formula(vector)),
        Notation::Part(vector, start, end) => {
            let range = text::range(*start, *end);
            format!("{}\\left[{range}\\right]", formula(vector))
        }
        Notation::List(parts) => format!("\\left[{}\\right]", list(parts)),
        Notation::Parentheses(inner) => format!("\\left({}\\right)", formula(inner)),
        Notation::Slope(kind, of, by) => {
            let letter = differential(*kind);
            format!(
                "\\frac{{{letter} {}}}{{{letter} {}}}",
                formula(of),
                formula(by)
            )
        }
        Notation::Derivative(kind, by, operand) => {
            let letter = differential(*kind);
            let (by, operand) = (formula(by), formula(operand));
            format!("\\frac{{{letter}}}{{{letter} {by}}}\\left[{operand}\\right]")
        }
        Notation::SumOver(over, operand) => {
            format!("\\sum{} {}", bounds(*over), formula(operand))
        }
        Notation::MaximumOver(over, operand) => {
            format!("\\max{} {}", bounds(*over), formula(operand))
        }
        Notation::Reused(factors, name) => {
            format!("\\underbrace{{{}}}_{{{}}}", formula(factors), formula(name))
        }
    }
}

/// What stands at a sum.
fn bounds(over: Range) -> String {
    let letter = over.letter;
    match over.count {
        None => format!("_{{{letter}}}"),
        Some(count) => format!("_{{{letter}=0}}^{{{}}}", count.saturating_sub(1)),
    }
}

fn differential(kind: Differential) -> &'static str {
    match kind {
        Differential::Total => "\\mathrm{d}",
        Differential::Partial => "\\partial",
    }
}

fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "\\le",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => "\\ge",
        Comparison::Equal => "=",
        Comparison::NotEqual => "\\ne",
    }
}

fn list(operands: &[Notation]) -> String {
    let operands: Vec<String> = operands.iter().map(formula).collect();
    operands.join(",\\ ")
}

fn sum(terms: &[(bool, Notation)]) -> String {
    let terms = terms.iter().enumerate().map(|(index, (negative, term))| {
        let sign = match (index, negative) {
            (0, true) => "-",
            (0, false) => "",
            (_, true) => " - ",
            (_, false) => " + ",
        };
        format!("{sign}{}", formula(term))
    });
    terms.collect()
}

fn product(factors: &[(Joint, Notation)]) -> String {
    let factors = factors.iter().enumerate().map(|(index, (joint, factor))| {
        let sign = match (index, joint) {
            (0, _) => "",
            (_, Joint::Beside) => " ",
            (_, Joint::Dot) => " \\cdot ",
            (_, Joint::Elementwise) => " \\odot ",
            (_, Joint::Matrix) => "\\,",
        };
        format!("{sign}{}", formula(factor))
    });
    factors.collect()
}

/// The base with something above it; one that has something there already is kept together.
fn raised(base: &Notation, above: &str) -> String {
    let base = formula(base);
    if base.contains('^') {
        format!("{{{base}}}^{{{above}}}")
    } else {
        format!("{base}^{{{above}}}")
    }
}

fn number(number: Number) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    let magnitude = number.abs();
    let plain = magnitude.to_string();
    if let Some((above, below)) = magnitude.as_fraction()
        && !plain.contains('.')
        && !plain.contains('e')
    {
        return format!("{sign}\\tfrac{{{above}}}{{{below}}}");
    }
    match plain.split_once('e') {
        Some(("1", exponent)) => format!("{sign}10^{{{exponent}}}"),
        Some((mantissa, exponent)) => format!("{sign}{mantissa} \\times 10^{{{exponent}}}"),
        None => format!("{sign}{plain}"),
    }
}

fn symbol(symbol: &Symbol) -> String {
    let letters = letters(&symbol.letters);
    let indices: Vec<String> = symbol.indices.iter().map(index).collect();
    // Layers stand above where places stand below: a^{(1)}_j.
    match (&symbol.number, indices.as_slice()) {
        (None, []) => letters,
        (Some(number), []) => format!("{letters}_{{{number}}}"),
        (None, indices) => format!("{letters}_{{{}}}", indices.join(" ")),
        (Some(number), indices) => format!("{letters}^{{({number})}}_{{{}}}", indices.join(" ")),
    }
}

fn index(index: &Index) -> String {
    match index {
        Index::Place(place) => place.to_string(),
        Index::Letter(letter, 0) => letter.to_string(),
        Index::Letter(letter, shift) => format!("{letter}{shift:+}"),
    }
}

/// A function by its name.
fn function(name: &str) -> String {
    const KNOWN: [&str; 7] = ["exp", "ln", "sin", "cos", "tanh", "min", "max"];
    let mut letters = name.chars();
    if KNOWN.contains(&name) {
        return format!("\\{name}");
    }
    if let (Some(letter), None) = (letters.next(), letters.next())
        && let Some(greek) = greek(letter)
    {
        return greek;
    }
    if name.is_ascii() {
        format!("\\operatorname{{{}}}", super::words::escaped(name))
    } else {
        format!("\\mathop{{\\text{{{}}}}}", super::words::escaped(name))
    }
}
