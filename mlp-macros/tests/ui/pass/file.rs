//! A text in a file beside this one, though `u8` and `core` mean something else here.

#[expect(non_camel_case_types, reason = "it shadows the primitive type")]
#[expect(dead_code, reason = "it only has to be there")]
struct u8;

mod core {}

mlp_macros::mlp!("small.mlp");

mod raw {
    mlp_macros::mlp!(r"small.mlp");
}

fn main() {
    assert_eq!(Small::INPUTS, 2);
    assert_eq!(raw::Small::OUTPUTS, 1);
}
