//! The outline of a text.

use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};

use super::document::Document;
use super::refusal::Refusal;
use crate::model::{Kind, References};

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

fn symbol_kind(kind: Kind) -> Option<SymbolKind> {
    match kind {
        Kind::Constant => Some(SymbolKind::CONSTANT),
        Kind::Activation | Kind::Loss => Some(SymbolKind::FUNCTION),
        Kind::Model => Some(SymbolKind::CLASS),
        Kind::Input => Some(SymbolKind::FIELD),
        Kind::Value => Some(SymbolKind::VARIABLE),
        Kind::Label => Some(SymbolKind::KEY),
        Kind::Argument | Kind::Parameter | Kind::Layer | Kind::Function => None,
    }
}

/// What a name stands for, in a word.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Constant => "const",
        Kind::Activation => "activation",
        Kind::Loss => "loss",
        Kind::Model => "model",
        Kind::Input => "input",
        Kind::Value => "value",
        Kind::Label => "label",
        Kind::Argument => "argument",
        Kind::Parameter => "parameter",
        Kind::Layer => "layer",
        Kind::Function => "function",
    }
}
