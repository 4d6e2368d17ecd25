//! What holds for every verb: standard streams, exit codes, colours.

use std::io::Read;
use std::process::Stdio;

use super::folder::{Folder, XOR, finished};

#[test]
fn standard_input_is_a_file() {
    let folder = Folder::new(&[]);
    let run = folder.run_with(&["check", "-"], XOR.as_bytes());
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "ok: <stdin>: 1 model: Xor\n")
    );
    let run = folder.run_with(&["check", "-"], b"modell");
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("<stdin>:1:1"), "{}", run.stderr);
    let run = folder.run_with(&["equations", "-"], b"\xff");
    assert!(run.stderr.contains("not UTF-8"), "{}", run.stderr);
}

#[test]
fn bad_usage_ends_with_2() {
    let folder = Folder::new(&[("xor.mlp", XOR.as_bytes())]);
    for arguments in [
        ["nonsense"].as_slice(),
        &[],
        &["check"],
        &["equations"],
        &["build", "xor.mlp", "--check"],
        &["verify", "xor.mlp", "--engine", "quantum"],
        &["equations", "xor.mlp", "--format", "braille"],
        &["equations", "xor.mlp", "--of", "silu", "--model", "Xor"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(folder.run(&["--help"]).code, 0);
    assert_eq!(folder.run(&["--version"]).code, 0);
}

#[test]
fn a_closed_pipe_is_no_error() {
    // More than a pipe holds, so that the command is still writing when its reader leaves.
    let models = (0..2000).map(|n| format!("model M{n} {{ input x[1] output x -> dense(1) }}\n"));
    let text: String = models.collect();
    let folder = Folder::new(&[("many.mlp", text.as_bytes())]);
    let mut command = folder.command(&["equations", "many.mlp"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut first = [0; 8];
    let mut pipe = child.stdout.take().expect("a pipe");
    pipe.read_exact(&mut first).expect("an answer");
    drop(pipe);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(&first, b"model M0");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colours_are_for_terminals() {
    let wrong = XOR.replace("tanh", "tahn");
    let folder = Folder::new(&[("wrong.mlp", wrong.as_bytes())]);
    assert!(
        !folder
            .run(&["check", "wrong.mlp"])
            .stderr
            .contains('\u{1b}')
    );
    let forced = |refused: bool| {
        let mut command = folder.command(&["check", "wrong.mlp"]);
        command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
        if refused {
            command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
        }
        finished(command).stderr.contains('\u{1b}')
    };
    assert!(forced(false));
    assert!(!forced(true));
}
