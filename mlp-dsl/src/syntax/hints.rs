//! What people write who come from another language, and what it is called here.

use super::failure::{Failure, word_length};
use super::grammar::Rule;
use super::tokens::{Token, tokens};
use crate::diagnostic::{Fix, nearest};
use crate::source::Span;

/// What a special case says instead of, or in addition to, the general sentence.
#[derive(Default)]
pub(super) struct Hint {
    /// Replaces the sentence.
    pub(super) message: Option<String>,
    /// Replaces what stands under the caret.
    pub(super) label: Option<String>,
    /// How to mend it.
    pub(super) help: Option<String>,
    /// A change of the text that mends it.
    pub(super) fix: Option<Fix>,
    /// Where the mistake stands, if not where the grammar noticed it.
    pub(super) span: Option<Span>,
}

impl Hint {
    fn help(help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..Self::default()
        }
    }

    /// The same with what is to stand at `span` instead.
    fn fix(self, span: Span, replacement: &str) -> Self {
        let replacement = replacement.to_owned();
        Self {
            fix: Some(Fix { span, replacement }),
            ..self
        }
    }

    fn message(message: impl Into<String>, label: &str, help: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            label: Some(label.into()),
            ..Self::help(help)
        }
    }
}

/// The words that start statements.
pub const STATEMENTS: [&str; 5] = ["precision", "input", "output", "loss", "train"];

/// The words that start items.
pub const ITEMS: [&str; 4] = ["const", "activation", "loss", "model"];

/// Characters that a person may type or paste, and what is written for them.
const CHARACTERS: [(char, &str); 25] = [
    ('·', "*"),
    ('⋅', "*"),
    ('×', "*"),
    ('⊙', "*"),
    ('∘', "->"),
    ('÷', "/"),
    ('−', "-"),
    ('–', "-"),
    ('→', "->"),
    ('⟶', "->"),
    ('↦', "->"),
    ('⇒', "->"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('²', "^2"),
    ('³', "^3"),
    ('½', "1 / 2"),
    ('√', "sqrt(…)"),
    ('∑', "sum(…)"),
    ('∞', "a large number"),
    ('…', ".."),
    ('∂', "the formula alone; the compiler derives it"),
    ('∇', "the formula alone; the compiler derives it"),
    ('\u{a0}', "an ordinary space"),
];

/// The special case that `failure` is, if it is one.
pub(super) fn hint(failure: &Failure<'_>) -> Hint {
    character(failure)
        .or_else(|| unfinished(failure))
        .or_else(|| number(failure))
        .or_else(|| symbol(failure))
        .or_else(|| word(failure))
        .unwrap_or_default()
}

/// A character that is in no token.
fn character(failure: &Failure<'_>) -> Option<Hint> {
    let c = failure.found.chars().next()?;
    let mut instead = None;
    let help = match c {
        '\'' => "names consist of letters, digits and `_`; a derivative is derived by the compiler and never written".to_owned(),
        '"' => "the language has no strings: names stand without quotes".to_owned(),
        '#' => "a comment starts with `//`".to_owned(),
        _ => {
            let (_, known) = CHARACTERS.iter().find(|(known, _)| *known == c)?;
            if known.contains(' ') || known.contains('…') {
                format!("write {known}")
            } else {
                instead = Some(*known);
                format!("write `{known}`")
            }
        }
    };
    let shown = match c {
        '\u{a0}' => "a no-break space".to_owned(),
        c => format!("`{c}`"),
    };
    let message = format!("{shown} is no part of the language");
    let hint = Hint::message(message, "unknown character", help);
    Some(match instead {
        Some(instead) => hint.fix(failure.span, instead),
        None => hint,
    })
}

/// A line that ends where a value must follow. The grammar takes the first words of the next statement for that value, and
/// stops only behind them.
fn unfinished(failure: &Failure<'_>) -> Option<Hint> {
    let before = failure.text.get(..failure.span.start)?;
    let mut before: Vec<Token<'_>> = tokens(before).filter(|token| !token.is_comment()).collect();
    let found = Token {
        text: failure.found,
        span: failure.span,
    };
    before.push(found);
    // What was found is the keyword, or follows it, or follows the word behind it.
    let dangling = (1..=3).find_map(|back| {
        let [last, next, ..] = before.get(before.len().checked_sub(back + 1)?..)? else {
            return None;
        };
        let is_open = matches!(last.text, "=" | "->" | "+" | "-" | "*" | "/" | "^");
        let between = failure.text.get(last.span.end..next.span.start)?;
        let is_keyword = STATEMENTS.contains(&next.text) || ITEMS.contains(&next.text);
        let starts = is_keyword || back == 1 && next.text == "}";
        (is_open && starts && between.contains('\n')).then_some((last, next))
    });
    let (last, next) = dangling?;
    let (label, what) = match last.text {
        "->" => ("a layer or activation is missing", "a layer or activation"),
        _ => ("a value is missing", "a value"),
    };
    let help = match next.text {
        "}" => format!("write {what} there"),
        keyword if STATEMENTS.contains(&keyword) => {
            format!("write {what} there; `{keyword}` begins the next statement")
        }
        keyword => format!("write {what} there; `{keyword}` begins the next item"),
    };
    let message = format!("nothing stands after `{}`", last.text);
    Some(Hint {
        span: Some(last.span),
        ..Hint::message(message, label, help)
    })
}

/// Something that starts like a number and is none, where it stands or at all.
fn number(failure: &Failure<'_>) -> Option<Hint> {
    let found = failure.found;
    let after = failure.text.get(failure.span.end..).unwrap_or_default();
    if found == "." && after.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = after.get(..word_length(after)).unwrap_or_default();
        return Some(Hint::help(format!("write `0.{digits}`")));
    }
    if !found.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let tail = found.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
    if tail.is_empty() || is_exponent(tail) {
        return None;
    }
    let digits = found.strip_suffix(tail).unwrap_or(found);
    let help = match tail {
        "f32" | "f64" | "i32" | "i64" | "usize" => {
            format!("numbers have no suffix: write `{digits}`")
        }
        _ if digits == "0" && tail.starts_with(['x', 'b', 'o']) => {
            "numbers are written in decimal".to_owned()
        }
        "e" | "E" => format!("an exponent needs digits: `{digits}e3`"),
        _ => format!("to multiply, write `{digits} * {tail}`; a name starts with a letter"),
    };
    let message = format!("`{found}` is neither a number nor a name");
    Some(Hint::message(message, "letters follow the digits", help))
}

