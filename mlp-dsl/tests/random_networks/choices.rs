//! What a generator chooses, as a list of numbers: from a seed, or given. A shorter list or smaller numbers make a simpler
//! text, so a list that fails can be made small without a word about what it stands for (as in MacIver and Donaldson,
//! Test-Case Reduction via Test-Case Generation, 2020).

use std::ops::RangeInclusive;

/// The choices of one text.
pub(crate) struct Choices {
    /// All that were made or are to be made.
    list: Vec<u64>,
    next: usize,
    /// Where further ones come from; without it they are 0, the simplest.
    random: Option<Random>,
}

impl Choices {
    /// Chooses at random, the same for the same seed.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self {
            list: Vec::new(),
            next: 0,
            random: Some(Random(seed)),
        }
    }

    /// Chooses what a list says, and the simplest after its end.
    pub(crate) fn given(list: Vec<u64>) -> Self {
        Self {
            list,
            next: 0,
            random: None,
        }
    }

    /// What was chosen.
    pub(crate) fn into_list(self) -> Vec<u64> {
        self.list
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if self.next == self.list.len() {
            let further = self.random.as_mut().map_or(0, Random::next);
            self.list.push(further);
        }
        let choice = self.list[self.next];
        self.next += 1;
        (choice % end as u64) as usize
    }

    /// A number in a range; its start is the simplest.
    pub(crate) fn within(&mut self, range: RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() + 1 - range.start())
    }

    /// Whether something happens that does in so many of a hundred cases; that it does not is simpler.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of several; the first is the simplest.
    pub(crate) fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// SplitMix64 (Steele et al., Fast Splittable Pseudorandom Number Generators, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // Small enough for halving to end soon, large enough for every range here.
        ((z ^ (z >> 31)) >> 8) % 10_080_000
    }
}

/// A smaller list that still fails, after so many tries at most.
pub(crate) fn smaller(
    list: Vec<u64>,
    mut tries: usize,
    fails: impl Fn(&[u64]) -> bool,
) -> Vec<u64> {
    let mut best = list;
    let mut width = best.len();
    while width > 0 && tries > 0 {
        let mut start = 0;
        while start < best.len() && tries > 0 {
            let end = (start + width).min(best.len());
            let without = [&best[..start], &best[end..]].concat();
            let mut simple = best.clone();
            simple[start..end].fill(0);
            tries -= 1;
            if fails(&without) {
                // What follows stands here now.
                best = without;
                continue;
            }
            if simple != best && fails(&simple) {
                best = simple;
            }
            start += width;
        }
        width /= 2;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Choices, smaller};

    #[test]
    fn a_seed_and_its_list_choose_the_same() {
        let mut seeded = Choices::from_seed(3);
        let first: Vec<usize> = (0..20).map(|end| seeded.below(end + 1)).collect();
        let mut given = Choices::given(seeded.into_list());
        let again: Vec<usize> = (0..20).map(|end| given.below(end + 1)).collect();
        assert_eq!(first, again);
        assert_eq!(given.below(1000), 0);
    }

    #[test]
    fn what_does_not_matter_is_left_out() {
        let list: Vec<u64> = (1..100).collect();
        let small = smaller(list, 1000, |list| list.contains(&37) && list.contains(&70));
        assert_eq!(small, [37, 70]);
    }
}
