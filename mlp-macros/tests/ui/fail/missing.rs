//! A file that is not there. The path is absolute, so that the message does not tell where this test is built.

mlp_macros::mlp!("/not_there.mlp");

fn main() {}
