//! The outline of a text.

use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};

use super::document::Document;
use super::refusal::Refusal;
use crate::model::{References, ReferentKind};

/// The items of a text, and in each model its inputs, values and labels. While a text cannot be parsed it is the outline
/// of the last one that could.
pub(super) fn symbols(
    document: &Document,
    _: &DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let references = document.known().references.as_ref();
    Ok(references
        .map(|references| DocumentSymbolResponse::Nested(owned_by(document, references, None))))
}

fn owned_by(
    document: &Document,
    references: &References,
    owner: Option<usize>,
) -> Vec<DocumentSymbol> {
    let mut symbols = Vec::new();
    for (index, referent) in references.referents.iter().enumerate() {
        let (Some(site), Some(kind)) = (referent.definition, symbol_kind(referent.kind)) else {
            continue;
        };
        if site.owner != owner {
            continue;
        }
        let children = match owner {
            Some(_) => Vec::new(),
            None => owned_by(document, references, Some(index)),
        };
        #[expect(deprecated, reason = "the type of the protocol has no constructor")]
        symbols.push(DocumentSymbol {
            name: referent.name.clone(),
            detail: Some(word(referent.kind).to_owned()),
            kind,
            tags: None,
            deprecated: None,
            range: document.text.range(site.whole),
            selection_range: document.text.range(site.name),
            children: (!children.is_empty()).then_some(children),
        });
    }
    symbols.sort_by_key(|symbol| symbol.range.start);
    symbols
}

fn symbol_kind(kind: ReferentKind) -> Option<SymbolKind> {
    match kind {
        ReferentKind::Constant => Some(SymbolKind::CONSTANT),
        ReferentKind::Activation | ReferentKind::Loss => Some(SymbolKind::FUNCTION),
        ReferentKind::Model => Some(SymbolKind::CLASS),
        ReferentKind::Input => Some(SymbolKind::FIELD),
        ReferentKind::Value => Some(SymbolKind::VARIABLE),
        ReferentKind::Label => Some(SymbolKind::KEY),
        ReferentKind::Argument
        | ReferentKind::Parameter
        | ReferentKind::Layer
        | ReferentKind::Function => None,
    }
}

/// What a name stands for, in a word.
pub(super) fn word(kind: ReferentKind) -> &'static str {
    match kind {
        ReferentKind::Constant => "const",
        ReferentKind::Activation => "activation",
        ReferentKind::Loss => "loss",
        ReferentKind::Model => "model",
        ReferentKind::Input => "input",
        ReferentKind::Value => "value",
        ReferentKind::Label => "label",
        ReferentKind::Argument => "argument",
        ReferentKind::Parameter => "parameter",
        ReferentKind::Layer => "layer",
        ReferentKind::Function => "function",
    }
}
