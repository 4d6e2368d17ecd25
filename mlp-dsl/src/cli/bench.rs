//! `mlp bench`: how fast the generated code of a model is, beside what the processor can do.

use std::path::PathBuf;

use clap::ValueEnum;
use mlp_dsl::engine::{Bench, EngineError, Figures, Measurement, Plan, Settings};
use mlp_dsl::equations::{Equations, Precision};
use mlp_dsl::model::Model;
use mlp_dsl::{Compiled, Diagnostic, Source, compile};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem};
use super::input;

/// Each function is measured so often: the fewest blocks whose median says something.
const BLOCKS: usize = 7;

/// The batch of a model whose `train` block names none, as for `mlp train`.
const BATCH: usize = 32;

/// Measure how fast the generated code of a model is.
///
/// The code is compiled by the `rustc` of this machine as a release build of a user's own program does, and measured on
/// random samples: the output of one, the outputs, the gradient and a training step of a batch, each in seven blocks of a
/// fifth of a second. The step takes the optimizer of the model's `train` block, else `sgd`, without its penalties and its
/// clipping.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the model.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Samples in a batch; where absent, what the model's `train` block says, else 32.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    batch: Option<u32>,
    /// How many threads share the outputs of a batch and a training step, at most: as many as pay. What else is measured runs
    /// in one.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    threads: u32,
    /// The vector instructions to use; the processor's best where absent.
    #[arg(long, value_enum)]
    level: Option<Level>,
    /// Measure the model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// How long a block takes: tests have no time.
    #[arg(long, hide = true, default_value_t = 0.2)]
    block_seconds: f64,
}

/// A level of vector instructions.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// What every processor of this architecture has.
    Baseline,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

/// An optimizer by name, with its settings.
type Optimizer = (String, Vec<(String, f64)>);

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let (model, equations) = input::model(&compiled, arguments.model.as_deref())?;
    let optimizer = optimizer(model);
    let batch = match arguments.batch {
        Some(batch) => batch as usize,
        None => (model.training.as_ref())
            .and_then(|training| training.batch)
            .unwrap_or(BATCH),
    };
    let plan = Plan {
        batch,
        threads: arguments.threads as usize,
        level: arguments.level.map(Level::name),
        blocks: BLOCKS,
        // Neither NaN nor a negative number would ever be reached.
        seconds: arguments.block_seconds.max(0.0),
    };
    let measured = measure(equations, &optimizer, &plan);
    let shown = &compiled.source.name;
    let measured = measured.map_err(|error| Problem::about(shown, problem(&error)))?;
    let trained = equations.objective.is_some().then_some(&optimizer);
    let text = text(model, equations, trained, &plan, &measured);
    Ok(Answer::good(text, report(model, trained, &plan, &measured)))
}

/// What the model's block says, else plain descent.
fn optimizer(model: &Model) -> Optimizer {
    let block = model.training.clone().unwrap_or_default();
    let chosen = block.optimizer.map(|choice| {
        let arguments = choice.arguments.into_iter();
        let arguments = arguments.map(|(name, number)| (name, number.value()));
        (choice.name, arguments.collect())
    });
    chosen.unwrap_or_else(|| ("sgd".to_owned(), Vec::new()))
}

/// What was measured, and what compiling it took.
struct Measured {
    figures: Figures,
    /// Bytes of machine code beyond those that such a program has for a model of one number.
    code: u64,
    rustc: Option<f64>,
}

fn measure(
    equations: &Equations,
    (name, settings): &Optimizer,
    plan: &Plan<'_>,
) -> Result<Measured, EngineError> {
    let settings: Vec<(&str, f64)> = settings
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let compiler = Settings::from_environment();
    let bench = Bench::new(equations, &compiler, name, &settings)?;
    let figures = bench.measure(plan)?;
    let smallest = smallest(equations);
    let code = match smallest
        .as_ref()
        .and_then(|smallest| smallest.models.first())
    {
        Some(smallest) => Bench::new(smallest, &compiler, name, &settings)?.code_bytes()?,
        None => 0,
    };
    Ok(Measured {
        figures,
        code: bench.code_bytes()?.saturating_sub(code),
        rustc: bench.rustc_seconds()?,
    })
}

/// A model of one number, of the same precision, with a loss where the other has one.
fn smallest(equations: &Equations) -> Option<Compiled> {
    let precision = match equations.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    };
    let loss = match equations.objective {
        Some(_) => "loss mse",
        None => "",
    };
    let text = format!(
        "model Smallest {{ precision {precision} input x[1] output x -> dense(1) {loss} }}"
    );
    compile(&Source::new("the smallest model", text)).ok()
}

fn problem(error: &EngineError) -> Diagnostic {
    let told = Diagnostic::whole(error.to_string());
    let told = error.notes().into_iter().fold(told, Diagnostic::note);
    match error {
        EngineError::Unavailable(_) => {
            told.help("compiled code is measured: install Rust, or name its compiler in `RUSTC`")
        }
        EngineError::Level { best, .. } => {
            told.help(format!("leave `--level` out, or `--level {best}`"))
        }
        _ => told,
    }
}

/// Each function with its name for programs and for people.
fn functions(figures: &Figures) -> Vec<(&'static str, &'static str, &Measurement)> {
    let mut functions = vec![
        ("forward", "output of one", &figures.forward),
        ("forward_batch", "outputs", &figures.forward_batch),
    ];
    if let Some([gradient, step]) = &figures.training {
        functions.push(("gradient_batch", "gradient", gradient));
        functions.push(("train_step", "training step", step));
    }
    functions
}

/// The most threads that share any work.
fn most_threads(figures: &Figures) -> usize {
    figures.step_threads.max(figures.output_threads)
}

