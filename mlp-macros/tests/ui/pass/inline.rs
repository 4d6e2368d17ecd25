//! A text in the macro's braces, with documentation, comments and Greek names.

mod nets {
    mlp_macros::mlp! {
        const units = 3

        /// Two inputs, one output.
        ///
        /* not documentation */
        model Small { // nor this
            input  x[2]
            ψ = x -> dense(units) -> tanh;
            output ψ -> dense(1)
            loss   mse
        }

        #[doc = "Written as an attribute."]
        model Other { input x[1] output x -> dense(1) loss mse }
    }
}

fn main() {
    assert_eq!(nets::Small::PARAMETERS, 3 * 2 + 3 + 3 + 1);
    assert_eq!(nets::Other::PARAMETERS, 2);
}
