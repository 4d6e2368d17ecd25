//! Networks from seeds, checked in groups: one call of `rustc` makes the code of a group.

use std::fmt;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mlp_dsl::engine::{Engine, Optimization, Settings};
use mlp_dsl::equations::Equations;
use mlp_dsl::model::{Activation, Model};
use mlp_dsl::verify::{Evaluator, Report, Verdict, agreement, differences};
use mlp_dsl::{Compiled, Source, compile};

use super::choices::{Choices, smaller};
use super::network::{Network, network};

/// Networks in one program: more save little, and need memory.
const GROUP: usize = 64;

/// Attempts to make a failing network small.
const TRIES: usize = 60;

/// What happened to many networks.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) networks: usize,
    pub(crate) refused: usize,
    tensors: usize,
    agreeing: usize,
    stated: usize,
    too_small: usize,
    equations: Duration,
    compilation: Duration,
    numbers: Duration,
    pub(crate) failures: Vec<String>,
    /// The choices of a network that failed.
    failing: Option<Vec<u64>>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} networks, {} refused, {} failed; {} tensors: {} agree in all three ways, {} have a stated derivative, \
             {} a gradient too small to measure; derived and differentiated in {:.1?}, compiled in {:.1?}, run in {:.1?}",
            self.networks,
            self.refused,
            self.failures.len(),
            self.tensors,
            self.agreeing,
            self.stated,
            self.too_small,
            self.equations,
            self.compilation,
            self.numbers,
        )
    }
}

/// A network that compiles.
pub(crate) struct Case {
    origin: String,
    list: Vec<u64>,
    pub(crate) text: String,
    compiled: Compiled,
}

impl Case {
    /// What is wrong with it, if anything is.
    fn failure(&self, folder: &Path) -> Option<String> {
        let report = match equations_agree(self) {
            Ok(report) => report,
            Err(failure) => return Some(failure),
        };
        let settings = Settings {
            cache: Some(folder.into()),
            ..settings(Optimization::Full)
        };
        match Engine::new(self.equations(), &settings) {
            Ok(mut engine) => code_agrees(self, report, &mut engine).err(),
            Err(error) => Some(error.to_string()),
        }
    }

    pub(crate) fn model(&self) -> &Model {
        &self.compiled.checked.models[0]
    }

    pub(crate) fn equations(&self) -> &Equations {
        &self.compiled.models[0]
    }
}

/// The network of a seed. Simplification can find that a gradient is zero, which is refused with the reason; any other
/// refusal is a mistake of the generator, or of the compiler.
pub(crate) fn generated(
    seed: u64,
    activations: &[Activation],
) -> (Network, Result<Option<Case>, String>) {
    let mut choices = Choices::from_seed(seed);
    let network = network(&mut choices, &format!("Random{seed}"), activations);
    let text = network.text.clone();
    (
        network,
        case(format!("seed {seed}"), text, choices.into_list()),
    )
}

fn case(origin: String, text: String, list: Vec<u64>) -> Result<Option<Case>, String> {
    let source = Source::new("random.mlp", text.as_str());
    match compile(&source) {
        Ok(compiled) => Ok(Some(Case {
            origin,
            list,
            text,
            compiled,
        })),
        Err(errors) => {
            let never_trained =
                |error: &mlp_dsl::Diagnostic| error.message.contains("can never be trained");
            match errors.list.iter().all(never_trained) {
                true => Ok(None),
                false => Err(format!(
                    "{origin}\n{text}\n{}",
                    errors.render(&source, false)
                )),
            }
        }
    }
}

/// The engine for tests: a model that was compiled once is found again.
pub(crate) fn settings(optimization: Optimization) -> Settings {
    Settings {
        cache: Some(env!("CARGO_TARGET_TMPDIR").into()),
        optimization,
        ..Settings::from_environment()
    }
}

/// Checks the networks of some seeds in all three ways, on all processors. `folder` keeps the programs.
pub(crate) fn check(
    seeds: std::ops::Range<u64>,
    activations: &[Activation],
    folder: &Path,
) -> Outcome {
    let seeds: Vec<u64> = seeds.collect();
    let groups: Vec<&[u64]> = seeds.chunks(GROUP).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut outcome = Outcome::default();
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            match groups.get(turn) {
                Some(group) => outcome.group(turn, group, activations, folder),
                None => return outcome,
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let mut outcome = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let outcomes = workers.into_iter().map(|worker| worker.join());
        let outcomes = outcomes.map(|outcome| outcome.expect("no worker panics"));
        outcomes.fold(Outcome::default(), Outcome::with)
    });
    if let Some(list) = outcome.failing.take() {
        let small = smaller(list, TRIES, |list| {
            fails(list, activations, folder).is_some()
        });
        outcome
            .failures
            .extend(fails(&small, activations, folder).map(|text| format!("made small:\n{text}")));
    }
    outcome
}

