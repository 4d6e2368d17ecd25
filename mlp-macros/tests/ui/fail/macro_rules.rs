//! A mistake in what is passed to a `macro_rules!` is underlined there.

macro_rules! network {
    ($name:ident, $activation:ident) => {
        mlp_macros::mlp! {
            model $name {
                input x[2]
                output x -> dense(3) -> $activation
                loss mse
            }
        }
    };
}

network!(Small, rleu);

fn main() {}
