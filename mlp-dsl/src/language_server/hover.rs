//! What there is to say of the name at a position.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::describe::{self, Description, block};
use super::document::Document;
use super::refusal::Refusal;
use super::{completion, symbols};
use crate::equations::Equations;
use crate::model::{Checked, Model, Place, References, Referent, ReferentKind};
use crate::source::Span;
use crate::syntax::Cursor;

/// The description of the name at a position: of a value its length and equations, of a layer, an activation or a loss
/// the formula, and what the compiler makes of it in this place.
pub(super) fn hover(
    document: &Document,
    parameters: &HoverParams,
) -> Result<Option<Hover>, Refusal> {
    let position = parameters.text_document_position_params.position;
    let found = match document.name_at(position) {
        Some((references, place)) => Some((described(document, references, place), place.span)),
        None => word(document, document.text.offset(position)),
    };
    Ok(found.map(|(value, span)| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        }),
        range: Some(document.text.range(span)),
    }))
}

/// A word that names nothing the text could define, or one in a text that cannot be parsed: what would be offered there.
fn word(document: &Document, offset: usize) -> Option<(String, Span)> {
    let text = document.text.as_str();
    // At the first letter of a word nothing of it is written yet, but it is that word which is asked about.
    let letter = text.get(offset..).and_then(|rest| rest.chars().next());
    let within = letter.filter(|letter| letter.is_alphanumeric());
    let cursor = Cursor::at(text, offset + within.map_or(0, char::len_utf8));
    let word = text.get(cursor.word.range())?;
    let candidates = completion::candidates(document, &cursor);
    let meant = candidates
        .into_iter()
        .find(|candidate| candidate.label == word)?;
    Some((meant.description.markdown(), cursor.word))
}

fn described(document: &Document, references: &References, place: &Place) -> String {
    let referent = references.referent(place);
    let checked = &document.analysis.compiled.checked;
    let name = referent.name.as_str();
    let owner = (referent.definition).and_then(|site| references.referents.get(site.owner?));
    let model = models(document).find(|(model, _)| {
        owner.is_some_and(|owner| owner.kind == ReferentKind::Model && owner.name == model.name)
    });
    let description = match referent.kind {
        ReferentKind::Layer => describe::layer_named(name).map(describe::layer),
        ReferentKind::Function => describe::function(checked, name),
        ReferentKind::Activation => {
            let known = checked.activations.iter().find(|known| known.name == name);
            known.map(describe::activation)
        }
        ReferentKind::Loss => {
            let known = checked.losses.iter().find(|known| known.name == name);
            known.map(describe::loss)
        }
        ReferentKind::Constant => checked
            .constants
            .get(name)
            .map(|value| Description::new(format!("const {name} = {value}"), "")),
        ReferentKind::Model => {
            let model = models(document).find(|(model, _)| model.name == name);
            model.map(|(model, equations)| whole_model(model, equations))
        }
        ReferentKind::Input | ReferentKind::Value => model.map(|(model, equations)| {
            let whole = referent.definition.map(|site| site.whole);
            value(referent, whole.unwrap_or_default(), model, equations)
        }),
        ReferentKind::Argument | ReferentKind::Parameter | ReferentKind::Label => {
            let of = owner.map_or(String::new(), |owner| {
                format!("of the {} `{}`", symbols::word(owner.kind), owner.name)
            });
            let written = owner.and_then(|owner| formal(checked, owner, name));
            let usage = written.unwrap_or_else(|| name.to_owned());
            let usage = format!("{} {usage}", symbols::word(referent.kind));
            Some(Description::new(usage, of))
        }
    };
    let description = description.unwrap_or_else(|| {
        // It has a mistake, which is shown where it is.
        Description::new(format!("{} {name}", symbols::word(referent.kind)), "")
    });
    let whole = match (referent.kind, referent.definition) {
        (ReferentKind::Label, Some(site)) => site.whole,
        _ => place.whole,
    };
    let is_stage = matches!(
        referent.kind,
        ReferentKind::Layer | ReferentKind::Activation | ReferentKind::Loss | ReferentKind::Label
    );
    let here = is_stage.then(|| stage(document, whole)).flatten();
    let text = description.markdown();
    match here {
        Some(here) => format!("{text}\n\n---\n\n{here}"),
        None => text,
    }
}

/// The parameter `name` of an activation or a loss, as it is written there.
fn formal(checked: &Checked, owner: &Referent, name: &str) -> Option<String> {
    let parameters = match owner.kind {
        ReferentKind::Activation => {
            let mut known = checked.activations.iter();
            &known.find(|known| known.name == owner.name)?.parameters
        }
        ReferentKind::Loss => {
            let mut known = checked.losses.iter();
            &known.find(|known| known.name == owner.name)?.parameters
        }
        _ => return None,
    };
    let parameter = parameters.iter().find(|parameter| parameter.name == name);
    parameter.map(describe::parameter)
}

fn models(document: &Document) -> impl Iterator<Item = (&Model, &Equations)> {
    let compiled = &document.analysis.compiled;
    compiled.checked.models.iter().zip(&compiled.models)
}

/// The equations that come from a part of the text, a line each, in the order of computation.
fn equations_within(equations: &Equations, whole: Span) -> String {
    let within = |span: Span| whole.start <= span.start && span.end <= whole.end;
    let lines: Vec<String> = (equations.list.iter())
        .filter(|equation| equation.origin.is_some_and(within))
        .map(|equation| equations.equation_text(equation))
        .collect();
    lines.join("\n")
}

/// What the compiler makes of a stage, or of the loss, in its place: equations and parameters.
fn stage(document: &Document, whole: Span) -> Option<String> {
    let within = |span: Span| whole.start <= span.start && span.end <= whole.end;
    models(document).find_map(|(model, equations)| {
        let lines = equations_within(equations, whole);
        if lines.is_empty() {
            return None;
        }
        let parameters: Vec<String> = (model.parameters.iter())
            .filter(|parameter| within(parameter.span))
            .map(|parameter| format!("`{}` {}", parameter.name, shape(&parameter.shape)))
            .collect();
        let equations = block("text", &lines);
        Some(match parameters.as_slice() {
            [] => equations,
            parameters => format!("{equations}\n{}", parameters.join(", ")),
        })
    })
}

fn value(referent: &Referent, whole: Span, model: &Model, equations: &Equations) -> Description {
    let name = referent.name.as_str();
    let known = (model.values.iter()).find(|value| value.name.as_deref() == Some(name));
    let usage = match (referent.kind, known) {
        (ReferentKind::Input, Some(value)) => format!("input {name}[{}]", value.length),
        (_, Some(value)) => format!("{name}[{}]", value.length),
        (_, None) => name.to_owned(),
    };
    let lines = equations_within(equations, whole);
    let text = match lines.as_str() {
        "" => String::new(),
        lines => block("text", lines),
    };
    Description::new(usage, text)
}

fn whole_model(model: &Model, equations: &Equations) -> Description {
    let usage = format!(
        "model {}: {} inputs, {} outputs, {} parameters",
        model.name,
        equations.input_length(),
        equations.output_length(),
        equations.parameter_count()
    );
    let documentation = describe::paragraphs(&model.documentation);
    let text = block("text", &equations.to_string());
    Description::new(usage, format!("{text}\n{documentation}"))
}

fn shape(lengths: &[usize]) -> String {
    let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
    match lengths.as_slice() {
        [] => "a scalar".to_owned(),
        lengths => lengths.join("×"),
    }
}
