//! From tokens back to the text they were read from. Every token is laid at its own line and column, so that the text
//! has the lines and columns of the user's file, and is remembered with its span, so that a place in the text leads
//! back to the user's tokens.

use std::iter::Peekable;
use std::ops::Range;

use mlp_dsl::Span as Place;
use proc_macro2::{
    Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree, token_stream::IntoIter,
};

use crate::literal;

/// Columns beyond this are not kept: a generated line of a million columns need not be a megabyte of spaces.
const WIDEST: usize = 2_000;

/// A text made of tokens.
pub(crate) struct Layout {
    text: String,
    /// The tokens in the order of their text.
    pieces: Vec<(Range<usize>, Span)>,
    line: usize,
    column: usize,
    last: Last,
}

/// What the text ends in, which decides what may follow without space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A bracket, or nothing at all.
    Bracket,
    /// A name or a literal.
    Word,
    /// A punctuation mark that the next one belongs to, as in `->`.
    Joint,
    /// A punctuation mark on its own.
    Alone,
    /// A line comment, which would swallow what follows on its line.
    Comment,
}

/// A group that is being walked.
struct Level {
    /// What is left of it.
    tokens: Peekable<IntoIter>,
    /// The bracket to write at its end.
    close: Option<(char, Span)>,
}

impl Layout {
    /// The text of `tokens`. Nested groups are walked with a stack of our own: how deep they go is the user's choice.
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let mut layout = Self {
            text: String::new(),
            pieces: Vec::new(),
            line: 1,
            column: 0,
            last: Last::Bracket,
        };
        let mut open = vec![Level {
            tokens: tokens.into_iter().peekable(),
            close: None,
        }];
        while let Some(Level { tokens, close }) = open.last_mut() {
            let Some(token) = tokens.next() else {
                if let Some((bracket, span)) = *close {
                    layout.put(bracket.encode_utf8(&mut [0; 4]), span, Last::Bracket);
                }
                open.pop();
                continue;
            };
            match token {
                TokenTree::Group(group) => {
                    let brackets = brackets(&group);
                    if let Some((bracket, _)) = brackets {
                        let span = group.span_open();
                        layout.put(bracket.encode_utf8(&mut [0; 4]), span, Last::Bracket);
                    }
                    open.push(Level {
                        tokens: group.stream().into_iter().peekable(),
                        close: brackets.map(|(_, bracket)| (bracket, group.span_close())),
                    });
                }
                TokenTree::Ident(name) => layout.put(&name.to_string(), name.span(), Last::Word),
                TokenTree::Literal(value) => {
                    layout.put(&value.to_string(), value.span(), Last::Word);
                }
                TokenTree::Punct(mark) => {
                    if mark.as_char() == '#' && layout.comment(&mark, tokens) {
                        continue;
                    }
                    let last = match mark.spacing() {
                        Spacing::Joint => Last::Joint,
                        Spacing::Alone => Last::Alone,
                    };
                    layout.put(mark.as_char().encode_utf8(&mut [0; 4]), mark.span(), last);
                }
            }
        }
        layout
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The first and the last token of a place; the nearest token where it holds none.
    pub(crate) fn tokens(&self, place: Place) -> (Span, Span) {
        let first = self
            .pieces
            .partition_point(|(range, _)| range.end <= place.start);
        let after = self
            .pieces
            .partition_point(|(range, _)| range.start < place.end);
        let last = after.saturating_sub(1).max(first);
        let span = |index: usize| match self.pieces.get(index).or(self.pieces.last()) {
            Some((_, span)) => *span,
            None => Span::call_site(),
        };
        (span(first), span(last))
    }

    /// Appends a token where it stands in the user's file, or after one space where the text is already further: what
    /// a `macro_rules!` passes on is older than what it writes itself.
    fn put(&mut self, token: &str, span: Span, last: Last) {
        let start = span.start();
        let comment = self.last == Last::Comment;
        if start.line > self.line {
            self.text
                .extend(std::iter::repeat_n('\n', start.line - self.line));
            (self.line, self.column) = (start.line, 0);
        } else if comment {
            self.text.push('\n');
            (self.line, self.column) = (self.line + 1, 0);
        }
        if start.line == self.line && (self.column..WIDEST).contains(&start.column) {
            self.text
                .extend(std::iter::repeat_n(' ', start.column - self.column));
            self.column = start.column;
        } else if self.column > 0 && self.last != Last::Joint {
            self.space();
        }
        if self.glued(last) {
            self.space();
        }
        let from = self.text.len();
        self.text.push_str(token);
        self.pieces.push((from..self.text.len(), span));
        for c in token.chars() {
            (self.line, self.column) = match c {
                '\n' => (self.line + 1, 0),
                _ => (self.line, self.column + 1),
            };
        }
        self.last = last;
    }

    fn space(&mut self) {
        self.text.push(' ');
        self.column += 1;
    }

    /// Whether a token would become one with the token before it, which in a file it cannot be.
    fn glued(&self, next: Last) -> bool {
        !self.text.ends_with([' ', '\n'])
            && match self.last {
                Last::Word => next == Last::Word,
                Last::Alone => matches!(next, Last::Joint | Last::Alone),
                Last::Bracket | Last::Joint | Last::Comment => false,
            }
    }

