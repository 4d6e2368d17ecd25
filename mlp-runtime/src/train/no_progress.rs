//! In the place of `progress.rs` where the feature `progress` is off: nothing is shown.

use super::history::Epoch;
use super::run::Plan;

/// A progress bar that nobody sees.
#[derive(Debug)]
pub struct Progress(());

impl Progress {
    /// Nothing is shown without the feature `progress`.
    #[must_use]
    pub fn new<S>(_shown: bool, _plan: &Plan<'_, S>) -> Self {
        Self(())
    }

    /// An epoch, counted from 1, begins or goes on with so many of its samples used.
    pub fn begin(&mut self, _epoch: usize, _used: usize) {}

    /// So many more samples are used.
    pub fn advance(&self, _samples: usize) {}

    /// An epoch is complete.
    pub fn epoch(&mut self, _epoch: &Epoch) {}

    /// Leaves the last state on the screen.
    pub fn finish(&self) {}
}
