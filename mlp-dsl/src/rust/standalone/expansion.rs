//! Macros of the runtime expanded: a rule that takes names, used as an item. One body there serves both precisions; a
//! copy needs one of them, and only some of its functions.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Error;

/// A macro with one rule.
pub(super) struct Rule {
    /// The names of its fragments.
    fragments: Vec<String>,
    body: TokenStream,
}

/// The macros of a library by name.
pub(super) type Rules = BTreeMap<String, Rule>;

impl Rule {
    /// Reads `($a:ident, $b:ident) => { body };`.
    pub(super) fn read(tokens: TokenStream) -> Result<Self, Error> {
        let fail = || Error::new(Span::call_site(), "a macro of the runtime has another form");
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let [
            TokenTree::Group(pattern),
            TokenTree::Punct(_),
            TokenTree::Punct(_),
            TokenTree::Group(body),
            rest @ ..,
        ] = tokens.as_slice()
        else {
            return Err(fail());
        };
        if rest.len() > 1 || body.delimiter() != Delimiter::Brace {
            return Err(fail());
        }
        let pattern: Vec<TokenTree> = pattern.stream().into_iter().collect();
        let mut fragments = Vec::new();
        for part in pattern.split(|token| is_punct(token, ',')) {
            match part {
                [dollar, TokenTree::Ident(name), _, TokenTree::Ident(kind)]
                    if is_punct(dollar, '$') && kind == "ident" =>
                {
                    fragments.push(name.to_string());
                }
                [] => {}
                _ => return Err(fail()),
            }
        }
        Ok(Self {
            fragments,
            body: body.stream(),
        })
    }

    /// The body for these arguments.
    pub(super) fn expand(&self, arguments: TokenStream) -> TokenStream {
        let names = arguments.into_iter().filter_map(|token| match token {
            TokenTree::Ident(name) => Some(name),
            _ => None,
        });
        let values: BTreeMap<&str, Ident> = self
            .fragments
            .iter()
            .map(String::as_str)
            .zip(names)
            .collect();
        substitute(self.body.clone(), &values)
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

/// `$name` replaced by its value.
fn substitute(tokens: TokenStream, values: &BTreeMap<&str, Ident>) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut result = TokenStream::new();
    while let Some(token) = tokens.next() {
        let value = match tokens.peek() {
            Some(TokenTree::Ident(name)) if is_punct(&token, '$') => {
                values.get(name.to_string().as_str())
            }
            _ => None,
        };
        let token = match (value, token) {
            (Some(value), _) => {
                tokens.next();
                TokenTree::Ident(value.clone())
            }
            (None, TokenTree::Group(group)) => TokenTree::Group(Group::new(
                group.delimiter(),
                substitute(group.stream(), values),
            )),
            (None, token) => token,
        };
        result.extend([token]);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use proc_macro2::TokenStream;

    #[test]
    fn names_are_substituted() {
        let tokens = |code: &str| code.parse::<TokenStream>().expect("tokens");
        let rule = Rule::read(tokens(
            "($f:ident, $b:ident) => { fn g(x: $f) -> [$b; 2] { <$f>::h(x) } };",
        ));
        let expanded = rule.expect("a rule").expand(tokens("f32, u32"));
        let expected = tokens("fn g(x: f32) -> [u32; 2] { <f32>::h(x) }");
        let text = |tokens: TokenStream| tokens.to_string().replace(' ', "");
        assert_eq!(text(expanded), text(expected));
        assert!(Rule::read(tokens("($($f:ident),*) => { a };")).is_err());
        assert!(Rule::read(tokens("() => { a }; ($f:ident) => { b };")).is_err());
    }
}
