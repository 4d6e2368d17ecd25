use std::borrow::ToOwned;
use std::format;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use ndarray::Array2;

use super::{Dataset, ReadError, Targets, bytes};
use crate::scalar::Scalar;

/// Reads inputs and classes from two IDX files, the format of MNIST (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`),
/// packed by gzip or not; without a second file the samples have no targets.
///
/// The numbers are as they stand there, so pixels run from 0 to 255. All dimensions but the first become one row. A file
/// of targets with one dimension of whole numbers holds classes, any other holds values.
///
/// The format: <http://yann.lecun.com/exdb/mnist>.
///
/// # Errors
/// Where a file cannot be read, is not in the format, or where there are not as many targets as samples.
pub fn read_idx<S: Scalar>(
    inputs: impl AsRef<Path>,
    targets: Option<&Path>,
) -> Result<Dataset<S>, ReadError> {
    let path = inputs.as_ref();
    let inputs = Idx::read(path)?;
    let rows = inputs.rows();
    let array = inputs.array(path)?;
    let targets = match targets {
        None => Targets::none(rows),
        Some(path) => {
            let idx = Idx::read(path)?;
            idx.check_rows(path, rows)?;
            idx.targets(path)?
        }
    };
    Ok(Dataset {
        inputs: array,
        targets,
        labels: Vec::new(),
    })
}

/// What stands in a file.
struct Idx {
    kind: Kind,
    shape: Vec<usize>,
    data: Vec<u8>,
}

