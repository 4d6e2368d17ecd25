use std::vec::Vec;

use super::Dataset;
use crate::random::Random;
use crate::scalar::Scalar;

impl<S: Scalar> Dataset<S> {
    /// Shuffles the rows and parts them into a set to train on, with this fraction of them (rounded), and one to test with.
    ///
    /// The same seed gives the same parts on every machine.
    ///
    /// # Panics
    /// Where `fraction` is not in 0 ..= 1.
    #[must_use]
    pub fn split(&self, fraction: f64, seed: u64) -> (Self, Self) {
        assert!(
            (0.0..=1.0).contains(&fraction),
            "the fraction to train on must lie in 0 ..= 1, not {fraction}"
        );
        let mut rows: Vec<usize> = (0..self.len()).collect();
        Random::new(seed).shuffle(&mut rows);
        let count = (self.len() as f64 * fraction).round() as usize;
        let (train, test) = rows.split_at(count);
        (self.select(train), self.select(test))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::data::Targets;

    /// Rows that know their number, in the input and in the target.
    fn numbered(rows: usize) -> Dataset<f32> {
        let inputs = Array2::from_shape_fn((rows, 1), |(row, _)| row as f32);
        Dataset::new(inputs, Targets::Classes((0..rows).collect())).expect("as many targets")
    }

    #[test]
    fn every_row_is_in_one_part_with_its_own_target() {
        let (train, test) = numbered(10).split(0.75, 1);
        assert_eq!((train.len(), test.len()), (8, 2));
        let mut seen = Vec::new();
        for part in [train, test] {
            let Targets::Classes(classes) = part.targets else {
                unreachable!("classes stay classes")
            };
            for (input, class) in part.inputs.iter().zip(classes) {
                assert_eq!(*input, class as f32);
                seen.push(class);
            }
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..10));
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(numbered(50).split(0.5, 1), numbered(50).split(0.5, 1));
        assert_ne!(numbered(50).split(0.5, 1), numbered(50).split(0.5, 2));
    }

    #[test]
    fn a_part_may_be_empty() {
        assert!(numbered(3).split(1.0, 0).1.is_empty());
        assert!(numbered(3).split(0.0, 0).0.is_empty());
    }
}
