//! What follows a mistake. A text is cut into items, the statements of models and the settings of `train` blocks, by its
//! tokens alone. The part in which a mistake stands is taken out, with space in its place so that everything else stays
//! where it is, and the rest is read again.

use pest::Parser;
use pest::unicode::XID_START;

use super::ast::{File, Item};
use super::brackets;
use super::grammar::{Grammar, Rule};
use super::hints::{ITEMS, STATEMENTS};
use super::limits::SOURCE_BYTES;
use super::tokens::{Token, tokens};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// How many bytes are read again, at most, to find one more mistake: four times the largest text.
const MOST_BYTES: usize = 4 * SOURCE_BYTES;

/// Reads a text with `read`, and after each mistake what is left of it. The file holds the items without a mistake; it is
/// empty where something other than the inside of a model is wrong, because then names may be missing.
pub(super) fn read(
    text: &str,
    read: impl Fn(&str) -> Result<File, Diagnostics>,
) -> (File, Diagnostics) {
    let mut rest = text.to_owned();
    let mut bytes = 0;
    let mut errors = Diagnostics::default();
    let mut removed: Vec<Span> = Vec::new();
    let mut names_may_be_missing = false;
    loop {
        let found = match read(&rest) {
            Ok(mut file) => {
                file.items.retain(|item| match item {
                    Item::Model(model) => !removed
                        .iter()
                        .any(|part| model.span.start <= part.start && part.end <= model.span.end),
                    _ => true,
                });
                if names_may_be_missing {
                    file = File::default();
                }
                errors.sort();
                return (file, errors);
            }
            Err(found) => found,
        };
        let first = found.list.first();
        // What is found again was not in the part that was taken out for it.
        let again = first.is_some_and(|error| errors.list.contains(error));
        let part = first.and_then(|error| wrong(&rest, error, again));
        if !again {
            errors.extend(found);
        }
        bytes += text.len();
        if let Some((part, kind)) = part
            && bytes <= MOST_BYTES
            && blank(&mut rest, part)
        {
            names_may_be_missing |= kind == Kind::Item;
            removed.push(part);
            if !is_blank(&rest) {
                continue;
            }
        }
        errors.sort();
        return (File::default(), errors);
    }
}

/// The part of a text that a mistake spoils: the one in which it is found, or where it is not found `again`, perhaps the one
/// before.
fn wrong(text: &str, error: &Diagnostic, again: bool) -> Option<(Span, Kind)> {
    let found = error.span?.start;
    // Of two brackets that do not fit, the one that was opened by mistake; a brace is seldom that.
    let opener = error.related.first().map(|(opener, _)| opener.start);
    let opener = opener.filter(|&opener| !text[opener..].starts_with('{'));
    let place = opener.unwrap_or(found);
    let parts = parts(text);
    let holds = |part: &Part| part.span.start <= place && place <= part.span.end;
    let mut at = parts.iter().rposition(holds)?;
    // Where the end of a block is missing, nobody knows which parts are its.
    while let Some(around) = parts[at].around.filter(|&around| parts[around].unclosed) {
        at = around;
    }
    // The grammar notices only behind its end, in the next part, that something was left incomplete.
    let is_exact = again || brackets::check(text).is_err();
    let before = parts[..at].iter().rposition(|part| {
        !is_exact && part.around == parts[at].around && !is_blank(&text[part.span.range()])
    });
    let part = match before {
        Some(before) if parts[before].unclosed || !parts[before].is_whole(text) => before,
        _ => at,
    };
    Some((parts[part].span, parts[part].kind))
}

/// Puts space in the place of a part; whether there was anything else.
fn blank(text: &mut String, part: Span) -> bool {
    let Some(old) = text.get(part.range()) else {
        return false;
    };
    let space: String = (old.bytes())
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    let was_there = !is_blank(old);
    text.replace_range(part.range(), &space);
    was_there
}

/// Whether nothing is there to be compiled.
fn is_blank(text: &str) -> bool {
    tokens(text).all(|token| token.is_comment())
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Item,
    /// Of a model.
    Statement,
    /// Of a `train` block.
    Setting,
}

/// A part of a text, up to the next of its kind or the end of what it stands in.
struct Part {
    kind: Kind,
    span: Span,
    /// The part that it stands in, by its index.
    around: Option<usize>,
    /// Whether its block has no end.
    unclosed: bool,
}

impl Part {
    /// Whether it is right by itself.
    fn is_whole(&self, text: &str) -> bool {
        let text = text.get(self.span.range()).unwrap_or_default();
        let rule = match self.kind {
            Kind::Item => Rule::item,
            Kind::Statement => Rule::statement,
            Kind::Setting => Rule::setting,
        };
        // What nests too deep or has no end must not reach the grammar.
        if brackets::check(text).is_err() {
            return false;
        }
        let text = text.trim_start();
        let rest = Grammar::parse(rule, text).map(|pairs| &text[pairs.as_str().len()..]);
        rest.is_ok_and(|rest| tokens(rest).all(|token| token.is_comment() || token.text == ";"))
    }
}

/// The parts of a text in the order in which they start; their blocks may be broken in any way.
fn parts(text: &str) -> Vec<Part> {
    let mut cutter = Cutter {
        text,
        parts: Vec::new(),
        blocks: Vec::new(),
        brackets: Vec::new(),
        before: None,
        ended: false,
    };
    cutter.open(Kind::Item, 0);
    let mut tokens = tokens(text)
        .filter(|token| !token.is_comment() || is_documentation(token))
        .peekable();
    while let Some(token) = tokens.next() {
        cutter.token(token, tokens.peek().map_or("", |next| next.text));
    }
    cutter.close_blocks(text.len());
    cutter.parts
}

