use std::borrow::ToOwned;
use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::{Map, Value, json};

use super::file::Stored;
use super::json::{array, as_array, as_number, as_numbers, as_strings, number};
use super::snapshot::Snapshot;
use crate::data::Scaling;
use crate::scalar::Scalar;
use crate::schedule::Plateau;
use crate::train::{Best, Checkpoint, Epoch, History, Validation};

/// Where weights come from and what belongs to them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// The name of the model.
    pub model: String,
    /// The `.mlp` text.
    pub source: String,
    /// How inputs are scaled before the network sees them.
    pub scaling: Option<Scaling>,
    /// The names of the classes.
    pub labels: Vec<String>,
}

/// Where training was, all but the weights to answer with.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress<S> {
    /// The seed of the run.
    pub seed: u64,
    /// What the run was told, by name; two runs of different settings do not continue each other.
    pub settings: Vec<(String, String)>,
    /// Where it was.
    pub checkpoint: Checkpoint<S>,
}

/// The version of the text.
const VERSION: u64 = 1;

/// The text for the metadata of a file.
pub(super) fn write<S: Scalar>(stored: &Stored<S>) -> String {
    let Stored {
        tensors,
        origin,
        progress,
    } = stored;
    let names: Value = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let mut all = Map::new();
    all.insert("version".to_owned(), VERSION.into());
    all.insert("model".to_owned(), origin.model.clone().into());
    all.insert("source".to_owned(), origin.source.clone().into());
    all.insert("tensors".to_owned(), names);
    if let Some(scaling) = &origin.scaling {
        let list = |values: &[f64]| values.iter().map(|value| number(*value)).collect::<Value>();
        let (offsets, factors) = (list(&scaling.offsets), list(&scaling.factors));
        let scaling = json!({ "offsets": offsets, "factors": factors });
        all.insert("scaling".to_owned(), scaling);
    }
    if !origin.labels.is_empty() {
        all.insert("labels".to_owned(), origin.labels.clone().into());
    }
    if let Some(progress) = progress {
        all.insert("training".to_owned(), training(progress, &stored.weights()));
    }
    Value::Object(all).to_string()
}

fn training<S: Scalar>(progress: &Progress<S>, answering: &[S]) -> Value {
    let state = &progress.checkpoint;
    let epochs = state.history.epochs.iter().map(|epoch| {
        let found = epoch.validation;
        json!({
            "loss": number(epoch.loss),
            "learning_rate": number(epoch.learning_rate),
            "validation_loss": found.map(|found| number(found.loss)),
            "validation_metric": found.map(|found| number(found.metric)),
        })
    });
    let pairs = |list: &[(String, Value)]| list.iter().cloned().collect::<Map<_, _>>();
    let settings: Vec<(String, Value)> = (progress.settings.iter())
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let scalars: Vec<(String, Value)> = (state.memory.scalars.iter())
        .map(|(name, value)| (name.clone(), number(*value)))
        .collect();
    let tensors: Vec<(String, Value)> = (state.memory.tensors.iter())
        .map(|(name, values)| (name.clone(), array(values)))
        .collect();
    let plateau = state.plateau.map(|seen| {
        json!({
            "best": number(seen.best),
            "waited": seen.waited,
            "cooldown": seen.cooldown,
            "factor": number(seen.factor),
        })
    });
    json!({
        // As text: not every reader of JSON has whole numbers of 64 bits.
        "seed": progress.seed.to_string(),
        "settings": pairs(&settings),
        "epochs": epochs.collect::<Value>(),
        "used": state.used,
        "sum": number(state.sum),
        "best": {
            "loss": number(state.best.loss),
            "epoch": state.best.epoch,
            "waited": state.best.waited,
        },
        "restores_best": state.best_weights.is_some(),
        "plateau": plateau,
        "optimizer": {
            "steps": state.memory.steps,
            "scalars": pairs(&scalars),
            "tensors": pairs(&tensors),
        },
        // Those after the last epoch, where the tensors of the file are those of the best.
        "weights": (state.weights != answering).then(|| array(&state.weights)),
    })
}

/// The text in the metadata of a file.
pub(super) struct Metadata {
    all: Value,
}

