//! `#[cfg(…)]` decided: what a copied text is compiled without is left out, the attribute of the rest too. What depends on
//! the machine that the copy is compiled for stays a condition.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::quote;

/// The same tokens with all conditions decided that can be. No test is compiled, and of the features those that are given.
pub(super) fn decided(tokens: TokenStream, features: &[&str]) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let verdict = condition(&tokens[at..]).map(|condition| judge(condition, features));
        match (verdict, &tokens[at]) {
            (Some(Verdict::Holds), _) => at += 2,
            (Some(Verdict::Fails), _) => {
                at += 2 + extent(&tokens[at + 2..]);
                // Its other attributes and its documentation go, too.
                while ends_with_attribute(&kept) {
                    kept.truncate(kept.len() - 2);
                }
            }
            (Some(Verdict::Depends(rest)), _) => {
                kept.extend(quote!(#[cfg(#rest)]));
                at += 2;
            }
            (None, TokenTree::Group(group)) => {
                let mut inner = Group::new(group.delimiter(), decided(group.stream(), features));
                inner.set_span(group.span());
                kept.push(TokenTree::Group(inner));
                at += 1;
            }
            (None, token) => {
                kept.push(token.clone());
                at += 1;
            }
        }
    }
    kept.into_iter().collect()
}

/// What is known of a condition.
enum Verdict {
    Holds,
    Fails,
    /// It is as true as this one, which names the machine alone.
    Depends(TokenStream),
}

/// What stands within `#[cfg(…)]` at the start of `tokens`.
fn condition(tokens: &[TokenTree]) -> Option<TokenStream> {
    let [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] = tokens else {
        return None;
    };
    if hash.as_char() != '#' || hash.spacing() == Spacing::Joint {
        return None;
    }
    let mut inner = attribute.stream().into_iter();
    match (inner.next(), inner.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(arguments))) if name == "cfg" => {
            Some(arguments.stream())
        }
        _ => None,
    }
}

/// Whether `tokens` end with `#[…]`.
fn ends_with_attribute(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [.., TokenTree::Punct(hash), TokenTree::Group(group)]
        if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket)
}

