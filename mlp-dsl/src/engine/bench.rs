//! How fast the generated code of a model is: a program that measures its functions, compiled as a user's own build compiles
//! them. It finds out the processor's vector instructions when it runs.

use mlp_runtime::optimizer::Choice;
use object::{Object, ObjectSection, SectionKind};

use super::compiler::Processors;
use super::protocol::Request;
use super::{Engine, EngineError, Executable, Settings, cache, runtime_program};
use crate::equations::{Equations, Section};
use crate::schedule::Program;

/// What is the same in every program that measures.
const CHILD: &str = include_str!("bench_child.rs");

/// What is the same in every one whose model has a loss …
const TRAINING: &str = include_str!("bench_training.rs");

/// … and in the others.
const NO_TRAINING: &str = "use crate::child::Wanted;

pub const BYTES: usize = 0;
pub const WORKSPACE: usize = 0;

pub fn sharing(_: usize, _: usize) -> usize { 1 }
pub fn gradient(_: Wanted<'_>) -> Option<std::vec::Vec<f64>> { None }
pub fn step(_: Wanted<'_>) -> Option<std::vec::Vec<f64>> { None }
";

/// A compiled program that measures a model's functions.
pub struct Bench<'a> {
    executable: Executable,
    equations: &'a Equations,
    settings: Vec<(&'a str, f64)>,
}

/// How the functions are called, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Rows of a batch, at least 1.
    pub batch: usize,
    /// How many threads share a training step and the outputs of a batch, where it pays.
    pub threads: usize,
    /// The level of vector instructions; the processor's best where `None`.
    pub level: Option<&'a str>,
    /// How often each function is measured …
    pub blocks: usize,
    /// … and for how many seconds, at least, each time.
    pub seconds: f64,
}

/// Nanoseconds of one call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// In the fastest block.
    pub min: f64,
    /// In the median block.
    pub median: f64,
}

/// The time of a function, and its floating-point operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// How long a call takes.
    pub times: Times,
    /// The operations of the equations in one call, as [`Equations::flops`] counts them.
    pub operations: usize,
}

impl Measurement {
    /// 10⁹ operations a second, in the fastest block.
    pub fn gflops(&self) -> f64 {
        self.operations as f64 / self.times.min
    }
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The level of vector instructions.
    pub level: String,
    /// How many threads share a training step.
    pub step_threads: usize,
    /// How many threads share the outputs of a batch. Everything else runs in one.
    pub output_threads: usize,
    /// The output of one sample.
    pub forward: Measurement,
    /// The outputs of a batch.
    pub forward_batch: Measurement,
    /// The gradient of a batch, and a step with it; `None` for a model without a loss. The operations of the optimizer are
    /// not counted.
    pub training: Option<[Measurement; 2]>,
    /// Whether times are those of the thread alone, whatever other processes do meanwhile; what threads share is
    /// measured by the clock on the wall all the same.
    pub own_time: bool,
    /// The most multiply-adds in registers alone, in 10⁹ operations a second.
    pub peak_gflops: f64,
    /// The bytes of the network itself.
    pub network_bytes: usize,
    /// Its constant of this name.
    pub inference_bytes: usize,
    /// Its constant of this name, and the bytes of a workspace.
    pub training_bytes: Option<[usize; 2]>,
}

