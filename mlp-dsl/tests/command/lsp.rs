//! `mlp lsp`, as an editor uses it: messages to a running server and back.

use serde_json::{Value, json};

use super::editor::{Editor, URI, at, edited, held, position};
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
    assert_eq!(
        dense["detail"],
        "dense(units, bias = true, init = …, code = …)"
    );
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
        &["optimizer", "batch", "l1"],
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
        &["cosine", "polynomial"],
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
        &["he_normal", "zeros", "orthogonal"],
        &["true", "relu"],
    );
    has(
        &offered(&model("output h -> dense(8, init = uniform(^))")),
        &["bound", "width"],
        &["units", "relu", "h"],
    );
    has(
        &offered(&model("train { optimizer sgd(nesterov = ^) }")),
        &["true", "false"],
        &["width", "lr"],
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
