//! Why the compiled engine does not answer.

use std::fmt;
use std::path::PathBuf;

/// Why the compiled engine does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineError {
    /// This machine cannot compile: the reason. The interpreter can serve instead.
    Unavailable(String),
    /// The folder for compiled models cannot be used.
    Cache {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the file system answers.
        reason: String,
    },
    /// The compiler refuses the generated code, which is a mistake of ours.
    Refused {
        /// Where the code is kept.
        source: PathBuf,
        /// The first lines of what the compiler says.
        messages: Vec<String>,
    },
    /// The compiler was ended from outside before it was done.
    Interrupted {
        /// The signal.
        by: String,
    },
    /// This processor has not the level of vector instructions that was asked for.
    Level {
        /// What was asked for.
        wanted: String,
        /// The best that there is.
        best: String,
    },
    /// The compiled program went missing before it was started, again and again.
    Missing,
    /// The compiled program ended early or gave an answer that is none.
    Failed {
        /// What it did.
        reason: String,
        /// The first lines that it wrote to its standard error.
        messages: Vec<String>,
    },
}

impl EngineError {
    /// What helps to understand it, a line each.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Self::Unavailable(_) | Self::Level { .. } | Self::Missing => Vec::new(),
            Self::Cache { .. } => {
                Vec::from(["MLP_CACHE in the environment names another folder".to_owned()])
            }
            Self::Refused { source, messages } => {
                let kept = format!("the code is kept in {}", source.display());
                let bug = "this is a bug in mlp, please report it with that file".to_owned();
                messages.iter().cloned().chain([kept, bug]).collect()
            }
            Self::Interrupted { .. } => Vec::from([
                "this happens where memory runs out, and where somebody ends it".to_owned(),
                "close other programs and try again; `--engine interpreted`, where a command has it, compiles nothing"
                    .to_owned(),
            ]),
            Self::Failed { messages, .. } => messages.clone(),
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(reason) => formatter.write_str(reason),
            Self::Cache { path, reason } => {
                write!(
                    formatter,
                    "cannot keep compiled models in {}: {reason}",
                    path.display()
                )
            }
            Self::Level { wanted, best } => write!(
                formatter,
                "this processor has no vector instructions of level `{wanted}`; its best level is `{best}`"
            ),
            Self::Refused { .. } => formatter.write_str("rustc refuses the generated code"),
            Self::Interrupted { by } => {
                write!(formatter, "rustc was ended before it was done ({by})")
            }
            Self::Missing => formatter.write_str("the compiled model vanishes from its folder"),
            Self::Failed { reason, .. } => write!(formatter, "the compiled model failed: {reason}"),
        }
    }
}

impl std::error::Error for EngineError {}

/// The first lines of what a program wrote, as many as a person reads.
pub(super) fn first_lines(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.take(12).map(str::to_owned).collect()
}
