//! Networks on which long runs found a mistake, as small as they were made.

/// A text for each mistake, the name of its model that of the mistake.
pub(crate) const TEXTS: [&str; 1] = [
    // The mean of an input of one number, in an equation of longer vectors, was read at the place of their loop.
    "model MeanOfOneNumber {
    input a[1]
    input b[2]
    row = b + tanh(mean(a)) * b / 2
    output row -> dense(1)
    loss mse
}",
];
