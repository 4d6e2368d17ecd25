//! The parts of a matched rule, in order, without the punctuation that only separates them.

use pest::iterators::{Pair, Pairs};

use super::ast::Name;
use super::grammar::Rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// Walks the parts of one rule.
pub(super) struct Parts<'t> {
    pairs: Pairs<'t, Rule>,
    span: Span,
}

impl<'t> Parts<'t> {
    /// The parts of `whole`.
    pub(super) fn of(whole: Pair<'t, Rule>) -> Self {
        Self {
            span: span(&whole),
            pairs: whole.into_inner(),
        }
    }

    /// The next part, if there is one.
    pub(super) fn any(&mut self) -> Option<Pair<'t, Rule>> {
        self.pairs.find(|part| !is_punctuation(part.as_rule()))
    }

    /// The next part, if it is a `rule`.
    pub(super) fn take(&mut self, rule: Rule) -> Option<Pair<'t, Rule>> {
        while let Some(part) = self.pairs.peek() {
            if part.as_rule() == rule {
                return self.pairs.next();
            }
            if !is_punctuation(part.as_rule()) {
                return None;
            }
            self.pairs.next();
        }
        None
    }

    /// The next part, which the grammar promises to be a `rule`.
    pub(super) fn expect(&mut self, rule: Rule) -> Result<Pair<'t, Rule>, Diagnostics> {
        self.take(rule)
            .ok_or_else(|| contradiction(self.span).into())
    }

    /// The next part, which the grammar promises to be there.
    pub(super) fn some(&mut self) -> Result<Pair<'t, Rule>, Diagnostics> {
        self.any().ok_or_else(|| contradiction(self.span).into())
    }

    /// The next part, which the grammar promises to be a name.
    pub(super) fn name(&mut self) -> Result<Name, Diagnostics> {
        self.expect(Rule::name).map(|part| name(&part))
    }
}

/// The place of a rule's match, up to its last token: pest's own span runs on over the space behind it.
pub(super) fn span(pair: &Pair<'_, Rule>) -> Span {
    let start = pair.as_span().start();
    let mut last = pair.clone();
    while let Some(part) = last.clone().into_inner().next_back() {
        last = part;
    }
    Span::new(start, last.as_span().end())
}

/// A match as a name.
pub(super) fn name(pair: &Pair<'_, Rule>) -> Name {
    Name {
        text: pair.as_str().to_owned(),
        span: span(pair),
    }
}

/// What is reported where the tree cannot be read as the grammar promises: a mistake of the compiler, and no reason to
/// take the user's build down with a panic.
pub(super) fn contradiction(span: Span) -> Diagnostic {
    Diagnostic::new(
        span,
        "the compiler cannot read this",
        "parsed, but not understood",
    )
    .note("this is a mistake in the compiler, not in your text; please report it")
}

fn is_punctuation(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::open
            | Rule::close
            | Rule::open_bracket
            | Rule::close_bracket
            | Rule::open_brace
            | Rule::close_brace
            | Rule::comma
            | Rule::semicolon
            | Rule::colon
            | Rule::range
            | Rule::arrow
            | Rule::equals
            | Rule::defines
    )
}