/// Judges a condition: `test`, `feature = "…"`, `target_… = "…"`, `not(…)`, `any(…)`, `all(…)`.
fn judge(condition: TokenStream, features: &[&str]) -> Verdict {
    let known = |holds: bool| {
        if holds {
            Verdict::Holds
        } else {
            Verdict::Fails
        }
    };
    let tokens: Vec<TokenTree> = condition.clone().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(name), TokenTree::Group(group)] => {
            let parts = parts(group.stream())
                .into_iter()
                .map(|part| judge(part, features));
            if name == "not" {
                return match parts.last() {
                    Some(Verdict::Fails) | None => Verdict::Holds,
                    Some(Verdict::Holds) => Verdict::Fails,
                    Some(Verdict::Depends(rest)) => Verdict::Depends(quote!(not(#rest))),
                };
            }
            let is_any = name == "any";
            let mut open = Vec::new();
            for part in parts {
                match part {
                    Verdict::Holds if is_any => return Verdict::Holds,
                    Verdict::Fails if !is_any => return Verdict::Fails,
                    Verdict::Holds | Verdict::Fails => {}
                    Verdict::Depends(rest) => open.push(rest),
                }
            }
            match open.as_slice() {
                [] => known(!is_any),
                [only] => Verdict::Depends(only.clone()),
                several => Verdict::Depends(quote!(#name(#(#several),*))),
            }
        }
        [TokenTree::Ident(name), _, TokenTree::Literal(value)] if name == "feature" => {
            let value = value.to_string();
            known(features.contains(&value.trim_matches('"')))
        }
        [TokenTree::Ident(name), ..] if name.to_string().starts_with("target_") => {
            Verdict::Depends(condition)
        }
        _ => Verdict::Fails,
    }
}

/// The parts between commas.
fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::from([TokenStream::new()]);
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => {
                parts.push(TokenStream::new());
            }
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// How many tokens the item or block at the start of `tokens` has: up to its braces or its semicolon, or the comma after a
/// variant or an arm.
fn extent(tokens: &[TokenTree]) -> usize {
    let is_listed = is_listed(tokens);
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';' || is_listed && punct.as_char() == ',',
        _ => false,
    };
    let end = tokens.iter().position(is_end);
    let is_import =
        matches!(tokens.first(), Some(TokenTree::Ident(word)) if word == "use" || word == "pub");
    match end {
        // The braces of `use a::{b, c};` are not its end.
        Some(end)
            if is_import
                && matches!(tokens.get(end + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == ';') =>
        {
            end + 2
        }
        Some(end) => end + 1,
        None => tokens.len(),
    }
}

/// Whether `tokens` start with a variant or an arm: a path, and a comma or an arrow after it.
fn is_listed(tokens: &[TokenTree]) -> bool {
    let is_of_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    };
    let path = tokens.iter().take_while(|token| is_of_path(token)).count();
    match &tokens[path..] {
        [TokenTree::Punct(comma), ..] if comma.as_char() == ',' => true,
        [TokenTree::Punct(equals), TokenTree::Punct(than), ..] => {
            equals.as_char() == '=' && than.as_char() == '>'
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::decided;
    use proc_macro2::TokenStream;

    fn check(code: &str, core: &str, std: &str) {
        let tokens = |code: &str| code.parse::<TokenStream>().expect("tokens");
        assert_eq!(
            decided(tokens(code), &[]).to_string(),
            tokens(core).to_string()
        );
        assert_eq!(
            decided(tokens(code), &["std"]).to_string(),
            tokens(std).to_string()
        );
    }

    #[test]
    fn what_depends_on_the_machine_stays_open() {
        check(
            "#[cfg(all(feature = \"std\", target_arch = \"x86_64\"))] fn f() {}",
            "",
            "#[cfg(target_arch = \"x86_64\")] fn f() {}",
        );
        check(
            "#[cfg(any(not(target_arch = \"a\"), all(not(feature = \"std\"), target_feature = \"b\")))] fn f() {}",
            "#[cfg(any(not(target_arch = \"a\"), target_feature = \"b\"))] fn f() {}",
            "#[cfg(not(target_arch = \"a\"))] fn f() {}",
        );
    }

    #[test]
    fn variants_and_arms_end_at_their_comma() {
        check(
            "enum Set { #[cfg(test)] Arrays, #[cfg(feature = \"std\")] Fast, Baseline }",
            "enum Set { Baseline }",
            "enum Set { Fast, Baseline }",
        );
        check(
            "match set { #[cfg(test)] Set::Arrays => f(0, 1), Set::Baseline => 1, #[cfg(test)] Set::Fast => { 2 } }",
            "match set { Set::Baseline => 1, }",
            "match set { Set::Baseline => 1, }",
        );
    }

    #[test]
    fn conditions_are_decided_at_every_depth() {
        check("a; #[cfg(test)] mod tests { x } b;", "a; b;", "a; b;");
        check(
            "#[cfg(feature = \"std\")] use a::{b, c}; fn f() { #[cfg(feature = \"std\")] { a } #[cfg(not(feature = \"std\"))] { b } }",
            "fn f() { { b } }",
            "use a::{b, c}; fn f() { { a } }",
        );
        check(
            "#[cfg(any(test, not(feature = \"std\")))] fn f() {}",
            "fn f() {}",
            "",
        );
        check(
            "a; /// f\n#[inline] #[cfg(test)] fn f() {} /// g\nfn g() {}",
            "a; /// g\nfn g() {}",
            "a; /// g\nfn g() {}",
        );
        check(
            "#[cfg(all(feature = \"std\", feature = \"ndarray\"))] fn f() {}",
            "",
            "",
        );
        check(
            "#[inline] fn f() {}",
            "#[inline] fn f() {}",
            "#[inline] fn f() {}",
        );
    }
}
