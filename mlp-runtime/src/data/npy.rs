use std::borrow::ToOwned;
use std::format;
use std::io::Cursor;
use std::path::Path;
use std::string::{String, ToString};
use std::vec::Vec;

use ndarray::{Array2, ArrayD, Axis};
use ndarray_npy::{NpzReader, ReadNpyError, ReadNpyExt, ReadNpzError, ReadableElement};

use super::dataset::check_finite;
use super::{Dataset, ReadError, Targets, bytes};
use crate::scalar::Scalar;

/// Reads inputs and targets from two files that NumPy's `save` wrote; without a second file the samples have no targets.
///
/// The first dimension counts the samples, and all others become one row. Targets are classes where they are whole numbers
/// in one dimension, else values. Numbers may be of any of NumPy's types from 8 to 64 bits.
///
/// # Errors
/// Where a file cannot be read, is not in the format, has a number that is not finite, or where there are not as many
/// targets as samples.
pub fn read_npy<S: Scalar>(
    inputs: impl AsRef<Path>,
    targets: Option<&Path>,
) -> Result<Dataset<S>, ReadError> {
    let path = inputs.as_ref();
    let array = |path: &Path| {
        let bytes = bytes::read(path)?;
        numbers(&mut Npy(&bytes)).map_err(|reason| format_error(path, "npy", reason))
    };
    let inputs = array(path)?;
    let targets = match targets {
        Some(path) => Some((path, array(path)?)),
        None => None,
    };
    dataset(path, inputs, targets)
}

/// Reads the arrays called `inputs` and `targets` from a file that NumPy's `savez` or `savez_compressed` wrote. As
/// [`read_npy`] in all else.
///
/// # Errors
/// As [`read_npy`], and where there is no array of such a name.
pub fn read_npz<S: Scalar>(
    path: impl AsRef<Path>,
    inputs: &str,
    targets: Option<&str>,
) -> Result<Dataset<S>, ReadError> {
    let path = path.as_ref();
    let broken = |error: ReadNpzError| format_error(path, "npz", error.to_string());
    let bytes = bytes::read(path)?;
    let mut archive = NpzReader::new(Cursor::new(bytes)).map_err(broken)?;
    let known: Vec<String> = archive
        .names()
        .map_err(broken)?
        .into_iter()
        .map(|name| name.trim_end_matches(".npy").to_owned())
        .collect();
    let mut array = |name: &str| {
        if !known.iter().any(|known| known == name) {
            return Err(ReadError::Column {
                path: path.to_owned(),
                name: name.to_owned(),
                known: Some(known.clone()),
            });
        }
        let mut member = Npz {
            archive: &mut archive,
            name,
        };
        numbers(&mut member)
            .map_err(|reason| format_error(path, "npz", format!("the array `{name}`: {reason}")))
    };
    let inputs = array(inputs)?;
    let targets = match targets {
        Some(name) => Some((path, array(name)?)),
        None => None,
    };
    dataset(path, inputs, targets)
}

fn format_error(path: &Path, format: &'static str, reason: String) -> ReadError {
    ReadError::Format {
        path: path.to_owned(),
        format,
        reason,
    }
}

/// The numbers of an array, and whether its type has whole numbers alone.
struct Numbers {
    array: ArrayD<f64>,
    whole: bool,
}

/// Where an array can be read from, again and again.
trait Source {
    fn array<T: ReadableElement>(&mut self) -> Result<ArrayD<T>, ReadNpyError>;
}

/// The bytes of a file.
struct Npy<'a>(&'a [u8]);

impl Source for Npy<'_> {
    fn array<T: ReadableElement>(&mut self) -> Result<ArrayD<T>, ReadNpyError> {
        ArrayD::read_npy(self.0)
    }
}

/// A member of an archive.
struct Npz<'a> {
    archive: &'a mut NpzReader<Cursor<Vec<u8>>>,
    name: &'a str,
}

impl Source for Npz<'_> {
    fn array<T: ReadableElement>(&mut self) -> Result<ArrayD<T>, ReadNpyError> {
        self.archive
            .by_name(self.name)
            .map_err(|error| match error {
                ReadNpzError::Npy(error) => error,
                ReadNpzError::Zip(error) => ReadNpyError::Io(error.into()),
            })
    }
}

