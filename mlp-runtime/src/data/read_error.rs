use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;
use std::string::String;

/// Why a file of data could not be read. Lines and columns are counted from 1, as editors and spreadsheets do.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be opened or read, or is not UTF-8.
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system or the reader says.
        source: io::Error,
    },
    /// The file has no row of data.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A row has more or fewer columns than the first.
    Ragged {
        /// The file.
        path: PathBuf,
        /// The line in the file.
        line: u64,
        /// Columns of the first row.
        expected: usize,
        /// Columns of this row.
        found: usize,
    },
    /// The columns said to be targets leave no column for the inputs.
    TooFewColumns {
        /// The file.
        path: PathBuf,
        /// Columns it has.
        found: usize,
        /// Columns said to be targets.
        targets: usize,
    },
    /// A field is not a finite number.
    Number {
        /// The file.
        path: PathBuf,
        /// The line in the file.
        line: u64,
        /// The column.
        column: usize,
        /// What stands there.
        text: String,
    },
    /// A class label is not a whole number from 0 on.
    Class {
        /// The file.
        path: PathBuf,
        /// The line in the file.
        line: u64,
        /// The column.
        column: usize,
        /// What stands there.
        text: String,
    },
}

impl Display for ReadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::Empty { path } => write!(f, "{} has no row of data", path.display()),
            Self::Ragged {
                path,
                line,
                expected,
                found,
            } => write!(
                f,
                "{}, line {line}: {found} columns, but the first row has {expected}",
                path.display()
            ),
            Self::TooFewColumns {
                path,
                found,
                targets,
            } => write!(
                f,
                "{} has {found} column(s): with {targets} of targets none is left for the inputs",
                path.display()
            ),
            Self::Number {
                path,
                line,
                column,
                text,
            } => write!(
                f,
                "{}, line {line}, column {column}: `{text}` is not a finite number{}",
                path.display(),
                // What stands in the first line and is no number is most likely the name of a column.
                if *line == 1 {
                    "; if the first line holds names, set `header`"
                } else {
                    ""
                }
            ),
            Self::Class {
                path,
                line,
                column,
                text,
            } => write!(
                f,
                "{}, line {line}, column {column}: the class label `{text}` is not a whole number from 0 on{}",
                path.display(),
                if *line == 1 {
                    "; if the first line holds names, set `header`"
                } else {
                    ""
                }
            ),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
