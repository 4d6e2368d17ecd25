//! A mistake in a file is shown as text, at the path.

mlp_macros::mlp!("wrong.mlp");

fn main() {}
