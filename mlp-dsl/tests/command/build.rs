//! `mlp build`.

use std::fs;
use std::io::Write;

use super::folder::{Folder, snapshot};

#[test]
fn build_writes_and_checks() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let printed = folder.run(&["build", "xor.mlp"]);
    assert!(
        printed.stdout.contains("pub struct Xor"),
        "{}",
        printed.all()
    );

    let check = ["build", "xor.mlp", "-o", "xor.rs", "--check"];
    snapshot("build_check_missing", folder.run(&check).all());

    let run = folder.run(&["build", "xor.mlp", "-o", "xor.rs"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
    let written = fs::read_to_string(folder.path("xor.rs")).expect("a file");
    assert_eq!(written, printed.stdout);
    assert_eq!(
        fs::read_dir(folder.path("")).expect("a folder").count(),
        2,
        "a temporary file is left"
    );
    snapshot("build_check_good", folder.run(&check).all());

    // Line ends may be another system's.
    fs::write(folder.path("xor.rs"), written.replace('\n', "\r\n")).expect("a file");
    assert_eq!(folder.run(&check).code, 0);

    let mut file = fs::File::options()
        .append(true)
        .open(folder.path("xor.rs"))
        .expect("a file");
    file.write_all(b"// edited\n").expect("a line");
    snapshot("build_check_stale", folder.run(&check).all());
    let json = folder.run(&["build", "xor.mlp", "-o", "xor.rs", "--check", "--json"]);
    assert_eq!(json.code, 1);
    assert_eq!(json.json()["diagnostics"][0]["file"], "xor.rs");

    assert_eq!(folder.run(&["build", "xor.mlp", "-o", "xor.rs"]).code, 0);
    assert_eq!(folder.run(&check).code, 0);
}

#[test]
fn a_file_that_stands_alone_names_core_alone() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let build = ["build", "xor.mlp", "--standalone", "-o", "alone.rs"];
    let run = folder.run(&build);
    assert_eq!(
        (run.code, run.all().as_str()),
        (0, "exit 0\n-- standard output\n-- standard error\n")
    );
    let text = fs::read_to_string(folder.path("alone.rs")).expect("a file");
    assert!(
        text.contains("mod xor_runtime {") && !text.contains("mlp_runtime"),
        "{text}"
    );
    let mut check = build.to_vec();
    check.push("--check");
    assert_eq!(folder.run(&check).code, 0);
    fs::write(folder.path("alone.rs"), "").expect("a file");
    let stale = folder.run(&check);
    assert!(
        stale
            .stderr
            .contains("mlp build xor.mlp -o alone.rs --standalone"),
        "{}",
        stale.stderr
    );
}

#[test]
fn build_says_why_it_cannot_write() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    fs::create_dir(folder.path("generated")).expect("a folder");
    snapshot(
        "build_directory",
        folder.run(&["build", "xor.mlp", "-o", "generated"]).all(),
    );
    snapshot(
        "build_nowhere",
        folder
            .run(&["build", "xor.mlp", "-o", "absent/xor.rs"])
            .all(),
    );
}

#[test]
fn build_explains_the_code() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let run = folder.run(&["build", "xor.mlp", "--explain"]);
    snapshot("build_explain", run.all());
    let json = folder
        .run(&["build", "xor.mlp", "--explain", "--json"])
        .json();
    let step = &json["functions"][0]["steps"][0];
    assert_eq!(
        (&json["model"], &step["equation"], &step["code"]),
        (&"Xor".into(), &"a1 = W1·x + b1".into(), &"kernel".into())
    );

    // Statistics of the batch, windows, and a stage that chooses.
    let text = "model Several {
    input  x[6]
    output x -> local(3, stride = 3, units = 4) -> batch_norm -> tanh -> dense(3, code = unrolled) -> softmax
    loss   cross_entropy
}
";
    fs::write(folder.path("several.mlp"), text).expect("a file");
    let run = folder.run(&["build", "several.mlp", "--explain"]);
    snapshot("build_explain_several", run.all());
    let run = folder.run(&["build", "xor.mlp", "--explain", "-o", "xor.rs"]);
    assert_eq!(run.code, 2);
}
