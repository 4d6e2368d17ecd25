//! Rust names for the symbols of equations: a1, delta1, w1.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};

use crate::schedule::{Buffer, Function, Storage};

/// Names that generated code uses for things of its own.
pub(super) const TAKEN: [&str; 76] = [
    "exp_at",
    "ln_at",
    "tanh_at",
    "sigmoid_at",
    "erf_at",
    "softplus_at",
    "logsumexp_at",
    "softmax_at",
    "Destination",
    "part",
    "padded",
    "flat",
    "flat_mut",
    "factor",
    "scratch",
    "destination",
    "workspace",
    "split_rows",
    "statistics",
    "sums",
    "dropout_mask",
    "i",
    "j",
    "row",
    "rows",
    "level",
    "output",
    "outputs",
    "vectorise",
    "affine",
    "affine_row",
    "linear",
    "linear_row",
    "pullback_input",
    "pullback_input_row",
    "pullback_weight",
    "pullback_weight_row",
    "pullback_bias",
    "Iterator",
    "input",
    "inputs",
    "target",
    "targets",
    "gradient",
    "share",
    "total",
    "network",
    "random",
    "seed",
    "base",
    "exp",
    "ln",
    "sqrt",
    "sign",
    "step",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "erf",
    "softplus",
    "power",
    "logsumexp",
    "maximum",
    "minimum",
    "matrix",
    "matrix_mut",
    "vector",
    "vector_mut",
    "parameters",
    "f32",
    "f64",
    "usize",
    "u64",
    "str",
    "bool",
];

/// The words that cannot be names in Rust, reserved ones included.
pub(super) const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];

/// An identifier.
pub(super) fn identifier(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The name of a model's type.
pub(super) fn type_name(name: &str) -> Ident {
    identifier(name)
}

/// A name for each buffer of a function, all different.
pub(super) fn buffers(function: &Function) -> Vec<Ident> {
    let mut used: BTreeSet<String> = TAKEN
        .iter()
        .chain(&KEYWORDS)
        .map(|name| (*name).to_owned())
        .collect();
    let mut unique = |name: String| {
        let mut name = name;
        while !used.insert(name.clone()) {
            name.push('_');
        }
        identifier(&name)
    };
    function
        .buffers
        .iter()
        .map(|buffer| unique(buffer_name(buffer)))
        .collect()
}

fn buffer_name(buffer: &Buffer) -> String {
    let plain = ascii(&buffer.symbol);
    match buffer.storage {
        // A type name's case would read wrongly in front of an index.
        Storage::Parameter(_) | Storage::Mask { .. } | Storage::Array | Storage::Scalar => {
            plain.to_lowercase()
        }
        Storage::Input { .. } | Storage::Target | Storage::Statistic { .. } | Storage::State(_) => {
            plain
        }
    }
}

/// A symbol in ASCII: δ1 is delta1, ∂L/∂z1 is dl_dz1. Other scripts would trip the lints on confusable names.
pub(super) fn ascii(symbol: &str) -> String {
    let mut name = String::new();
    for c in symbol.chars() {
        match c {
            'δ' => name.push_str("delta"),
            'γ' => name.push_str("gamma"),
            'β' => name.push_str("beta"),
            'μ' => name.push_str("mu"),
            '∂' => name.push('d'),
            '/' | '.' => name.push('_'),
            c if c.is_ascii_alphanumeric() || c == '_' => name.push(c),
            other => name.push_str(&format!("u{:x}", u32::from(other))),
        }
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}
