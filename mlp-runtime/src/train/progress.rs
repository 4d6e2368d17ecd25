use std::fmt::Write;
use std::format;
use std::string::String;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::history::Epoch;
use super::metrics::Metric;
use super::run::Plan;

/// The progress bar of a run, on standard error if that is a terminal: epoch, loss, metric and samples a second.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    epochs: usize,
    samples: usize,
    metric: Option<Metric>,
    message: String,
}

impl Progress {
    /// A bar over all samples of all epochs; an invisible one where it is not `shown`.
    #[must_use]
    pub fn new<S>(shown: bool, plan: &Plan<'_, S>) -> Self {
        let total = plan.epochs as u64 * plan.samples as u64;
        // indicatif itself hides the bar where standard error is no terminal.
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "epoch {prefix} [{bar:30}] {msg}  {per_sec} samples, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        bar.set_style(
            style.with_key("per_sec", |state: &ProgressState, out: &mut dyn Write| {
                // Nothing can be done about a line that cannot be written.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            }),
        );
        Self {
            bar,
            epochs: plan.epochs,
            samples: plan.samples,
            metric: plan.validation.map(|(metric, _)| metric),
            message: String::new(),
        }
    }

    /// An epoch, counted from 1, begins or goes on with so many of its samples used.
    pub fn begin(&mut self, epoch: usize, used: usize) {
        self.bar.set_prefix(format!("{epoch}/{}", self.epochs));
        let done = (epoch as u64 - 1) * self.samples as u64 + used as u64;
        if done > self.bar.position() {
            // What an earlier run did says nothing about the speed of this one.
            self.bar.set_position(done);
            self.bar.reset_eta();
        }
    }

    /// So many more samples are used.
    pub fn advance(&self, samples: usize) {
        self.bar.inc(samples as u64);
    }

    /// An epoch is complete.
    pub fn epoch(&mut self, epoch: &Epoch) {
        self.message = format!("loss {:.4}", epoch.loss);
        if let (Some(found), Some(metric)) = (epoch.validation, self.metric) {
            self.message += &format!(
                ", validation {:.4}, {metric} {:.4}",
                found.loss, found.metric
            );
        }
        self.bar.set_message(self.message.clone());
    }

    /// Leaves the last state on the screen.
    pub fn finish(&self) {
        self.bar.abandon();
    }
}
