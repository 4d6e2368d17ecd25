//! Tokens out of a `macro_rules!`, where lines and columns run backwards.

macro_rules! network {
    ($(#[$attribute:meta])* $name:ident, $units:expr, $activation:ident, $scale:literal, $sum:expr) => {
        mlp_macros::mlp! {
            $(#[$attribute])*
            model $name {
                input x[2]
                hidden = $scale * x -> dense($units) -> $activation
                output 2 * $sum * hidden -> dense(1)
                loss mse
            }
        }
    };
}

macro_rules! from_file {
    ($path:literal) => {
        mlp_macros::mlp!($path);
    };
}

network!(
    /// Documented from outside.
    Small, 2 + 1, relu, -1.5, 1 + 0.5
);

mod file {
    from_file!("small.mlp");
}

fn main() {
    assert_eq!(Small::PARAMETERS, 3 * 2 + 3 + 3 + 1);
    assert_eq!(file::Small::INPUTS, 2);
}
