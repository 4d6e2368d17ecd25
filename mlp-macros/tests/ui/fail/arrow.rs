//! A mistake of two tokens is underlined as a whole.

mlp_macros::mlp! {
    model Small {
        input  x[2]
        output x => dense(3)
        loss   mse
    }
}

fn main() {}
