//! Where the grammar stopped and why, as a sentence. Every token is a rule, so that the rules which pest tried at the
//! furthest place are exactly what may stand there.

use pest::error::{Error, ErrorVariant, InputLocation};
use pest::unicode::{XID_CONTINUE, XID_START};

use super::grammar::Rule;
use super::hints;
use super::words::{Weight, rank, words};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The place where the grammar stopped, seen by the hints.
pub(super) struct Failure<'t> {
    /// The whole text.
    pub(super) text: &'t str,
    /// The place of what was found; empty at the end of the text.
    pub(super) span: Span,
    /// What was found: one token, or nothing at the end of the text.
    pub(super) found: &'t str,
    /// The rules that would have fitted.
    pub(super) expected: &'t [Rule],
}

impl Failure<'_> {
    /// Whether `rule` would have fitted.
    pub(super) fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }
}

/// The diagnostic for an error of pest.
pub(super) fn explain(text: &str, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let span = token(text, at);
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        // The only custom error of pest is that its stack runs out; the limits leave room in any usual thread.
        ErrorVariant::CustomError { message } => {
            return Diagnostic::new(span, "the text is nested too deep", "too deep")
                .note(message.clone());
        }
    };
    let failure = Failure {
        text,
        span,
        found: text.get(span.range()).unwrap_or_default(),
        expected,
    };
    let found = match failure.found {
        "" => "the end of the text".to_owned(),
        found => format!("`{found}`"),
    };
    let hint = hints::hint(&failure);
    let message = hint.message.unwrap_or_else(|| match expectation(expected) {
        Some(list) => format!("expected {list}, found {found}"),
        None => format!("unexpected {found}"),
    });
    let place = hint.span.unwrap_or(span);
    let mut diagnostic = Diagnostic::new(place, message, hint.label.unwrap_or_default());
    diagnostic.help.extend(hint.help);
    diagnostic.fixes.extend(hint.fix);
    diagnostic
}

/// `a, b or c`, without what would only lengthen it.
fn expectation(rules: &[Rule]) -> Option<String> {
    let mut rules = rules.to_vec();
    rules.sort_by_key(|&rule| rank(rule));
    let starts = |rule: &Rule| matches!(rule, Rule::item | Rule::statement | Rule::setting_name);
    let enough = match rules.iter().map(|&rule| words(rule).0).max()? {
        Weight::Plain if rules.iter().any(starts) => Weight::Plain,
        Weight::Plain | Weight::Separator => Weight::Separator,
        Weight::Continuation => Weight::Continuation,
    };
    let mut list: Vec<&str> = Vec::new();
    for (weight, word) in rules.iter().map(|&rule| words(rule)) {
        if weight >= enough && !list.contains(&word) {
            list.push(word);
        }
    }
    let last = list.pop()?;
    Some(match list.as_slice() {
        [] => last.to_owned(),
        rest => format!("{} or {last}", rest.join(", ")),
    })
}

/// The token that starts at `at`. At the end of the text it is empty and stands behind the last thing written.
pub(super) fn token(text: &str, at: usize) -> Span {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        let end = text.trim_end().len();
        return Span::new(end, end);
    };
    let length = if first.is_ascii_digit() {
        number_length(rest)
    } else if XID_START(first) || first == '_' {
        word_length(rest)
    } else if rest.starts_with("///") {
        rest.lines().next().map_or(0, |line| line.trim_end().len())
    } else {
        [
            "->", "=>", "|>", "..", "==", "!=", "<=", ">=", "&&", "||", ":=",
        ]
        .iter()
        .find(|operator| rest.starts_with(*operator))
        .map_or(first.len_utf8(), |operator| operator.len())
    };
    Span::new(at, at + length)
}

/// The bytes of `rest` that continue a name.
pub(super) fn word_length(rest: &str) -> usize {
    rest.find(|c| !XID_CONTINUE(c)).unwrap_or(rest.len())
}

/// The bytes of what a reader takes for one number, though it may be none: `2x`, `1.5f32`, `0x1F`.
fn number_length(rest: &str) -> usize {
    let whole = word_length(rest);
    let tail = rest.get(whole..).unwrap_or_default();
    match tail.strip_prefix('.') {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            whole + 1 + word_length(fraction)
        }
        _ => whole,
    }
}
