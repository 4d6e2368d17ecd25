use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::format;
use std::io;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;

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
    /// A class label is not a whole number from 0 on, where it is no name either or where others are numbers.
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
    /// A class label is none of those that are known.
    Label {
        /// The file.
        path: PathBuf,
        /// The line in the file.
        line: u64,
        /// The column.
        column: usize,
        /// What stands there.
        text: String,
        /// The labels that are known.
        known: Vec<String>,
    },
    /// There is no column, or array of an archive, of a name that is asked for.
    Column {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// The names that there are; `None` for a file whose first line is not said to hold names.
        known: Option<Vec<String>>,
    },
    /// The file is not in the format it is read in.
    Format {
        /// The file.
        path: PathBuf,
        /// The name of the format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A number of a binary file cannot be used.
    Value {
        /// The file.
        path: PathBuf,
        /// The row: the index along the first dimension, counted from 1.
        row: usize,
        /// The column: the index within the row.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// There are not as many targets as rows of inputs.
    Rows {
        /// The file with the targets.
        path: PathBuf,
        /// Rows of inputs.
        inputs: usize,
        /// Targets.
        targets: usize,
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
            Self::Label {
                path,
                line,
                column,
                text,
                known,
            } => write!(
                f,
                "{}, line {line}, column {column}: the class label `{text}` is unknown; there are {}",
                path.display(),
                list(known)
            ),
            Self::Column { path, name, known } => {
                write!(f, "{} has no `{name}`", path.display())?;
                match known {
                    Some(known) => write!(f, "; there are {}", list(known)),
                    None => f.write_str("; if the first line holds names, set `header`"),
                }
            }
            Self::Format {
                path,
                format,
                reason,
            } => write!(
                f,
                "{} is not a file in the format {format}: {reason}",
                path.display()
            ),
            Self::Value {
                path,
                row,
                column,
                reason,
            } => write!(
                f,
                "{}, row {row}, column {column}: {reason}",
                path.display()
            ),
            Self::Rows {
                path,
                inputs,
                targets,
            } => write!(
                f,
                "{} has {targets} targets, but there are {inputs} rows of inputs",
                path.display()
            ),
        }
    }
}

/// The first of some names, as many as a person reads.
fn list(names: &[String]) -> String {
    const MOST: usize = 20;
    let shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > MOST { ", …" } else { "" };
    shown.join(", ") + more
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
