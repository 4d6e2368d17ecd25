use super::Epoch;

/// Ends training when the loss on the data to validate with (without any, that of training) does not fall any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarlyStopping {
    /// So many epochs in a row without a better loss are the end.
    pub patience: usize,
    /// A loss is better if it is smaller than the best by more than this.
    pub min_delta: f64,
}

impl EarlyStopping {
    /// After so many epochs without a smaller loss.
    #[must_use]
    pub const fn after(patience: usize) -> Self {
        Self {
            patience,
            min_delta: 0.0,
        }
    }
}

/// The smallest loss so far, and how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The loss that is watched; infinite before the first epoch.
    pub loss: f64,
    /// The epoch that had it, counted from 1.
    pub epoch: usize,
    /// The epochs since.
    pub waited: usize,
}

impl Default for Best {
    fn default() -> Self {
        Self {
            loss: f64::INFINITY,
            epoch: 0,
            waited: 0,
        }
    }
}

impl Best {
    /// Takes note of an epoch and tells whether it is the best so far.
    pub(super) fn improves(&mut self, epoch: &Epoch, min_delta: f64) -> bool {
        let better = epoch.watched() < self.loss - min_delta;
        if better {
            *self = Self {
                loss: epoch.watched(),
                epoch: epoch.number,
                waited: 0,
            };
        } else {
            self.waited += 1;
        }
        better
    }
}
