//! One sample's values: input, output and target.

use core::fmt::Debug;

use crate::scalar::Scalar;

/// The values of one sample, `[S; LENGTH]`; a slice of rows is a batch.
pub trait Row<S: Scalar>: Copy + Debug + Send + Sync + 'static {
    /// How many values there are.
    const LENGTH: usize;

    /// All values 0.
    fn zeros() -> Self;

    /// A flat slice as rows, without copying; `None` where `LENGTH` does not divide its length.
    fn rows(flat: &[S]) -> Option<&[Self]>;

    /// A flat slice as rows to be written to; `None` where `LENGTH` does not divide its length.
    fn rows_mut(flat: &mut [S]) -> Option<&mut [Self]>;

    /// The values.
    fn as_slice(&self) -> &[S];
}

impl<S: Scalar, const N: usize> Row<S> for [S; N] {
    const LENGTH: usize = N;

    #[inline]
    fn zeros() -> Self {
        [S::ZERO; N]
    }

    #[inline]
    fn rows(flat: &[S]) -> Option<&[Self]> {
        match flat.as_chunks() {
            (rows, []) => Some(rows),
            _ => None,
        }
    }

    #[inline]
    fn rows_mut(flat: &mut [S]) -> Option<&mut [Self]> {
        match flat.as_chunks_mut() {
            (rows, []) => Some(rows),
            _ => None,
        }
    }

    #[inline]
    fn as_slice(&self) -> &[S] {
        self
    }
}

/// What a loss compares one output with: `[S; N]`, or `usize` for a class index. Data become targets through it.
pub trait Target<S: Scalar>: Clone + Debug + Send + Sync + 'static {
    /// Values per target; 1 for a class index, which is a single whole number.
    const LENGTH: usize;

    /// A target out of values; `None` where their number is not `LENGTH`, or where one value is no class below `outputs`.
    fn from_values(values: &[S], outputs: usize) -> Option<Self>;

    /// A target out of a class index; `None` where a network with `outputs` outputs knows no such class.
    ///
    /// As values, a class is 1 at its index and 0 elsewhere. A single output stands for two classes, 0 and 1.
    fn from_class(class: usize, outputs: usize) -> Option<Self>;
}

impl<S: Scalar, const N: usize> Target<S> for [S; N] {
    const LENGTH: usize = N;

    fn from_values(values: &[S], _: usize) -> Option<Self> {
        values.try_into().ok()
    }

    fn from_class(class: usize, _: usize) -> Option<Self> {
        let mut values = [S::ZERO; N];
        if N == 1 && class == 0 {
            return Some(values);
        }
        let index = if N == 1 { class - 1 } else { class };
        *values.get_mut(index)? = S::ONE;
        Some(values)
    }
}

impl<S: Scalar> Target<S> for usize {
    const LENGTH: usize = 1;

    fn from_values(values: &[S], outputs: usize) -> Option<Self> {
        let [value] = values else { return None };
        let value = value.to_f64();
        let class = value as Self;
        if class as f64 != value {
            return None;
        }
        Target::<S>::from_class(class, outputs)
    }

    fn from_class(class: usize, outputs: usize) -> Option<Self> {
        (class < outputs).then_some(class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_divide_a_slice_or_refuse() {
        let mut flat = [1.0_f32, 2.0, 3.0, 4.0];
        assert_eq!(<[f32; 2]>::rows(&flat), Some(&[[1.0, 2.0], [3.0, 4.0]][..]));
        assert_eq!(<[f32; 3]>::rows(&flat), None);
        assert_eq!(<[f32; 3]>::rows_mut(&mut flat), None);
        <[f32; 2]>::rows_mut(&mut flat).expect("4 is twice 2")[1][0] = 9.0;
        assert_eq!(flat, [1.0, 2.0, 9.0, 4.0]);
    }

    #[test]
    fn a_class_is_one_hot_as_values() {
        assert_eq!(<[f32; 3]>::from_class(1, 3), Some([0.0, 1.0, 0.0]));
        assert_eq!(<[f32; 3]>::from_class(3, 3), None);
    }

    #[test]
    fn one_output_stands_for_two_classes() {
        assert_eq!(<[f64; 1]>::from_class(0, 1), Some([0.0]));
        assert_eq!(<[f64; 1]>::from_class(1, 1), Some([1.0]));
        assert_eq!(<[f64; 1]>::from_class(2, 1), None);
    }

    #[test]
    fn a_class_index_is_whole_and_below_the_outputs() {
        assert_eq!(usize::from_values(&[2.0_f32], 3), Some(2));
        for refused in [
            &[3.0_f32][..],
            &[1.5],
            &[-1.0],
            &[f32::NAN],
            &[1.0, 2.0],
            &[],
        ] {
            assert_eq!(usize::from_values(refused, 3), None);
        }
        assert_eq!(<[f32; 2]>::from_values(&[1.0, 2.0], 2), Some([1.0, 2.0]));
        assert_eq!(<[f32; 2]>::from_values(&[1.0], 2), None);
    }
}