    /// Turns `#[doc = "…"]` back into `///`. Whether `mark` and the tokens after it were that; then they are consumed.
    fn comment(&mut self, mark: &Punct, tokens: &mut Peekable<IntoIter>) -> bool {
        let written = mark.span().source_text();
        let inner = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!');
        if inner && written.as_deref().is_some_and(|text| text.starts_with('/')) {
            // `//!` documents nothing here; in a file it is a comment.
            tokens.next();
            tokens.next();
            return true;
        }
        let Some(TokenTree::Group(group)) = tokens.peek() else {
            return false;
        };
        let Some(text) = documentation(group) else {
            return false;
        };
        match written.filter(|text| text.starts_with('/')) {
            Some(written) => self.put(&written, mark.span(), Last::Comment),
            None => {
                for line in text.lines() {
                    self.put(&format!("///{line}"), mark.span(), Last::Comment);
                }
            }
        }
        tokens.next();
        true
    }
}

/// The brackets around a group. What `$x:expr` of a `macro_rules!` matched is a group without brackets; it needs some
/// where it holds an operator, because `2 * $x` is not `2 * a + b`.
fn brackets(group: &Group) -> Option<(char, char)> {
    let operator = |token: TokenTree| matches!(&token, TokenTree::Punct(mark) if matches!(mark.as_char(), '+' | '-' | '*' | '/' | '^'));
    match group.delimiter() {
        Delimiter::Parenthesis => Some(('(', ')')),
        Delimiter::Bracket => Some(('[', ']')),
        Delimiter::Brace => Some(('{', '}')),
        Delimiter::None => group
            .stream()
            .into_iter()
            .any(operator)
            .then_some(('(', ')')),
    }
}

/// The text of `[doc = "…"]`.
fn documentation(group: &Group) -> Option<String> {
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut tokens = group.stream().into_iter();
    // `$(#[$attribute:meta])*` passes the inside on as a group without brackets.
    let first = match tokens.next()? {
        TokenTree::Group(inner) if inner.delimiter() == Delimiter::None => {
            tokens = inner.stream().into_iter();
            tokens.next()?
        }
        first => first,
    };
    match (first, tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(doc), TokenTree::Punct(equals), TokenTree::Literal(text))
            if doc == "doc" && equals.as_char() == '=' =>
        {
            literal::string(&text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Layout {
        Layout::of(text.parse().expect("tokens"))
    }

    /// Tokens as if out of a macro: `later` stands before `earlier` in the file.
    fn backwards(later: &str, earlier: &str) -> String {
        let mut tokens: TokenStream = format!("\n\n        {later}").parse().expect("tokens");
        tokens.extend(earlier.parse::<TokenStream>().expect("tokens"));
        Layout::of(tokens).text().to_owned()
    }

    #[test]
    fn lines_columns_and_documentation_stay() {
        let text = "\n  /// 8×8 digits\n  ///\n  model Ä { x = a[0..3]->relu\n\n   y=-1.5e-3 ; /*c*/ z <= 2 }";
        assert_eq!(layout(text).text(), text.replace("/*c*/", "     "));
    }

    #[test]
    fn places_lead_to_tokens() {
        let layout = layout("model M { x = aa + bb }");
        let at = |start, end| {
            let (first, last) = layout.tokens(Place::new(start, end));
            (first.start().column, last.end().column)
        };
        assert_eq!(at(14, 21), (14, 21));
        assert_eq!(at(15, 16), (14, 16));
        assert_eq!(at(8, 8), (8, 9));
        assert_eq!(at(9, 9), (10, 11));
        assert_eq!(at(23, 23), (22, 23));
        assert_eq!(at(90, 99), (22, 23));
    }

    #[test]
    fn what_runs_backwards_is_separated_by_one_space() {
        assert_eq!(
            backwards("x = a", "-> f(b)"),
            "\n\n        x = a -> f ( b )"
        );
        assert_eq!(backwards("x = 1", "..=b"), "\n\n        x = 1 ..= b");
    }

    #[test]
    fn nothing_is_glued_together() {
        let mut tokens: TokenStream = "a".parse().expect("tokens");
        tokens.extend(" b".parse::<TokenStream>().expect("tokens"));
        tokens.extend("  -".parse::<TokenStream>().expect("tokens"));
        tokens.extend("   > 3".parse::<TokenStream>().expect("tokens"));
        assert_eq!(Layout::of(tokens).text(), "a b - > 3");
    }

    #[test]
    fn a_matched_expression_counts_as_in_brackets() {
        let matched = |text: &str| {
            let group = Group::new(Delimiter::None, text.parse().expect("tokens"));
            Layout::of(TokenTree::Group(group).into()).text().to_owned()
        };
        assert_eq!(matched("a + b"), "( a + b )");
        assert_eq!(matched("dense(3)"), "dense(3)");
        assert_eq!(matched("7"), "7");
    }

    #[test]
    fn a_doc_attribute_is_a_comment_again() {
        let text = layout("#[doc = \" a\\n b\"] model M {}").text().to_owned();
        assert!(text.starts_with("/// a\n/// b\nmodel M { }"), "{text}");
        let text = layout("# [other] model").text().to_owned();
        assert_eq!(text, "# [other] model");
    }
}
