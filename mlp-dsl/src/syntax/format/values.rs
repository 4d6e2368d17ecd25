//! The layout of expressions.

use pest::iterators::Pair;

use super::lines::{Gap, Lines};
use crate::syntax::grammar::Rule;

/// Any match of the grammar of expressions, token by token.
pub(super) fn value<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    match pair.as_rule() {
        Rule::expression | Rule::sum | Rule::product => chain(pair, lines),
        Rule::arguments | Rule::group | Rule::join => list(pair, lines),
        Rule::index => index(pair, lines),
        Rule::conditional => conditional(pair, lines),
        Rule::argument | Rule::parameter => separated(pair, Gap::Space, lines),
        Rule::stage => stage(pair, lines),
        // Names with arguments or an index, signs, powers, and what only passes one part on.
        _ if pair.clone().into_inner().next().is_some() => separated(pair, Gap::Tight, lines),
        _ => lines.token(&pair),
    }
}

/// The parts of a match with the same gap between all of them.
fn separated<'t>(pair: Pair<'t, Rule>, gap: Gap, lines: &mut Lines<'t>) {
    for (index, part) in pair.into_inner().enumerate() {
        if index > 0 {
            lines.gap(gap);
        }
        value(part, lines);
    }
}

/// Operands with operators or arrows between them. All of these start a line, or none.
fn chain<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    let mut parts = pair.clone().into_inner();
    let Some(first) = parts.next() else { return };
    if parts.peek().is_none() {
        return value(first, lines);
    }
    lines.open(&pair);
    value(first, lines);
    lines.indent();
    for part in parts {
        match part.as_rule() {
            Rule::arrow | Rule::plus | Rule::minus | Rule::times | Rule::over => {
                lines.gap(Gap::Break(" "));
                lines.token(&part);
                lines.gap(Gap::Space);
            }
            _ => value(part, lines),
        }
    }
    lines.dedent();
    lines.close();
}

/// What stands in brackets, separated by commas.
fn list<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    let empty = pair.clone().into_inner().count() < 3;
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::open | Rule::open_bracket if !empty => open_list(&part, lines),
            Rule::close | Rule::close_bracket if !empty => close_list(&part, lines),
            Rule::comma => separate(&part, lines),
            _ => value(part, lines),
        }
    }
}

/// The bracket before a list.
pub(super) fn open_list<'t>(bracket: &Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.token(bracket);
    lines.open_here();
    lines.indent();
    lines.gap(Gap::Break(""));
}

/// A comma or a semicolon within a list.
pub(super) fn separate<'t>(mark: &Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.gap(Gap::Tight);
    lines.token(mark);
    lines.gap(Gap::Break(" "));
}

/// The bracket after a list.
pub(super) fn close_list<'t>(bracket: &Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.end(bracket, Gap::Closing(""));
    lines.close();
}

/// `[element]` or `[start..end]`
fn index<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::open_bracket => open_list(&part, lines),
            Rule::close_bracket => close_list(&part, lines),
            Rule::range => {
                // `1...3` would be read otherwise than `1. ..3`.
                let glued = lines.last() == Some('.');
                lines.gap(if glued { Gap::Space } else { Gap::Tight });
                lines.token(&part);
            }
            _ => value(part, lines),
        }
    }
}

/// `label: name(arguments)`
fn stage<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    for part in pair.into_inner() {
        let is_colon = part.as_rule() == Rule::colon;
        if is_colon {
            lines.gap(Gap::Tight);
        }
        value(part, lines);
        if is_colon {
            lines.gap(Gap::Space);
        }
    }
}

/// `if a < b { … } else { … }`, over one line or five.
fn conditional<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.open(&pair);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::open_brace => {
                lines.begin(&part);
                lines.gap(Gap::Break(" "));
            }
            Rule::close_brace => {
                lines.end(&part, Gap::Closing(" "));
                lines.gap(Gap::Space);
            }
            _ => {
                value(part, lines);
                lines.gap(Gap::Space);
            }
        }
    }
    lines.gap(Gap::Tight);
    lines.close();
}
