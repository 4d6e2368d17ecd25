//! `mlp check`, and how files are read and mistakes are shown.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::folder::{Folder, XOR, snapshot};

#[test]
fn wrong_files_are_explained() {
    let misspelt = XOR.replace("tanh", "tahn");
    let length = "model Sum {
    input  x[2]
    a = x -> dense(3)
    b = x -> dense(4)
    output a + b
    loss   mse
}
";
    let no_output = "model Nothing {
    input x[2]
    loss  mse
}
";
    let two = XOR.replace("tanh", "tahn").replace("bce", "bcee");
    for (name, text) in [
        ("misspelt", misspelt.as_bytes()),
        ("length", length.as_bytes()),
        ("no_output", no_output.as_bytes()),
        ("two_errors", two.as_bytes()),
        ("empty", b"".as_slice()),
        ("not_utf8", b"model M {\n  input x[2] // \xff\n}\n"),
        ("utf16", b"\xff\xfem\0o\0d\0e\0l\0"),
    ] {
        let file = format!("{name}.mlp");
        let run = Folder::new(&[(&file, text)]).run(&["check", &file]);
        assert_eq!(run.code, 1);
        snapshot(format!("check_{name}"), run.all());
    }
}

/// What is wrong with one statement or one model hides nothing of the others.
#[test]
fn mistakes_of_the_grammar_and_of_the_meaning_come_in_one_run() {
    let broken = XOR.replace("x[2]", "x[2").replace("bce", "bce -> relu");
    let misspelt = XOR.replace("Xor", "Other").replace("tanh", "tahn");
    let text = broken + &misspelt;
    let folder = Folder::new(&[("nets.mlp", text.as_bytes())]);
    snapshot("check_recovery", folder.run(&["check", "nets.mlp"]).all());
    let format = folder.run(&["fmt", "nets.mlp", "--json"]);
    let lines = format.json()["diagnostics"].as_array().map(Vec::len);
    assert_eq!((format.code, lines), (1, Some(2)), "{}", format.all());
}

#[test]
fn what_is_no_file_is_explained() {
    let folder = Folder::new(&[]);
    fs::create_dir(folder.path("models")).expect("a folder");
    snapshot("check_directory", folder.run(&["check", "models"]).all());
    snapshot("check_missing", folder.run(&["check", "absent.mlp"]).all());
}

#[test]
fn ten_megabytes_of_brackets_are_refused_at_once() {
    let folder = Folder::new(&[("brackets.mlp", &[b'('; 10_000_000])]);
    let start = Instant::now();
    let run = folder.run(&["check", "brackets.mlp"]);
    assert!(start.elapsed() < Duration::from_secs(5));
    snapshot("check_brackets", run.all());
    // As many as a text may have.
    let run = folder.run_with(&["check", "-"], &[b'('; 1 << 20]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("<stdin>:1:"), "{}", run.stderr);
}

#[test]
fn check_reports_all_files() {
    let wrong = XOR.replace("tanh", "tahn");
    let constants = "const size = 3";
    let folder = Folder::new(&[
        ("right.mlp", XOR.as_bytes()),
        ("wrong.mlp", wrong.as_bytes()),
        ("constants.mlp", constants.as_bytes()),
    ]);
    let files = ["right.mlp", "wrong.mlp", "absent.mlp", "constants.mlp"];
    let arguments: Vec<&str> = std::iter::once("check").chain(files).collect();
    snapshot("check_several", folder.run(&arguments).all());
    let arguments: Vec<&str> = arguments.into_iter().chain(["--json"]).collect();
    let run = folder.run(&arguments);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let json = run.json();
    assert_eq!(json["passed"], false);
    assert_eq!(json["files"][0]["models"][0], "Xor");
    let first = &json["diagnostics"][0];
    assert_eq!(first["file"], "wrong.mlp");
    assert_eq!(first["message"], "there is no layer or activation `tahn`");
    assert_eq!((&first["line"], &first["column"]), (&3.into(), &29.into()));
    assert_eq!(
        (&first["end_line"], &first["end_column"]),
        (&3.into(), &33.into())
    );
    assert_eq!(first["help"][0], "did you mean `tanh`?");
    let fix = &first["fixes"][0];
    assert_eq!(
        (&fix["line"], &fix["column"], &fix["end_column"]),
        (&first["line"], &first["column"], &first["end_column"])
    );
    let [start, end] =
        ["start", "end"].map(|key| fix[key].as_u64().expect("a place in bytes") as usize);
    let mut mended = wrong;
    mended.replace_range(start..end, fix["replacement"].as_str().expect("a text"));
    assert_eq!(mended, XOR);
    let second = &json["diagnostics"][1];
    assert_eq!(second["fixes"], serde_json::json!([]));
    assert_eq!(second["file"], "absent.mlp");
    assert_eq!(second["line"], Value::Null);
}
