//! A session with one editor, from `initialize` to `exit`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response,
};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Exit, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest,
    PrepareRenameRequest, References, Rename, Request as _, Shutdown,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, HoverProviderCapability, OneOf,
    PublishDiagnosticsParams, RenameOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, Uri, WorkDoneProgressOptions,
};
use serde_json::{Value, json};

use super::document::Document;
use super::refusal::Refusal;
use super::{completion, definition, diagnostics, fixes, formatting, hover, rename, symbols};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The editor said so before it left.
    Orderly,
    /// The editor left without a word.
    Abrupt,
}

/// Serves one editor until it leaves.
///
/// # Errors
/// Messages that are not in the order of the protocol before the session has begun.
pub fn serve(connection: &Connection) -> Result<End, ProtocolError> {
    let (id, _) = connection.initialize_start()?;
    let answer = json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "mlp", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer)?;
    let mut session = Session {
        connection,
        documents: BTreeMap::new(),
        shut_down: false,
    };
    while let Ok(message) = connection.receiver.recv() {
        match message {
            Message::Request(request) => {
                let answer = session.guarded(request);
                session.send(answer);
            }
            Message::Notification(notification) if notification.method == Exit::METHOD => break,
            Message::Notification(notification) => session.note(notification),
            // The server asks nothing.
            Message::Response(_) => {}
        }
        // Whoever types fast has the mistakes of the last text shown, not those of every letter.
        if connection.receiver.is_empty() {
            session.publish();
        }
    }
    Ok(match session.shut_down {
        true => End::Orderly,
        false => End::Abrupt,
    })
}

fn capabilities() -> ServerCapabilities {
    let progress = WorkDoneProgressOptions::default();
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(
            TextDocumentSyncKind::INCREMENTAL,
        )),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                work_done_progress_options: progress,
                resolve_provider: None,
            }
            .into(),
        ),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: progress,
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([">", "(", ",", "="].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

struct Session<'c> {
    connection: &'c Connection,
    /// The open texts by their addresses.
    documents: BTreeMap<String, Open>,
    shut_down: bool,
}

/// An open text, and whether the editor knows its mistakes.
struct Open {
    document: Document,
    published: bool,
}

impl Session<'_> {
    /// The answer to a request. A mistake of the compiler costs this answer alone, not the session.
    fn guarded(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        let answer = catch_unwind(AssertUnwindSafe(|| self.request(request)));
        answer.unwrap_or_else(|_| internal(id))
    }

    fn request(&mut self, request: Request) -> Response {
        if self.shut_down {
            let reason = "the session is shut down";
            return Refusal::with_code(ErrorCode::InvalidRequest, reason).response(request.id);
        }
        match request.method.as_str() {
            Shutdown::METHOD => {
                self.shut_down = true;
                Response::new_ok(request.id, Value::Null)
            }
            HoverRequest::METHOD => self.answer::<HoverRequest>(
                request,
                |p| &p.text_document_position_params.text_document.uri,
                hover::hover,
            ),
            GotoDefinition::METHOD => self.answer::<GotoDefinition>(
                request,
                |p| &p.text_document_position_params.text_document.uri,
                definition::definition,
            ),
            References::METHOD => self.answer::<References>(
                request,
                |p| &p.text_document_position.text_document.uri,
                definition::references,
            ),
            Completion::METHOD => self.answer::<Completion>(
                request,
                |p| &p.text_document_position.text_document.uri,
                completion::completion,
            ),
            Formatting::METHOD => {
                self.answer::<Formatting>(request, |p| &p.text_document.uri, formatting::formatting)
            }
            DocumentSymbolRequest::METHOD => self.answer::<DocumentSymbolRequest>(
                request,
                |p| &p.text_document.uri,
                symbols::symbols,
            ),
            CodeActionRequest::METHOD => {
                self.answer::<CodeActionRequest>(request, |p| &p.text_document.uri, fixes::fixes)
            }
            PrepareRenameRequest::METHOD => self.answer::<PrepareRenameRequest>(
                request,
                |p| &p.text_document.uri,
                rename::prepare,
            ),
            Rename::METHOD => self.answer::<Rename>(
                request,
                |p| &p.text_document_position.text_document.uri,
                rename::rename,
            ),
            other => {
                let reason = format!("there is no method `{other}`");
                Refusal::with_code(ErrorCode::MethodNotFound, reason).response(request.id)
            }
        }
    }

    /// The answer to a request about one document.
    fn answer<R: lsp_types::request::Request>(
        &mut self,
        request: Request,
        uri: impl FnOnce(&R::Params) -> &Uri,
        answer: impl FnOnce(&Document, &R::Params) -> Result<R::Result, Refusal>,
    ) -> Response {
        let id = request.id;
        let parameters: R::Params = match serde_json::from_value(request.params) {
            Ok(parameters) => parameters,
            Err(error) => return Refusal::invalid(error.to_string()).response(id),
        };
        let uri = uri(&parameters).as_str();
        let Some(open) = self.documents.get_mut(uri) else {
            return Refusal::invalid(format!("`{uri}` is not open")).response(id);
        };
        open.document.refresh();
        match answer(&open.document, &parameters) {
            Ok(result) => Response::new_ok(id, result),
            Err(refusal) => refusal.response(id),
        }
    }

    /// Takes note of what happened to a document. What cannot be understood is left out: nobody waits for an answer.
    fn note(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(opened) = parameters::<DidOpenTextDocument>(notification) else {
                    return;
                };
                let opened = opened.text_document;
                let key = opened.uri.as_str().to_owned();
                let document = Document::new(opened.uri, opened.version, opened.text);
                let published = false;
                self.documents.insert(
                    key,
                    Open {
                        document,
                        published,
                    },
                );
            }
            DidChangeTextDocument::METHOD => {
                let Some(changed) = parameters::<DidChangeTextDocument>(notification) else {
                    return;
                };
                let identifier = changed.text_document;
                if let Some(open) = self.documents.get_mut(identifier.uri.as_str()) {
                    open.document
                        .change(identifier.version, changed.content_changes);
                    open.published = false;
                }
            }
            DidCloseTextDocument::METHOD => {
                let Some(closed) = parameters::<DidCloseTextDocument>(notification) else {
                    return;
                };
                let uri = closed.text_document.uri;
                if self.documents.remove(uri.as_str()).is_some() {
                    self.show(PublishDiagnosticsParams::new(uri, Vec::new(), None));
                }
            }
            _ => {}
        }
    }

    /// Shows the mistakes of every text that has changed.
    fn publish(&mut self) {
        let mut shown = Vec::new();
        for open in self.documents.values_mut().filter(|open| !open.published) {
            open.published = true;
            let found = catch_unwind(AssertUnwindSafe(|| {
                open.document.refresh();
                diagnostics::published(&open.document)
            }));
            shown.extend(found);
        }
        for found in shown {
            self.show(found);
        }
    }

    fn show(&self, found: PublishDiagnosticsParams) {
        let method = PublishDiagnostics::METHOD.to_owned();
        self.send(Notification::new(method, found));
    }

    /// Sends a message. Where the editor is gone, the next read says so.
    fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }
}

fn parameters<N: lsp_types::notification::Notification>(
    notification: Notification,
) -> Option<N::Params> {
    serde_json::from_value(notification.params).ok()
}

fn internal(id: RequestId) -> Response {
    let reason = "this is a mistake in the compiler, not in your text; please report it";
    Refusal::with_code(ErrorCode::InternalError, reason).response(id)
}
