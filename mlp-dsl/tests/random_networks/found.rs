//! Networks on which long runs found a mistake, as small as they were made.

/// A text for each mistake, the name of its model that of the mistake.
pub(crate) const TEXTS: [&str; 5] = [
    // The mean of an input of one number, in an equation of longer vectors, was read at the place of their loop.
    "model MeanOfOneNumber {
    input a[1]
    input b[2]
    row = b + tanh(mean(a)) * b / 2
    output row -> dense(1)
    loss mse
}",
    // The magnitude of a constant was a method of a number without a type.
    "model MagnitudeOfConstant {
    input x[2]
    row = x + abs(1 / (1 + exp(0.5)^2)^2)
    output row -> dense(1)
    loss mse
}",
    // The gradient of the bias is a sum of ±1/70 that is 0 in one order and a rounding off in another, which the
    // verification took for a mistake.
    "model SumThatCancels {
    precision f64
    input x[40]
    output x -> dense(1)
    loss hinge
}",
    // Roundings of the loss, a hundred and more of them where a log_softmax saturates, passed for more than rounding beside
    // gradients of 1e-8.
    "model RoundingOfDeepLoss {
    input x0[22]
    a = x0 -> dense(8) -> repeat(3, dense(8) -> log_softmax) -> gelu -> layer_norm
    row = [a[0..8]^2 / 2, 0.5 * a[2]]
    share = row * 0.5 + (row -> step) * row
    output share -> dense(5) -> sigmoid
    loss bce
}",
    // An input had the name of a kernel that the code calls.
    "model NamesOfKernels {
    input softmax_at[3]
    input logsumexp_at[2]
    row = [softmax_at, logsumexp_at]
    output row -> dense(5) -> softmax
    loss cross_entropy
}",
];