impl Metadata {
    /// Reads it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let all: Value = serde_json::from_str(text).map_err(|_| broken())?;
        match all.get("version").and_then(Value::as_u64) {
            Some(VERSION) => Ok(Self { all }),
            Some(_) => Err("a newer mlp has written it".to_owned()),
            None => Err(broken()),
        }
    }

    /// The names of the tensors in the order of the network.
    pub(super) fn tensors(&self) -> Result<Vec<String>, String> {
        self.all
            .get("tensors")
            .and_then(as_strings)
            .ok_or_else(broken)
    }

    /// Where the weights come from.
    pub(super) fn origin(&self) -> Result<Origin, String> {
        origin(&self.all).ok_or_else(broken)
    }

    /// Where training was; `answering` are the weights of the file.
    pub(super) fn progress<S: Scalar>(
        &self,
        answering: &[S],
    ) -> Result<Option<Progress<S>>, String> {
        match self.all.get("training") {
            None => Ok(None),
            Some(training) => Ok(Some(progress(training, answering).ok_or_else(broken)?)),
        }
    }
}

fn broken() -> String {
    "its metadata `mlp` are not what they should be".to_owned()
}

fn origin(all: &Value) -> Option<Origin> {
    let scaling = match all.get("scaling") {
        None => None,
        Some(scaling) => {
            let offsets = as_numbers(scaling.get("offsets")?)?;
            let factors = as_numbers(scaling.get("factors")?)?;
            if offsets.len() != factors.len() {
                return None;
            }
            Some(Scaling { offsets, factors })
        }
    };
    Some(Origin {
        model: all.get("model")?.as_str()?.to_owned(),
        source: all.get("source")?.as_str()?.to_owned(),
        scaling,
        labels: match all.get("labels") {
            None => Vec::new(),
            Some(labels) => as_strings(labels)?,
        },
    })
}

fn progress<S: Scalar>(training: &Value, answering: &[S]) -> Option<Progress<S>> {
    let whole = |value: &Value, name: &str| value.get(name)?.as_u64();
    let real = |value: &Value, name: &str| as_number(value.get(name)?);
    let present =
        |value: &Value, name: &str| value.get(name).filter(|value| !value.is_null()).cloned();
    let epochs = training.get("epochs")?.as_array()?.iter().enumerate();
    let epochs = epochs.map(|(index, epoch)| {
        Some(Epoch {
            number: index + 1,
            loss: real(epoch, "loss")?,
            learning_rate: real(epoch, "learning_rate")?,
            validation: match present(epoch, "validation_loss") {
                None => None,
                Some(loss) => Some(Validation {
                    loss: as_number(&loss)?,
                    metric: real(epoch, "validation_metric")?,
                }),
            },
        })
    });
    let history = History {
        epochs: epochs.collect::<Option<_>>()?,
        ..History::default()
    };
    let optimizer = training.get("optimizer")?;
    let tensors = optimizer.get("tensors")?.as_object()?.iter();
    let scalars = optimizer.get("scalars")?.as_object()?.iter();
    let settings = training.get("settings")?.as_object()?.iter();
    let best = training.get("best")?;
    let answering = answering.to_vec();
    let restores = training.get("restores_best")?.as_bool()?;
    let plateau = match present(training, "plateau") {
        None => None,
        Some(seen) => Some(Plateau {
            best: real(&seen, "best")?,
            waited: whole(&seen, "waited")?,
            cooldown: whole(&seen, "cooldown")?,
            factor: real(&seen, "factor")?,
        }),
    };
    Some(Progress {
        seed: training.get("seed")?.as_str()?.parse().ok()?,
        settings: settings
            .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect::<Option<_>>()?,
        checkpoint: Checkpoint {
            history,
            used: usize::try_from(whole(training, "used")?).ok()?,
            sum: real(training, "sum")?,
            best: Best {
                loss: real(best, "loss")?,
                epoch: usize::try_from(whole(best, "epoch")?).ok()?,
                waited: usize::try_from(whole(best, "waited")?).ok()?,
            },
            weights: match present(training, "weights") {
                Some(weights) => as_array(&weights)?,
                None => answering.clone(),
            },
            best_weights: restores.then_some(answering),
            plateau,
            memory: Snapshot {
                steps: whole(optimizer, "steps")?,
                scalars: scalars
                    .map(|(name, value)| Some((name.clone(), as_number(value)?)))
                    .collect::<Option<_>>()?,
                tensors: tensors
                    .map(|(name, values)| Some((name.clone(), as_array(values)?)))
                    .collect::<Option<_>>()?,
            },
        },
    })
}
