use std::collections::BTreeMap;
use std::vec::Vec;

use super::{Dataset, Targets};
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
        let [train, test] = self.parts([fraction, 1.0 - fraction], seed);
        (train, test)
    }

    /// [`Dataset::split`] with every class parted by itself, so that both sets hold it in the same proportion (as far as
    /// whole samples allow). Without classes there is nothing to keep in proportion.
    ///
    /// # Panics
    /// Where `fraction` is not in 0 ..= 1.
    #[must_use]
    pub fn split_stratified(&self, fraction: f64, seed: u64) -> (Self, Self) {
        let [train, test] = self.parts_stratified([fraction, 1.0 - fraction], seed);
        (train, test)
    }

    /// Shuffles the rows and parts them into sets with these fractions of them, such as `[0.7, 0.15, 0.15]` to train on,
    /// to validate and to test with.
    ///
    /// # Panics
    /// Where a fraction is below 0 or their sum is not 1.
    #[must_use]
    pub fn parts<const N: usize>(&self, fractions: [f64; N], seed: u64) -> [Self; N] {
        let rows = (0..self.len()).collect();
        parts_of([rows], fractions, &mut Random::new(seed)).map(|rows| self.select(&rows))
    }

    /// [`Dataset::parts`] with every class parted by itself, so that all sets hold it in the same proportion.
    ///
    /// # Panics
    /// Where a fraction is below 0 or their sum is not 1.
    #[must_use]
    pub fn parts_stratified<const N: usize>(&self, fractions: [f64; N], seed: u64) -> [Self; N] {
        let Targets::Classes(classes) = &self.targets else {
            return self.parts(fractions, seed);
        };
        let mut by_class: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, class) in classes.iter().enumerate() {
            by_class.entry(*class).or_default().push(row);
        }
        let mut random = Random::new(seed);
        parts_of(by_class.into_values(), fractions, &mut random).map(|mut rows| {
            random.shuffle(&mut rows);
            self.select(&rows)
        })
    }
}

/// The rows of each part, group by group, each group shuffled.
fn parts_of<const N: usize>(
    groups: impl IntoIterator<Item = Vec<usize>>,
    fractions: [f64; N],
    random: &mut Random,
) -> [Vec<usize>; N] {
    let sum: f64 = fractions.iter().sum();
    assert!(
        fractions.iter().all(|fraction| *fraction >= 0.0) && (sum - 1.0).abs() < 1e-9,
        "fractions must lie in 0 ..= 1 and have the sum 1, not {fractions:?}"
    );
    let mut parts = [const { Vec::new() }; N];
    for mut rows in groups {
        random.shuffle(&mut rows);
        let (mut start, mut reached) = (0, 0.0);
        for (part, fraction) in parts.iter_mut().zip(fractions) {
            reached += fraction;
            let end = ((rows.len() as f64 * reached).round() as usize).min(rows.len());
            part.extend_from_slice(&rows[start..end]);
            start = end;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

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
    fn every_class_is_in_every_part_in_proportion() {
        let inputs = Array2::from_shape_fn((100, 1), |(row, _)| row as f32);
        // 80 of class 0, 20 of class 1.
        let classes = (0..100).map(|row| usize::from(row % 5 == 0)).collect();
        let dataset = Dataset::new(inputs, Targets::Classes(classes)).expect("as many targets");
        let parts = dataset.parts_stratified([0.5, 0.25, 0.25], 3);
        let count = |part: &Dataset<f32>| {
            let Targets::Classes(classes) = &part.targets else {
                unreachable!("classes stay classes")
            };
            (part.len(), classes.iter().sum::<usize>())
        };
        assert_eq!(parts.each_ref().map(count), [(50, 10), (25, 5), (25, 5)]);
        let mut rows: Vec<f32> = parts
            .iter()
            .flat_map(|part| part.inputs.iter().copied())
            .collect();
        rows.sort_by(f32::total_cmp);
        assert!(rows.into_iter().eq((0..100).map(|row| row as f32)));
        assert_eq!(dataset.parts_stratified([0.5, 0.25, 0.25], 3), parts);
        assert_ne!(dataset.parts_stratified([0.5, 0.25, 0.25], 4), parts);
    }

    #[test]
    fn of_values_a_stratified_part_is_a_part() {
        let inputs = Array2::from_shape_fn((9, 1), |(row, _)| row as f32);
        let dataset = Dataset::new(inputs.clone(), Targets::Values(inputs)).expect("as many");
        assert_eq!(dataset.split_stratified(0.7, 1), dataset.split(0.7, 1));
    }

    #[test]
    #[should_panic(expected = "must lie in 0 ..= 1 and have the sum 1")]
    fn fractions_beyond_the_whole_are_refused() {
        let _ = numbered(3).parts([0.7, 0.7], 1);
    }

    #[test]
    fn a_part_may_be_empty() {
        assert!(numbered(3).split(1.0, 0).1.is_empty());
        assert!(numbered(3).split(0.0, 0).0.is_empty());
    }
}
