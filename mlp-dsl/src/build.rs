//! For build scripts: a `.mlp` file in, a Rust file in `OUT_DIR` out.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), mlp_dsl::build::BuildError> {
//!     mlp_dsl::build::compile("src/net.mlp")?;
//!     Ok(())
//! }
//! ```
//!
//! and in the crate:
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/net.rs"));
//! ```
//!
//! The package has `mlp-dsl = { default-features = false, features = ["build"], … }` among its build-dependencies and
//! `mlp-runtime` among its dependencies.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fmt, io};

use crate::diagnostic::Diagnostics;
use crate::file;
use crate::source::Source;

/// Why a build script has no Rust file to offer.
pub enum BuildError {
    /// It does not run under cargo: `OUT_DIR` is not set.
    NoOutDirectory,
    /// The path names no file.
    NoFileName(PathBuf),
    /// What is wrong with the text, as a person reads it.
    Wrong(String),
    /// The Rust file cannot be written.
    Unwritable(PathBuf, io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutDirectory => formatter.write_str(
                "`OUT_DIR` is not set: `mlp_dsl::build` is for build scripts, which cargo runs",
            ),
            Self::NoFileName(path) => write!(formatter, "`{}` names no file", path.display()),
            Self::Wrong(text) => formatter.write_str(text),
            Self::Unwritable(path, error) => {
                write!(formatter, "cannot write `{}`: {error}", path.display())
            }
        }
    }
}

impl fmt::Debug for BuildError {
    /// The same as for a person: a `main` that returns the error prints it in this form, after `Error: `.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\n{self}")
    }
}

impl std::error::Error for BuildError {}

/// Compiles the file at `path`, relative to the folder of the package's `Cargo.toml`, to `OUT_DIR` under the same name
/// with the ending `.rs`, and tells cargo to run the build script again when the file changes. The result is the path of
/// the Rust file.
///
/// # Errors
/// Every mistake of the text, or what keeps the files from being read and written.
pub fn compile(path: impl AsRef<Path>) -> Result<PathBuf, BuildError> {
    let path = path.as_ref();
    // Before anything can fail: mending the file must run the script again.
    println!("cargo::rerun-if-changed={}", path.display());
    let folder = env::var_os("OUT_DIR").ok_or(BuildError::NoOutDirectory)?;
    compile_into(path, &folder)
}

fn compile_into(path: &Path, folder: &OsStr) -> Result<PathBuf, BuildError> {
    let stem = path.file_stem();
    let stem = stem.ok_or_else(|| BuildError::NoFileName(path.to_owned()))?;
    let mut name = stem.to_owned();
    name.push(".rs");
    let output = Path::new(folder).join(name);
    let wrong =
        |source: &Source, errors: &Diagnostics| BuildError::Wrong(errors.render(source, false));
    let source = file::read(path).map_err(|errors| {
        let nothing = Source::new(path.display().to_string(), "");
        wrong(&nothing, &errors)
    })?;
    let compiled = crate::compile(&source).map_err(|errors| wrong(&source, &errors))?;
    match file::write(&output, compiled.rust()) {
        Ok(()) => Ok(output),
        Err(error) => Err(BuildError::Unwritable(output, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "model Neuron { input x[2] output x -> dense(1) loss mse }";

    #[test]
    fn a_right_text_becomes_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("net.mlp");
        std::fs::write(&path, GOOD).expect("a file");
        let output = compile_into(&path, folder.path().as_os_str()).expect("the text is right");
        assert_eq!(output, folder.path().join("net.rs"));
        let text = std::fs::read_to_string(&output).expect("a file");
        assert!(text.contains("pub struct Neuron"), "{text}");
        let names = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(names, 2, "a temporary file is left");
    }

    #[test]
    fn a_wrong_text_is_shown_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("net.mlp");
        std::fs::write(&path, GOOD.replace("dense", "dens")).expect("a file");
        let error = compile_into(&path, folder.path().as_os_str()).expect_err("it is misspelt");
        let shown = format!("{error:?}");
        assert!(shown.contains("net.mlp:1:39"), "{shown}");
        assert!(shown.contains("did you mean `dense`?"), "{shown}");
        assert!(!folder.path().join("net.rs").exists());
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("absent.mlp");
        let error = compile_into(&path, folder.path().as_os_str()).expect_err("there is no file");
        assert!(
            error.to_string().contains("there is no such file"),
            "{error}"
        );
        assert!(error.to_string().contains("absent.mlp"), "{error}");
    }
}
