use std::format;
use std::io::{self, IsTerminal, Write};
use std::string::String;
use std::time::{Duration, Instant};

use super::history::Epoch;
use super::metrics::Metric;
use super::run::Plan;

/// How many letters the bar has.
const WIDTH: usize = 30;

/// The line is not written more often than this.
const PAUSE: Duration = Duration::from_millis(100);

/// The progress bar of a run, on standard error if that is a terminal: epoch, loss, metric and samples a second.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    epochs: usize,
    samples: usize,
    metric: Option<Metric>,
    epoch: usize,
    message: String,
    /// How many samples of all epochs are used.
    done: usize,
    /// When counting began, and with how many.
    start: (Instant, usize),
    written: Option<Instant>,
}

impl Progress {
    /// A bar over all samples of all epochs; an invisible one where it is not `shown`.
    #[must_use]
    pub fn new<S>(shown: bool, plan: &Plan<'_, S>) -> Self {
        Self {
            shown: shown && io::stderr().is_terminal(),
            epochs: plan.epochs,
            samples: plan.samples,
            metric: plan.validation.map(|(metric, _)| metric),
            epoch: 0,
            message: String::new(),
            done: 0,
            start: (Instant::now(), 0),
            written: None,
        }
    }

    /// An epoch, counted from 1, begins or goes on with so many of its samples used.
    pub fn begin(&mut self, epoch: usize, used: usize) {
        self.epoch = epoch;
        let done = (epoch - 1) * self.samples + used;
        if done > self.done {
            // What an earlier run did says nothing about the speed of this one.
            self.done = done;
            self.start = (Instant::now(), done);
        }
        self.show();
    }

    /// So many more samples are used.
    pub fn advance(&mut self, samples: usize) {
        self.done += samples;
        self.show();
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
        self.show();
    }

    /// Leaves the last state on the screen.
    pub fn finish(&mut self) {
        self.written = None;
        self.show();
        if self.shown {
            // Nothing can be done about a line that cannot be written, here and below.
            let _ = writeln!(io::stderr());
        }
    }

    /// Writes the line over the one before, where it is time for it.
    fn show(&mut self) {
        if !self.shown || self.written.is_some_and(|before| before.elapsed() < PAUSE) {
            return;
        }
        self.written = Some(Instant::now());
        let line = self.line(self.start.0.elapsed());
        // A line that is longer than the terminal is wide ends at its edge instead of going on below; what is left of an
        // earlier one is wiped out.
        let _ = write!(io::stderr(), "\r\x1b[?7l{line}\x1b[K\x1b[?7h");
    }

    /// The line after so much time.
    fn line(&self, elapsed: Duration) -> String {
        let total = (self.epochs * self.samples).max(1);
        let filled = (WIDTH * self.done / total).min(WIDTH);
        let speed = (self.done - self.start.1) as f64 / elapsed.as_secs_f64().max(1e-9);
        let bar = "█".repeat(filled) + &"░".repeat(WIDTH - filled);
        let left = match total.saturating_sub(self.done) as f64 / speed {
            seconds if seconds.is_finite() => {
                let seconds = seconds.round() as u64;
                format!(", {}:{:02} left", seconds / 60, seconds % 60)
            }
            _ => String::new(),
        };
        format!(
            "epoch {}/{} [{bar}] {}  {speed:.0}/s samples{left}",
            self.epoch, self.epochs, self.message
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(done: usize, resumed: usize) -> Progress {
        Progress {
            shown: true,
            epochs: 10,
            samples: 300,
            metric: None,
            epoch: 1 + done / 300,
            message: String::from("loss 0.1250"),
            done,
            start: (Instant::now(), resumed),
            written: None,
        }
    }

    #[test]
    fn the_line_tells_speed_and_what_is_left() {
        let second = Duration::from_secs(1);
        let bar = |filled: usize| "█".repeat(filled) + &"░".repeat(30 - filled);
        assert_eq!(
            progress(600, 0).line(2 * second),
            format!(
                "epoch 3/10 [{}] loss 0.1250  300/s samples, 0:08 left",
                bar(6)
            )
        );
        // Of a run that goes on, only what it did itself says how fast it is.
        assert_eq!(
            progress(1500, 1490).line(second),
            format!(
                "epoch 6/10 [{}] loss 0.1250  10/s samples, 2:30 left",
                bar(15)
            )
        );
        assert_eq!(
            progress(0, 0).line(second),
            format!("epoch 1/10 [{}] loss 0.1250  0/s samples", bar(0))
        );
        assert!(progress(3000, 0).line(second).ends_with(", 0:00 left"));
    }
}
