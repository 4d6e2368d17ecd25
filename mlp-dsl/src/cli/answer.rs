//! What a verb answers, and how that leaves the process.

use std::io::{self, Write};
use std::process::ExitCode;

use mlp_dsl::{Diagnostics, Source};
use serde_json::{Value, json};

use super::json::diagnostics_json;

/// The answer of a verb.
pub(crate) struct Answer {
    /// For a person.
    pub(crate) text: String,
    /// For a program, a line each.
    pub(crate) json: Vec<Value>,
    /// What is wrong with the files.
    pub(crate) problems: Vec<Problem>,
    /// Whether everything is as it should be.
    pub(crate) passed: bool,
}

/// What is wrong with one file.
pub(crate) struct Problem {
    source: Source,
    errors: Diagnostics,
}

impl Problem {
    /// The mistakes of a text.
    pub(crate) fn new(source: Source, errors: impl Into<Diagnostics>) -> Self {
        Self {
            source,
            errors: errors.into(),
        }
    }

    /// Mistakes about something called `name`, without a place in a text.
    pub(crate) fn about(name: impl Into<String>, errors: impl Into<Diagnostics>) -> Box<Self> {
        Box::new(Self::new(Source::new(name, ""), errors))
    }

    /// The mistakes as JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        diagnostics_json(&self.errors, &self.source)
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        Self {
            text: String::new(),
            json: vec![json!({ "diagnostics": problem.json() })],
            problems: vec![problem],
            passed: false,
        }
    }
}

impl Answer {
    /// An answer without problems.
    pub(crate) fn good(text: String, json: Value) -> Self {
        Self {
            text,
            json: vec![json],
            problems: Vec::new(),
            passed: true,
        }
    }

    /// Writes the answer, for a program or for a person, and tells the exit code.
    pub(crate) fn give(self, as_json: bool) -> ExitCode {
        let text = if as_json {
            self.json.iter().map(|line| format!("{line}\n")).collect()
        } else {
            self.text
        };
        let written = write(io::stdout().lock(), &text);
        if !as_json {
            let colors =
                anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
            let mut stream = anstream::stderr().lock();
            for (index, problem) in self.problems.iter().enumerate() {
                let shown = problem.errors.render(&problem.source, colors);
                let apart = if index == 0 { "" } else { "\n" };
                // Nobody is left to be told that standard error is closed.
                let _ = writeln!(stream, "{apart}{}", shown.trim_end());
            }
        }
        match written {
            Err(error) => {
                let _ = writeln!(io::stderr(), "error: cannot write the answer: {error}");
                ExitCode::FAILURE
            }
            Ok(()) if self.passed => ExitCode::SUCCESS,
            Ok(()) => ExitCode::FAILURE,
        }
    }
}

/// Writes everything. A reader that has seen enough and closes the pipe, as `head` does, is no error.
fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    let written = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
