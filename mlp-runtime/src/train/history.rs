use std::vec::Vec;

/// What happened in one epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Its number, counted from 1.
    pub number: usize,
    /// The mean loss over the samples, each taken before the step it led to.
    pub loss: f64,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// How good the network was at its end, on the data to validate with.
    pub validation: Option<Validation>,
}

/// How good a network is on data that it is not trained on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validation {
    /// The mean loss.
    pub loss: f64,
    /// The metric.
    pub metric: f64,
}

impl Epoch {
    /// The loss that early stopping watches: on the data to validate with, if there are any.
    #[must_use]
    pub fn watched(&self) -> f64 {
        self.validation
            .map_or(self.loss, |validation| validation.loss)
    }
}

/// What happened in training.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The epochs, from the first on.
    pub epochs: Vec<Epoch>,
    /// The epoch whose weights the network has, where the best were restored; counted from 1.
    pub restored: Option<usize>,
    /// Why training ended.
    pub ending: Ending,
}

impl History {
    /// The mean loss of each epoch.
    #[must_use]
    pub fn losses(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.loss).collect()
    }

    /// The last epoch.
    #[must_use]
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }
}

/// Why training ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    #[default]
    Complete,
    /// The loss that is watched has not become smaller for as many epochs as it may.
    Early,
    /// An observer asked for it.
    Stopped,
}
