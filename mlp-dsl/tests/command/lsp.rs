//! `mlp lsp`, as an editor uses it: messages to a running server and back.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::folder::{Folder, finished, snapshot};

/// A model with something of everything, and names outside of the basic plane of Unicode.
const TEXT: &str = "\
const width = 3

/// A line with a corner.
activation bent(x; learn a = 0.25, slope = 1) = slope * (if x > 0 { x } else { a * x })

model 𝛼Netz {
    input  größe[4]
    𝛽 = größe -> first: dense(width, init = he_normal) -> bent(slope = 2)
    output 𝛽 -> dense(2) -> softmax
    loss   cross_entropy
    train  { optimizer adam(lr = 1e-3)  batch 64 }
}
";

const URI: &str = "file:///net.mlp";

/// An editor with a server.
struct Editor {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next: u64,
    _folder: Folder,
}

impl Editor {
    /// Starts a server and leaves it uninitialised.
    fn start() -> Self {
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
    fn new() -> Self {
        let mut editor = Self::start();
        let answer = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(answer["result"]["serverInfo"]["name"], "mlp");
        editor.tell("initialized", json!({}));
        editor
    }

    /// Starts a session with one open text.
    fn with(text: &str) -> Self {
        let mut editor = Self::new();
        editor.open(text);
        editor
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("a server");
        self.input.flush().expect("a server");
    }

    fn tell(&mut self, method: &str, parameters: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// The next message of the server.
    fn next(&mut self) -> Value {
        let patience = Duration::from_secs(60);
        (self.messages.recv_timeout(patience)).expect("the server says something in time")
    }

    /// The answer to a request.
    fn ask(&mut self, method: &str, parameters: Value) -> Value {
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

    fn open(&mut self, text: &str) {
        let document = json!({ "uri": URI, "languageId": "mlp", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, version: i32, changes: Value) {
        let document = json!({ "uri": URI, "version": version });
        let change = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", change);
    }

    /// The mistakes that the server shows of a version.
    fn mistakes(&mut self, version: i32) -> Vec<Value> {
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
    fn ask_at(&mut self, method: &str, text: &str, context: &str, more: &Value) -> Value {
        let mut parameters =
            json!({ "textDocument": { "uri": URI }, "position": at(text, context) });
        let fields = parameters.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        self.ask(method, parameters)
    }

    fn hover(&mut self, text: &str, context: &str) -> String {
        let answer = self.ask_at("textDocument/hover", text, context, &json!({}));
        let shown = answer["result"]["contents"]["value"].as_str();
        shown.unwrap_or("nothing").to_owned()
    }

    /// What is offered in a text in which `^` is the place.
    fn offered(&mut self, version: i32, text: &str) -> Vec<Value> {
        let place = text.find('^').expect("a place");
        let written = text.replacen('^', "", 1);
        self.change(version, json!([{ "text": written }]));
        let parameters =
            json!({ "textDocument": { "uri": URI }, "position": position(&written, place) });
        let answer = self.ask("textDocument/completion", parameters);
        answer["result"].as_array().expect("a list").clone()
    }

    /// Ends the session as the protocol asks, and tells the exit code of the server.
    fn end(mut self) -> Option<i32> {
        let answer = self.ask("shutdown", Value::Null);
        assert!(answer.get("error").is_none(), "{answer}");
        self.exit()
    }

    /// Leaves, and tells the exit code of the server.
    fn exit(&mut self) -> Option<i32> {
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
fn position(text: &str, byte: usize) -> Value {
    let line = text[..byte].matches('\n').count();
    let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": line, "character": text[start..byte].encode_utf16().count() })
}

fn at(text: &str, context: &str) -> Value {
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
fn held(text: &str, range: &Value) -> String {
    text[byte(text, &range["start"])..byte(text, &range["end"])].to_owned()
}

/// A text after the edits of an answer.
fn edited(text: &str, edits: &Value) -> String {
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

fn labels(offered: &[Value]) -> Vec<&str> {
    offered
        .iter()
        .filter_map(|item| item["label"].as_str())
        .collect()
}

#[test]
fn a_session_from_beginning_to_end() {
    let mut editor = Editor::new();
    editor.open(TEXT);
    assert_eq!(editor.mistakes(1), Vec::<Value>::new());
    editor.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": URI } }),
    );
    let answer = editor.ask_at("textDocument/hover", TEXT, "^width", &json!({}));
    assert_eq!(answer["error"]["message"], "`file:///net.mlp` is not open");
    assert_eq!(
        editor.ask("textDocument/magic", json!({}))["error"]["code"],
        -32601
    );
    assert_eq!(
        editor.ask("textDocument/hover", json!({ "a": 1 }))["error"]["code"],
        -32602
    );
    editor.ask("shutdown", Value::Null);
    assert_eq!(
        editor.ask("textDocument/hover", json!({}))["error"]["code"],
        -32600
    );
    assert_eq!(editor.exit(), Some(0));

    let mut editor = Editor::new();
    assert_eq!(editor.exit(), Some(1));
    assert_eq!(Editor::with(TEXT).end(), Some(0));

    let mut editor = Editor::start();
    assert_eq!(
        editor.ask("textDocument/hover", json!({}))["error"]["code"],
        -32002
    );
}

#[test]
fn an_editor_that_vanishes_ends_the_server() {
    let folder = Folder::new(&[]);
    let run = finished(folder.command(&["lsp"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let run = folder.run_with(&["lsp"], b"Content-Length: 3\r\n\r\n{]}");
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

#[test]
fn mistakes_are_shown_while_they_are_typed_and_can_be_mended() {
    let mut editor = Editor::with(TEXT);
    assert_eq!(editor.mistakes(1), Vec::<Value>::new());
    // One letter is taken out of `softmax` and `size` is written for `größe`, in two changes of one message.
    let start = at(TEXT, "-> so^ftmax");
    let end = at(TEXT, "-> sof^tmax");
    let name = json!({ "start": at(TEXT, "𝛽 = ^größe"), "end": at(TEXT, "𝛽 = größe^") });
    let changes = json!([
        { "range": { "start": start, "end": end }, "text": "" },
        { "range": name, "text": "gröse" },
    ]);
    let text = TEXT
        .replace("-> softmax", "-> sotmax")
        .replace("= größe", "= gröse");
    editor.change(2, changes);
    let mistakes = editor.mistakes(2);
    let shown: Vec<(String, &str)> = (mistakes.iter())
        .map(|mistake| {
            (
                held(&text, &mistake["range"]),
                mistake["message"].as_str().expect("a text"),
            )
        })
        .collect();
    let expected = [
        (
            "größe",
            "`größe` is never used\nno other statement mentions it\nhelp: use it, or leave the statement out",
        ),
        (
            "gröse",
            "`gröse` is not known here\nnot defined\nhelp: did you mean `größe`?",
        ),
        (
            "sotmax",
            "there is no layer or activation `sotmax`\nnot known\nhelp: did you mean `softmax`?",
        ),
    ];
    assert_eq!(
        shown,
        expected.map(|(place, message)| (place.to_owned(), message))
    );

    let range = json!({ "start": at(&text, "𝛽 = ^gröse"), "end": at(&text, "-> sotma^x") });
    let context = json!({ "diagnostics": [] });
    let parameters = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let answer = editor.ask("textDocument/codeAction", parameters);
    let actions = answer["result"].as_array().expect("a list");
    let titles: Vec<&str> = actions
        .iter()
        .filter_map(|action| action["title"].as_str())
        .collect();
    assert_eq!(
        titles,
        [
            "Replace `gröse` by `größe`",
            "Replace `sotmax` by `softmax`"
        ]
    );
    let mut mended = text;
    for action in actions.iter().rev() {
        mended = edited(&mended, &action["edit"]["changes"][URI]);
    }
    assert_eq!(mended, TEXT);

    // What the grammar refuses is shown with its suggestion, too.
    let text = TEXT.replace("    output 𝛽", "    ouput 𝛽");
    editor.change(3, json!([{ "text": text }]));
    let mistakes = editor.mistakes(3);
    assert_eq!(mistakes.len(), 1);
    let parameters = json!({ "textDocument": { "uri": URI }, "range": mistakes[0]["range"], "context": context });
    let answer = editor.ask("textDocument/codeAction", parameters);
    let action = &answer["result"][0];
    assert_eq!(edited(&text, &action["edit"]["changes"][URI]), TEXT);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn hover_shows_formulas_and_equations() {
    let mut editor = Editor::with(TEXT);
    let mut shown = String::new();
    for context in [
        "^größe -> first",
        "output ^𝛽",
        "-> first: den^se",
        "^first: dense",
        "-> be^nt(",
        "-> soft^max",
        "loss   cross_^entropy",
        "dense(wid^th",
        "init = he_no^rmal",
        "optimizer ad^am",
        "^batch 64",
        "model ^𝛼Netz",
        "input  gr^öße[4]",
        "sl^ope * (if",
        "= 0.2^5",
    ] {
        let text = editor.hover(TEXT, context);
        shown += &format!("── {context}\n{}\n", text.trim_end());
    }
    snapshot("lsp_hover", shown);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn names_lead_to_their_definition() {
    let mut editor = Editor::with(TEXT);
    for (from, to) in [
        ("output ^𝛽", "    ^𝛽 = größe"),
        ("^größe -> first", "input  ^größe"),
        ("dense(wid^th", "const ^width"),
        ("-> be^nt(", "activation ^bent"),
        ("bent(slo^pe = 2", "0.25, ^slope"),
        ("{ a * ^x }", "bent(^x;"),
        ("^first: dense", "^first: dense"),
    ] {
        let answer = editor.ask_at("textDocument/definition", TEXT, from, &json!({}));
        assert_eq!(answer["result"]["uri"], URI, "{from}");
        assert_eq!(answer["result"]["range"]["start"], at(TEXT, to), "{from}");
    }
    for nowhere in ["-> soft^max", "dense(^2)", "mod^el 𝛼Netz"] {
        let answer = editor.ask_at("textDocument/definition", TEXT, nowhere, &json!({}));
        assert_eq!(answer["result"], Value::Null, "{nowhere}");
    }
    let context = json!({ "context": { "includeDeclaration": false } });
    let answer = editor.ask_at("textDocument/references", TEXT, "input  ^größe", &context);
    let uses = answer["result"].as_array().expect("a list");
    assert_eq!(uses.len(), 1);
    assert_eq!(uses[0]["range"]["start"], at(TEXT, "𝛽 = ^größe"));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn what_is_offered_fits_the_place() {
    let mut editor = Editor::with(TEXT);
    let before =
        "const width = 3\nactivation bent(x; a = 1) = a * x\nloss far(y, t) = mean(y - t)\n";
    let model =
        |rest: &str| format!("{before}model M {{\n    input x[4]\n    h = x -> tanh\n    {rest}");
    let mut version = 2;
    let mut offered = |text: &str| {
        version += 1;
        editor.offered(version, text)
    };
    let has = |offered: &[Value], all: &[&str], none: &[&str]| {
        let labels = labels(offered);
        for name in all {
            assert!(labels.contains(name), "{name} is not in {labels:?}");
        }
        for name in none {
            assert!(!labels.contains(name), "{name} is in {labels:?}");
        }
    };
    let stages = offered(&model("output h -> den^"));
    has(
        &stages,
        &["dense", "repeat", "relu", "bent"],
        &["mse", "h", "exp", "adam"],
    );
    let dense = stages
        .iter()
        .find(|item| item["label"] == "dense")
        .expect("dense");
    assert_eq!(dense["detail"], "dense(units, bias = true, init = …)");
    assert_eq!(dense["textEdit"]["newText"], "dense");
    assert_eq!(dense["textEdit"]["range"]["end"]["character"], 19);
    let relu = stages
        .iter()
        .find(|item| item["label"] == "relu")
        .expect("relu");
    let formula = relu["documentation"]["value"].as_str().expect("a formula");
    assert!(formula.contains("dz/dx = "), "{formula}");

    has(
        &offered(&model("loss ^")),
        &["mse", "far"],
        &["relu", "dense"],
    );
    has(
        &offered(&model("output ^")),
        &["h", "x", "width", "exp", "relu"],
        &["dense", "mse"],
    );
    has(
        &offered(&model("output h + 2 * ^ }")),
        &["h", "x"],
        &["dense"],
    );
    has(&offered(&model("g = ^")), &["h", "x"], &["g", "dense"]);
    has(
        &offered(&model("^")),
        &["output", "train", "loss"],
        &["h", "relu"],
    );
    has(
        &offered(&model("train { ^ }")),
        &["optimizer", "batch"],
        &["relu", "adam"],
    );
    has(
        &offered(&model("train { batch 64  ^ }")),
        &["optimizer", "epochs"],
        &["batch"],
    );
    has(
        &offered(&model("train { optimizer ^ }")),
        &["adam", "sgd"],
        &["batch", "cosine"],
    );
    has(
        &offered(&model("train { schedule co^ }")),
        &["cosine"],
        &["adam"],
    );
    has(
        &offered(&model("train { optimizer adam(^) }")),
        &["lr", "beta1"],
        &["every"],
    );
    has(
        &offered(&model("output h -> dense(^)")),
        &["units", "bias", "init", "width"],
        &["relu", "h"],
    );
    has(
        &offered(&model("output h -> dense(8, bias = false, ^)")),
        &["units", "init"],
        &["bias"],
    );
    has(
        &offered(&model("output h -> dense(8, init = ^)")),
        &["he_normal", "zeros"],
        &["true", "relu"],
    );
    has(
        &offered(&model("output h -> dense(8, bias = ^)")),
        &["true", "false"],
        &["zeros"],
    );
    has(
        &offered(&model("output h -> repeat(2, ^)")),
        &["dense", "relu"],
        &["mse"],
    );
    has(
        &offered(&model("output h -> last: ^")),
        &["dense", "relu"],
        &["mse"],
    );
    has(&offered(&model("precision ^")), &["f32", "f64"], &["relu"]);
    has(
        &offered("activation f(x; slope = 1) = ^"),
        &["x", "slope", "exp", "pi"],
        &["dense"],
    );
    has(
        &offered("activation f(x) = x ^"),
        &["derivative", "model"],
        &["x"],
    );
    has(&offered("^"), &["model", "const"], &["output"]);
    has(&offered(&model("loss mis^")), &["mse", "far"], &["mis"]);
    // Names that are being made up, numbers and comments are nobody's business.
    for nothing in [
        "model ^",
        "const wi^",
        "// mod^",
        "model M { input ^",
        "const a = 1^",
        "/* ^ */",
    ] {
        let labels = offered(nothing);
        assert!(labels.is_empty(), "{nothing}: {labels:?}");
    }
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn names_change_everywhere_or_not_at_all() {
    let mut editor = Editor::with(TEXT);
    for (place, new, changed) in [
        ("output ^𝛽", "hidden", TEXT.replace('𝛽', "hidden")),
        ("^größe -> first", "ε", TEXT.replace("größe", "ε")),
        ("const ^width", "units_", TEXT.replace("width", "units_")),
        ("-> be^nt(", "bend", TEXT.replace("bent", "bend")),
        ("model ^𝛼Netz", "Net", TEXT.replace("𝛼Netz", "Net")),
        ("^first: dense", "start", TEXT.replace("first:", "start:")),
        ("bent(slo^pe = 2", "k", TEXT.replace("slope", "k")),
    ] {
        let more = json!({ "newName": new });
        let answer = editor.ask_at("textDocument/rename", TEXT, place, &more);
        assert_eq!(
            edited(TEXT, &answer["result"]["changes"][URI]),
            changed,
            "{place}: {answer}"
        );
        let answer = editor.ask_at("textDocument/prepareRename", TEXT, place, &json!({}));
        assert!(answer["result"]["placeholder"].is_string(), "{answer}");
    }
    for (place, new, reason) in [
        (
            "-> soft^max",
            "mine",
            "the activation `softmax` is built in",
        ),
        ("-> den^se(2", "mine", "the layer `dense` is built in"),
        (
            "-> be^nt(",
            "relu",
            "`relu` cannot be the name: `relu` is built in",
        ),
        (
            "output ^𝛽",
            "größe",
            "`größe` cannot be the name: `größe` is already defined",
        ),
        (
            "output ^𝛽",
            "loss",
            "`loss` cannot be the name: expected a name, found `=`",
        ),
        (
            "output ^𝛽",
            "width",
            "`width` cannot be the name: `width` is already defined",
        ),
        (
            "output ^𝛽",
            "2b",
            "`2b` is not a name: names consist of letters, digits and `_`, and start with a letter",
        ),
        (
            "output ^𝛽",
            "b /**/",
            "`b /**/` is not a name: names consist of letters, digits and `_`, and start with a letter",
        ),
        ("const ^width", "a", ""),
        (
            "slope * (if ^x",
            "a",
            "`a` cannot be the name: `a` is named twice",
        ),
    ] {
        let more = json!({ "newName": new });
        let answer = editor.ask_at("textDocument/rename", TEXT, place, &more);
        match reason {
            "" => assert!(answer["result"]["changes"].is_object(), "{answer}"),
            reason => assert_eq!(answer["error"]["message"], reason, "{place}"),
        }
    }
    let answer = editor.ask_at(
        "textDocument/prepareRename",
        TEXT,
        "-> soft^max",
        &json!({}),
    );
    assert!(answer["error"]["message"].is_string(), "{answer}");

    // A name that would be captured by a nearer one is refused, though the text would compile.
    let text = "const c = 1\nactivation f(x; k = 2) = c * k * x\n";
    editor.change(9, json!([{ "text": text }]));
    let answer = editor.ask_at(
        "textDocument/rename",
        text,
        "const ^c",
        &json!({ "newName": "k" }),
    );
    let reason = "`k` cannot be the name: it already means something else here";
    assert_eq!(answer["error"]["message"], reason);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn the_outline_and_the_layout() {
    let mut editor = Editor::with(TEXT);
    let document = json!({ "textDocument": { "uri": URI }, "options": { "tabSize": 8, "insertSpaces": false } });
    let answer = editor.ask("textDocument/documentSymbol", document.clone());
    let mut outline = String::new();
    for item in answer["result"].as_array().expect("a list") {
        outline += &format!("{} {}\n", item["detail"], item["name"]);
        for part in item["children"].as_array().into_iter().flatten() {
            let name = held(TEXT, &part["selectionRange"]);
            outline += &format!("    {} {} {name}\n", part["detail"], part["name"]);
        }
    }
    snapshot("lsp_outline", outline.replace('"', ""));

    let answer = editor.ask("textDocument/formatting", document.clone());
    assert_eq!(answer["result"], json!([]));
    let messy = TEXT.replace("    ", "\t").replace(" -> ", "->");
    editor.change(2, json!([{ "text": messy }]));
    let answer = editor.ask("textDocument/formatting", document.clone());
    assert_eq!(edited(&messy, &answer["result"]), TEXT);
    editor.change(3, json!([{ "text": "model" }]));
    assert_eq!(
        editor.ask("textDocument/formatting", document.clone())["result"],
        Value::Null
    );
    // The outline of a text that is being written does not vanish with every letter.
    let answer = editor.ask("textDocument/documentSymbol", document);
    assert_eq!(answer["result"].as_array().map(Vec::len), Some(3));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn no_text_ends_the_session() {
    let mut editor = Editor::with(TEXT);
    let deep = "(".repeat(100_000);
    let comments = "/*".repeat(100_000);
    let mut texts = vec![
        String::new(),
        deep,
        comments,
        "\u{FEFF}".to_owned(),
        "model M {\r".to_owned(),
    ];
    // Every beginning of a text is one that somebody had on the screen; so is a text with a hole.
    let places = (0..TEXT.len()).filter(|place| TEXT.is_char_boundary(*place));
    for place in places.step_by(17) {
        texts.push(TEXT[..place].to_owned());
        texts.push(format!(
            "{}{}",
            &TEXT[..place],
            TEXT[place..].trim_start_matches(|c| c != '\n')
        ));
    }
    for (version, text) in (2..).zip(&texts) {
        editor.change(version, json!([{ "text": text }]));
        let place = position(text, text.len());
        let parameters = json!({
            "textDocument": { "uri": URI },
            "position": place,
            "range": { "start": place, "end": { "line": 4_000_000_000_u32, "character": 0 } },
            "context": { "diagnostics": [], "includeDeclaration": true },
            "options": { "tabSize": 4, "insertSpaces": true },
            "newName": "other",
        });
        for method in [
            "hover",
            "definition",
            "references",
            "completion",
            "formatting",
            "documentSymbol",
            "codeAction",
            "prepareRename",
            "rename",
        ] {
            let answer = editor.ask(&format!("textDocument/{method}"), parameters.clone());
            assert_ne!(
                answer["error"]["code"], -32603,
                "{method}: {answer} of\n{text}"
            );
        }
    }
    editor.change(9999, json!([{ "text": TEXT }]));
    assert_eq!(editor.mistakes(9999), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}
