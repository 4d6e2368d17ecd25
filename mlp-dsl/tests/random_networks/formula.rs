//! Random formulas that are defined and moderate wherever their leaves are: a logarithm or a root is taken of what is
//! positive, nothing is divided by what can be zero, and a factor is bounded.

use super::choices::Choices;

/// Functions of one argument: name and how it is written, `@` being the argument.
const UNARY: [(&str, &str); 22] = [
    ("tanh", "tanh(@)"),
    ("sigmoid", "sigmoid(@)"),
    ("softplus", "softplus(@)"),
    ("sin", "sin(@)"),
    ("cos", "cos(@)"),
    ("erf", "erf(@)"),
    ("abs", "abs(@)"),
    ("negation", "-(@)"),
    ("silu", "silu(@)"),
    ("gelu", "gelu(@)"),
    ("softsign", "softsign(@)"),
    ("square", "sin(@)^2"),
    ("cube", "tanh(@)^3"),
    ("exp", "exp(-(@)^2)"),
    ("ln", "ln(1 + abs(@))"),
    ("sqrt", "sqrt(1 + (@)^2)"),
    ("negative power", "(1 + (@)^2)^-2"),
    ("root", "(0.5 + (@)^2)^0.75"),
    ("sign", "tanh(@) * sign(@)"),
    ("step", "(@) * step(@)"),
    ("sum", "sum(tanh(@))"),
    ("softmax", "softmax(@)"),
];

/// Functions of two arguments, `@` and `#`.
const BINARY: [(&str, &str); 8] = [
    ("+", "(@ + #)"),
    ("-", "(@ - #)"),
    ("*", "(@ * tanh(#))"),
    ("/", "(@ / (1 + (#)^2))"),
    ("max", "max(@, #)"),
    ("min", "min(@, #)"),
    ("if", "if @ > 0.3 { # } else { @ }"),
    ("if", "if # <= @ { tanh(@) } else { # }"),
];

/// Vectors made scalars.
const REDUCTIONS: [(&str, &str); 4] = [
    ("mean", "mean(@)"),
    ("logsumexp", "logsumexp(@)"),
    ("max of a vector", "max(@)"),
    ("sum", "sum(@) / 8"),
];

/// A formula of some leaves, at most so deep. `used` gains the names of what it contains.
pub(crate) fn formula(
    choices: &mut Choices,
    leaves: &[String],
    depth: usize,
    used: &mut Vec<&'static str>,
) -> String {
    let kind = if depth == 0 {
        choices.below(20)
    } else {
        choices.below(60)
    };
    let mut pick = |table: &[(&'static str, &'static str)], choices: &mut Choices| {
        let (name, text) = choices.one_of(table);
        used.push(name);
        text
    };
    match kind {
        0..16 => leaf(choices, leaves).to_owned(),
        16 => "0.5".to_owned(),
        17 => "2".to_owned(),
        18 | 19 => pick(&REDUCTIONS, choices).replace('@', leaf(choices, leaves)),
        20..42 => {
            let text = pick(&UNARY, choices);
            text.replace('@', &formula(choices, leaves, depth - 1, used))
        }
        _ => {
            let text = pick(&BINARY, choices);
            let first = formula(choices, leaves, depth - 1, used);
            let second = formula(choices, leaves, depth - 1, used);
            text.replace('@', &first).replace('#', &second)
        }
    }
}

fn leaf<'a>(choices: &mut Choices, leaves: &'a [String]) -> &'a str {
    &leaves[choices.below(leaves.len())]
}

/// The names of everything that a formula may contain.
pub(crate) fn everything() -> impl Iterator<Item = &'static str> {
    let tables = [UNARY.as_slice(), &BINARY, &REDUCTIONS];
    tables.into_iter().flatten().map(|(name, _)| *name)
}
