//! A misspelt activation is underlined and the right one suggested.

mlp_macros::mlp! {
    model Small {
        input  x[2]
        output x -> dense(3) -> rleu
        loss   mse
    }
}

fn main() {}
