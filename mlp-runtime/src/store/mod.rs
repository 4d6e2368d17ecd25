//! What is kept of a network: its weights tensor by tensor, what its optimizer remembers, and files of both.
//!
//! A file is in the format safetensors. Its tensors are exactly the network's, by PyTorch's names and in PyTorch's order, so
//! that `load_state_dict(load_file(…))` takes them as they are. Everything else is text in the file's metadata, under the
//! key `mlp`: a JSON object with the model's text, the preprocessing of its inputs, and where training was.

#[cfg(feature = "safetensors")]
mod error;
#[cfg(feature = "safetensors")]
mod file;
#[cfg(feature = "safetensors")]
mod json;
#[cfg(feature = "safetensors")]
mod metadata;
mod snapshot;
mod weights;

#[cfg(feature = "safetensors")]
pub use error::StoreError;
#[cfg(feature = "safetensors")]
pub use file::{NamedTensor, Stored};
#[cfg(feature = "safetensors")]
pub use metadata::{Origin, Progress};
pub use snapshot::Snapshot;
pub use weights::{count, set_weights, weights};
