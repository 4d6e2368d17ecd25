//! Two mistakes in one text are both reported.

mlp_macros::mlp! {
    model Small {
        input  x[2]
        output x -> dens(3) -> tanh
        loss   msee
    }
}

fn main() {}
