//! `mlp train`: a model file and a data file in, a trained network out.

mod outcome;
mod watch;

use std::hash::Hasher;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use mlp_dsl::engine::{self, CompiledLearner, EngineError, InterpretedLearner};
use mlp_dsl::equations::{Equations, Precision};
use mlp_dsl::model::Model;
use mlp_dsl::{Compiled, Diagnostic};
use mlp_runtime::Scalar;
use mlp_runtime::data::{Dataset, Scaling, Targets};
use mlp_runtime::optimizer::{Choice, Optimizer};
use mlp_runtime::schedule::{Length, Schedule};
use mlp_runtime::store::{self, Origin, Stored};
use mlp_runtime::train::{
    Checkpoint, EarlyStopping, FitError, Learner, Metric, Plan, Progress, run as run_plan,
};
use siphasher::sip::SipHasher24;

use super::answer::{Answer, Problem};
use super::data::{DataArguments, Needs, apply_scaling};
use super::evaluator::Engine;
use super::measure::{Measured, measure};
use super::picture::Format;
use super::settings::{Overrides, Settings};
use super::{input, weights};
use watch::{Watch, interrupted};

/// What trains, and what it is called.
type Named<'a, S> = (Box<dyn Learner<Scalar = S> + 'a>, &'static str);

/// Train a model on a file of data.
///
/// How it is trained is said by the `train` block of the model and by the flags, which stand above it. Ctrl-C ends training
/// and keeps what was learned so far.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the model.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
    /// Samples to measure the result with, beside those that are held out.
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// The targets of the samples to measure with, where they are in a file of their own.
    #[arg(long, value_name = "FILE", requires = "test")]
    test_targets: Option<PathBuf>,
    /// Keep the network in this file, after every epoch and in the end.
    #[arg(long, value_name = "W.safetensors")]
    save: Option<PathBuf>,
    /// Go on where the file of `--save` says that training was; from the start where there is no such file.
    #[arg(long, requires = "save")]
    resume: bool,
    /// Write the file of `--save` after so many epochs.
    #[arg(long, value_name = "EPOCHS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_every: u64,
    #[command(flatten)]
    overrides: Overrides,
    /// The share of the samples that is not trained on, but measured with after every epoch.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    hold_out: f64,
    /// How inputs are scaled, fitted on the samples that are trained on and kept with the weights.
    #[arg(long, value_enum, default_value_t = Scale::Standard)]
    scale: Scale,
    /// End when the loss on what is held out has not fallen for so many epochs.
    #[arg(long, value_name = "EPOCHS")]
    patience: Option<usize>,
    /// Keep the weights of the last epoch instead of those of the best.
    #[arg(long)]
    last: bool,
    /// How many threads share a batch, at most; as many as the machine has where absent. It changes no number.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    threads: usize,
    /// Draw how the losses fell, into a file whose name ends with `.svg` or `.png`.
    #[arg(long, value_name = "FILE")]
    curve: Option<PathBuf>,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Engine::Compiled)]
    engine: Engine,
    /// Train the model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

/// How inputs are scaled.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Scale {
    /// Not at all.
    None,
    /// To mean 0 and standard deviation 1.
    Standard,
    /// To the range from 0 to 1.
    MinMax,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let (model, equations) = input::model(&compiled, arguments.model.as_deref())?;
    if equations.objective.is_none() || equations.parameters.is_empty() {
        let message = format!("the model `{}` has nothing to learn", model.name);
        let problem = Diagnostic::whole(message).help("give it a loss, such as `loss mse`");
        return Err(Problem::about(&compiled.source.name, problem));
    }
    if !(0.0..1.0).contains(&arguments.hold_out) {
        let message = format!("the share to hold out is {}", arguments.hold_out);
        let problem = Diagnostic::whole(message).note("it must be from 0 to below 1");
        return Err(Problem::about("--hold-out", problem));
    }
    if let Some(path) = &arguments.curve {
        // Before hours of training.
        Format::of(path)?;
    }
    match equations.precision {
        Precision::F32 => Run::<f32>::new(arguments, &compiled, model, equations, as_json)?.train(),
        Precision::F64 => Run::<f64>::new(arguments, &compiled, model, equations, as_json)?.train(),
    }
}

/// Parts samples as training does: those to train on, and those that are held out.
pub(crate) fn held_out<S: Scalar>(
    data: &Dataset<S>,
    share: f64,
    seed: u64,
) -> (Dataset<S>, Dataset<S>) {
    data.split_stratified(1.0 - share, seed)
}

