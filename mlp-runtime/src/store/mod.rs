//! What is kept of a network: its weights tensor by tensor, what its optimizer remembers, and files of both.

mod snapshot;
mod weights;

pub use snapshot::Snapshot;
pub use weights::{set_weights, weights};
