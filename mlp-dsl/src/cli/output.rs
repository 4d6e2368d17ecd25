//! Files that the command writes.

use std::io::ErrorKind;
use std::path::Path;

use mlp_dsl::{Diagnostic, file};

use super::answer::Problem;
use super::input;

/// The file to write, where one is named; `-` is standard output.
pub(crate) fn file(output: Option<&Path>) -> Option<&Path> {
    output.filter(|path| !input::is_standard(path))
}

/// Writes the file at `path`, whole or not at all.
pub(crate) fn write(path: &Path, contents: &[u8]) -> Result<(), Box<Problem>> {
    file::write(path, contents).map_err(|error| {
        let error = match error.kind() {
            ErrorKind::IsADirectory => {
                Diagnostic::whole("cannot write the file: there is a directory of that name")
                    .help("name the file in it: `-o DIRECTORY/FILE`")
            }
            ErrorKind::NotFound => {
                Diagnostic::whole("cannot write the file: there is no such directory")
            }
            _ => Diagnostic::whole(format!("cannot write the file: {error}")),
        };
        Problem::about(path.display().to_string(), error)
    })
}
