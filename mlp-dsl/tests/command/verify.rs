//! `mlp verify`.

use std::fs;

use super::folder::{Folder, XOR, finished, snapshot};

/// The same text with every error of a table as `#`: the last digits are the machine's.
fn without_errors(text: &str) -> String {
    let mask = |word: &str| match word.split_once('e') {
        Some((digits, _)) if digits.contains('.') && digits.parse::<f64>().is_ok() => {
            "#".repeat(word.len().min(5))
        }
        _ => word.to_owned(),
    };
    let line = |line: &str| {
        line.split_whitespace()
            .map(mask)
            .collect::<Vec<_>>()
            .join(" ")
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn verify_prints_a_table() {
    let folder = Folder::with_fixtures(&["xor.mlp", "xor.safetensors", "digits.mlp"]);
    let run = folder.run(&["verify", "xor.mlp"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let widths: Vec<usize> = (run.stdout.lines().skip(2).take(4))
        .map(|line| line.find("agrees").expect("every gradient agrees"))
        .collect();
    assert!(
        widths.iter().all(|width| *width == widths[0]),
        "{}",
        run.stdout
    );
    snapshot("verify_differences", without_errors(&run.stdout));
    let run = folder.run(&["verify", "xor.mlp", "--reference", "xor.safetensors"]);
    assert_eq!(run.code, 0);
    snapshot("verify_reference", without_errors(&run.stdout));
    let run = folder.run(&["verify", "digits.mlp", "--reference", "xor.safetensors"]);
    snapshot("verify_mismatch", run.all());
}

#[test]
fn verify_answers_programs() {
    let folder = Folder::with_fixtures(&["xor.mlp", "xor.safetensors"]);
    let run = folder.run(&[
        "verify",
        "xor.mlp",
        "--reference",
        "xor.safetensors",
        "--json",
    ]);
    let json = run.json();
    assert_eq!(
        (&json["model"], &json["engine"]),
        (&"Xor".into(), &"compiled".into())
    );
    assert_eq!(
        (&json["passed"], &json["tolerance"]),
        (&true.into(), &2e-5.into())
    );
    let tensors = json["tensors"].as_array().expect("tensors");
    assert_eq!(tensors.len(), 6);
    assert_eq!(tensors[2]["name"], "grad.dense1.weight");
    assert!(tensors[2]["max_rel_error"].as_f64().expect("a number") < 2e-5);
}

#[test]
fn without_a_compiler_the_interpreter_serves_and_says_so() {
    let folder = Folder::with_fixtures(&["xor.mlp", "xor.safetensors"]);
    let arguments = ["verify", "xor.mlp", "--json"];
    for more in [
        &[][..],
        &["--engine", "compiled"],
        &["--reference", "xor.safetensors"],
    ] {
        let mut command = folder.command(&arguments);
        command.args(more).env("RUSTC", "no-such-compiler");
        let run = finished(command);
        assert_eq!(run.code, 0, "{}", run.all());
        assert_eq!(run.json()["engine"], "interpreted");
        assert_eq!(
            run.stderr,
            "note: there is no `no-such-compiler` on this machine, so the interpreter serves\n"
        );
    }
    // Nothing is compiled where nothing is asked for, or where there is nothing to check.
    let mut command = folder.command(&["verify", "xor.mlp", "--engine", "interpreted"]);
    command.env("RUSTC", "no-such-compiler");
    assert_eq!(finished(command).stderr, "");
}

#[test]
fn a_cache_that_cannot_be_is_explained() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    fs::write(folder.path("file"), "").expect("a file");
    let mut command = folder.command(&["verify", "xor.mlp"]);
    command.env("MLP_CACHE", "file");
    let run = finished(command);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("cannot keep compiled models in file")
            && run.stderr.contains("MLP_CACHE"),
        "{}",
        run.stderr
    );
}

#[test]
fn verify_fails_where_numbers_differ() {
    let folder = Folder::with_fixtures(&["xor.mlp", "xor.safetensors"]);
    // The last byte belongs to the exponent of some number.
    let mut bytes = fs::read(folder.path("xor.safetensors")).expect("a fixture");
    *bytes.last_mut().expect("a byte") ^= 0x40;
    fs::write(folder.path("wrong.safetensors"), &bytes).expect("a file");
    let run = folder.run(&["verify", "xor.mlp", "--reference", "wrong.safetensors"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("differs\n") && run.stdout.contains("\nfailed: "),
        "{}",
        run.stdout
    );
}

#[test]
fn what_cannot_be_verified_is_explained() {
    let inference = XOR.replace("loss   bce", "");
    let two = format!("{XOR}{}", inference.replace("Xor", "Answer"));
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    for (name, content) in [
        ("inference.mlp", inference.as_bytes()),
        ("two.mlp", two.as_bytes()),
        ("garbage.safetensors", b"not a tensor in sight"),
    ] {
        fs::write(folder.path(name), content).expect("a file");
    }
    snapshot(
        "verify_inference",
        folder.run(&["verify", "inference.mlp"]).all(),
    );
    let garbage = folder.run(&["verify", "xor.mlp", "--reference", "garbage.safetensors"]);
    assert_eq!(garbage.code, 1);
    assert!(
        garbage
            .stderr
            .starts_with("error: the file is not in the format safetensors\n"),
        "{}",
        garbage.stderr
    );
    let absent = folder.run(&["verify", "xor.mlp", "--reference", "absent.safetensors"]);
    snapshot("verify_absent", absent.all());
    // A model without a loss is left out beside one that has one.
    let run = folder.run(&["verify", "two.mlp"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(!run.stdout.contains("Answer"), "{}", run.stdout);
    let several = folder.run(&["verify", "two.mlp", "--reference", "absent.safetensors"]);
    assert!(
        several.stderr.contains("--model NAME"),
        "{}",
        several.stderr
    );
}
