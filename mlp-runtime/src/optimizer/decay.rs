/// What weight decay λ does in a step with learning rate η: the share of w that is added to the gradient, and the share of
/// w that stays. As an L2 penalty these are (λ, 1); decoupled from the gradient (Loshchilov and Hutter, 2019) they are
/// (0, 1 − ηλ). Both are in every loop, so that no loop asks which it is.
pub(super) fn decay(weight_decay: f64, decoupled: bool, learning_rate: f64) -> (f64, f64) {
    match decoupled {
        true => (0.0, 1.0 - learning_rate * weight_decay),
        false => (weight_decay, 1.0),
    }
}
