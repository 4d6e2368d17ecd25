/// `base`ⁿ by squaring, so that it depends on n alone and not on the path there: a resumed run has the same bits.
pub(crate) fn whole_power(base: f64, mut exponent: u64) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::whole_power;

    #[test]
    fn it_multiplies_as_often_as_asked() {
        assert_eq!(whole_power(3.0, 0), 1.0);
        assert_eq!(whole_power(3.0, 1), 3.0);
        assert_eq!(whole_power(-2.0, 11), -2048.0);
        assert!((whole_power(0.999, 1000) - 0.367_695_424_770_964).abs() < 1e-14);
    }
}
