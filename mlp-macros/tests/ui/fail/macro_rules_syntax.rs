//! A syntax error in what is passed to a `macro_rules!` is underlined there.

macro_rules! network {
    ($($statement:tt)*) => {
        mlp_macros::mlp! {
            model Small {
                input x[2]
                $($statement)*
                loss mse
            }
        }
    };
}

network!(output x => dense(3));

fn main() {}
