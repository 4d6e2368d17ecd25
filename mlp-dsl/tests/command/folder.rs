//! A folder to run the command in, and what a run leaves.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with files to run the command in, so that no path of this machine shows in its answers.
pub(crate) struct Folder(TempDir);

/// What a run of the command leaves.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("standard output is JSON")
    }

    /// Everything, for a snapshot.
    pub(crate) fn all(&self) -> String {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        format!("exit {code}\n-- standard output\n{stdout}-- standard error\n{stderr}")
    }
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        for (name, content) in files {
            fs::write(folder.path(name), content).expect("a file");
        }
        folder
    }

    /// With reference networks in it.
    pub(crate) fn with_fixtures(names: &[&str]) -> Self {
        let folder = Self::new(&[]);
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        for name in names {
            fs::copy(fixtures.join(name), folder.path(name)).expect("a fixture");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mlp"));
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).env_remove("CLICOLOR_FORCE");
        // Compiled models are kept by content: from one run of the tests to the next they serve again.
        command.env("MLP_CACHE", env!("CARGO_TARGET_TMPDIR"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finished(self.command(arguments))
    }

    /// With a text on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        fs::write(self.path("input"), input).expect("a file");
        let mut command = self.command(arguments);
        command.stdin(fs::File::open(self.path("input")).expect("a file"));
        finished(command)
    }
}

/// The run of a command, to its end.
pub(crate) fn finished(mut command: Command) -> Run {
    let output = command.output().expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the answer is text");
    Run {
        code: output.status.code().expect("no signal ends the command"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// A small model.
pub(crate) const XOR: &str = "model Xor {
    input  x[2]
    output x -> dense(8) -> tanh -> dense(1) -> sigmoid
    loss   bce
}
";

/// Compares with the snapshot of this name.
pub(crate) fn snapshot(name: impl std::fmt::Display, text: impl AsRef<str>) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("command_{name}"), text.as_ref());
    });
}
