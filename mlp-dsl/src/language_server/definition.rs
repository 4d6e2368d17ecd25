//! Where a name is defined, and where it is used.

use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, ReferenceParams};

use super::document::Document;
use super::refusal::Refusal;

/// The place where the name at a position is defined; none for what is built in.
pub(super) fn definition(
    document: &Document,
    parameters: &GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>, Refusal> {
    let position = parameters.text_document_position_params.position;
    let site = (document.name_at(position))
        .and_then(|(references, place)| references.referent(place).definition);
    Ok(site.map(|site| {
        let range = document.text.range(site.name);
        GotoDefinitionResponse::Scalar(Location::new(document.uri.clone(), range))
    }))
}

/// All places of the name at a position.
pub(super) fn references(
    document: &Document,
    parameters: &ReferenceParams,
) -> Result<Option<Vec<Location>>, Refusal> {
    let Some((references, place)) = document.name_at(parameters.text_document_position.position)
    else {
        return Ok(None);
    };
    let site = references.referent(place).definition;
    let places = references.places_of(place.referent).filter(|place| {
        parameters.context.include_declaration || site.is_none_or(|site| site.name != place.span)
    });
    let locations =
        places.map(|place| Location::new(document.uri.clone(), document.text.range(place.span)));
    Ok(Some(locations.collect()))
}
