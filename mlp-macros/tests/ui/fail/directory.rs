//! A directory where a file is wanted.

mlp_macros::mlp!("folder.mlp");

fn main() {}