impl<'a> Bench<'a> {
    /// Compiles the program for a model, or finds it compiled.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where this machine cannot compile; where the optimizer is none.
    pub fn new(
        equations: &'a Equations,
        compiler: &Settings,
        optimizer: &'a str,
        settings: &'a [(&'a str, f64)],
    ) -> Result<Self, EngineError> {
        let model = Program::new(equations);
        let mut files = runtime_program::files(&model, CHILD)?;
        let mut training = NO_TRAINING.to_owned();
        if let Some((_, root)) = files.first_mut() {
            *root += "\nmod training;\n";
            if model.target.is_some() {
                let chosen = Choice::named(optimizer, settings, Vec::<f32>::new);
                let chosen = chosen.map_err(|error| EngineError::Failed {
                    reason: error.to_string(),
                    messages: Vec::new(),
                })?;
                *root += &constructor(optimizer, &chosen);
                training = TRAINING.to_owned();
            }
        }
        files.push(("training.rs".to_owned(), training));
        let executable = Executable::of(vec![model], files, compiler, Processors::All)?;
        executable.program()?;
        Ok(Self {
            executable,
            equations,
            settings: settings.to_vec(),
        })
    }

    /// How many seconds `rustc` took for the whole program, when it was compiled.
    ///
    /// # Errors
    /// Where it has to be compiled again and cannot be.
    pub fn rustc_seconds(&self) -> Result<Option<f64>, EngineError> {
        Ok(cache::seconds(&self.executable.program()?))
    }

    /// The bytes of machine code in the whole program, for all levels of vector instructions.
    ///
    /// # Errors
    /// Where the program cannot be read.
    pub fn code_bytes(&self) -> Result<u64, EngineError> {
        let path = self.executable.program()?;
        let unreadable = |reason: String| EngineError::Cache {
            path: path.clone(),
            reason,
        };
        let bytes = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
        let file = object::File::parse(bytes.as_slice());
        let file = file.map_err(|error| unreadable(error.to_string()))?;
        let code = file
            .sections()
            .filter(|section| section.kind() == SectionKind::Text);
        Ok(code.map(|section| section.size()).sum())
    }

    /// Measures everything, one function after the other.
    ///
    /// # Errors
    /// [`EngineError::Level`]; where the program does not answer.
    pub fn measure(&self, plan: &Plan<'_>) -> Result<Figures, EngineError> {
        let mut engine = self.executable.start_at(0, plan.level)?;
        let facts = Facts::of(&mut engine, plan)?;
        if let Some(wanted) = plan.level
            && wanted != facts.level
        {
            return Err(EngineError::Level {
                wanted: wanted.to_owned(),
                best: facts.level,
            });
        }
        let (forward, whole) = (self.flops(Section::Forward), self.flops(Section::Backward));
        let mut measure = |what, operations| {
            let times = self.times(&mut engine, plan, what)?;
            Ok::<_, EngineError>(Measurement { times, operations })
        };
        let is_trained = self.equations.objective.is_some();
        Ok(Figures {
            forward: measure(0, forward)?,
            forward_batch: measure(1, plan.batch * forward)?,
            training: match is_trained {
                true => Some([
                    measure(2, plan.batch * whole)?,
                    measure(3, plan.batch * whole)?,
                ]),
                false => None,
            },
            peak_gflops: 2.0 / measure(4, 2)?.times.min,
            network_bytes: facts.network,
            inference_bytes: facts.inference,
            training_bytes: is_trained.then_some([facts.training, facts.workspace]),
            level: facts.level,
            step_threads: facts.step_threads,
            output_threads: facts.output_threads,
            own_time: facts.own_time,
        })
    }

    /// The operations of all equations up to a section, for one sample.
    fn flops(&self, last: Section) -> usize {
        let equations = self.equations.list.iter();
        let own = equations.filter(|equation| equation.section <= last);
        own.map(|equation| self.equations.flops(equation)).sum()
    }

    fn times(&self, engine: &mut Engine, plan: &Plan<'_>, what: u64) -> Result<Times, EngineError> {
        let mut content = Vec::new();
        for number in [
            what,
            plan.batch as u64,
            plan.threads as u64,
            plan.blocks as u64,
        ] {
            content.extend(number.to_le_bytes());
        }
        content.extend(plan.seconds.to_le_bytes());
        content.extend((self.settings.len() as u64).to_le_bytes());
        for (name, value) in &self.settings {
            content.extend((name.len() as u64).to_le_bytes());
            content.extend(name.bytes());
            content.extend(value.to_le_bytes());
        }
        let length = 8 * plan.blocks;
        let process = &mut engine.process;
        let answer = process.answer(Request::Measure, &content, length..=length)?;
        let (times, _) = answer.as_chunks();
        let mut times: Vec<f64> = times.iter().map(|time| f64::from_le_bytes(*time)).collect();
        times.sort_by(f64::total_cmp);
        match times.first() {
            Some(min) => Ok(Times {
                min: *min,
                median: times[times.len() / 2],
            }),
            None => Err(no_answer()),
        }
    }
}

