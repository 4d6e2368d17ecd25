//! A small seeded generator of random numbers.
//!
//! The core of this crate has no dependencies and must give the same parameters and batches on every machine and with
//! every later release, so it cannot lean on a library whose algorithms may change: these are the published xoshiro256++
//! and SplitMix64 of Blackman and Vigna (<https://prng.di.unimi.it>). Not for cryptography.

use core::f64::consts::TAU;

use crate::kernel::f64::{cos, ln, sqrt};

/// The generator xoshiro256++: 256 bits of state, period 2²⁵⁶ − 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The generator for a seed; any seed is good, SplitMix64 spreads it over the state.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        let mut weyl = seed;
        let mut state = [0; 4];
        let mut word = 0;
        while word < 4 {
            state[word] = split_mix(&mut weyl);
            word += 1;
        }
        Self { state }
    }

    /// One of many generators for a seed, told apart by `place`, such as an epoch, or a step and a part of its batch: work
    /// that can be done in any order, and taken up again in its middle, draws the same numbers.
    #[must_use]
    pub const fn at<const N: usize>(seed: u64, place: [u64; N]) -> Self {
        let mut mixed = seed;
        let mut word = 0;
        while word < N {
            let mut next = split_mix(&mut mixed) ^ place[word];
            mixed = split_mix(&mut next);
            word += 1;
        }
        Self::new(mixed)
    }

    /// The next 64 random bits.
    pub const fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (mixed_c, mixed_d) = (c ^ a, d ^ b);
        self.state = [
            a ^ mixed_d,
            b ^ mixed_c,
            mixed_c ^ (b << 17),
            mixed_d.rotate_left(45),
        ];
        result
    }

    /// A number in [0, 1): one of 2⁵³ equally likely multiples of 2⁻⁵³.
    pub const fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next_u64() >> 11) as f64 * STEP
    }

    /// A number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller; two uniform numbers each).
    pub fn normal(&mut self) -> f64 {
        // From (0, 1], so that the logarithm is finite.
        let radius = sqrt(-2.0 * ln(1.0 - self.uniform()));
        radius * cos(TAU * self.uniform())
    }

    /// A whole number in 0 .. `n`, all equally likely (Lemire's multiplication with rejection).
    ///
    /// # Panics
    /// Where `n` is 0.
    pub const fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is no number below 0");
        let n = n as u64;
        // The lowest products would be reached once more often than the rest.
        let unfair = n.wrapping_neg() % n;
        loop {
            let product = self.next_u64() as u128 * n as u128;
            if product as u64 >= unfair {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts the items into one of all their orders, each equally likely (Fisher and Yates).
    pub const fn shuffle<T>(&mut self, items: &mut [T]) {
        let mut end = items.len();
        while end > 1 {
            let chosen = self.below(end);
            end -= 1;
            items.swap(end, chosen);
        }
    }
}

/// One step of SplitMix64.
const fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_its_published_numbers() {
        let mut state = 1_234_567;
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(published.map(|_| split_mix(&mut state)), published);
    }

    #[test]
    fn xoshiro_gives_its_published_numbers() {
        let mut random = Random {
            state: [1, 2, 3, 4],
        };
        let published = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
            14_011_001_112_246_962_877,
            12_406_186_145_184_390_807,
            15_849_039_046_786_891_736,
            10_450_023_813_501_588_000,
        ];
        assert_eq!(published.map(|_| random.next_u64()), published);
    }

    #[test]
    fn each_place_has_numbers_of_its_own() {
        let first = |seed, place| Random::at(seed, place).next_u64();
        let mut numbers = [0; 64];
        for (index, number) in numbers.iter_mut().enumerate() {
            let index = index as u64;
            *number = first(index / 16, [index / 4 % 4, index % 4]);
        }
        numbers.sort_unstable();
        assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(first(7, [1, 2]), first(7, [1, 2]));
        assert_ne!(Random::at(7, []), Random::at(8, []));
    }

    #[test]
    fn uniform_and_normal_have_their_moments() {
        let mut random = Random::new(7);
        let count = 100_000;
        let moments = |draw: &mut dyn FnMut() -> f64| {
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..count {
                let x = draw();
                sum += x;
                squares += x * x;
            }
            let mean = sum / f64::from(count);
            (mean, squares / f64::from(count) - mean * mean)
        };
        let (mean, variance) = moments(&mut || random.uniform());
        assert!((mean - 0.5).abs() < 5e-3 && (variance - 1.0 / 12.0).abs() < 2e-3);
        let (mean, variance) = moments(&mut || random.normal());
        assert!(mean.abs() < 1e-2 && (variance - 1.0).abs() < 2e-2);
    }

    #[test]
    fn uniform_stays_below_one() {
        let mut random = Random::new(1);
        assert!((0..10_000).all(|_| (0.0..1.0).contains(&random.uniform())));
    }

    #[test]
    fn below_is_fair() {
        let mut random = Random::new(3);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6)] += 1;
        }
        assert!(
            counts.iter().all(|count| count.abs_diff(10_000) < 500),
            "{counts:?}"
        );
        assert_eq!(random.below(1), 0);
    }

    #[test]
    fn shuffling_keeps_the_items_and_depends_on_the_seed_alone() {
        let shuffled = |seed| {
            let mut items: [usize; 50] = core::array::from_fn(|index| index);
            Random::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(shuffled(5), shuffled(5));
        assert_ne!(shuffled(5), shuffled(6));
        let mut sorted = shuffled(5);
        sorted.sort_unstable();
        assert_eq!(sorted, core::array::from_fn(|index| index));
        Random::new(1).shuffle::<u8>(&mut []);
    }
}
