//! Paths written anew for the place that the code moves to.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::paths::separates;
use crate::rust::names::identifier;

/// Macros of `core` that a module without the standard prelude knows by their path alone.
const MACROS: [&str; 11] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "debug_assert",
    "debug_assert_eq",
    "matches",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
];

/// `::mlp_runtime` becomes the module `runtime`.
pub(super) fn runtime_path(tokens: TokenStream, runtime: &Ident) -> TokenStream {
    rewritten(tokens, &|_, tokens| match tokens {
        [_, _, TokenTree::Ident(name), ..] if separates(tokens) && name == "mlp_runtime" => {
            Some((3, quote!(#runtime)))
        }
        _ => None,
    })
}

/// The code of a module of the runtime, for a module that lies `depth` modules below the copy's root: `crate` is the way
/// up to that root, and what `core` offers is named by its full path, which means the same everywhere.
pub(super) fn moved(tokens: TokenStream, depth: usize) -> TokenStream {
    rewritten(tokens, &|before, tokens| {
        let [TokenTree::Ident(name), rest @ ..] = tokens else {
            return None;
        };
        if separates(before) {
            return None;
        }
        let name = name.to_string();
        if separates(rest) {
            return match name.as_str() {
                "core" => Some((1, quote!(::core))),
                "crate" if depth == 0 => Some((1, quote!(self))),
                "crate" => {
                    let up = (0..depth).map(|_| identifier("super"));
                    Some((1, quote!(#(#up)::*)))
                }
                _ => None,
            };
        }
        let is_call = matches!(rest, [TokenTree::Punct(mark), TokenTree::Group(_), ..] if mark.as_char() == '!');
        (is_call && MACROS.contains(&name.as_str())).then(|| {
            let name = identifier(&name);
            (1, quote!(::core::#name))
        })
    })
}

/// The two tokens before a place and the tokens from there on; how many of them to replace, and by what.
type Change<'a> = dyn Fn(&[TokenTree], &[TokenTree]) -> Option<(usize, TokenStream)> + 'a;

fn rewritten(tokens: TokenStream, change: &Change<'_>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut result = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = &tokens[at.saturating_sub(2)..at];
        if let Some((count, replacement)) = change(before, &tokens[at..]) {
            result.extend(replacement);
            at += count;
            continue;
        }
        result.extend([match &tokens[at] {
            TokenTree::Group(group) => TokenTree::Group(Group::new(
                group.delimiter(),
                rewritten(group.stream(), change),
            )),
            token => token.clone(),
        }]);
        at += 1;
    }
    result
}

/// The same tokens without the examples of documentation, which name the crate that they come from.
pub(super) fn without_examples(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut result = TokenStream::new();
    let (mut in_example, mut after_blank) = (false, true);
    let mut at = 0;
    while at < tokens.len() {
        if let Some(line) = documentation(&tokens[at..]) {
            let is_fence = line.trim_start().starts_with("```");
            let is_blank = line.trim().is_empty();
            let is_left_out = is_fence || in_example || is_blank && after_blank;
            if !is_left_out {
                result.extend(tokens[at..at + 2].iter().cloned());
                after_blank = is_blank;
            }
            in_example ^= is_fence;
            at += 2;
            continue;
        }
        (in_example, after_blank) = (false, true);
        result.extend([match &tokens[at] {
            TokenTree::Group(group) => TokenTree::Group(Group::new(
                group.delimiter(),
                without_examples(group.stream()),
            )),
            token => token.clone(),
        }]);
        at += 1;
    }
    result
}

/// The line that `#[doc = "…"]` at the start of `tokens` holds.
fn documentation(tokens: &[TokenTree]) -> Option<String> {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = tokens else {
        return None;
    };
    let pair: syn::MetaNameValue = syn::parse2(attribute.stream()).ok()?;
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(line),
            ..
        }) if hash.as_char() == '#' && pair.path.is_ident("doc") => Some(line.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{moved, runtime_path, without_examples};
    use crate::rust::names::identifier;
    use proc_macro2::TokenStream;

    fn tokens(code: &str) -> TokenStream {
        code.parse().expect("tokens")
    }

    #[test]
    fn code_that_moves_keeps_its_meaning() {
        for (depth, code, expected) in [
            (
                2,
                "let x: core::f32 = crate::a::b();",
                "let x: ::core::f32 = super::super::a::b();",
            ),
            (0, "pub(crate) use crate::a;", "pub(crate) use self::a;"),
            (
                1,
                "::core::assert!(true, \"{x}\")",
                "::core::assert!(true, \"{x}\")",
            ),
            (
                1,
                "if a { panic!(\"b\") }",
                "if a { ::core::panic!(\"b\") }",
            ),
        ] {
            assert_eq!(
                moved(tokens(code), depth).to_string(),
                tokens(expected).to_string()
            );
        }
        let code = runtime_path(
            tokens("use ::mlp_runtime::a; f(::mlp_runtime::B::new(c))"),
            &identifier("m"),
        );
        assert_eq!(
            code.to_string(),
            tokens("use m::a; f(m::B::new(c))").to_string()
        );
    }

    #[test]
    fn examples_are_left_out() {
        let code = without_examples(tokens(
            "/// One.\n///\n/// ```\n/// two\n/// ```\n///\n/// Three.\nfn f() {}",
        ));
        assert_eq!(
            code.to_string(),
            tokens("/// One.\n///\n/// Three.\nfn f() {}").to_string()
        );
    }
}
