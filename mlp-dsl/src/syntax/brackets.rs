//! What is checked before the grammar runs: size, emptiness, and that brackets and comments close and do not nest too
//! deep. One pass without recursion, so that no text can exhaust the stack, and a forgotten bracket is reported where
//! it is and not where the grammar stumbles.

use std::iter::Peekable;
use std::str::CharIndices;

use pest::unicode::{PATTERN_WHITE_SPACE, XID_CONTINUE};

use super::limits::{NESTING, SOURCE_BYTES};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// Refuses a text that the grammar must not see.
pub(super) fn check(text: &str) -> Result<(), Diagnostics> {
    if text.len() > SOURCE_BYTES {
        return Err(Diagnostic::whole("the text is too large")
            .note(format!(
                "it has {} bytes; at most {SOURCE_BYTES} are allowed",
                text.len()
            ))
            .help("weights and data do not belong into the text; it describes the model alone")
            .into());
    }
    Scan {
        chars: text.char_indices().peekable(),
        text,
        open: Vec::new(),
        empty: true,
    }
    .run()
}

/// Something that is open.
#[derive(Clone, Copy)]
enum Opener {
    /// A bracket, with the one that closes it.
    Bracket { open: char, close: char },
    /// An `if` whose `{` is still to come: the grammar recurses into its condition.
    If,
}

struct Scan<'t> {
    chars: Peekable<CharIndices<'t>>,
    text: &'t str,
    open: Vec<(Opener, Span)>,
    /// Nothing but space and comments so far.
    empty: bool,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), Diagnostics> {
        while let Some((at, c)) = self.chars.next() {
            if c == '/' && self.comment(at)? {
                continue;
            }
            // The mark that some editors put before a text; the grammar takes it behind space and comments, too.
            if PATTERN_WHITE_SPACE(c) || (c == '\u{FEFF}' && self.empty) {
                continue;
            }
            self.empty = false;
            let here = Span::new(at, at + c.len_utf8());
            match c {
                '(' => self.enter(bracket('(', ')'), here)?,
                '[' => self.enter(bracket('[', ']'), here)?,
                '{' => {
                    if matches!(self.open.last(), Some((Opener::If, _))) {
                        self.open.pop();
                    }
                    self.enter(bracket('{', '}'), here)?;
                }
                ')' | ']' | '}' => self.leave(c, here)?,
                // No token holds a quote: the grammar gets no further than this either.
                '"' | '\'' => return Ok(()),
                _ if XID_CONTINUE(c) => self.word(at)?,
                _ => {}
            }
        }
        if self.empty {
            return Err(nothing_there().into());
        }
        let unclosed = self
            .open
            .iter()
            .rev()
            .find_map(|&(opener, span)| match opener {
                Opener::Bracket { open, close } => Some((open, close, span)),
                Opener::If => None,
            });
        match unclosed {
            Some((open, close, span)) => Err(Diagnostic::new(
                span,
                format!("this `{open}` is never closed"),
                format!("the `{close}` for this is missing"),
            )
            .into()),
            None => Ok(()),
        }
    }

    fn enter(&mut self, opener: Opener, span: Span) -> Result<(), Diagnostics> {
        self.open.push((opener, span));
        if self.open.len() <= NESTING {
            return Ok(());
        }
        Err(Diagnostic::new(
            span,
            format!("brackets and `if`s are nested more than {NESTING} deep"),
            "too deep",
        )
        .help("give a part of the formula a name of its own and use that")
        .into())
    }

    fn leave(&mut self, found: char, span: Span) -> Result<(), Diagnostics> {
        loop {
            match self.open.pop() {
                Some((Opener::If, _)) => {}
                Some((Opener::Bracket { close, .. }, _)) if close == found => return Ok(()),
                Some((Opener::Bracket { open, close }, opener)) => {
                    return Err(Diagnostic::new(
                        span,
                        format!("expected `{close}`, found `{found}`"),
                        format!("this cannot close `{open}`"),
                    )
                    .related(opener, format!("this `{open}` is still open"))
                    .into());
                }
                None => {
                    return Err(Diagnostic::new(
                        span,
                        format!("this `{found}` closes nothing"),
                        "no bracket is open here",
                    )
                    .into());
                }
            }
        }
    }

    /// Skips a word that starts at `start`.
    fn word(&mut self, start: usize) -> Result<(), Diagnostics> {
        while self.chars.next_if(|&(_, c)| XID_CONTINUE(c)).is_some() {}
        let span = Span::new(start, self.position());
        match self.text.get(span.range()) {
            Some("if") => self.enter(Opener::If, span),
            _ => Ok(()),
        }
    }

    /// Skips a comment if the slash at `start` begins one.
    fn comment(&mut self, start: usize) -> Result<bool, Diagnostics> {
        if self.chars.next_if(|&(_, c)| c == '/').is_some() {
            while self.chars.next_if(|&(_, c)| c != '\n').is_some() {}
            return Ok(true);
        }
        if self.chars.next_if(|&(_, c)| c == '*').is_none() {
            return Ok(false);
        }
        let mut depth = 1;
        while depth > 0 {
            let Some((at, c)) = self.chars.next() else {
                let span = Span::new(start, start + "/*".len());
                let message = "this comment is never closed";
                return Err(
                    Diagnostic::new(span, message, "the `*/` for this is missing")
                        .note("comments nest: every `/*` within one needs its own `*/`")
                        .into(),
                );
            };
            if c == '*' && self.chars.next_if(|&(_, c)| c == '/').is_some() {
                depth -= 1;
            } else if c == '/' && self.chars.next_if(|&(_, c)| c == '*').is_some() {
                depth += 1;
                if depth > NESTING {
                    let span = Span::new(at, at + "/*".len());
                    let message = format!("comments are nested more than {NESTING} deep");
                    return Err(Diagnostic::new(span, message, "too deep").into());
                }
            }
        }
        Ok(true)
    }

    /// The place of the next character.
    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |&(at, _)| at)
    }
}

fn bracket(open: char, close: char) -> Opener {
    Opener::Bracket { open, close }
}

fn nothing_there() -> Diagnostic {
    Diagnostic::whole("the text is empty: there is nothing to compile").help(
        "a small model looks like this:\n\
         model Xor {\n    \
             input  x[2]\n    \
             output x -> dense(4) -> tanh -> dense(1) -> sigmoid\n    \
             loss   bce\n\
         }",
    )
}
