use std::borrow::ToOwned;
use std::fs;
use std::path::Path;
use std::vec::Vec;

use csv::{Position, ReaderBuilder, StringRecord, Trim};
use ndarray::Array2;

use super::{Dataset, ReadError, Targets};
use crate::scalar::Scalar;

/// Which columns of a CSV file are targets; all others are inputs, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetColumns {
    /// The last column is a class index: a whole number from 0 on.
    LastIsClass,
    /// The first column is a class index: a whole number from 0 on.
    FirstIsClass,
    /// So many columns at the end are target values.
    LastAreValues(usize),
    /// So many columns at the beginning are target values.
    FirstAreValues(usize),
}

/// How [`read_csv`] reads a file; the default is no header and a class index in the last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// Whether the first line holds names and is passed over.
    pub header: bool,
    /// Which columns are targets.
    pub targets: TargetColumns,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            header: false,
            targets: TargetColumns::LastIsClass,
        }
    }
}

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
    let mut reader = ReaderBuilder::new()
        .has_headers(options.header)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());

    let (mut inputs, mut values, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns = None;
    let mut rows = 0;
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| file_error(error.into()))?
    {
        let line = Line {
            path,
            number: record.position().map_or(0, |start| line_of(&text, start)),
            fields: &record,
        };
        line.check_length(*columns.get_or_insert(record.len()), options.targets)?;
        let (first, end) = options.targets.range(record.len());
        for column in 0..record.len() {
            if !(first..end).contains(&column) {
                inputs.push(line.number(column)?);
            } else if options.targets.is_class() {
                classes.push(line.class(column)?);
            } else {
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
    Ok(Dataset {
        inputs: array_of_rows(rows, inputs),
        targets: if options.targets.is_class() {
            Targets::Classes(classes)
        } else {
            Targets::Values(array_of_rows(rows, values))
        },
    })
}

/// The line of the file on which the record begins.
fn line_of(text: &str, start: &Position) -> u64 {
    // The reader's position is before the empty lines that it passes over.
    let rest = usize::try_from(start.byte())
        .ok()
        .and_then(|byte| text.get(byte..));
    let blank = rest
        .unwrap_or_default()
        .bytes()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    start.line() + blank.filter(|byte| *byte == b'\n').count() as u64
}

impl TargetColumns {
    const fn is_class(self) -> bool {
        matches!(self, Self::LastIsClass | Self::FirstIsClass)
    }

    const fn count(self) -> usize {
        match self {
            Self::LastIsClass | Self::FirstIsClass => 1,
            Self::LastAreValues(count) | Self::FirstAreValues(count) => count,
        }
    }

    /// First and end of the targets among so many columns, which are more than the targets.
    const fn range(self, columns: usize) -> (usize, usize) {
        match self {
            Self::FirstIsClass | Self::FirstAreValues(_) => (0, self.count()),
            Self::LastIsClass | Self::LastAreValues(_) => (columns - self.count(), columns),
        }
    }
}

/// One line of the file, with what an error about it has to say.
struct Line<'a> {
    path: &'a Path,
    number: u64,
    fields: &'a StringRecord,
}

impl Line<'_> {
    fn check_length(&self, expected: usize, targets: TargetColumns) -> Result<(), ReadError> {
        let found = self.fields.len();
        if found != expected {
            return Err(ReadError::Ragged {
                path: self.path.to_owned(),
                line: self.number,
                expected,
                found,
            });
        }
        if found <= targets.count() {
            return Err(ReadError::TooFewColumns {
                path: self.path.to_owned(),
                found,
                targets: targets.count(),
            });
        }
        Ok(())
    }

    fn number<S: Scalar>(&self, column: usize) -> Result<S, ReadError> {
        let text = &self.fields[column];
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

    fn class(&self, column: usize) -> Result<usize, ReadError> {
        let text = &self.fields[column];
        // Tables written by numerical programs hold labels as 3.0 or 3.000e+00.
        let written_as_float = || {
            let value: f64 = text.parse().ok()?;
            let class = value as usize;
            (class as f64 == value && class < usize::MAX).then_some(class)
        };
        text.parse()
            .ok()
            .or_else(written_as_float)
            .ok_or_else(|| ReadError::Class {
                path: self.path.to_owned(),
                line: self.number,
                column: column + 1,
                text: text.to_owned(),
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