/// What is wrong with some texts, each of one model.
pub(crate) fn check_texts(texts: &[&str]) -> Vec<String> {
    let folder: &Path = env!("CARGO_TARGET_TMPDIR").as_ref();
    let case = |text: &&str| case("found".to_owned(), (*text).to_owned(), Vec::new());
    let failure = |case: Result<Option<Case>, String>| match case {
        Ok(Some(case)) => case.failure(folder),
        Ok(None) => Some("refused".to_owned()),
        Err(failure) => Some(failure),
    };
    texts.iter().map(case).filter_map(failure).collect()
}

/// What is wrong with the network of a list of choices, if anything is.
fn fails(list: &[u64], activations: &[Activation], folder: &Path) -> Option<String> {
    let text = network(&mut Choices::given(list.to_vec()), "Random", activations).text;
    let case = case("a list".to_owned(), text, list.to_vec()).ok()??;
    case.failure(folder)
}

/// The interpreter against central differences.
fn equations_agree(case: &Case) -> Result<Report, String> {
    let Case { origin, text, .. } = case;
    if case.equations().parameters.is_empty() {
        return Err(format!("{origin}: nothing to train\n{text}"));
    }
    let report = differences(case.model(), case.equations())
        .map_err(|error| format!("{origin}: {error}\n{text}"))?;
    passed(case, report)
}

/// The generated code against the interpreter.
pub(crate) fn code_agrees(
    case: &Case,
    report: Report,
    engine: &mut dyn Evaluator,
) -> Result<Report, String> {
    let Case { origin, text, .. } = case;
    let report = agreement(report, case.equations(), engine)
        .map_err(|error| format!("{origin}: {error}\n{text}"))?;
    passed(case, report)
}

fn passed(case: &Case, report: Report) -> Result<Report, String> {
    match report.passed {
        true => Ok(report),
        false => {
            let wrong = report
                .tensors
                .iter()
                .filter(|tensor| tensor.verdict.fails());
            let wrong: Vec<_> = wrong.collect();
            let (origin, engine) = (&case.origin, report.engine);
            Err(format!(
                "{origin}, {engine}:\n{}\n{}\n{wrong:#?}",
                case.text,
                case.equations()
            ))
        }
    }
}

impl Outcome {
    /// Checks a group of networks.
    fn group(&mut self, turn: usize, seeds: &[u64], activations: &[Activation], folder: &Path) {
        let mut cases = Vec::new();
        let start = Instant::now();
        for seed in seeds {
            self.networks += 1;
            match generated(*seed, activations).1 {
                Ok(Some(case)) => match equations_agree(&case) {
                    Ok(report) => cases.push((case, report)),
                    Err(failure) => self.failed(&case, failure),
                },
                Ok(None) => self.refused += 1,
                Err(failure) => self.failures.push(failure),
            }
        }
        self.equations += start.elapsed();
        let start = Instant::now();
        let models: Vec<&Equations> = cases.iter().map(|(case, _)| case.equations()).collect();
        // The numbers are the same at both levels, as far as they are rustc's business.
        let optimization = if turn % 16 == 1 {
            Optimization::Full
        } else {
            Optimization::None
        };
        let settings = Settings {
            cache: Some(folder.into()),
            ..settings(optimization)
        };
        let engines = Engine::several(&models, &settings);
        self.compilation += start.elapsed();
        let start = Instant::now();
        match engines {
            Ok(mut engines) => {
                for ((case, report), engine) in cases.iter().zip(&mut engines) {
                    match code_agrees(case, report.clone(), engine) {
                        Ok(report) => self.note(&report),
                        Err(failure) => self.failed(case, failure),
                    }
                }
            }
            Err(error) => self.failures.push(format!(
                "seeds {seeds:?}: {error}\n{}",
                error.notes().join("\n")
            )),
        }
        self.numbers += start.elapsed();
    }

    fn failed(&mut self, case: &Case, failure: String) {
        self.failing.get_or_insert_with(|| case.list.clone());
        self.failures.push(failure);
    }

    /// What happened to these networks and to others.
    fn with(mut self, other: Self) -> Self {
        self.networks += other.networks;
        self.refused += other.refused;
        self.tensors += other.tensors;
        self.agreeing += other.agreeing;
        self.stated += other.stated;
        self.too_small += other.too_small;
        self.equations += other.equations;
        self.compilation += other.compilation;
        self.numbers += other.numbers;
        self.failures.extend(other.failures);
        self.failing = self.failing.or(other.failing);
        self
    }

    fn note(&mut self, report: &Report) {
        for tensor in &report.tensors {
            self.tensors += 1;
            match tensor.verdict {
                Verdict::Agrees => self.agreeing += 1,
                Verdict::StatedDerivative => self.stated += 1,
                Verdict::TooSmall => self.too_small += 1,
                Verdict::Differs | Verdict::NoSmoothPoint => {}
            }
        }
    }

    /// The part of the tensors whose gradient was compared with differences.
    pub(crate) fn compared(&self) -> f64 {
        self.agreeing as f64 / self.tensors as f64
    }
}
