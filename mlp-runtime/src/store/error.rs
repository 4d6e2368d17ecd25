use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;

/// Why a file of weights could not be written or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The file could not be written or read.
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is not what [`Stored::save`](super::Stored::save) writes.
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The weights are those of another network.
    Mismatch {
        /// The name of the network.
        network: String,
        /// What differs, tensor by tensor.
        differences: Vec<String>,
    },
}

impl Display for StoreError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Format { path, reason } => {
                write!(f, "{} is not a file of weights: {reason}", path.display())
            }
            Self::Mismatch {
                network,
                differences,
            } => write!(
                f,
                "the weights do not fit the network {network}: {}",
                differences.join("; ")
            ),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