fn is_exponent(tail: &str) -> bool {
    let digits = tail.strip_prefix(['e', 'E']);
    digits.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
}

/// A symbol that means something elsewhere.
fn symbol(failure: &Failure<'_>) -> Option<Hint> {
    let before = previous_word(failure);
    Some(match failure.found {
        found if found.starts_with("///") => Hint::message(
            "this documentation comment documents nothing",
            "only `const`, `activation`, `loss` and `model` are documented",
            "write `//` for a comment",
        ),
        "=>" | "|>" | "|" => {
            Hint::help("values flow through `->`: `x -> dense(8)`").fix(failure.span, "->")
        }
        "=" if failure.expects(Rule::signed) && STATEMENTS.contains(&before) => {
            Hint::help(format!("`{before}` stands without `=`"))
        }
        "=" if failure.expects(Rule::signed) && !before.is_empty() => {
            Hint::help(format!("a setting stands without `=`: `{before} …`"))
        }
        "*" if failure.text.get(..failure.span.start)?.ends_with('*') => {
            Hint::help("a power is written `x^2`")
        }
        "<" | "<=" | ">" | ">=" | "==" | "!=" => {
            Hint::help("a comparison stands only in a condition: `if a < b { … } else { … }`")
        }
        "," if failure.expects(Rule::statement) || failure.expects(Rule::setting_name) => {
            Hint::help("nothing but space stands between statements or settings")
        }
        ")" | "]"
            if failure
                .text
                .get(..failure.span.start)?
                .trim_end()
                .ends_with(',') =>
        {
            Hint::help("a list ends without a comma")
        }
        "[" => Hint::help("only a name takes an index: `y = f(x)`, then `y[0]`"),
        ":=" => Hint::help("a value is defined with `=`").fix(failure.span, "="),
        "{" if failure.expects(Rule::comparison) => {
            Hint::help("a condition compares two values: `if x > 0 { … } else { … }`")
        }
        "->" if failure.expects(Rule::defines) => Hint::help(format!(
            "give the value a name, `h = {before} -> …`, or make it the output, `output {before} -> …`"
        )),
        _ => return None,
    })
}

/// A word in a place where it cannot stand, or a name after which something is missing.
fn word(failure: &Failure<'_>) -> Option<Hint> {
    let (before, found) = (previous_word(failure), failure.found);
    if found == "if" && before == "else" {
        return Some(Hint::help("write `else { if … { … } else { … } }`"));
    }
    if failure.expects(Rule::else_word) {
        return Some(Hint::help(
            "every `if` has both values: `if a < b { … } else { … }`",
        ));
    }
    if failure.expects(Rule::times) && found.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(Hint::help(format!("to multiply, write `* {found}`")));
    }
    if found == "_" {
        return Some(Hint::help("`_` alone is no name"));
    }
    if matches!(found, "if" | "else") {
        return Some(Hint::help(format!(
            "`{found}` is a keyword and names nothing"
        )));
    }
    if failure.expects(Rule::item) || failure.expects(Rule::file) {
        if STATEMENTS.contains(&found) {
            return Some(Hint::help(
                "statements stand within a model: `model NAME { … }`",
            ));
        }
        let near = nearest(found, ITEMS)?;
        let help = format!("did you mean `{near}`?");
        return Some(Hint::help(help).fix(failure.span, near));
    }
    if failure.expects(Rule::defines) && !before.is_empty() {
        // `ouput x -> relu`, or `x dense(3)` where `x -> dense(3)` is meant.
        return Some(match nearest(before, STATEMENTS) {
            Some(near) => {
                let end = failure.text.get(..failure.span.start)?.trim_end().len();
                let misspelt = Span::new(end - before.len(), end);
                Hint::help(format!("did you mean `{near}`?")).fix(misspelt, near)
            }
            None => Hint::help(format!(
                "`{before} = …` names a value; to send one through a layer, write `-> {before}`"
            )),
        });
    }
    None
}

/// The word that ends just before the place of the failure, or nothing.
fn previous_word<'t>(failure: &Failure<'t>) -> &'t str {
    let before = failure.text.get(..failure.span.start).unwrap_or_default();
    let before = before.trim_end();
    let start = before
        .char_indices()
        .rev()
        .take_while(|&(_, c)| pest::unicode::XID_CONTINUE(c))
        .last()
        .map_or(before.len(), |(at, _)| at);
    before.get(start..).unwrap_or_default()
}
