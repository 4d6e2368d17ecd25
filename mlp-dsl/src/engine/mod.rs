//! The compiled engine: a model's generated code, compiled by the machine's `rustc` and run as a child process. In: the
//! equations of a model. Out: an [`Engine`] that answers what the interpreter answers, with the code that users run. No
//! `unsafe` is needed, and a crash of that code is a message here.
//!
//! | file | holds |
//! |---|---|
//! | `compiler.rs` | the `rustc` of this machine |
//! | `cache.rs` | compiled programs by content, whole or not at all |
//! | `program.rs`, `child.rs` | the program around models |
//! | `protocol.rs` | what the two processes say to each other |
//! | `process.rs` | the child, and how it may end |
//! | `runtime_program.rs`, `exchange_child.rs` | the program around a model and the runtime |
//! | `learner.rs`, `learner_child.rs` | training in a child |
//! | `bench.rs`, `bench_child.rs`, `bench_training.rs` | how fast the code is, in a child |
//! | `interpreted.rs`, `initial.rs` | training without a child |
//! | `targets.rs` | targets as a loss takes them |

#[cfg(feature = "train")]
mod bench;
mod cache;
mod compiler;
mod error;
mod evaluate;
#[cfg(feature = "train")]
mod initial;
#[cfg(feature = "train")]
mod interpreted;
#[cfg(feature = "train")]
mod learner;
mod process;
mod program;
mod protocol;
#[cfg(feature = "train")]
mod runtime_program;
#[cfg(feature = "train")]
mod targets;

#[cfg(feature = "train")]
pub use bench::{Bench, Figures, Measurement, Plan, Times};
pub use error::EngineError;
#[cfg(feature = "train")]
pub use interpreted::InterpretedLearner;
#[cfg(feature = "train")]
pub use learner::CompiledLearner;
pub use protocol::VERSION;
#[cfg(feature = "train")]
pub use targets::{decision, wanted};

use std::ffi::OsString;
use std::path::PathBuf;

use crate::equations::Equations;
use crate::schedule::{Program, Tensor};
use cache::Cache;
use compiler::{Compiler, Processors};
use process::Process;
use protocol::Sizes;

/// Where the engine finds what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The compiler.
    pub compiler: OsString,
    /// The folder for compiled models; `None` for the one that this system has for caches.
    pub cache: Option<PathBuf>,
    /// How much the compiler optimises.
    pub optimization: Optimization,
}

/// How much the compiler optimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimization {
    /// Not at all: the fastest to compile, with checks of whole numbers and indices.
    None,
    /// As a release build of a user's own program does.
    #[default]
    Full,
}

impl Settings {
    /// What the environment says: `RUSTC` is the compiler, else `rustc`; `MLP_CACHE` is the folder.
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            compiler: variable("RUSTC").unwrap_or_else(|| "rustc".into()),
            cache: variable("MLP_CACHE").map(PathBuf::from),
            optimization: Optimization::Full,
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
        let executable = Executable::new(vec![model(equations)], settings)?;
        executable.start(0)
    }

    /// Compiles models to one program, or finds it compiled, and starts each, in their order. That takes a part of the
    /// time that one program for each takes. Their names must differ.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn several(models: &[&Equations], settings: &Settings) -> Result<Vec<Self>, EngineError> {
        let models: Vec<Program> = models.iter().copied().map(model).collect();
        let count = models.len();
        let executable = Executable::new(models, settings)?;
        (0..count).map(|number| executable.start(number)).collect()
    }
}

/// What is compiled of a model: nothing is left out at random, so that the numbers can be compared.
fn model(equations: &Equations) -> Program {
    let whole = equations.without_masks();
    Program::new(whole.as_ref().unwrap_or(equations))
}

/// Models and the program that is made of them.
struct Executable {
    models: Vec<Program>,
    source: Source,
    key: String,
    compiler: Compiler,
    cache: Cache,
}

/// The text of a program.
enum Source {
    /// It is written already.
    Written(Vec<program::File>),
    /// It is written where the cache has no such program: copying out of the runtime takes longer than all the rest.
    Alone(Optimization),
}

impl Executable {
    fn new(models: Vec<Program>, settings: &Settings) -> Result<Self, EngineError> {
        let optimization = settings.optimization;
        let ingredients = program::ingredients(&models, optimization)?;
        let source = Source::Alone(optimization);
        Self::with_key_of(&ingredients, models, source, settings, Processors::This)
    }

    /// Of a program that is written already.
    fn of(
        models: Vec<Program>,
        files: Vec<program::File>,
        settings: &Settings,
        processors: Processors,
    ) -> Result<Self, EngineError> {
        let source = Source::Written(files.clone());
        Self::with_key_of(&files, models, source, settings, processors)
    }

    fn with_key_of(
        texts: &[program::File],
        models: Vec<Program>,
        source: Source,
        settings: &Settings,
        processors: Processors,
    ) -> Result<Self, EngineError> {
        let compiler = Compiler::find(settings, processors)?;
        let cache = Cache::open(settings.cache.as_deref())?;
        let key = compiler.key(texts);
        Ok(Self {
            models,
            source,
            key,
            compiler,
            cache,
        })
    }

    /// The compiled program.
    fn program(&self) -> Result<PathBuf, EngineError> {
        let files = || match &self.source {
            Source::Written(files) => Ok(files.clone()),
            Source::Alone(optimization) => {
                let text = program::source(&self.models, *optimization)?;
                Ok(Vec::from([("model.rs".to_owned(), text)]))
            }
        };
        (self.cache).executable(&self.key, &self.compiler, files)
    }

    /// Starts the model with this number.
    fn start(&self, number: usize) -> Result<Engine, EngineError> {
        self.start_at(number, None)
    }

    /// Starts the model with this number, with this level of vector instructions at most.
    fn start_at(&self, number: usize, level: Option<&str>) -> Result<Engine, EngineError> {
        let model = &self.models[number];
        let sizes = Sizes::of(model);
        // An entry may be replaced by another process between the look and the start, or be cleared away.
        let start = || Process::start(&self.program()?, number, sizes, level);
        let mut started = start();
        for _ in 0..3 {
            if matches!(started, Err(EngineError::Missing)) {
                started = start();
            }
        }
        Ok(Engine {
            process: started?,
            tensors: model.tensors.clone(),
        })
    }
}
