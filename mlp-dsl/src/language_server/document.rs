//! An open text with what the compiler says of it.

use std::collections::HashMap;

use lsp_types::{Position, TextDocumentContentChangeEvent, TextEdit, Uri, WorkspaceEdit};

use super::text::Text;
use crate::model::{Place, References};
use crate::source::Source;
use crate::{Analysis, analyse};

/// An open text.
pub(super) struct Document {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Text,
    pub(super) analysis: Analysis,
    /// What was said of the last text that could be parsed, where this one cannot.
    readable: Option<Analysis>,
    /// Whether the text has changed since it was analysed.
    stale: bool,
}

impl Document {
    /// A text that has not been looked at yet.
    pub(super) fn new(uri: Uri, version: i32, text: String) -> Self {
        Self {
            uri,
            version,
            text: Text::new(text),
            analysis: analyse(&Source::new("", "")),
            readable: None,
            stale: true,
        }
    }

    /// Changes the text, each change after the one before it. It is analysed when somebody asks.
    pub(super) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            let text = match change.range {
                Some(range) => self.text.edited(range, &change.text),
                None => change.text,
            };
            self.text = Text::new(text);
        }
        self.version = version;
        self.stale = true;
    }

    /// Analyses the text if it has changed; tells whether it had.
    pub(super) fn refresh(&mut self) -> bool {
        if !std::mem::take(&mut self.stale) {
            return false;
        }
        let analysis = analyse(&Source::new(self.uri.as_str(), self.text.as_str()));
        let before = std::mem::replace(&mut self.analysis, analysis);
        if self.analysis.references.is_some() {
            self.readable = None;
        } else if before.references.is_some() {
            self.readable = Some(before);
        }
        true
    }

    /// What is known of the text, or of the last one that could be parsed.
    pub(super) fn known(&self) -> &Analysis {
        self.readable.as_ref().unwrap_or(&self.analysis)
    }

    /// The name at a position, where the text can be parsed.
    pub(super) fn name_at(&self, position: Position) -> Option<(&References, &Place)> {
        let references = self.analysis.references.as_ref()?;
        let place = references.at(self.text.offset(position))?;
        Some((references, place))
    }
}

impl Document {
    /// Edits of this document alone.
    #[expect(
        clippy::mutable_key_type,
        reason = "the type of the protocol; what changes in it is no part of its hash"
    )]
    pub(super) fn edit(&self, edits: Vec<TextEdit>) -> WorkspaceEdit {
        let changes = HashMap::from([(self.uri.clone(), edits)]);
        WorkspaceEdit::new(changes)
    }
}
