//! Training and how good its result is.

mod curve;
mod fit;
mod fit_error;
mod history;
mod learner;
mod metrics;
#[cfg_attr(not(feature = "progress"), path = "no_progress.rs")]
mod progress;
mod run;
mod stopping;

pub use crate::steps::{Adjustment, Stretch};
pub use curve::curve;
pub use fit::{Fit, fit};
pub use fit_error::FitError;
pub use history::{Ending, Epoch, History, Validation};
pub use learner::{Learner, Validated};
pub use metrics::{Confusion, Errors, Metric, accuracy, mean_loss, metric, top_k};
pub use progress::Progress;
pub use run::{Checkpoint, Control, Moment, Observer, Plan, run};
pub use stopping::{Best, EarlyStopping};

#[cfg(test)]
mod tests;