/// Reads an array of whatever numbers it has, or says why not.
fn numbers(source: &mut impl Source) -> Result<Numbers, String> {
    // The type stands in the file; reading one of another type ends at its header.
    macro_rules! attempt {
        ($($type:ty, $whole:literal, $convert:expr;)*) => {$(
            match source.array::<$type>() {
                Ok(array) => return Ok(Numbers { array: array.mapv($convert), whole: $whole }),
                Err(ReadNpyError::WrongDescriptor(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
        )*};
    }
    attempt! {
        f32, false, f64::from;
        f64, false, |number| number;
        u8, true, f64::from;
        i64, true, |number| number as f64;
        i32, true, f64::from;
        i16, true, f64::from;
        i8, true, f64::from;
        u16, true, f64::from;
        u32, true, f64::from;
        u64, true, |number| number as f64;
        bool, true, f64::from;
    }
    Err("its elements are no numbers of 8 to 64 bits".to_owned())
}

/// Samples out of arrays, each with the file that it comes from.
fn dataset<S: Scalar>(
    path: &Path,
    inputs: Numbers,
    targets: Option<(&Path, Numbers)>,
) -> Result<Dataset<S>, ReadError> {
    let inputs = rows(path, inputs.array)?;
    let targets = match targets {
        None => Targets::none(inputs.nrows()),
        Some((file, targets)) => {
            if targets.array.shape().first() != Some(&inputs.nrows()) {
                return Err(ReadError::Rows {
                    path: file.to_owned(),
                    inputs: inputs.nrows(),
                    targets: targets.array.shape().first().copied().unwrap_or_default(),
                });
            }
            if targets.whole && targets.array.ndim() == 1 {
                Targets::Classes(classes(file, &targets.array)?)
            } else {
                Targets::Values(rows(file, targets.array)?)
            }
        }
    };
    Ok(Dataset {
        inputs,
        targets,
        labels: Vec::new(),
    })
}

/// An array as a matrix with a row for each index of its first dimension.
fn rows<S: Scalar>(path: &Path, array: ArrayD<f64>) -> Result<Array2<S>, ReadError> {
    if array.ndim() == 0 || array.is_empty() {
        return Err(ReadError::Empty {
            path: path.to_owned(),
        });
    }
    let (rows, columns) = (array.len_of(Axis(0)), array.len() / array.len_of(Axis(0)));
    let numbers: Vec<S> = array.iter().map(|number| S::from_f64(*number)).collect();
    check_finite(path, &numbers, columns)?;
    Ok(Array2::from_shape_vec((rows, columns), numbers).expect("the columns divide the numbers"))
}

fn classes(path: &Path, array: &ArrayD<f64>) -> Result<Vec<usize>, ReadError> {
    let classes = array.iter().enumerate().map(|(row, value)| {
        if *value < 0.0 {
            return Err(ReadError::Value {
                path: path.to_owned(),
                row: row + 1,
                column: 1,
                reason: format!("the class {value} is below 0"),
            });
        }
        Ok(*value as usize)
    });
    classes.collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::PathBuf;
    use std::vec;

    use ndarray::{Array1, array};
    use ndarray_npy::{NpzWriter, WriteNpyExt};

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a temporary folder"))
        }

        fn save(&self, name: &str, array: &impl WriteNpyExt) -> PathBuf {
            let path = self.0.path().join(name);
            let file = File::create(&path).expect("a temporary file");
            array.write_npy(file).expect("an array");
            path
        }

        fn message<T>(&self, result: Result<T, ReadError>) -> String {
            let folder = self.0.path().to_string_lossy().into_owned();
            let error = result.err().expect("a mistake in the file");
            error.to_string().replace(&format!("{folder}/"), "")
        }
    }

    #[test]
    fn arrays_are_samples_and_targets() {
        let folder = Folder::new();
        let images =
            ndarray::Array3::from_shape_fn((2, 2, 2), |(n, y, x)| (4 * n + 2 * y + x) as u8);
        let inputs = folder.save("x.npy", &images);
        let classes = folder.save("y.npy", &array![3_i64, 0]);
        let values = folder.save("v.npy", &array![1.5_f32, -2.0]);
        let dataset = read_npy::<f32>(&inputs, Some(&classes)).expect("good files");
        assert_eq!(
            dataset.inputs,
            array![[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]]
        );
        assert_eq!(dataset.targets, Targets::Classes(vec![3, 0]));
        let dataset = read_npy::<f64>(&inputs, Some(&values)).expect("good files");
        assert_eq!(dataset.targets, Targets::Values(array![[1.5], [-2.0]]));
        assert!(read_npy::<f64>(&inputs, None).is_ok_and(|data| data.targets == Targets::none(2)));
    }

    #[test]
    fn archives_hold_arrays_by_name() {
        let folder = Folder::new();
        let path = folder.0.path().join("data.npz");
        let file = File::create(&path).expect("a temporary file");
        let mut archive = NpzWriter::new_compressed(file);
        // As NumPy stores the transpose of a matrix: column by column.
        let inputs = array![[1.0_f64, 3.0], [2.0, 4.0]].reversed_axes();
        archive.add_array("x", &inputs).expect("an array");
        archive
            .add_array("y", &array![true, false])
            .expect("an array");
        archive.finish().expect("an archive");
        let dataset = read_npz::<f32>(&path, "x", Some("y")).expect("a good file");
        assert_eq!(dataset.inputs, array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(dataset.targets, Targets::Classes(vec![1, 0]));
        assert_eq!(
            folder.message(read_npz::<f32>(&path, "X", None)),
            "data.npz has no `X`; there are `x`, `y`"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = Folder::new();
        let inputs = folder.save("x.npy", &array![[1.0_f64, 2.0], [3.0, f64::INFINITY]]);
        assert_eq!(
            folder.message(read_npy::<f32>(&inputs, None)),
            "x.npy, row 2, column 2: inf is not a finite number"
        );
        let good = folder.save("g.npy", &array![[1.0_f64, 2.0]]);
        let one_more = folder.save("y.npy", &array![1_u8, 2]);
        assert_eq!(
            folder.message(read_npy::<f32>(&good, Some(&one_more))),
            "y.npy has 2 targets, but there are 1 rows of inputs"
        );
        let below = folder.save("n.npy", &array![-1_i32]);
        assert_eq!(
            folder.message(read_npy::<f32>(&good, Some(&below))),
            "n.npy, row 1, column 1: the class -1 is below 0"
        );
        let none = folder.save("e.npy", &Array1::<f32>::zeros(0));
        assert_eq!(
            folder.message(read_npy::<f32>(&none, None)),
            "e.npy has no row of data"
        );
        let text = folder.0.path().join("t.npy");
        std::fs::write(&text, "1,2,3").expect("a temporary file");
        let message = folder.message(read_npy::<f32>(&text, None));
        assert!(
            message.starts_with("t.npy is not a file in the format npy: "),
            "{message}"
        );
    }
}
