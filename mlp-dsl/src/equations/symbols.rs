//! The symbols of variables: a and z per layer, W and b, δ; a user's own names where they do not collide.

use super::variable::Variables;

/// A user's name, or that name with an underscore where it would read like a symbol of ours.
pub(super) fn for_user_name(name: &str, variables: &Variables) -> String {
    let mut symbol = name.to_owned();
    while is_reserved(&symbol) || variables.has_symbol(&symbol) {
        symbol.push('_');
    }
    symbol
}

/// `letter` with the smallest number that makes it a new symbol.
pub(super) fn numbered(letter: &str, variables: &Variables) -> String {
    let mut number = 1;
    loop {
        let symbol = format!("{letter}{number}");
        if !variables.has_symbol(&symbol) {
            return symbol;
        }
        number += 1;
    }
}

/// Whether a name is one that the compiler itself gives, or a function of the notation.
fn is_reserved(name: &str) -> bool {
    const WORDS: [&str; 19] = [
        "E",
        "L",
        "t",
        "onehot",
        "if",
        "then",
        "else",
        "exp",
        "ln",
        "sign",
        "step",
        "sin",
        "cos",
        "tanh",
        "erf",
        "softplus",
        "logsumexp",
        "π",
        "σ",
    ];
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = stem.len() < name.len()
        && [
            "a", "b", "m", "s", "v", "z", "V", "W", "β", "γ", "δ", "μ", "mask",
        ]
        .contains(&stem);
    numbered || WORDS.contains(&name) || ["sum", "mean", "max", "min"].contains(&name)
}
