//! What a setting of an optimizer may be.

/// `value`, which must be at least 0 and finite.
#[track_caller]
pub(super) fn not_negative(name: &str, value: f64) -> f64 {
    assert!(
        value >= 0.0 && value.is_finite(),
        "{name} must be at least 0 and finite, not {value}"
    );
    value
}

/// `value`, which must lie in [0, 1).
#[track_caller]
pub(super) fn fraction(name: &str, value: f64) -> f64 {
    assert!(
        (0.0..1.0).contains(&value),
        "{name} must lie in 0 .. 1, not {value}"
    );
    value
}

/// What weight decay λ does in a step with learning rate η: the share of w that is added to the gradient, and the share of
/// w that stays. As an L2 penalty these are (λ, 1); decoupled from the gradient (Loshchilov and Hutter, 2019) they are
/// (0, 1 − ηλ). Both are in every loop, so that no loop asks which it is.
pub(super) fn decay(weight_decay: f64, decoupled: bool, learning_rate: f64) -> (f64, f64) {
    match decoupled {
        true => (0.0, 1.0 - learning_rate * weight_decay),
        false => (weight_decay, 1.0),
    }
}

/// `base`ⁿ by squaring, so that it depends on n alone and not on the path there: a resumed run has the same bits.
pub(super) fn whole_power(base: f64, mut exponent: u64) -> f64 {
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
