//! Comma-separated values.

mod labels;
mod options;
mod records;

use std::borrow::ToOwned;
use std::fs;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use ndarray::Array2;

pub use options::{CsvOptions, Header, TargetColumns};

use super::{Dataset, ReadError, Targets};
use crate::scalar::Scalar;
use labels::{Labels, Refusal};
use records::Records;

/// Reads a file of comma-separated numbers, one sample a line; blanks around the numbers and empty lines are passed over.
///
/// # Errors
/// Where the file cannot be read, has no row, or has a row that is not as it should be: a [`ReadError`] with file, line
/// and column.
pub fn read_csv<S: Scalar>(
    path: impl AsRef<Path>,
    options: &CsvOptions,
) -> Result<Dataset<S>, ReadError> {
    let path = path.as_ref();
    let file_error = |source| ReadError::File {
        path: path.to_owned(),
        source,
    };
    let text = fs::read_to_string(path).map_err(file_error)?;
    // Some programs put a mark of its encoding before a text.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut records = Records::new(text, options.delimiter);
    let (mut inputs, mut values) = (Vec::new(), Vec::new());
    let mut labels = Labels::new(&options.labels);
    let mut columns: Option<Columns> = None;
    let (mut rows, mut first) = (0, true);
    while let Some(record) = records.next_record() {
        let fields = record.fields().map_err(file_error)?;
        let line = Line {
            path,
            number: record.line(),
            fields: &fields,
        };
        if std::mem::take(&mut first) {
            let names = names(&fields, options.header);
            columns = Some(Columns::new(path, &fields, names.as_deref(), options)?);
            if names.is_some() {
                continue;
            }
        }
        let Some(columns) = &columns else { continue };
        line.check_length(columns.count)?;
        for column in columns.inputs() {
            inputs.push(line.number(column)?);
        }
        if options.targets.is_class() {
            line.class(columns.targets[0], &mut labels)?;
        } else {
            for &column in &columns.targets {
                values.push(line.number(column)?);
            }
        }
        rows += 1;
    }

    if rows == 0 {
        return Err(ReadError::Empty {
            path: path.to_owned(),
        });
    }
    let (labels, classes) = labels.finish();
    Ok(Dataset {
        inputs: array_of_rows(rows, inputs),
        targets: if options.targets.is_class() {
            Targets::Classes(classes)
        } else {
            Targets::Values(array_of_rows(rows, values))
        },
        labels,
    })
}

/// The names of the columns, where the first line holds them.
fn names(first: &[&str], header: Header) -> Option<Vec<String>> {
    let has_number = || first.iter().any(|field| field.parse::<f64>().is_ok());
    let holds_names = match header {
        Header::Absent => false,
        Header::Present => true,
        Header::Detected => !has_number(),
    };
    holds_names.then(|| first.iter().map(|&name| name.to_owned()).collect())
}

/// Which columns a file has.
struct Columns {
    count: usize,
    targets: Vec<usize>,
}

impl Columns {
    fn new(
        path: &Path,
        first: &[&str],
        names: Option<&[String]>,
        options: &CsvOptions,
    ) -> Result<Self, ReadError> {
        let wanted = options.targets.names();
        let known = names.unwrap_or_default();
        if let Some(missing) = wanted.iter().find(|name| !known.contains(name)) {
            return Err(ReadError::Column {
                path: path.to_owned(),
                name: missing.clone(),
                known: names.map(<[String]>::to_vec),
            });
        }
        let count = first.len();
        let targets = options.targets.indices(count, known);
        if count <= targets.len() {
            return Err(ReadError::TooFewColumns {
                path: path.to_owned(),
                found: count,
                targets: targets.len(),
            });
        }
        Ok(Self { count, targets })
    }

    fn inputs(&self) -> impl Iterator<Item = usize> {
        (0..self.count).filter(|column| !self.targets.contains(column))
    }
}

/// One line of the file, with what an error about it has to say.
struct Line<'a> {
    path: &'a Path,
    number: u64,
    fields: &'a [&'a str],
}

impl Line<'_> {
    fn check_length(&self, expected: usize) -> Result<(), ReadError> {
        let found = self.fields.len();
        if found == expected {
            return Ok(());
        }
        Err(ReadError::Ragged {
            path: self.path.to_owned(),
            line: self.number,
            expected,
            found,
        })
    }

    fn number<S: Scalar>(&self, column: usize) -> Result<S, ReadError> {
        let text = self.fields[column];
        let number = text.parse().ok().map(S::from_f64);
        // Checked in the precision of the data: 1e300 is infinite in f32.
        number
            .filter(|number| number.is_finite())
            .ok_or_else(|| ReadError::Number {
                path: self.path.to_owned(),
                line: self.number,
                column: column + 1,
                text: text.to_owned(),
            })
    }

    fn class(&self, column: usize, labels: &mut Labels) -> Result<(), ReadError> {
        let text = self.fields[column];
        labels.push(text).map_err(|refusal| {
            let (path, text) = (self.path.to_owned(), text.to_owned());
            let (line, column) = (self.number, column + 1);
            match (refusal, &labels) {
                (Refusal::Unknown, Labels::Known(known, _)) => ReadError::Label {
                    path,
                    line,
                    column,
                    text,
                    known: known.clone(),
                },
                _ => ReadError::Class {
                    path,
                    line,
                    column,
                    text,
                },
            }
        })
    }
}

/// Rows of equal length, which the reader has checked, one after the other.
fn array_of_rows<S: Scalar>(rows: usize, values: Vec<S>) -> Array2<S> {
    let columns = values.len() / rows;
    Array2::from_shape_vec((rows, columns), values).expect("every row has as many values")
}

#[cfg(test)]
mod tests;
