use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress bar of a training run, on standard error if that is a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    epochs: usize,
}

impl Progress {
    /// A bar over all samples of all epochs; an invisible one where it is not `shown`.
    pub(super) fn new(shown: bool, epochs: usize, samples: usize) -> Self {
        let total = epochs as u64 * samples as u64;
        // indicatif itself hides the bar where standard error is no terminal.
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "epoch {prefix} [{bar:30}] {msg}  {per_sec} samples, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        bar.set_style(style.with_key(
            "per_sec",
            |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                // Nothing can be done about a line that cannot be written.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            },
        ));
        Self { bar, epochs }
    }

    /// `epoch`, counted from 1, begins.
    pub(super) fn begin_epoch(&self, epoch: usize) {
        self.bar.set_prefix(std::format!("{epoch}/{}", self.epochs));
    }

    /// So many more samples are done.
    pub(super) fn advance(&self, samples: usize) {
        self.bar.inc(samples as u64);
    }

    /// An epoch ended with this mean loss.
    pub(super) fn end_epoch(&self, loss: f64) {
        self.bar.set_message(std::format!("loss {loss:.4}"));
    }

    /// Leaves the last state on the screen.
    pub(super) fn finish(&self) {
        self.bar.abandon();
    }
}
