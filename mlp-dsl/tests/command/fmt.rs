//! `mlp fmt`.

use std::fs;
use std::path::Path;

use super::folder::{Folder, XOR, snapshot};
use super::texts;

/// The same model as a person may write it.
const MESSY: &str = "model Xor { // one of two
  input x[2]
    output x->dense(8)->tanh -> dense(1)->sigmoid
 loss bce }";

fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).expect("the file can be read")
}

#[test]
fn files_are_formatted_and_wrong_ones_are_left() {
    let wrong = "model  Xor { x = }";
    let folder = Folder::new(&[
        ("good.mlp", XOR.as_bytes()),
        ("messy.mlp", MESSY.as_bytes()),
        ("wrong.mlp", wrong.as_bytes()),
    ]);
    let good = fs::metadata(folder.path("good.mlp")).and_then(|data| data.modified());
    let files = ["wrong.mlp", "good.mlp", "absent.mlp", "messy.mlp"];
    let arguments: Vec<&str> = ["fmt", "--check"].into_iter().chain(files).collect();
    snapshot("fmt_check", folder.run(&arguments).all());
    assert_eq!(read(&folder, "messy.mlp"), MESSY);

    let arguments: Vec<&str> = ["fmt"].into_iter().chain(files).collect();
    snapshot("fmt", folder.run(&arguments).all());
    snapshot("fmt_messy", read(&folder, "messy.mlp"));
    assert_eq!(read(&folder, "wrong.mlp"), wrong);
    assert_eq!(read(&folder, "good.mlp"), XOR);
    let still = fs::metadata(folder.path("good.mlp")).and_then(|data| data.modified());
    assert_eq!(
        good.expect("a time"),
        still.expect("a time"),
        "it was written anew"
    );
    let names = fs::read_dir(folder.path("")).expect("a folder").count();
    assert_eq!(names, 3, "a temporary file is left");

    let run = folder.run(&["fmt", "--check", "good.mlp", "messy.mlp"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[]);
    let run = folder.run_with(&["fmt", "-"], MESSY.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, XOR.replacen(" {", " { // one of two", 1));
    let run = folder.run_with(&["fmt", "--check", "-"], MESSY.as_bytes());
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (1, "not formatted: <stdin>\n")
    );
    let run = folder.run_with(&["fmt", "-"], b"model {");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
}

/// What the project shows as its own has the one layout; texts that are wrong on purpose have the one they need.
#[test]
fn the_texts_of_this_workspace_have_the_layout() {
    let on_purpose = |path: &Path| {
        let mut parts = path.components();
        parts.any(|part| {
            ["wrong", "fail"]
                .iter()
                .any(|name| part.as_os_str() == *name)
        })
    };
    let right = texts::all().into_iter().map(|(path, _)| path);
    let right = right.filter(|path| !on_purpose(path));
    let paths: Vec<String> = right.map(|path| path.display().to_string()).collect();
    assert!(paths.len() >= 19, "texts are missing: {paths:?}");
    let arguments = ["fmt", "--check"].into_iter();
    let arguments: Vec<&str> = arguments.chain(paths.iter().map(String::as_str)).collect();
    let run = Folder::new(&[]).run(&arguments);
    assert_eq!(run.all(), "exit 0\n-- standard output\n-- standard error\n");
}

#[test]
fn programs_get_json() {
    let folder = Folder::new(&[("messy.mlp", MESSY.as_bytes()), ("wrong.mlp", b"model")]);
    let run = folder.run(&["fmt", "--check", "--json", "messy.mlp", "wrong.mlp"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let json = run.json();
    assert_eq!(json["passed"], false);
    assert_eq!(json["files"][0]["file"], "messy.mlp");
    assert_eq!(json["files"][0]["changed"], true);
    assert_eq!(json["diagnostics"][0]["file"], "wrong.mlp");
    let run = folder.run_with(&["fmt", "--json", "-"], MESSY.as_bytes());
    let json = run.json();
    assert_eq!(json["passed"], true);
    assert_eq!(
        json["files"][0]["text"],
        XOR.replacen(" {", " { // one of two", 1)
    );
}

#[cfg(unix)]
#[test]
fn who_may_read_the_file_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new(&[("messy.mlp", MESSY.as_bytes())]);
    let path = folder.path("messy.mlp");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
    assert_eq!(folder.run(&["fmt", "messy.mlp"]).code, 0);
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
