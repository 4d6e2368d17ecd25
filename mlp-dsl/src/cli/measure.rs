//! How good a trained model is on data, as a table and for programs.

use mlp_dsl::Diagnostic;
use mlp_dsl::engine::{decision, wanted};
use mlp_dsl::equations::{Equations, Extent};
use mlp_dsl::verify::{Batch, Evaluator, VerifyError};
use mlp_runtime::Scalar;
use mlp_runtime::data::{Dataset, Targets};
use mlp_runtime::train::{Confusion, Errors, top_k};
use ndarray::Array2;
use serde_json::{Value, json};

use super::answer::Problem;
use super::evaluator::{Chosen, Engine};
use super::weights::by_tensor;

/// What was measured.
pub(crate) struct Measured {
    engine: &'static str,
    samples: usize,
    loss: f64,
    quality: Quality,
    labels: Vec<String>,
}

enum Quality {
    Decisions {
        confusion: Confusion,
        top_two: Option<f64>,
    },
    Values(Errors),
}

/// Outputs, the mean loss where it was asked for, and what computed them.
type Answers = (Array2<f64>, Option<f64>, &'static str);

/// The outputs of a model for samples, and the mean loss where they have targets.
pub(crate) fn outputs<S: Scalar>(
    equations: &Equations,
    engine: Engine,
    weights: &[S],
    data: &Dataset<S>,
    extent: Extent,
    shown: &str,
) -> Result<Answers, Box<Problem>> {
    let parameters = by_tensor(equations, weights);
    // As it answers, not as it trains.
    let answering = equations.answering();
    let equations = answering.as_ref().unwrap_or(equations);
    let inputs = data.inputs.mapv(Scalar::to_f64);
    let targets = (extent != Extent::Output).then(|| wanted(equations, &data.targets));
    let batch = Batch {
        parameters: &parameters,
        inputs: inputs.view(),
        targets: targets.as_ref(),
    };
    let mut evaluator = Chosen::new(equations, engine);
    let found = evaluator.evaluate(&batch, extent).map_err(|error| {
        let told = Diagnostic::whole(error.to_string());
        Problem::about(
            shown,
            match error {
                VerifyError::Engine { notes, .. } => notes.into_iter().fold(told, Diagnostic::note),
                _ => told,
            },
        )
    })?;
    Ok((found.output, found.loss, evaluator.name()))
}

/// Measures a model on data that are scaled as it needs them.
pub(crate) fn measure<S: Scalar>(
    equations: &Equations,
    engine: Engine,
    weights: &[S],
    data: &Dataset<S>,
    shown: &str,
) -> Result<Measured, Box<Problem>> {
    let (outputs, loss, engine) = outputs(equations, engine, weights, data, Extent::Loss, shown)?;
    let targets: Targets<f64> = match &data.targets {
        Targets::Classes(classes) => Targets::Classes(classes.clone()),
        Targets::Values(values) => Targets::Values(values.mapv(Scalar::to_f64)),
    };
    let misfit = |error: mlp_runtime::ShapeError| {
        Problem::about(shown, Diagnostic::whole(error.to_string()))
    };
    let decision = decision(equations);
    let quality = match &targets {
        Targets::Classes(_) => Quality::Decisions {
            confusion: Confusion::of(outputs.view(), &targets, decision).map_err(misfit)?,
            top_two: match outputs.ncols() {
                0..=2 => None,
                _ => Some(top_k(outputs.view(), &targets, 2, decision).map_err(misfit)?),
            },
        },
        Targets::Values(_) => {
            Quality::Values(Errors::of(outputs.view(), &targets).map_err(misfit)?)
        }
    };
    Ok(Measured {
        engine,
        samples: data.len(),
        loss: loss.unwrap_or(f64::NAN),
        quality,
        labels: data.labels.clone(),
    })
}

impl Measured {
    /// For a person.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{} samples: loss {:.4}", self.samples, self.loss);
        match &self.quality {
            Quality::Values(errors) => {
                let Errors { mae, rmse, r2 } = errors;
                text += &format!(", MAE {mae:.4}, RMSE {rmse:.4}, R² {r2:.4}\n");
            }
            Quality::Decisions { confusion, top_two } => {
                text += &format!(", accuracy {:.4}", confusion.accuracy());
                if let Some(top_two) = top_two {
                    text += &format!(", top-2 accuracy {top_two:.4}");
                }
                text += &format!(", F1 {:.4}\n", confusion.mean_f1());
                text += &self.table(confusion);
            }
        }
        text
    }

    /// The confusion matrix with precision, recall and F1 of each class.
    fn table(&self, confusion: &Confusion) -> String {
        let classes = confusion.counts.nrows();
        // More does not fit a terminal.
        if classes > 20 {
            return String::new();
        }
        let names: Vec<String> = (0..classes).map(|class| self.name(class)).collect();
        let lengths = names.iter().map(|name| name.chars().count());
        let width = lengths.max().unwrap_or(0).max("true".len());
        let counts = confusion.counts.iter().map(|count| count.to_string().len());
        let cell = counts.max().unwrap_or(0).max(width.min(8)) + 1;
        let short = |name: &str| name.chars().take(cell - 1).collect::<String>();
        let mut text = format!("{:>width$} │", "true");
        for name in &names {
            text += &format!("{:>cell$}", short(name));
        }
        text += "  precision  recall      F1\n";
        for (class, name) in names.iter().enumerate() {
            text += &format!("{name:>width$} │");
            for count in confusion.counts.row(class) {
                text += &format!("{count:>cell$}");
            }
            text += &format!(
                "  {:>9.4}  {:.4}  {:.4}\n",
                confusion.precision(class),
                confusion.recall(class),
                confusion.f1(class)
            );
        }
        text
    }

    fn name(&self, class: usize) -> String {
        let label = self.labels.get(class).cloned();
        label.unwrap_or_else(|| class.to_string())
    }

    /// For a program.
    pub(crate) fn json(&self) -> Value {
        let mut json = json!({
            "engine": self.engine,
            "samples": self.samples,
            "loss": self.loss,
        });
        let more = match &self.quality {
            Quality::Values(Errors { mae, rmse, r2 }) => {
                json!({ "mae": mae, "rmse": rmse, "r2": r2 })
            }
            Quality::Decisions { confusion, top_two } => {
                let classes = (0..confusion.counts.nrows()).map(|class| {
                    json!({
                        "class": self.name(class),
                        "counts": confusion.counts.row(class).to_vec(),
                        "precision": confusion.precision(class),
                        "recall": confusion.recall(class),
                        "f1": confusion.f1(class),
                    })
                });
                json!({
                    "accuracy": confusion.accuracy(),
                    "top_2_accuracy": top_two,
                    "f1": confusion.mean_f1(),
                    "classes": classes.collect::<Vec<_>>(),
                })
            }
        };
        if let (Some(all), Value::Object(more)) = (json.as_object_mut(), more) {
            all.extend(more);
        }
        json
    }
}
