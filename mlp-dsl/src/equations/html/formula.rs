//! One formula as MathML.

use super::escaped;
use crate::equations::notation::{Index, Joint, Notation, Range, Symbol};
use crate::equations::text;
use crate::number::Number;

/// How brackets are drawn: as high as what is between them, and close to it.
const FENCE: &str = "stretchy=\"true\" fence=\"true\" lspace=\"0\" rspace=\"0\"";

/// The formula as an element `math`; it must have been built for stacked fractions.
pub fn formula(notation: &Notation) -> String {
    format!("<math displaystyle=\"true\">{}</math>", row(notation))
}

/// The formula as one element.
fn row(notation: &Notation) -> String {
    match notation {
        Notation::Number(number) => self::number(*number),
        Notation::Pi => identifier("π"),
        Notation::Symbol(name) => symbol(name),
        Notation::Sum(terms) => sum(terms),
        Notation::Negative(operand) => group(&[prefix("−"), row(operand)]),
        Notation::Product(factors) => product(factors),
        Notation::Fraction(above, below) => stacked(&row(above), &row(below)),
        Notation::Power(base, exponent) => raised(base, &number(*exponent)),
        Notation::Root(operand) => format!("<msqrt>{}</msqrt>", row(operand)),
        Notation::Absolute(operand) => fenced("|", &row(operand), "|"),
        Notation::BatchMean(operand) => group(&[identifier("𝔼"), fenced("[", &row(operand), "]")]),
        Notation::Transposed(operand) => raised(operand, "<mi>⊤</mi>"),
        Notation::Call(name, operands) => {
            group(&[identifier(name), fenced("(", &list(operands), ")")])
        }
        Notation::Prefix(name, operand) => group(&[
            identifier(name),
            "<mspace width=\"0.17em\"/>".to_owned(),
            row(operand),
        ]),
        Notation::Comparison(comparison, left, right) => {
            let sign = text::comparison_sign(*comparison).to_string();
            group(&[row(left), operator(&sign), row(right)])
        }
        Notation::Indicator(comparison) => fenced("[", &row(comparison), "]"),
        Notation::Selection(parts) => selection(parts),
        Notation::AtTarget(vector) => group(&[row(vector), fenced("[", &identifier("t"), "]")]),
        Notation::Part(vector, start, end) => {
            let range = format!("<mn>{}</mn>", text::range(*start, *end));
            group(&[row(vector), fenced("[", &range, "]")])
        }
        Notation::List(parts) => fenced("[", &list(parts), "]"),
        Notation::Parentheses(inner) => fenced("(", &row(inner), ")"),
        Notation::Slope(kind, of, by) => {
            let letter = identifier(&text::differential(*kind).to_string());
            stacked(
                &group(&[letter.clone(), row(of)]),
                &group(&[letter, row(by)]),
            )
        }
        Notation::Derivative(kind, by, operand) => {
            let letter = identifier(&text::differential(*kind).to_string());
            let operation = stacked(&letter, &group(&[letter.clone(), row(by)]));
            group(&[operation, fenced("[", &row(operand), "]")])
        }
        Notation::SumOver(over, operand) => group(&[bounds("∑", *over), row(operand)]),
        Notation::MaximumOver(over, operand) => group(&[bounds("max", *over), row(operand)]),
        Notation::Reused(factors, name) => format!(
            "<munder><munder>{}<mo stretchy=\"true\">⏟</mo></munder>{}</munder>",
            row(factors),
            row(name)
        ),
    }
}

/// A sign with the values of its index below and above it.
fn bounds(sign: &str, over: Range) -> String {
    let letter = identifier(&over.letter.to_string());
    match over.count {
        None => format!("<munder><mo>{sign}</mo>{letter}</munder>"),
        Some(count) => {
            let first = group(&[letter, operator("="), "<mn>0</mn>".to_owned()]);
            let last = count.saturating_sub(1);
            format!("<munderover><mo>{sign}</mo>{first}<mn>{last}</mn></munderover>")
        }
    }
}

fn group(parts: &[String]) -> String {
    format!("<mrow>{}</mrow>", parts.concat())
}

fn identifier(name: &str) -> String {
    format!("<mi>{}</mi>", escaped(name))
}

fn operator(sign: &str) -> String {
    format!("<mo>{}</mo>", escaped(sign))
}

fn prefix(sign: &str) -> String {
    format!("<mo form=\"prefix\">{sign}</mo>")
}

fn stacked(above: &str, below: &str) -> String {
    format!("<mfrac>{above}{below}</mfrac>")
}

