use std::borrow::ToOwned;
use std::collections::HashMap;
use std::ffi::OsString;
use std::format;
use std::fs;
use std::io;
use std::path::Path;
use std::string::{String, ToString};
use std::vec::Vec;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors, serialize};

use super::error::StoreError;
use super::json::{bytes, from_f32, from_f64};
use super::metadata::{Metadata, Origin, Progress, write};
use super::weights::{set_weights, stored, weights};
use crate::network::Network;
use crate::scalar::Scalar;

/// The key of the metadata that are ours.
const KEY: &str = "mlp";

/// A tensor with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedTensor<S> {
    /// `stage.tensor`, as in `dense1.weight`.
    pub name: String,
    /// The lengths of its dimensions.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<S>,
}

/// A network as it is stored: its weights, what belongs to them, and where training was.
///
/// ```no_run
/// # fn example<N: mlp_runtime::Network>(mut network: N) -> Result<(), mlp_runtime::store::StoreError> {
/// use mlp_runtime::store::Stored;
///
/// Stored::of(&network).save("weights.safetensors")?;
/// Stored::load("weights.safetensors")?.restore(&mut network)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<S> {
    /// Its tensors, in the order of the network.
    pub tensors: Vec<NamedTensor<S>>,
    /// Where they come from, and what belongs to them; empty for a file that another program wrote.
    pub origin: Origin,
    /// Where training was.
    pub progress: Option<Progress<S>>,
}

impl<S: Scalar> Stored<S> {
    /// A network without anything else.
    #[must_use]
    pub fn of<N: Network<Scalar = S>>(network: &N) -> Self {
        let names = stored::<N>();
        let origin = Origin {
            model: N::NAME.to_owned(),
            source: N::SOURCE.to_owned(),
            ..Origin::default()
        };
        Self::new(
            names.map(|tensor| (tensor.name.to_owned(), tensor.shape.to_vec())),
            &weights(network),
            origin,
        )
    }

    /// Tensors of these names and shapes with these weights, one tensor after the other.
    #[must_use]
    pub fn new(
        tensors: impl IntoIterator<Item = (String, Vec<usize>)>,
        weights: &[S],
        origin: Origin,
    ) -> Self {
        let mut rest = weights;
        let tensors = tensors.into_iter().map(|(name, shape)| {
            let count = shape.iter().product::<usize>().min(rest.len());
            let (values, others) = rest.split_at(count);
            rest = others;
            NamedTensor {
                name,
                shape,
                values: values.to_vec(),
            }
        });
        Self {
            tensors: tensors.collect(),
            origin,
            progress: None,
        }
    }

    /// The weights, one tensor after the other.
    #[must_use]
    pub fn weights(&self) -> Vec<S> {
        let tensors = self.tensors.iter();
        tensors
            .flat_map(|tensor| tensor.values.iter().copied())
            .collect()
    }

    /// Writes a file, so that whoever reads it, also after this program was killed on the way, finds the old content or the
    /// new one and never a part. The same content gives the same bytes.
    ///
    /// # Errors
    /// Where the file cannot be written, or where the optimizer remembers more than the format has room for (some 75 MB).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        let content = self.serialized().map_err(|reason| StoreError::Format {
            path: path.to_owned(),
            reason,
        })?;
        write_atomically(path, &content).map_err(|source| StoreError::File {
            path: path.to_owned(),
            source,
        })
    }

    fn serialized(&self) -> Result<Vec<u8>, String> {
        let kind = match size_of::<S>() {
            4 => Dtype::F32,
            _ => Dtype::F64,
        };
        let data: Vec<Vec<u8>> = self
            .tensors
            .iter()
            .map(|tensor| bytes(&tensor.values))
            .collect();
        let views = self.tensors.iter().zip(&data).map(|(tensor, data)| {
            let view = TensorView::new(kind, tensor.shape.clone(), data);
            view.map(|view| (tensor.name.as_str(), view))
        });
        let views: Result<Vec<_>, _> = views.collect();
        let text = write(self);
        // One key alone: several would be written in an order that differs from run to run.
        let metadata = HashMap::from([(KEY.to_owned(), text)]);
        views
            .and_then(|views| serialize(views, Some(metadata)))
            .map_err(|error| error.to_string())
    }

    /// Reads a file that [`Stored::save`] or another program wrote, in single or double precision.
    ///
    /// # Errors
    /// Where the file cannot be read or is not in the format.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let content = fs::read(path).map_err(|source| StoreError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&content).map_err(|reason| StoreError::Format {
            path: path.to_owned(),
            reason,
        })
    }

    fn parse(content: &[u8]) -> Result<Self, String> {
        let text = |error: SafeTensorError| error.to_string();
        let (_, header) = SafeTensors::read_metadata(content).map_err(text)?;
        let file = SafeTensors::deserialize(content).map_err(text)?;
        let own = header.metadata().as_ref().and_then(|all| all.get(KEY));
        let own = own.map(|own| Metadata::parse(own)).transpose()?;
        let names = match &own {
            Some(own) => own.tensors()?,
            None => header.offset_keys(),
        };
        let mut tensors = Vec::new();
        for name in names {
            let view = file.tensor(&name).map_err(text)?;
            let values = match view.dtype() {
                Dtype::F32 => from_f32(view.data()),
                Dtype::F64 => from_f64(view.data()),
                other => {
                    return Err(format!(
                        "`{name}` holds numbers of the type {other:?}: save it as F32 or F64"
                    ));
                }
            };
            tensors.push(NamedTensor {
                shape: view.shape().to_vec(),
                name,
                values,
            });
        }
        let mut stored = Self {
            tensors,
            origin: Origin::default(),
            progress: None,
        };
        if let Some(own) = own {
            stored.origin = own.origin()?;
            stored.progress = own.progress(&stored.weights())?;
        }
        Ok(stored)
    }

    /// Puts the weights into a network.
    ///
    /// # Errors
    /// Where names or shapes differ; all that does.
    pub fn restore<N: Network<Scalar = S>>(&self, network: &mut N) -> Result<(), StoreError> {
        let expected = stored::<N>();
        let expected: Vec<_> = expected
            .map(|tensor| (tensor.name.to_owned(), tensor.shape.to_vec()))
            .collect();
        set_weights(network, &self.weights_for(N::NAME, &expected)?);
        Ok(())
    }

    /// The weights for a network whose tensors have these names and shapes, one tensor after the other.
    ///
    /// # Errors
    /// Where names or shapes differ; all that does.
    pub fn weights_for(
        &self,
        network: &str,
        expected: &[(String, Vec<usize>)],
    ) -> Result<Vec<S>, StoreError> {
        let mut differences = Vec::new();
        let mut weights = Vec::new();
        for (name, shape) in expected {
            match self.tensors.iter().find(|tensor| tensor.name == *name) {
                None => differences.push(format!("`{name}` is missing")),
                Some(tensor) if tensor.shape != *shape => differences.push(format!(
                    "`{name}` has the shape {:?}, not {shape:?}",
                    tensor.shape
                )),
                Some(tensor) => weights.extend_from_slice(&tensor.values),
            }
        }
        for NamedTensor { name, .. } in &self.tensors {
            if expected.iter().all(|(known, _)| known != name) {
                differences.push(format!("`{name}` is unknown"));
            }
        }
        if differences.is_empty() {
            return Ok(weights);
        }
        Err(StoreError::Mismatch {
            network: network.to_owned(),
            differences,
        })
    }
}

/// Writes a file beside its place and renames it.
fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays one: the file behind it is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let written = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What went wrong first is what the caller needs to know.
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests;
