//! Nothing to compile.

mlp_macros::mlp! {}

fn main() {}