struct Run<'a, S: Scalar> {
    arguments: &'a Arguments,
    equations: &'a Equations,
    settings: Settings,
    /// What the file of weights says of the run, by name.
    identity: Vec<(String, String)>,
    origin: Origin,
    training: Dataset<S>,
    validation: Option<Dataset<S>>,
    as_json: bool,
}

impl<'a, S: Scalar> Run<'a, S> {
    fn new(
        arguments: &'a Arguments,
        compiled: &Compiled,
        model: &Model,
        equations: &'a Equations,
        as_json: bool,
    ) -> Result<Self, Box<Problem>> {
        let settings = Settings::new(model, &arguments.overrides)?;
        let needs = Needs::new(equations, &[], true);
        let data: Dataset<S> = arguments.data.read(needs)?;
        let mut identity = settings.list();
        identity.push(("hold_out".to_owned(), arguments.hold_out.to_string()));
        let scale = match arguments.scale {
            Scale::None => "none",
            Scale::Standard => "standard",
            Scale::MinMax => "min-max",
        };
        identity.push(("scale".to_owned(), scale.to_owned()));
        identity.push(("data".to_owned(), fingerprint(&data)));
        identity.push((
            "keeps".to_owned(),
            if arguments.last { "last" } else { "best" }.to_owned(),
        ));
        let (mut training, mut validation) = held_out(&data, arguments.hold_out, settings.seed);
        let scaling = match arguments.scale {
            Scale::None => None,
            Scale::Standard => Some(Scaling::standard(&training)),
            Scale::MinMax => Some(Scaling::min_max(&training)),
        };
        for part in [&mut training, &mut validation] {
            apply_scaling(part, scaling.as_ref(), &arguments.data.data)?;
        }
        Ok(Self {
            arguments,
            equations,
            settings,
            identity,
            origin: Origin {
                model: model.name.clone(),
                source: compiled.source.text.clone(),
                scaling,
                labels: data.labels.clone(),
            },
            training,
            validation: (!validation.is_empty()).then_some(validation),
            as_json,
        })
    }

    fn train(self) -> Result<Answer, Box<Problem>> {
        let problem = |error: FitError| self.problem(&error);
        let settings = &self.settings;
        let length = Length {
            epochs: settings.epochs as u64,
            steps_per_epoch: self.training.len().div_ceil(settings.batch) as u64,
        };
        let (name, given) = &settings.schedule;
        let given: Vec<(&str, f64)> = borrowed(given);
        let schedule = Schedule::named(name, &given, length)
            .map_err(|error| problem(FitError::Setting(error.to_string())))?;
        let threads = match self.arguments.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let plan = Plan {
            decision: engine::decision(self.equations),
            samples: self.training.len(),
            epochs: settings.epochs,
            batch: settings.batch,
            seed: settings.seed,
            threads,
            early_stopping: self.arguments.patience.map(EarlyStopping::after),
            restore_best: !self.arguments.last && self.validation.is_some(),
            validation: self.validation.as_ref().map(|data| {
                let metric = Metric::for_targets(&data.targets);
                (metric, &data.targets)
            }),
            adjustment: settings.adjustment,
            schedule,
        };
        let start = self.resumed()?;
        let (mut learner, engine) = self.learner(start.is_some())?;
        let stop = interrupted();
        let mut watch = Watch {
            run: &self,
            progress: Progress::new(!self.as_json, &plan),
            stop: Arc::clone(&stop),
        };
        let started = Instant::now();
        let first = start.as_ref().map_or(0, |start| start.history.epochs.len());
        let history = run_plan(&mut *learner, &plan, start, &mut watch);
        watch.progress.finish();
        let history = history.map_err(problem)?;
        let seconds = started.elapsed().as_secs_f64();
        let weights = learner.weights().map_err(problem)?;
        if let Some(path) = &self.arguments.curve {
            super::curve::draw(path, &history)?;
        }
        let test = self.test(&weights)?;
        Ok(self.report(&history, engine, first, seconds, test))
    }

