//! A literal that is neither a model nor a path.

mlp_macros::mlp!(3);

fn main() {}
