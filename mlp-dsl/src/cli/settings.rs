//! How a model is trained: its `train` block, and the flags above it.

use mlp_dsl::model::{Choice, Model, Training};
use mlp_dsl::{Source, compile};
use mlp_runtime::train::Adjustment;

use super::answer::Problem;

/// The flags that are settings of a `train` block, and mean the same.
#[derive(clap::Args)]
pub(crate) struct Overrides {
    /// The rule by which parameters change, such as `adam` or `sgd(lr = 0.1, momentum = 0.9)`.
    #[arg(long, value_name = "NAME(…)")]
    optimizer: Option<String>,
    /// The optimizer's learning rate.
    #[arg(long, value_name = "RATE")]
    lr: Option<String>,
    /// How the learning rate changes, such as `cosine(warm_up = 2)`.
    #[arg(long, value_name = "NAME(…)")]
    schedule: Option<String>,
    /// Samples in a step.
    #[arg(long, value_name = "COUNT")]
    batch: Option<String>,
    /// Passes over the data.
    #[arg(long, value_name = "COUNT")]
    epochs: Option<String>,
    /// The seed of everything random.
    #[arg(long, value_name = "SEED")]
    seed: Option<String>,
    /// The largest norm of a gradient.
    #[arg(long, value_name = "NORM")]
    clip: Option<String>,
}

/// How a model is trained, complete.
pub(crate) struct Settings {
    pub(crate) optimizer: (String, Vec<(String, f64)>),
    pub(crate) schedule: (String, Vec<(String, f64)>),
    pub(crate) batch: usize,
    pub(crate) epochs: usize,
    pub(crate) seed: u64,
    pub(crate) adjustment: Adjustment,
}

impl Settings {
    /// What the flags say, else what the model's block says, else what is usual.
    pub(crate) fn new(model: &Model, flags: &Overrides) -> Result<Self, Box<Problem>> {
        let above = flags.training()?;
        let block = model.training.clone().unwrap_or_default();
        let numbers = |choice: Choice| -> (String, Vec<(String, f64)>) {
            let arguments = choice.arguments.into_iter();
            let arguments = arguments.map(|(name, number)| (name, number.value()));
            (choice.name, arguments.collect())
        };
        let optimizer = above.optimizer.or(block.optimizer).map(numbers);
        let mut optimizer = optimizer.unwrap_or_else(|| ("adam".to_owned(), Vec::new()));
        if let Some(rate) = flags.rate()? {
            optimizer.1.retain(|(name, _)| name != "lr");
            optimizer.1.push(("lr".to_owned(), rate));
        }
        let schedule = above.schedule.or(block.schedule).map(numbers);
        let value =
            |number: Option<mlp_dsl::equations::Number>| number.map(|number| number.value());
        Ok(Self {
            optimizer,
            schedule: schedule.unwrap_or_else(|| ("constant".to_owned(), Vec::new())),
            batch: above.batch.or(block.batch).unwrap_or(32),
            epochs: above.epochs.or(block.epochs).unwrap_or(20),
            seed: above.seed.or(block.seed).unwrap_or(0),
            adjustment: Adjustment {
                l1: value(block.l1).unwrap_or(0.0),
                l2: value(block.weight_decay).unwrap_or(0.0),
                clip_value: value(block.clip_value),
                clip_norm: value(above.clip.or(block.clip)),
            },
        })
    }

    /// Everything that decides the numbers, by name, apart from the epochs, of which a resumed run may have more.
    pub(crate) fn list(&self) -> Vec<(String, String)> {
        let call = |(name, arguments): &(String, Vec<(String, f64)>)| {
            let arguments: Vec<String> = arguments
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            match arguments.is_empty() {
                true => name.clone(),
                false => format!("{name}({})", arguments.join(", ")),
            }
        };
        let Adjustment {
            l1,
            l2,
            clip_value,
            clip_norm,
        } = self.adjustment;
        let limit = |limit: Option<f64>| limit.map_or("none".to_owned(), |limit| limit.to_string());
        let list = [
            ("optimizer", call(&self.optimizer)),
            ("schedule", call(&self.schedule)),
            ("batch", self.batch.to_string()),
            ("l1", l1.to_string()),
            ("l2", l2.to_string()),
            ("clip", limit(clip_norm)),
            ("clip_value", limit(clip_value)),
        ];
        list.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }
}

impl Overrides {
    /// The flags as the block that they stand for, so that they are checked as it is.
    fn training(&self) -> Result<Training, Box<Problem>> {
        let settings = [
            ("optimizer", &self.optimizer),
            ("schedule", &self.schedule),
            ("batch", &self.batch),
            ("epochs", &self.epochs),
            ("seed", &self.seed),
            ("clip", &self.clip),
        ];
        block(&settings)
    }

    fn rate(&self) -> Result<Option<f64>, Box<Problem>> {
        let call = self.lr.as_ref().map(|rate| format!("sgd(lr = {rate})"));
        let arguments = block(&[("optimizer", &call)])?.optimizer;
        let first = arguments.and_then(|choice| choice.arguments.into_iter().next());
        Ok(first.map(|(_, number)| number.value()))
    }
}

/// A `train` block with those settings that are given.
fn block(settings: &[(&str, &Option<String>)]) -> Result<Training, Box<Problem>> {
    let mut text = String::from("model Flags { input x[1] output x train {\n");
    for (name, value) in settings {
        if let Some(value) = value {
            text += &format!("    {name} {value}\n");
        }
    }
    text += "} }\n";
    let source = Source::new("the command line", text);
    let compiled = compile(&source).map_err(|errors| Problem::new(source, errors))?;
    let model = compiled.checked.models.into_iter().next();
    Ok(model.and_then(|model| model.training).unwrap_or_default())
}
