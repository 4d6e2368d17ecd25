//! Pieces of HTML.

use crate::equations::VariableId;

pub(super) use crate::equations::html::escaped;

/// The attribute that links an element to all others about the same variables; nothing for none.
pub(super) fn about(variables: &[VariableId]) -> String {
    if variables.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = variables.iter().map(|id| id.0.to_string()).collect();
    format!(" data-variable=\"{}\"", numbers.join(" "))
}

/// A whole number with thin spaces between its thousands.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202F}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with three significant digits, or in scientific notation where it is very small or large.
pub(super) fn short(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() { "–" } else { "∞" }.to_owned();
    }
    let magnitude = number.abs();
    let text = if number == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e5).contains(&magnitude) {
        format!("{number:.1e}")
    } else {
        let decimals = (2.0 - magnitude.log10().floor()).clamp(0.0, 5.0) as usize;
        let text = format!("{number:.decimals$}");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    };
    text.replace('-', "−")
}
