//! Data to train on and to test with: reading, scaling, splitting, batching.

mod batches;
mod bytes;
mod csv;
mod dataset;
mod idx;
#[cfg(feature = "npy")]
mod npy;
mod read_error;
mod scaling;
mod split;

pub use batches::{Batch, Batches};
pub use csv::{CsvOptions, Header, TargetColumns, read_csv};
pub use dataset::{Dataset, Targets};
pub use idx::read_idx;
#[cfg(feature = "npy")]
pub use npy::{read_npy, read_npz};
pub use read_error::ReadError;
pub use scaling::Scaling;
