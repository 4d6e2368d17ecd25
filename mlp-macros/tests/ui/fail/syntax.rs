//! A syntax error is underlined where it stands.

mlp_macros::mlp! {
    model Small {
        input  x[2]
        ouput  x -> dense(3)
        loss   mse
    }
}

fn main() {}
