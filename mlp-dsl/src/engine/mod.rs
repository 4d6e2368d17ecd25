//! The compiled engine: a model's generated code, compiled by the machine's `rustc` and run as a child process. In: the
//! equations of a model. Out: an [`Engine`] that answers what the interpreter answers, with the code that users run. No
//! `unsafe` is needed, and a crash of that code is a message here.
//!
//! | file | holds |
//! |---|---|
//! | `compiler.rs` | the `rustc` of this machine |
//! | `cache.rs` | compiled programs by content, whole or not at all |
//! | `program.rs`, `child.rs` | the program around a model |
//! | `protocol.rs` | what the two processes say to each other |
//! | `process.rs` | the child, and how it may end |
//! | `learner.rs`, `learner_child.rs` | training in the child |
//! | `interpreted.rs` | training without a child |

mod cache;
mod compiler;
mod error;
mod evaluate;
#[cfg(feature = "train")]
mod interpreted;
#[cfg(feature = "train")]
mod learner;
mod process;
mod program;
mod protocol;

pub use error::EngineError;
#[cfg(feature = "train")]
pub use interpreted::{InterpretedLearner, wanted};
#[cfg(feature = "train")]
pub use learner::CompiledLearner;
pub use protocol::VERSION;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::equations::Equations;
use crate::schedule::{Program, Tensor};
use cache::Cache;
use compiler::Compiler;
use process::Process;
use protocol::Sizes;

/// Where the engine finds what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The compiler.
    pub compiler: OsString,
    /// The folder for compiled models; `None` for the one that this system has for caches.
    pub cache: Option<PathBuf>,
}

impl Settings {
    /// What the environment says: `RUSTC` is the compiler, else `rustc`; `MLP_CACHE` is the folder.
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            compiler: variable("RUSTC").unwrap_or_else(|| "rustc".into()),
            cache: variable("MLP_CACHE").map(PathBuf::from),
        }
    }
}

/// A compiled model that runs.
#[derive(Debug)]
pub struct Engine {
    process: Process,
    /// The tensors in the order of the parameters.
    tensors: Vec<Tensor>,
}

impl Engine {
    /// Compiles a model, or finds it compiled, and starts it.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where this machine cannot compile; the others are described there.
    pub fn new(equations: &Equations, settings: &Settings) -> Result<Self, EngineError> {
        let model = Program::new(equations);
        let files = program::files(&model)?;
        let compiler = Compiler::find(&settings.compiler)?;
        let cache = Cache::open(settings.cache.as_deref())?;
        let sizes = Sizes::of(&model);
        let key = compiler.key(&files);
        // An entry may be replaced by another process between the look and the start, or be cleared away.
        let start = || Process::start(&cache.executable(&key, &compiler, &files)?, sizes);
        let mut started = start();
        for _ in 0..3 {
            if matches!(started, Err(EngineError::Missing)) {
                started = start();
            }
        }
        Ok(Self {
            process: started?,
            tensors: model.tensors,
        })
    }
}
