//! String literals, as far as the macro reads them.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

/// The literal that `tokens` consist of, if they do; one that came through a `macro_rules!` may be wrapped in groups.
pub(crate) fn alone(tokens: &TokenStream) -> Option<Literal> {
    let mut tokens = tokens.clone();
    loop {
        let mut rest = tokens.into_iter();
        let (first, None) = (rest.next()?, rest.next()) else {
            return None;
        };
        match first {
            TokenTree::Literal(literal) => return Some(literal),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                tokens = group.stream();
            }
            _ => return None,
        }
    }
}

/// The text of a plain or raw string literal, or `None` where it is another literal.
pub(crate) fn string(literal: &Literal) -> Option<String> {
    let written = literal.to_string();
    if let Some(raw) = written.strip_prefix('r') {
        let inner = raw.trim_start_matches('#');
        let hashes = raw.strip_suffix(inner)?;
        let inner = inner.strip_prefix('"')?.strip_suffix(hashes)?;
        return inner.strip_suffix('"').map(str::to_owned);
    }
    unescape(written.strip_prefix('"')?.strip_suffix('"')?)
}

fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut chars = after.chars();
        match chars.next()? {
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            '0' => plain.push('\0'),
            c @ ('\\' | '\'' | '"') => plain.push(c),
            'x' => {
                let (digits, after) = chars.as_str().split_at_checked(2)?;
                plain.push(char::from(u8::from_str_radix(digits, 16).ok()?));
                chars = after.chars();
            }
            'u' => {
                let (digits, after) = chars.as_str().strip_prefix('{')?.split_once('}')?;
                let code = u32::from_str_radix(&digits.replace('_', ""), 16).ok()?;
                plain.push(char::from_u32(code)?);
                chars = after.chars();
            }
            // A line continued: space up to the next thing is skipped.
            '\n' => chars = chars.as_str().trim_start().chars(),
            _ => return None,
        }
        rest = chars.as_str();
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        string(&alone(&text.parse().expect("tokens")).expect("a literal"))
    }

    #[test]
    fn strings_are_read_as_rust_reads_them() {
        assert_eq!(read(r#""a b.mlp""#).as_deref(), Some("a b.mlp"));
        assert_eq!(
            read(r#""\"\\\n\t\0\x41\u{1F_600}\'""#).as_deref(),
            Some("\"\\\n\t\0A😀'")
        );
        assert_eq!(read("\"a\\\n   b\"").as_deref(), Some("ab"));
        assert_eq!(read(r##"r#"a\"b"#"##).as_deref(), Some("a\\\"b"));
        assert_eq!(read(r#"r"""#).as_deref(), Some(""));
    }

    #[test]
    fn other_literals_are_none() {
        for text in [
            "3",
            "1.5",
            "'c'",
            "b\"x\"",
            "br\"x\"",
            "c\"x\"",
            "\"x\"suffix",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
