//! Data to train on and to test with: reading, splitting, batching.

mod batches;
mod csv;
mod dataset;
mod read_error;
mod split;

pub use batches::{Batch, Batches};
pub use csv::{CsvOptions, TargetColumns, read_csv};
pub use dataset::{Dataset, Targets};
pub use read_error::ReadError;