/// How many threads share what.
fn threads(figures: &Figures) -> String {
    let of =
        |threads: usize, what: &str| (threads > 1).then(|| format!("{threads} threads in {what}"));
    let step = of(figures.step_threads, "the training step");
    let outputs = of(figures.output_threads, "the outputs");
    match (outputs, step) {
        (Some(outputs), Some(step)) => format!("{outputs}, {step}"),
        (Some(alone), None) | (None, Some(alone)) => alone,
        (None, None) => "1 thread".to_owned(),
    }
}

/// For a person.
fn text(
    model: &Model,
    equations: &Equations,
    trained: Option<&Optimizer>,
    plan: &Plan<'_>,
    measured: &Measured,
) -> String {
    let figures = &measured.figures;
    let mut text = format!(
        "{}: batch of {}, {}, {}\n  {:<13}  {:>10}  {:>10}  {:>10}  {:>7}  {:>7}\n",
        model.name,
        plan.batch,
        figures.level,
        threads(figures),
        "",
        "minimum",
        "median",
        "per sample",
        "GFLOP/s",
        "of peak"
    );
    for (key, name, measurement) in functions(figures) {
        let samples = if key == "forward" { 1 } else { plan.batch };
        let times = measurement.times;
        let gflops = measurement.gflops();
        text += &format!(
            "  {name:<13}  {:>10}  {:>10}  {:>10}  {gflops:>7.1}  {:>5.1} %\n",
            duration(times.min),
            duration(times.median),
            duration(times.min / samples as f64),
            100.0 * gflops / figures.peak_gflops,
        );
    }
    let mut line = |name: &str, said: String| text += &format!("{name:<7}  {said}\n");
    let clock = match (figures.own_time, most_threads(figures)) {
        (false, _) => "on the wall: other processes add to it",
        (true, 1) => "of the thread alone",
        (true, _) => "of the thread alone, of what threads share on the wall",
    };
    line("time", clock.to_owned());
    if most_threads(figures) < plan.threads {
        let few = format!(
            "a batch of {} is too little work for {}",
            plan.batch, plan.threads
        );
        line("threads", few);
    }
    line(
        "peak",
        format!(
            "{:.1} GFLOP/s: multiply-adds in registers alone",
            figures.peak_gflops
        ),
    );
    if let Some(optimizer) = trained {
        line(
            "step",
            format!(
                "by {}, whose own operations are not counted",
                call(optimizer)
            ),
        );
    }
    let training = figures.training_bytes.map(|[training, workspace]| {
        format!(
            ", {} for training; a workspace has {}",
            bytes(training),
            bytes(workspace)
        )
    });
    line(
        "memory",
        format!(
            "{} parameters in {}; {} for inference{}",
            equations.parameter_count(),
            bytes(figures.network_bytes),
            bytes(figures.inference_bytes),
            training.unwrap_or_default(),
        ),
    );
    line(
        "code",
        format!(
            "{} of machine code, for all levels of vector instructions",
            bytes(measured.code as usize)
        ),
    );
    if let Some(seconds) = measured.rustc {
        line("rustc", format!("{seconds:.1} s for the whole program"));
    }
    text
}

fn call((name, settings): &Optimizer) -> String {
    let settings: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    match settings.is_empty() {
        true => name.clone(),
        false => format!("{name}({})", settings.join(", ")),
    }
}

/// Nanoseconds in the unit that suits them.
fn duration(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
    let unit = units.iter().find(|(size, _)| nanoseconds >= *size);
    let (size, unit) = unit.unwrap_or(&units[3]);
    let number = nanoseconds / size;
    let decimals = if number < 10.0 {
        2
    } else if number < 100.0 {
        1
    } else {
        0
    };
    format!("{number:.decimals$} {unit}")
}

/// Bytes in the unit that suits them.
fn bytes(count: usize) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

/// For a program.
fn report(
    model: &Model,
    trained: Option<&Optimizer>,
    plan: &Plan<'_>,
    measured: &Measured,
) -> Value {
    let figures = &measured.figures;
    let mut report = Map::new();
    report.insert("model".to_owned(), json!(model.name));
    let (mut operations, mut gflops, mut ratios) = (Map::new(), Map::new(), Map::new());
    for (name, _, measurement) in functions(figures) {
        let times = measurement.times;
        let (min, median) = (times.min, times.median);
        report.insert(
            format!("{name}_ns"),
            json!({ "min": min, "median": median }),
        );
        operations.insert(name.to_owned(), json!(measurement.operations));
        gflops.insert(name.to_owned(), json!(measurement.gflops()));
        ratios.insert(
            name.to_owned(),
            json!(measurement.gflops() / figures.peak_gflops),
        );
    }
    let [training, workspace] = match figures.training_bytes {
        Some(bytes) => bytes.map(Some),
        None => [None; 2],
    };
    let more = json!({
        "batch": plan.batch,
        "threads": most_threads(figures),
        "threads_of": { "forward_batch": figures.output_threads, "train_step": figures.step_threads },
        "level": figures.level,
        "clock": if figures.own_time { "thread" } else { "wall" },
        "optimizer": trained.map(call),
        "operations": operations,
        "gflops": gflops,
        "peak_gflops": figures.peak_gflops,
        "peak_ratio": ratios,
        "ram_bytes": {
            "network": figures.network_bytes,
            "inference": figures.inference_bytes,
            "training": training,
            "workspace": workspace,
        },
        "code_bytes": measured.code,
        "rustc_seconds": measured.rustc,
    });
    if let Value::Object(more) = more {
        report.extend(more);
    }
    Value::Object(report)
}
