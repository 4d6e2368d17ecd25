//! What a dropout leaves of a vector.

use crate::random::Random;
use crate::scalar::Scalar;

/// A mask to multiply a vector with: each element is 0 with the probability `rate`, and else 1 / (1 − rate), so that the
/// expected value of a product with it is the other factor (Srivastava et al., 2014; PyTorch's `Dropout`).
#[inline]
pub fn dropout_mask<const LENGTH: usize, T: Scalar>(rate: f64, random: &mut Random) -> [T; LENGTH] {
    let kept = T::from_f64(1.0 / (1.0 - rate));
    let mut mask = [T::ZERO; LENGTH];
    for element in &mut mask {
        if random.uniform() >= rate {
            *element = kept;
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::dropout_mask;
    use crate::random::Random;

    #[test]
    fn the_expected_value_stays() {
        let mask = dropout_mask::<10_000, f64>(0.2, &mut Random::new(1));
        assert!(mask.iter().all(|element| [0.0, 1.25].contains(element)));
        let mean = mask.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert_eq!(dropout_mask::<3, f32>(0.0, &mut Random::new(1)), [1.0; 3]);
    }
}
