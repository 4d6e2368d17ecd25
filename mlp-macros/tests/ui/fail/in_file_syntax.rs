//! A syntax error in a file is shown as text, at the path.

mlp_macros::mlp!("unclosed.mlp");

fn main() {}