    /// The checkpoint to go on from.
    fn resumed(&self) -> Result<Option<Checkpoint<S>>, Box<Problem>> {
        let Some(path) = self.arguments.save.as_deref().filter(|path| path.exists()) else {
            return Ok(None);
        };
        if !self.arguments.resume {
            return Ok(None);
        }
        let (stored, _) = weights::load::<S>(path, self.equations)?;
        let problem =
            |problem: Diagnostic| Err(Problem::about(path.display().to_string(), problem));
        let Some(progress) = stored.progress else {
            return problem(
                Diagnostic::whole("the file does not say where training was")
                    .note("only `mlp train --save` writes files that can be resumed"),
            );
        };
        let mut differences = Vec::new();
        if progress.seed != self.settings.seed {
            differences.push(format!(
                "seed is {}, was {}",
                self.settings.seed, progress.seed
            ));
        }
        for (name, value) in &self.identity {
            let was = progress.settings.iter().find(|(known, _)| known == name);
            match was {
                Some((_, was)) if was != value => {
                    differences.push(format!("{name} is {value}, was {was}"));
                }
                _ => {}
            }
        }
        if stored.origin.source != self.origin.source {
            differences.push("the model's text is another".to_owned());
        }
        if differences.is_empty() {
            return Ok(Some(progress.checkpoint));
        }
        let message = "the run in this file was another, so it cannot go on";
        let told = differences
            .iter()
            .fold(Diagnostic::whole(message), Diagnostic::note);
        problem(told.help("train without `--resume` to begin anew"))
    }

    /// What trains, and what it is called. Without a compiler the interpreter trains, and standard error says so.
    fn learner(&self, resumed: bool) -> Result<Named<'_, S>, Box<Problem>> {
        let (name, given) = &self.settings.optimizer;
        let given = borrowed(given);
        let count = self.equations.parameter_count();
        let optimizer = Choice::named(name, &given, || vec![S::ZERO; count])
            .map_err(|error| self.problem(&FitError::Setting(error.to_string())))?;
        let rate = optimizer.learning_rate();
        let seed = self.settings.seed;
        if self.arguments.engine == Engine::Compiled {
            let settings = engine::Settings::from_environment();
            let validation = self.validation.as_ref();
            let (model, training) = (self.equations, &self.training);
            let made =
                CompiledLearner::new(model, &settings, name, &given, rate, training, validation);
            let made = made.and_then(|mut learner| {
                if !resumed {
                    learner.initialise(seed)?;
                }
                Ok(learner)
            });
            match made {
                Ok(learner) => return Ok((Box::new(learner), "compiled")),
                Err(EngineError::Unavailable(reason)) => {
                    anstream::eprintln!("note: {reason}, so the interpreter trains");
                }
                Err(error) => return Err(self.problem(&error.into())),
            }
        }
        let validation = self.validation.as_ref();
        let mut learner =
            InterpretedLearner::new(self.equations, optimizer, &self.training, validation);
        if !resumed {
            learner.initialise(seed);
        }
        Ok((Box::new(learner), "interpreted"))
    }

    fn test(&self, weights: &[S]) -> Result<Option<Measured>, Box<Problem>> {
        let Some(path) = &self.arguments.test else {
            return Ok(None);
        };
        let needs = Needs::new(self.equations, &self.origin.labels, true);
        let targets = self.arguments.test_targets.as_deref();
        let form = &self.arguments.data.form;
        let mut data: Dataset<S> = form.read(path, targets, needs)?;
        apply_scaling(&mut data, self.origin.scaling.as_ref(), path)?;
        let shown = path.display().to_string();
        let engine = self.arguments.engine;
        measure(self.equations, engine, weights, &data, &shown).map(Some)
    }

    fn stored(&self, checkpoint: Checkpoint<S>) -> Stored<S> {
        let tensors = weights::tensors(self.equations);
        let mut stored = Stored::new(tensors, checkpoint.answering(), self.origin.clone());
        stored.progress = Some(store::Progress {
            seed: self.settings.seed,
            settings: self.identity.clone(),
            checkpoint,
        });
        stored
    }

    fn problem(&self, error: &FitError) -> Box<Problem> {
        let told = Diagnostic::whole(error.to_string());
        let told = match error {
            FitError::Learner { notes, .. } => notes.iter().fold(told, Diagnostic::note),
            _ => told,
        };
        Problem::about(format!("training `{}`", self.origin.model), told)
    }
}

fn borrowed(settings: &[(String, f64)]) -> Vec<(&str, f64)> {
    let settings = settings.iter();
    settings
        .map(|(name, value)| (name.as_str(), *value))
        .collect()
}

/// What tells data apart.
fn fingerprint<S: Scalar>(data: &Dataset<S>) -> String {
    let mut hasher = SipHasher24::new();
    let mut write = |value: f64| hasher.write(&value.to_bits().to_le_bytes());
    data.inputs.iter().for_each(|value| write(value.to_f64()));
    match &data.targets {
        Targets::Values(values) => values.iter().for_each(|value| write(value.to_f64())),
        Targets::Classes(classes) => classes.iter().for_each(|class| write(*class as f64)),
    }
    format!("{} samples, {:016x}", data.len(), hasher.finish())
}
