//! What a model with a `dropout` has besides: gradients with elements left out at random.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Comment;
use super::functions::{body, precision};
use super::items::{gradient_rows, row_of_targets, target_types};
use crate::schedule::{Program, TargetKind};

/// The functions of the type; nothing for a model whose training is like its answering.
pub(super) fn inherent(
    program: &Program,
    target: TargetKind,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let Some(function) = &program.training else {
        return TokenStream::new();
    };
    let real = precision(program.precision);
    let inputs = Literal::usize_unsuffixed(program.inputs);
    let (argument, element) = target_types(program, target);
    let row = row_of_targets(target);
    let each = quote!(self.accumulate_training(&inputs[row], #row, share, gradient, random));
    let rows = gradient_rows(program, function, &each, comment, kernels);
    // In blocks of rows no function for one row is needed.
    let of_one = program.blocks(function).is_none().then(|| {
        let body = body(program, function, comment, kernels);
        quote! {
            /// As `accumulate`, with elements left out at random.
            fn accumulate_training(
                &self,
                input: &[#real; #inputs],
                target: #argument,
                share: #real,
                gradient: &mut Self,
                random: &mut ::mlp_runtime::Random,
            ) -> #real {
                #body
            }
        }
    });
    quote! {
        /// As `gradient_batch`, with elements left out at random: for training.
        ///
        /// # Panics
        /// If `inputs` and `targets` differ in length, or a target is not valid.
        pub fn training_gradient_batch(
            &self,
            inputs: &[[#real; #inputs]],
            targets: &[#element],
            gradient: &mut Self,
            random: &mut ::mlp_runtime::Random,
        ) -> #real {
            ::core::assert!(inputs.len() == targets.len(), "there must be a target for each input row");
            #rows
        }

        #of_one
    }
}

/// The function of the trait.
pub(super) fn of_trait(program: &Program, target: TargetKind) -> TokenStream {
    if program.training.is_none() {
        return TokenStream::new();
    }
    let real = precision(program.precision);
    let inputs = Literal::usize_unsuffixed(program.inputs);
    let (_, element) = target_types(program, target);
    quote! {
        fn training_gradient_batch(
            &self,
            inputs: &[[#real; #inputs]],
            targets: &[#element],
            gradient: &mut Self,
            random: &mut ::mlp_runtime::Random,
        ) -> #real {
            Self::training_gradient_batch(self, inputs, targets, gradient, random)
        }
    }
}
