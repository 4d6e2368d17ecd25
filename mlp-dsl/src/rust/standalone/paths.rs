//! The paths within tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::rust::names::KEYWORDS;

/// The keywords that a path can start with.
const WAYS: [&str; 3] = ["crate", "self", "super"];

/// The segments of a path. One that starts with `::` has an empty segment first.
pub(super) type Path = Vec<String>;

/// Every path and every single name in `tokens`, at every depth: `a::{b, c::d}` is `a::b` and `a::c::d`.
pub(super) fn paths(tokens: TokenStream) -> Vec<Path> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<Path>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let mut path = Path::new();
        if separates(&tokens[at..]) {
            path.push(String::new());
            at += 2;
        }
        let mut grouped = false;
        while let Some(TokenTree::Ident(name)) = tokens.get(at) {
            let name = name.to_string();
            let is_word = KEYWORDS.contains(&name.as_str()) && !WAYS.contains(&name.as_str());
            path.push(name);
            at += 1;
            if is_word || !separates(&tokens[at..]) {
                break;
            }
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(_)) => at += 2,
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner = paths(group.stream()).into_iter();
                    found.extend(inner.map(|rest| path.iter().cloned().chain(rest).collect()));
                    grouped = true;
                    at += 3;
                    break;
                }
                _ => {
                    at += 2;
                    break;
                }
            }
        }
        if path.is_empty() {
            if let TokenTree::Group(group) = &tokens[at] {
                collect(group.stream(), found);
            }
            at += 1;
        } else if !grouped {
            found.push(path);
        }
    }
}

/// Whether `tokens` start with `::`.
pub(super) fn separates(tokens: &[TokenTree]) -> bool {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    matches!(tokens, [first, second, ..] if is_colon(first) && is_colon(second))
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn paths_are_found_at_every_depth() {
        let found = |code: &str| -> Vec<String> {
            let paths = paths(code.parse().expect("tokens"));
            paths.iter().map(|path| path.join("::")).collect()
        };
        assert_eq!(found("f(a::b, [x; N])"), ["f", "a::b", "x", "N"]);
        assert_eq!(
            found("use ::core::{mem, a::b};"),
            ["use", "::core::mem", "::core::a::b"]
        );
        assert_eq!(found("g::<2, T>(y.z)"), ["g", "T", "y", "z"]);
        assert_eq!(found("let x: f32 = -1.0;"), ["let", "x", "f32"]);
    }
}
