//! Files, for the edges of the compiler: the command and build scripts. In: a path. Out: a text, or a diagnostic that
//! says in one sentence why there is none; and the other way round, a text that is written whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;
use crate::syntax::limits::SOURCE_BYTES;

/// Reads the text in the file at `path`.
///
/// # Errors
/// A file that is missing, cannot be read, is a directory, is too large or is not UTF-8.
pub fn read(path: &Path) -> Result<Source, Diagnostics> {
    // Opening a directory succeeds on some systems and fails with a riddle on others.
    if path.is_dir() {
        return Err(Diagnostic::whole("a directory is not a text")
            .help("name the `.mlp` files in it, one by one")
            .into());
    }
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    decode(&path.display().to_string(), file)
}

/// Reads the text in `reader`, to be called `name`.
///
/// # Errors
/// As [`read`].
pub fn decode(name: &str, reader: impl Read) -> Result<Source, Diagnostics> {
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know: the rest of a huge file is never read.
    let most = SOURCE_BYTES as u64 + 1;
    reader
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() > SOURCE_BYTES {
        return Err(Diagnostic::whole("the text is too large")
            .note(format!("at most {SOURCE_BYTES} bytes are allowed"))
            .help("weights and data do not belong into the text; it describes the model alone")
            .into());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => Err(not_utf8(error.as_bytes(), error.utf8_error().valid_up_to()).into()),
    }
}

/// Why a file cannot be read, as a sentence.
pub fn unreadable(error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => Diagnostic::whole("there is no such file"),
        io::ErrorKind::PermissionDenied => {
            Diagnostic::whole("the file cannot be read: permission denied")
        }
        _ => Diagnostic::whole(format!("the file cannot be read: {error}")),
    }
}

fn not_utf8(bytes: &[u8], valid: usize) -> Diagnostic {
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let before = bytes.get(..valid).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let help = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "it looks like UTF-16: save it as UTF-8",
        _ => "save it as UTF-8",
    };
    Diagnostic::whole("the text is not UTF-8")
        .note(format!(
            "the byte 0x{byte:02X} at offset {valid}, in line {line}, belongs to no character"
        ))
        .help(help)
}

/// Writes `contents` to the file at `path`, so that whoever reads it finds the old ones or the new ones and never a part.
/// A file that holds them already is left as it is, and so is its time.
///
/// # Errors
/// What the file system answers.
pub fn write(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let contents = contents.as_ref();
    // A link stays one: the file behind it is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A device or a pipe is written to, never read or replaced.
        Ok(found) if !found.is_file() => return fs::write(path, contents),
        Ok(_) if fs::read(path).is_ok_and(|bytes| bytes == contents) => return Ok(()),
        _ => {}
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let written = fs::write(&temporary, contents)
        .and_then(|()| match fs::metadata(path) {
            // Who may read and write the file stays as it is.
            Ok(found) => fs::set_permissions(&temporary, found.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What went wrong first is what the caller needs to know.
        let _ = fs::remove_file(&temporary);
    }
    written
}
