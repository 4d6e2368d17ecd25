//! Generated code means the same wherever it stands: without a prelude, without std, with warnings denied and with the
//! names that it uses taken.
#![no_std]
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused)]

// The program itself needs an entry point, which only std has.
extern crate std;

/// The file that `mlp build` writes, and the names around it.
#[allow(non_camel_case_types, dead_code, reason = "the names are what matters")]
pub mod shadowed {
    mod core {}
    mod std {}
    mod mlp_runtime {}
    struct Vec;
    struct Option;
    struct Clone;
    struct f32;
    struct f64;
    struct usize;
    struct str;
    fn tanh() {}
    fn matrix() {}

    ::std::include!("../../../../mlp-dsl/tests/generated/xor.rs");
    ::std::include!("../../../../mlp-dsl/tests/generated/own_activation.rs");
    ::std::include!("../../../../mlp-dsl/tests/generated/scalar_chain.rs");

    ::mlp_macros::mlp! {
        /// A classifier.
        model Classifier {
            input  f32[3]
            input  type[2]
            core = f32 -> dense(4) -> gelu
            self_ = type -> dense(4) -> prelu
            output core + self_ -> dense(3) -> softmax
            loss   cross_entropy(label_smoothing = 0.1)
        }

        /// A model that only answers.
        model Answer {
            input  x[2]
            output x -> softsign
        }

        /// A name of the code around it.
        model Network {
            precision f64
            input  matrix[2]
            output matrix -> dense(5) -> hard_swish -> dense(1)
            loss   huber
        }
    }
}

fn main() {
    let network = shadowed::Classifier::init(1);
    let output = network.forward(&[0.5, -1.0, 2.0, 0.25, 1.0]);
    ::std::assert!((output[0] + output[1] + output[2] - 1.0).abs() < 1e-6);
    ::std::assert_eq!(shadowed::Answer::zeros().forward(&[1.0, -3.0]), [0.5, -0.75]);
    ::std::assert!(shadowed::Xor::PARAMETERS == 33);

    // Within a function, too.
    ::mlp_macros::mlp! {
        model Local {
            input  x[1]
            output x -> dense(1)
        }
    }
    ::std::assert_eq!(Local::zeros().forward(&[1.0]), [0.0]);
}
