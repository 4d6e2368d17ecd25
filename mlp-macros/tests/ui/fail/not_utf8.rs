//! A file that is not text.

mlp_macros::mlp!("bytes.mlp");

fn main() {}