struct Cutter<'t> {
    text: &'t str,
    parts: Vec<Part>,
    /// The part at hand of the text, of the model and of the `train` block that are open, with the first token of each.
    blocks: Vec<(usize, Option<Token<'t>>)>,
    /// What is open besides.
    brackets: Vec<&'t str>,
    before: Option<Token<'t>>,
    /// Whether a model has just ended.
    ended: bool,
}

impl<'t> Cutter<'t> {
    fn token(&mut self, token: Token<'t>, next: &str) {
        let Span { start, end } = token.span;
        let leads = self.leads(start);
        let is_named = is_name(next);
        let is_inside = self.blocks.len() > 1 || !self.brackets.is_empty();
        let starts_item = matches!(token.text, "const" | "activation" | "model");
        if leads && is_named && starts_item && is_inside {
            // None of these words and a name after it stands anywhere else: a block before it was never closed.
            self.close_blocks(start);
            self.open(Kind::Item, start);
        } else if leads
            && self.kind() == Kind::Statement
            && STATEMENTS.contains(&token.text)
            && (is_named || matches!(next, "[" | "{"))
        {
            self.brackets.clear();
        }
        if self.brackets.is_empty() && self.starts(token, next, leads) {
            let kind = self.kind();
            self.end(start);
            self.open(kind, start);
        }
        self.ended = false;
        if let Some((_, head)) = self.blocks.last_mut()
            && head.is_none()
            && !is_documentation(&token)
        {
            *head = Some(token);
        }
        match token.text {
            "{" => {
                let head = self.head().map_or("", |head| head.text);
                let before = self.before.map_or("", |before| before.text);
                match self.kind() {
                    Kind::Item if self.brackets.is_empty() && head == "model" => {
                        self.open(Kind::Statement, end);
                    }
                    Kind::Statement if self.brackets.is_empty() && before == "train" => {
                        self.open(Kind::Setting, end);
                    }
                    _ => self.brackets.push("{"),
                }
            }
            "(" | "[" => self.brackets.push(token.text),
            ")" | "]" => {
                self.brackets.pop_if(|open| *open != "{");
            }
            "}" => match self.brackets.iter().rposition(|open| *open == "{") {
                Some(opener) => self.brackets.truncate(opener),
                None if self.blocks.len() > 1 => {
                    self.brackets.clear();
                    self.end(start);
                    self.ended = self.kind() == Kind::Item;
                }
                None => {}
            },
            _ => {}
        }
        self.before = Some(token);
    }

    /// Whether a new part starts with a token.
    fn starts(&self, token: Token<'_>, next: &str, leads: bool) -> bool {
        let Some(before) = self.before else {
            return false;
        };
        if is_documentation(&before) {
            return false;
        }
        if is_documentation(&token) || self.ended {
            return true;
        }
        if !token.is_word() || matches!(token.text, "else" | "derivative") {
            return false;
        }
        let is_complete = matches!(before.text, "{" | ";")
            || before.ends_value()
                && !STATEMENTS.contains(&before.text)
                && !ITEMS.contains(&before.text)
                && before.text != "derivative";
        match self.kind() {
            Kind::Item => {
                let is_item = ITEMS.contains(&token.text) && is_name(next);
                if leads {
                    is_complete || is_item
                } else {
                    is_complete && is_item
                }
            }
            Kind::Statement => {
                is_complete && (leads || next == "=" || STATEMENTS.contains(&token.text))
            }
            // The value may stand on a line of its own.
            Kind::Setting => is_complete && leads && self.head() != Some(before),
        }
    }

    /// The first token of the part at hand.
    fn head(&self) -> Option<Token<'t>> {
        self.blocks.last().and_then(|(_, head)| *head)
    }

    /// Whether a token is the first of its line.
    fn leads(&self, start: usize) -> bool {
        self.before.is_none_or(|before| {
            let between = self.text.get(before.span.end..start);
            between.is_some_and(|between| between.contains('\n'))
        })
    }

    /// What the part at hand is.
    fn kind(&self) -> Kind {
        match self.blocks.len() {
            0 | 1 => Kind::Item,
            2 => Kind::Statement,
            _ => Kind::Setting,
        }
    }

    fn open(&mut self, kind: Kind, start: usize) {
        self.parts.push(Part {
            kind,
            span: Span::new(start, self.text.len()),
            around: self.blocks.last().map(|(part, _)| *part),
            unclosed: false,
        });
        self.blocks.push((self.parts.len() - 1, None));
    }

    /// Ends the part at hand.
    fn end(&mut self, end: usize) {
        if let Some((part, _)) = self.blocks.pop() {
            self.parts[part].span.end = end;
        }
    }

    /// Ends all parts at a place where no block ends.
    fn close_blocks(&mut self, end: usize) {
        while !self.blocks.is_empty() {
            self.end(end);
            if let Some((around, _)) = self.blocks.last() {
                self.parts[*around].unclosed = true;
            }
        }
        self.brackets.clear();
    }
}

fn is_documentation(token: &Token<'_>) -> bool {
    token.text.starts_with("///") && !token.text.starts_with("////")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c| XID_START(c) || c == '_')
}
