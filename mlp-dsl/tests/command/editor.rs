//! An editor: a client of the language server, which speaks the protocol and counts positions by means of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::folder::Folder;

/// The one document.
pub(crate) const URI: &str = "file:///net.mlp";

/// An editor with a server.
pub(crate) struct Editor {
    pub(crate) server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next: u64,
    _folder: Folder,
}

impl Editor {
    /// Starts a server and leaves it uninitialised.
    pub(crate) fn start() -> Self {
        let folder = Folder::new(&[]);
        let mut command = folder.command(&["lsp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.stderr(Stdio::null()).spawn().expect("a server");
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self {
            input: server.stdin.take().expect("a pipe"),
            server,
            messages,
            next: 1,
            _folder: folder,
        }
    }

    /// Starts a session.
    pub(crate) fn new() -> Self {
        let mut editor = Self::start();
        let answer = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(answer["result"]["serverInfo"]["name"], "mlp");
        editor.tell("initialized", json!({}));
        editor
    }

    /// Starts a session with one open text.
    pub(crate) fn with(text: &str) -> Self {
        let mut editor = Self::new();
        editor.open(text);
        editor
    }

    pub(crate) fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("a server");
        self.input.flush().expect("a server");
    }

    pub(crate) fn tell(&mut self, method: &str, parameters: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// The next message of the server.
    pub(crate) fn next(&mut self) -> Value {
        let patience = Duration::from_secs(60);
        (self.messages.recv_timeout(patience)).expect("the server says something in time")
    }

    /// The answer to a request.
    pub(crate) fn ask(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let message = self.next();
            if message["id"] == id {
                return message;
            }
        }
    }

    pub(crate) fn open(&mut self, text: &str) {
        let document = json!({ "uri": URI, "languageId": "mlp", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, version: i32, changes: Value) {
        let document = json!({ "uri": URI, "version": version });
        let change = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", change);
    }

    /// The mistakes that the server shows of a version.
    pub(crate) fn mistakes(&mut self, version: i32) -> Vec<Value> {
        loop {
            let message = self.next();
            if message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["version"] == version
            {
                let shown = message["params"]["diagnostics"].as_array();
                return shown.expect("a list").clone();
            }
        }
    }

    /// The answer to a request about the place where `^` stands in `context`, which occurs in `text`.
    pub(crate) fn ask_at(
        &mut self,
        method: &str,
        text: &str,
        context: &str,
        more: &Value,
    ) -> Value {
        let mut parameters =
            json!({ "textDocument": { "uri": URI }, "position": at(text, context) });
        let fields = parameters.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        self.ask(method, parameters)
    }

    pub(crate) fn hover(&mut self, text: &str, context: &str) -> String {
        let answer = self.ask_at("textDocument/hover", text, context, &json!({}));
        let shown = answer["result"]["contents"]["value"].as_str();
        shown.unwrap_or("nothing").to_owned()
    }

    /// What is offered in a text in which `^` is the place.
    pub(crate) fn offered(&mut self, version: i32, text: &str) -> Vec<Value> {
        let place = text.find('^').expect("a place");
        let written = text.replacen('^', "", 1);
        self.change(version, json!([{ "text": written }]));
        let parameters =
            json!({ "textDocument": { "uri": URI }, "position": position(&written, place) });
        let answer = self.ask("textDocument/completion", parameters);
        answer["result"].as_array().expect("a list").clone()
    }

    /// Ends the session as the protocol asks, and tells the exit code of the server.
    pub(crate) fn end(mut self) -> Option<i32> {
        let answer = self.ask("shutdown", Value::Null);
        assert!(answer.get("error").is_none(), "{answer}");
        self.exit()
    }

    /// Leaves, and tells the exit code of the server.
    pub(crate) fn exit(&mut self) -> Option<i32> {
        self.tell("exit", Value::Null);
        self.server.wait().expect("the server ends").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // After a failed test the server would wait for ever.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// One message of the protocol, `None` at the end.
fn message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A byte of a text as a position: lines and UTF-16 units, counted here without the server's own means.
pub(crate) fn position(text: &str, byte: usize) -> Value {
    let line = text[..byte].matches('\n').count();
    let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": line, "character": text[start..byte].encode_utf16().count() })
}

pub(crate) fn at(text: &str, context: &str) -> Value {
    let place = context.find('^').expect("a place in the context");
    let found = text
        .find(&context.replacen('^', "", 1))
        .expect("the context");
    position(text, found + place)
}

/// The byte at a position.
fn byte(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().expect("a line") as usize;
    let units = position["character"].as_u64().expect("a column") as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let before: Vec<u16> = text[start..].encode_utf16().take(units).collect();
    start + String::from_utf16(&before).expect("whole characters").len()
}

/// What a range holds.
pub(crate) fn held(text: &str, range: &Value) -> String {
    text[byte(text, &range["start"])..byte(text, &range["end"])].to_owned()
}

/// A text after the edits of an answer.
pub(crate) fn edited(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = (edits.as_array().expect("a list").iter())
        .map(|edit| {
            let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
            let new = edit["newText"].as_str().expect("a text");
            (byte(text, start), byte(text, end), new)
        })
        .collect();
    edits.sort_unstable();
    let mut result = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        result.replace_range(start..end, new);
    }
    result
}
