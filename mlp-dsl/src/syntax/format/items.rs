//! The layout of items, statements and settings.

use pest::iterators::Pair;

use super::lines::{Blank, Gap, Lines};
use super::values::{close_list, open_list, separate, value};
use crate::syntax::grammar::Rule;

/// A whole text. Empty lines around a model set it apart; others stay as they are.
pub(super) fn file<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    let mut after_model = false;
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::item => {
                let is_model = part
                    .clone()
                    .into_inner()
                    .any(|part| part.as_rule() == Rule::model);
                lines.gap(Gap::Line(match is_model || after_model {
                    true => Blank::Always,
                    false => Blank::Kept,
                }));
                item(part, lines);
                after_model = is_model;
            }
            Rule::semicolon => separator(&part, lines),
            _ => lines.end_of_text(&part),
        }
    }
}

/// A semicolon between two lines, which the end of the line replaces.
fn separator<'t>(semicolon: &Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.gap(Gap::Line(Blank::Kept));
    lines.skip(semicolon);
}

fn item<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::documentation => {
                lines.token(&part);
                lines.gap(Gap::Line(Blank::Never));
            }
            Rule::model => model(part, lines),
            _ => definition(part, lines),
        }
    }
}

/// `const`, `activation` or `loss`
fn definition<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    lines.open(&pair);
    let mut derivative = false;
    for part in pair.into_inner() {
        if part.as_rule() == Rule::derivative_word {
            derivative = true;
            lines.indent();
            lines.gap(Gap::Break(" "));
        }
        definition_part(part, lines);
    }
    if derivative {
        lines.dedent();
    }
    lines.close();
}

fn definition_part<'t>(part: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    match part.as_rule() {
        Rule::const_word | Rule::activation_word | Rule::loss_word | Rule::derivative_word => {
            lines.token(&part);
            lines.gap(Gap::Space);
        }
        Rule::open => open_list(&part, lines),
        Rule::comma | Rule::semicolon => separate(&part, lines),
        Rule::parameters => part
            .into_inner()
            .for_each(|part| definition_part(part, lines)),
        Rule::close => close_list(&part, lines),
        Rule::equals => {
            lines.gap(Gap::Space);
            lines.token(&part);
            lines.gap(Gap::Space);
        }
        _ => value(part, lines),
    }
}

fn model<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::open_brace => {
                lines.gap(Gap::Space);
                lines.begin(&part);
            }
            Rule::statement => {
                lines.gap(Gap::Line(Blank::Kept));
                statement(part, lines);
            }
            Rule::semicolon => separator(&part, lines),
            Rule::close_brace => end_block(&part, lines),
            _ => {
                lines.token(&part);
                lines.gap(Gap::Space);
            }
        }
    }
}

/// The brace after a block, close to the one before it where nothing stands between them.
fn end_block<'t>(brace: &Pair<'t, Rule>, lines: &mut Lines<'t>) {
    let empty = lines.last() == Some('{') && lines.before(brace).trim().is_empty();
    lines.end(
        brace,
        match empty {
            true => Gap::Tight,
            false => Gap::Line(Blank::NotLast),
        },
    );
}

fn statement<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    for form in pair.into_inner() {
        match form.as_rule() {
            Rule::train_statement => train(form, lines),
            // What follows the words `input`, `output` and `loss` stands in one column.
            Rule::input_statement => words(form, Gap::Pad("  ", "  "), lines),
            Rule::loss_statement => words(form, Gap::Pad("   ", "   "), lines),
            _ => words(form, Gap::Space, lines),
        }
    }
}

/// The parts of a statement or a setting: a word, then `gap`, and the rest.
fn words<'t>(pair: Pair<'t, Rule>, gap: Gap, lines: &mut Lines<'t>) {
    for (index, part) in pair.into_inner().enumerate() {
        match part.as_rule() {
            _ if index == 0 => {
                lines.token(&part);
                lines.gap(gap);
            }
            Rule::defines => {
                lines.gap(Gap::Space);
                lines.token(&part);
                lines.gap(Gap::Space);
            }
            _ => value(part, lines),
        }
    }
}

/// `train { … }`: in one line, unless the text has several; then each setting has its own.
fn train<'t>(pair: Pair<'t, Rule>, lines: &mut Lines<'t>) {
    let one_line = is_one_line(&pair);
    lines.open(&pair);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::open_brace => {
                lines.gap(Gap::Pad("  ", " "));
                lines.begin(&part);
                lines.gap(setting_gap(one_line, " "));
            }
            Rule::setting => {
                words(part, Gap::Space, lines);
                lines.gap(setting_gap(one_line, "  "));
            }
            Rule::semicolon => lines.skip(&part),
            Rule::close_brace if one_line && lines.last() != Some('{') => {
                lines.end(&part, Gap::Closing(" "));
            }
            Rule::close_brace => end_block(&part, lines),
            _ => lines.token(&part),
        }
    }
    lines.close();
}

fn setting_gap(one_line: bool, space: &'static str) -> Gap {
    match one_line {
        true => Gap::Break(space),
        false => Gap::Line(Blank::Kept),
    }
}

/// Whether neither a line ends nor a comment stands between the braces.
fn is_one_line(pair: &Pair<'_, Rule>) -> bool {
    let text = pair.as_str();
    let inside = text.split_once('{').map_or(text, |(_, inside)| inside);
    let inside = inside.rsplit_once('}').map_or(inside, |(inside, _)| inside);
    let comments = ["/*", "//"].iter().any(|start| inside.contains(start));
    !comments && !inside.contains('\n')
}
