//! What is told of a run in the end.

use mlp_runtime::Scalar;
use mlp_runtime::data::Dataset;
use mlp_runtime::train::{Ending, History, Metric, curve};
use serde_json::{Value, json};

use super::Run;
use crate::cli::answer::Answer;
use crate::cli::measure::Measured;

impl<S: Scalar> Run<'_, S> {
    /// The answer after all epochs, of which the `first` ones were those of an earlier run.
    pub(super) fn report(
        &self,
        history: &History,
        engine: &str,
        first: usize,
        seconds: f64,
        test: Option<Measured>,
    ) -> Answer {
        let held = self.validation.as_ref().map_or(0, Dataset::len);
        let metric = self
            .validation
            .as_ref()
            .map(|data| Metric::for_targets(&data.targets));
        let kept = history.restored.unwrap_or(history.epochs.len());
        let shown = history.epochs.get(kept.wrapping_sub(1));
        let samples = self.training.len() * (history.epochs.len() - first);
        let mut text = format!(
            "{} ({engine}): {} parameters, {} samples to train on, {held} held out\n",
            self.origin.model,
            self.equations.parameter_count(),
            self.training.len(),
        );
        if first > 0 {
            text += &format!("resumed after epoch {first}\n");
        }
        text += &curve(history, 72, 12);
        let why = match history.ending {
            Ending::Complete => "",
            Ending::Early => ", ended early",
            Ending::Stopped => ", interrupted",
        };
        text += &format!(
            "{} epochs in {seconds:.2} s, {:.0} samples/s{why}\n",
            history.epochs.len(),
            samples as f64 / seconds.max(1e-9),
        );
        if let Some(epoch) = shown {
            text += &format!("loss {:.4} in epoch {kept}", epoch.loss);
            if let (Some(found), Some(metric)) = (epoch.validation, metric) {
                text += &format!(", held out {:.4}, {metric} {:.4}", found.loss, found.metric);
            }
            text.push('\n');
        }
        if let Some(measured) = &test {
            text += &measured.text();
        }
        if let Some(path) = &self.arguments.save {
            let what = match history.ending {
                Ending::Stopped => "checkpoint saved to",
                _ => "saved to",
            };
            text += &format!("{what} {}\n", path.display());
        }
        let epochs = history.epochs.iter().map(|epoch| {
            json!({
                "epoch": epoch.number,
                "loss": epoch.loss,
                "learning_rate": epoch.learning_rate,
                "validation_loss": epoch.validation.map(|found| found.loss),
                "validation_metric": epoch.validation.map(|found| found.metric),
            })
        });
        let json = json!({
            "model": self.origin.model,
            "engine": engine,
            "parameters": self.equations.parameter_count(),
            "samples": self.training.len(),
            "held_out": held,
            "metric": metric.map(|metric| metric.to_string()),
            "epochs": epochs.collect::<Vec<_>>(),
            "resumed_after": first,
            "kept_epoch": kept,
            "ending": match history.ending {
                Ending::Complete => "complete",
                Ending::Early => "early",
                Ending::Stopped => "interrupted",
            },
            "seconds": seconds,
            "test": test.as_ref().map_or(Value::Null, Measured::json),
            "saved": self.arguments.save.as_ref().map(|path| path.display().to_string()),
        });
        Answer::good(text, json)
    }
}