/// The type of the numbers, which are big-endian.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Kind {
    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0b => Self::I16,
            0x0c => Self::I32,
            0x0d => Self::F32,
            0x0e => Self::F64,
            _ => return None,
        })
    }

    const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl Idx {
    fn read(path: &Path) -> Result<Self, ReadError> {
        let bytes = bytes::read(path)?;
        Self::parse(&bytes).map_err(|reason| ReadError::Format {
            path: path.to_owned(),
            format: "IDX",
            reason,
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let [0, 0, code, dimensions, rest @ ..] = bytes else {
            return Err(
                "it does not start with two zero bytes, a type and a number of dimensions"
                    .to_owned(),
            );
        };
        let kind = Kind::of(*code).ok_or_else(|| format!("the type 0x{code:02x} is unknown"))?;
        let dimensions = usize::from(*dimensions);
        if dimensions == 0 {
            return Err("it has no dimension".to_owned());
        }
        let (lengths, _) = rest.as_chunks::<4>();
        let (Some(lengths), Some(data)) = (lengths.get(..dimensions), rest.get(4 * dimensions..))
        else {
            return Err("it ends within its header".to_owned());
        };
        let shape: Vec<usize> = lengths
            .iter()
            .map(|length| u32::from_be_bytes(*length) as usize)
            .collect();
        let expected = shape
            .iter()
            .try_fold(kind.size(), |size, length| size.checked_mul(*length));
        if expected != Some(data.len()) {
            return Err(format!(
                "its header says {shape:?} numbers of {} byte(s), but {} bytes follow",
                kind.size(),
                data.len()
            ));
        }
        Ok(Self {
            kind,
            shape,
            data: data.to_owned(),
        })
    }

    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or_default()
    }

    fn check_rows(&self, path: &Path, expected: usize) -> Result<(), ReadError> {
        if self.rows() == expected {
            return Ok(());
        }
        Err(ReadError::Rows {
            path: path.to_owned(),
            inputs: expected,
            targets: self.rows(),
        })
    }

    /// All numbers, a row for each index of the first dimension.
    fn array<S: Scalar>(&self, path: &Path) -> Result<Array2<S>, ReadError> {
        let rows = self.rows();
        if rows == 0 || self.data.is_empty() {
            return Err(ReadError::Empty {
                path: path.to_owned(),
            });
        }
        let numbers: Vec<S> = self.numbers().into_iter().map(S::from_f64).collect();
        let columns = numbers.len() / rows;
        super::dataset::check_finite(path, &numbers, columns)?;
        Ok(Array2::from_shape_vec((rows, columns), numbers).expect("the lengths were compared"))
    }

    fn targets<S: Scalar>(&self, path: &Path) -> Result<Targets<S>, ReadError> {
        let is_whole = !matches!(self.kind, Kind::F32 | Kind::F64);
        if self.shape.len() > 1 || !is_whole {
            return Ok(Targets::Values(self.array(path)?));
        }
        let classes = self.numbers().into_iter().enumerate().map(|(row, value)| {
            if value < 0.0 {
                return Err(ReadError::Value {
                    path: path.to_owned(),
                    row: row + 1,
                    column: 1,
                    reason: format!("the class {value} is below 0"),
                });
            }
            Ok(value as usize)
        });
        Ok(Targets::Classes(classes.collect::<Result<_, _>>()?))
    }

    fn numbers(&self) -> Vec<f64> {
        fn all<const SIZE: usize>(data: &[u8], number: fn([u8; SIZE]) -> f64) -> Vec<f64> {
            let (chunks, _) = data.as_chunks::<SIZE>();
            chunks.iter().map(|chunk| number(*chunk)).collect()
        }
        match self.kind {
            Kind::U8 => self.data.iter().map(|byte| f64::from(*byte)).collect(),
            Kind::I8 => all(&self.data, |bytes| f64::from(i8::from_be_bytes(bytes))),
            Kind::I16 => all(&self.data, |bytes| f64::from(i16::from_be_bytes(bytes))),
            Kind::I32 => all(&self.data, |bytes| f64::from(i32::from_be_bytes(bytes))),
            Kind::F32 => all(&self.data, |bytes| f64::from(f32::from_be_bytes(bytes))),
            Kind::F64 => all(&self.data, f64::from_be_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::string::ToString;
    use std::vec;

    use ndarray::array;

    use super::*;

    /// Two images of 2×2 pixels.
    const IMAGES: [u8; 24] = [
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 255,
    ];
    const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 9, 0];

    fn read(images: &[u8], labels: &[u8]) -> Result<Dataset<f32>, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [first, second] = ["images", "labels"].map(|name| folder.path().join(name));
        fs::write(&first, images).expect("a temporary file");
        fs::write(&second, labels).expect("a temporary file");
        read_idx(&first, Some(&second)).map_err(|error| {
            let folder = folder.path().to_string_lossy().into_owned();
            error.to_string().replace(&format!("{folder}/"), "")
        })
    }

    #[test]
    fn images_are_rows_and_labels_are_classes() {
        let dataset = read(&IMAGES, &LABELS).expect("good files");
        assert_eq!(
            dataset.inputs,
            array![[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 255.0]]
        );
        assert_eq!(dataset.targets, Targets::Classes(vec![9, 0]));
    }

    #[test]
    fn targets_that_are_no_whole_numbers_are_values() {
        let mut values = vec![0, 0, 0x0d, 1, 0, 0, 0, 2];
        values.extend(1.5_f32.to_be_bytes());
        values.extend((-2.0_f32).to_be_bytes());
        let dataset = read(&IMAGES, &values).expect("good files");
        assert_eq!(dataset.targets, Targets::Values(array![[1.5], [-2.0]]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let of_images = |bytes: &[u8]| read(bytes, &LABELS).expect_err("a mistake");
        assert_eq!(
            of_images(b"P5 28 28"),
            "images is not a file in the format IDX: it does not start with two zero bytes, a type and a number of dimensions"
        );
        assert_eq!(
            of_images(&IMAGES[..20]),
            "images is not a file in the format IDX: its header says [2, 2, 2] numbers of 1 byte(s), but 4 bytes follow"
        );
        assert_eq!(
            of_images(&IMAGES[..6]),
            "images is not a file in the format IDX: it ends within its header"
        );
        assert_eq!(
            read(&IMAGES, &[0, 0, 8, 1, 0, 0, 0, 1, 3]).expect_err("a label is missing"),
            "labels has 1 targets, but there are 2 rows of inputs"
        );
        let mut not_finite = vec![0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 1];
        not_finite.extend(1.5_f32.to_be_bytes());
        not_finite.extend(f32::NAN.to_be_bytes());
        assert_eq!(
            of_images(&not_finite),
            "images, row 2, column 1: NaN is not a finite number"
        );
    }

    #[cfg(feature = "gzip")]
    #[test]
    fn packed_files_are_unpacked() {
        use std::io::Write;
        let pack = |bytes: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(bytes).expect("memory");
            packer.finish().expect("memory")
        };
        assert_eq!(read(&pack(&IMAGES), &pack(&LABELS)), read(&IMAGES, &LABELS));
        let broken = &pack(&IMAGES)[..20];
        let error = read(broken, &LABELS).expect_err("half a file");
        assert!(error.starts_with("cannot read images: "), "{error}");
    }
}
