use std::borrow::ToOwned;
use std::fs;
use std::path::Path;
use std::vec::Vec;

use super::ReadError;

/// How a gzip file starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The bytes of a file, unpacked where gzip has packed it.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    let file_error = |source| ReadError::File {
        path: path.to_owned(),
        source,
    };
    let bytes = fs::read(path).map_err(file_error)?;
    if bytes.starts_with(&GZIP) {
        unpacked(&bytes).map_err(file_error)
    } else {
        Ok(bytes)
    }
}

#[cfg(feature = "gzip")]
fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut content)?;
    Ok(content)
}

#[cfg(not(feature = "gzip"))]
fn unpacked(_: &[u8]) -> std::io::Result<Vec<u8>> {
    Err(std::io::Error::other(
        "gzip has packed it: unpack it, or build mlp-runtime with the feature `gzip`",
    ))
}