fn raised(base: &Notation, above: &str) -> String {
    // What stands above a name stands over its index.
    if let Notation::Symbol(Symbol {
        letters,
        number: Some(number),
        indices,
    }) = base
        && indices.is_empty()
    {
        let letters = identifier(letters);
        return format!("<msubsup>{letters}<mn>{number}</mn>{above}</msubsup>");
    }
    format!("<msup>{}{above}</msup>", row(base))
}

fn fenced(open: &str, inner: &str, close: &str) -> String {
    format!(
        "<mrow><mo form=\"prefix\" {FENCE}>{open}</mo>{inner}<mo form=\"postfix\" {FENCE}>{close}</mo></mrow>"
    )
}

fn list(operands: &[Notation]) -> String {
    let operands: Vec<String> = operands.iter().map(row).collect();
    format!(
        "<mrow>{}</mrow>",
        operands.join("<mo separator=\"true\">,</mo>")
    )
}

fn sum(terms: &[(bool, Notation)]) -> String {
    let mut parts = Vec::new();
    for (index, (negative, term)) in terms.iter().enumerate() {
        match (index, negative) {
            (0, true) => parts.push(prefix("−")),
            (0, false) => {}
            (_, true) => parts.push(operator("−")),
            (_, false) => parts.push(operator("+")),
        }
        parts.push(row(term));
    }
    group(&parts)
}

fn product(factors: &[(Joint, Notation)]) -> String {
    let mut parts = Vec::new();
    for (index, (joint, factor)) in factors.iter().enumerate() {
        match (index, joint) {
            (0, _) => {}
            // An invisible sign, which a screen reader speaks.
            (_, Joint::Beside | Joint::Matrix) => parts.push(operator("\u{2062}")),
            (_, Joint::Dot) => parts.push(operator("⋅")),
            (_, Joint::Elementwise) => parts.push(operator("⊙")),
        }
        parts.push(row(factor));
    }
    group(&parts)
}

fn selection(parts: &[Notation; 3]) -> String {
    let [condition, then, otherwise] = parts.each_ref().map(row);
    let case = |value: &str, when: &str| {
        format!(
            "<mtr><mtd style=\"text-align:left\">{value}</mtd><mtd style=\"text-align:left\">{when}</mtd></mtr>"
        )
    };
    let cases = case(
        &then,
        &format!("<mrow><mtext>if&nbsp;</mtext>{condition}</mrow>"),
    ) + &case(&otherwise, "<mtext>otherwise</mtext>");
    format!("<mrow><mo form=\"prefix\" {FENCE}>{{</mo><mtable>{cases}</mtable></mrow>")
}

fn number(number: Number) -> String {
    let magnitude = number.abs();
    let plain = magnitude.to_string();
    let value = match (magnitude.as_fraction(), plain.split_once('e')) {
        (_, Some((mantissa, exponent))) => {
            let exponent = exponent.replace('-', "−");
            let power = format!("<msup><mn>10</mn><mn>{exponent}</mn></msup>");
            match mantissa {
                "1" => power,
                mantissa => group(&[format!("<mn>{mantissa}</mn>"), operator("×"), power]),
            }
        }
        (Some((above, below)), None) if !plain.contains('.') => {
            stacked(&format!("<mn>{above}</mn>"), &format!("<mn>{below}</mn>"))
        }
        _ => format!("<mn>{plain}</mn>"),
    };
    if number.is_negative() {
        group(&[prefix("−"), value])
    } else {
        value
    }
}

fn symbol(symbol: &Symbol) -> String {
    let letters = identifier(&symbol.letters);
    let number = symbol.number.as_ref();
    let indices: String = symbol.indices.iter().map(index).collect();
    // Layers stand above where places stand below.
    match (number, indices.is_empty()) {
        (None, true) => letters,
        (Some(number), true) => format!("<msub>{letters}<mn>{number}</mn></msub>"),
        (None, false) => format!("<msub>{letters}<mrow>{indices}</mrow></msub>"),
        (Some(number), false) => format!(
            "<msubsup>{letters}<mrow>{indices}</mrow><mrow><mo>(</mo><mn>{number}</mn><mo>)</mo></mrow></msubsup>"
        ),
    }
}

fn index(index: &Index) -> String {
    match index {
        Index::Place(place) => format!("<mn>{place}</mn>"),
        Index::Letter(letter, 0) => identifier(&letter.to_string()),
        Index::Letter(letter, shift) => {
            let sign = if *shift < 0 { "−" } else { "+" };
            group(&[
                identifier(&letter.to_string()),
                operator(sign),
                format!("<mn>{}</mn>", shift.unsigned_abs()),
            ])
        }
    }
}