/// What the program says of itself.
struct Facts {
    network: usize,
    inference: usize,
    training: usize,
    workspace: usize,
    step_threads: usize,
    output_threads: usize,
    own_time: bool,
    level: String,
}

impl Facts {
    fn of(engine: &mut Engine, plan: &Plan<'_>) -> Result<Self, EngineError> {
        let content = [plan.batch, plan.threads].map(|number| (number as u64).to_le_bytes());
        let process = &mut engine.process;
        let answer = process.answer(Request::Facts, content.as_flattened(), 56..=100)?;
        let (numbers, level) = answer.split_first_chunk::<56>().ok_or_else(no_answer)?;
        let (numbers, _) = numbers.as_chunks();
        let mut numbers = numbers.iter().map(|number| u64::from_le_bytes(*number));
        let mut next = || {
            let number = numbers.next().and_then(|number| number.try_into().ok());
            number.ok_or_else(no_answer)
        };
        Ok(Self {
            network: next()?,
            inference: next()?,
            training: next()?,
            workspace: next()?,
            step_threads: next()?,
            output_threads: next()?,
            own_time: next()? == 1,
            level: String::from_utf8_lossy(level).into_owned(),
        })
    }
}

/// What makes the optimizer in the program: as its own type, as a user would write it, and not as one of all.
fn constructor(name: &str, chosen: &Choice<Vec<f32>>) -> String {
    let (variant, of) = match chosen {
        Choice::Sgd(_) => ("Sgd", "Sgd"),
        Choice::Momentum(_) => ("Momentum", "Momentum<crate::generated::Model>"),
        Choice::Adam(_) => ("Adam", "Adam<crate::generated::Model>"),
        Choice::AmsGrad(_) => ("AmsGrad", "Adam<crate::generated::Model, 1>"),
        Choice::AdamW(_) => ("AdamW", "AdamW<crate::generated::Model>"),
        Choice::AmsGradW(_) => ("AmsGradW", "AdamW<crate::generated::Model, 1>"),
        Choice::NAdam(_) => ("NAdam", "NAdam<crate::generated::Model>"),
        Choice::RAdam(_) => ("RAdam", "RAdam<crate::generated::Model>"),
        Choice::RmsProp(_) => ("RmsProp", "RmsProp<crate::generated::Model>"),
        Choice::RmsPropMomentum(_) => ("RmsPropMomentum", "RmsProp<crate::generated::Model, 1>"),
        Choice::RmsPropCentred(_) => ("RmsPropCentred", "RmsProp<crate::generated::Model, 0, 1>"),
        Choice::RmsPropCentredMomentum(_) => (
            "RmsPropCentredMomentum",
            "RmsProp<crate::generated::Model, 1, 1>",
        ),
        Choice::Adagrad(_) => ("Adagrad", "Adagrad<crate::generated::Model>"),
        Choice::Adadelta(_) => ("Adadelta", "Adadelta<crate::generated::Model>"),
        Choice::Lion(_) => ("Lion", "Lion<crate::generated::Model>"),
    };
    format!(
        "
type Chosen = crate::optimizer::{of};

fn chosen(settings: &[(&str, f64)]) -> Option<std::boxed::Box<Chosen>> {{
    let zeros = crate::generated::Model::zeros;
    match crate::optimizer::Choice::named({name:?}, settings, zeros) {{
        Ok(crate::optimizer::Choice::{variant}(optimizer)) => Some(std::boxed::Box::new(optimizer)),
        _ => None,
    }}
}}
"
    )
}

fn no_answer() -> EngineError {
    EngineError::Failed {
        reason: "it gave an answer that is none".to_owned(),
        messages: Vec::new(),
    }
}
