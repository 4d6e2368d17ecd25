//! How parameters get their first values; generated `init` calls these for one tensor after the other.

use crate::random::Random;
use crate::scalar::Scalar;

/// Fills `values` from the uniform distribution over [−`bound`, `bound`).
///
/// PyTorch's `kaiming_uniform_` has the bound gain·√(3 / fan), `xavier_uniform_` gain·√(6 / (in + out)).
pub fn uniform<S: Scalar>(values: &mut [S], bound: f64, random: &mut Random) {
    for value in values {
        *value = S::from_f64(bound * (2.0 * random.uniform() - 1.0));
    }
}

/// Fills `values` from the normal distribution with mean 0 and the given standard deviation.
///
/// PyTorch's `kaiming_normal_` has the deviation gain / √fan, `xavier_normal_` gain·√(2 / (in + out)).
pub fn normal<S: Scalar>(values: &mut [S], standard_deviation: f64, random: &mut Random) {
    for value in values {
        *value = S::from_f64(standard_deviation * random.normal());
    }
}

/// Fills `values` with one value.
pub fn constant<S: Scalar>(values: &mut [S], value: f64) {
    values.fill(S::from_f64(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_fills_its_interval() {
        let mut values = [9.0_f32; 2000];
        uniform(&mut values, 0.25, &mut Random::new(1));
        let (low, high) = values.iter().fold((0.0_f32, 0.0_f32), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
        assert!((-0.25..-0.24).contains(&low) && (0.24..=0.25).contains(&high));
    }

    #[test]
    fn normal_has_its_deviation() {
        let mut values = [9.0_f64; 5000];
        normal(&mut values, 3.0, &mut Random::new(1));
        let variance = values.iter().map(|x| x * x).sum::<f64>() / 5000.0;
        assert!((variance.sqrt() - 3.0).abs() < 0.1);
    }

    #[test]
    fn constant_is_everywhere_and_seeds_repeat() {
        let mut values = [0.0_f32; 3];
        constant(&mut values, 0.25);
        assert_eq!(values, [0.25; 3]);
        let (mut first, mut second) = ([0.0_f32; 8], [0.0_f32; 8]);
        normal(&mut first, 1.0, &mut Random::new(4));
        normal(&mut second, 1.0, &mut Random::new(4));
        assert_eq!(first, second);
    }
}
