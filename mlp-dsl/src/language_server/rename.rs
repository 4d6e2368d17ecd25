//! Another name for something that the text defines.

use lsp_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};

use super::document::Document;
use super::refusal::Refusal;
use super::symbols::word;
use crate::analyse;
use crate::model::{Place, References};
use crate::source::Source;
use crate::syntax;

/// The name at a position, if it can have another one.
pub(super) fn prepare(
    document: &Document,
    parameters: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Refusal> {
    if document.analysis.references.is_some() && document.name_at(parameters.position).is_none() {
        return Ok(None);
    }
    let (references, place) = renamable(document, parameters)?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: document.text.range(place.span),
        placeholder: references.referent(place).name.clone(),
    }))
}

/// The edits that give the name at a position another one. Afterwards every name refers to what it referred to before,
/// and there is no mistake that was not there.
pub(super) fn rename(
    document: &Document,
    parameters: &RenameParams,
) -> Result<Option<WorkspaceEdit>, Refusal> {
    let (references, place) = renamable(document, &parameters.text_document_position)?;
    let new = parameters.new_name.as_str();
    if !syntax::is_name(new) {
        return Err(Refusal::invalid(format!(
            "`{new}` is not a name: names consist of letters, digits and `_`, and start with a letter"
        )));
    }
    let places: Vec<&Place> = references.places_of(place.referent).collect();
    let mut renamed = String::new();
    let mut at = 0;
    for place in &places {
        renamed += document
            .text
            .as_str()
            .get(at..place.span.start)
            .unwrap_or_default();
        renamed += new;
        at = place.span.end;
    }
    renamed += document.text.as_str().get(at..).unwrap_or_default();

    let after = analyse(&Source::new(document.uri.as_str(), renamed));
    let (before, errors) = (&document.analysis.errors.list, &after.errors.list);
    if errors.len() > before.len() {
        let known = |message: &String| before.iter().any(|error| error.message == *message);
        let mut messages = errors.iter().map(|error| &error.message);
        let reason = messages.find(|message| !known(message));
        let reason = reason.map_or("it would be a mistake", String::as_str);
        return Err(Refusal::failed(format!(
            "`{new}` cannot be the name: {reason}"
        )));
    }
    let meanings = |references: &References| -> Vec<usize> {
        references
            .places
            .iter()
            .map(|place| place.referent)
            .collect()
    };
    if after.references.as_ref().map(meanings) != Some(meanings(references)) {
        return Err(Refusal::failed(format!(
            "`{new}` cannot be the name: it already means something else here"
        )));
    }
    let edits = places.into_iter();
    let edits = edits.map(|place| TextEdit::new(document.text.range(place.span), new.to_owned()));
    Ok(Some(document.edit(edits.collect())))
}

/// What is named at a position, if the text defines it.
fn renamable<'d>(
    document: &'d Document,
    parameters: &TextDocumentPositionParams,
) -> Result<(&'d References, &'d Place), Refusal> {
    if document.analysis.references.is_none() {
        return Err(Refusal::failed("the text cannot be parsed: mend it first"));
    }
    let (references, place) = (document.name_at(parameters.position))
        .ok_or_else(|| Refusal::failed("there is no name here that refers to anything"))?;
    let referent = references.referent(place);
    if referent.definition.is_none() {
        let (kind, name) = (word(referent.kind), &referent.name);
        return Err(Refusal::failed(format!("the {kind} `{name}` is built in")));
    }
    Ok((references, place))
}
