//! Training and how good its result is.

mod fit;
mod fit_error;
mod metrics;
mod progress;

pub use fit::{Fit, History, fit};
pub use fit_error::FitError;
pub use metrics::{accuracy, mean_loss};
