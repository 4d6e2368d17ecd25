//! The passes over a batch that add up its statistics, before outputs or gradients that need them are computed.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::Comment;
use super::blocks::{self, Outcome};
use super::functions::{body, precision};
use super::items::{equations, row_of_targets};
use super::steps::literal;
use crate::schedule::{Pass, Passes, Program, Section, TargetKind};

/// The functions of the type that training with statistics of the batch has besides.
pub(super) fn inherent(
    program: &Program,
    passes: &Passes,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let real = precision(program.precision);
    let (inputs, outputs) = (literal(program.inputs), literal(program.outputs));
    let length = literal(passes.length);
    let (forward, _) = by_extent(passes);
    let documentation = forward
        .iter()
        .map(|pass| equations(&pass.function, Section::Forward));
    let documentation: TokenStream = documentation.collect();
    let forward = statements(program, &forward, None, comment, kernels);
    let rows = blocks::outputs(program, &passes.forward, comment, kernels);
    let update = update(program);
    quote! {
        /// As `forward_batch`, the way that `training_gradient_batch` sees the samples.
        ///
        /// # Panics
        /// If `inputs` and `outputs` differ in length.
        pub fn training_forward_batch(
            &self,
            inputs: &[[#real; #inputs]],
            outputs: &mut [[#real; #outputs]],
            random: &mut ::mlp_runtime::Random,
        ) {
            ::core::assert!(inputs.len() == outputs.len(), "there must be an output row for each input row");
            let statistics = self.forward_statistics(inputs, random);
            #rows
        }

        /// The statistics that the output needs, in a pass over the samples each.
        #documentation
        fn forward_statistics(
            &self,
            inputs: &[[#real; #inputs]],
            random: &::mlp_runtime::Random,
        ) -> [#real; #length] {
            let _ = random;
            let share = 1.0 / inputs.len() as #real;
            let statistics = [0.0; #length];
            #forward
            statistics
        }

        #update
    }
}

/// The statements that come before those of the gradient, which needs `statistics`, and those that come after them.
pub(super) fn around_gradient(
    program: &Program,
    passes: &Passes,
    target: TargetKind,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> (TokenStream, TokenStream) {
    let (_, backward) = by_extent(passes);
    let backward = statements(program, &backward, Some(target), comment, kernels);
    let before = quote! {
        let statistics = self.forward_statistics(inputs, random);
        #backward
    };
    let real = precision(program.precision);
    let state = program.state.iter().map(|state| {
        let (from, to) = (literal(state.statistic), literal(state.offset));
        let length = literal(state.length);
        let factor = state.unbiased.then(|| quote!(unbiased *));
        quote!(for i in 0..#length { gradient.state[#to + i] = #factor statistics[#from + i]; })
    });
    let after = quote! {
        gradient.state = self.state;
        if inputs.len() > 1 {
            let unbiased = inputs.len() as #real / (inputs.len() - 1) as #real;
            #(#state)*
        }
    };
    (before, after)
}

/// The passes for the output, and those for the gradient alone.
fn by_extent(passes: &Passes) -> (Vec<&Pass>, Vec<&Pass>) {
    passes.list.iter().partition(|pass| pass.is_forward)
}

/// The statements of some passes: each makes new `statistics` of those before it.
fn statements(
    program: &Program,
    passes: &[&Pass],
    target: Option<TargetKind>,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let statements = passes.iter().map(|pass| {
        let function = &pass.function;
        let rows = match program.blocks(function) {
            Some(blocks) => {
                let outcome = Outcome::Sums(target.is_some());
                blocks::body(program, function, &blocks, outcome, comment, kernels)
            }
            None => {
                let body = body(program, function, comment, kernels);
                let target = target.map(|target| {
                    let row = row_of_targets(target);
                    quote!(let target = #row;)
                });
                quote! {
                    for row in 0..inputs.len() {
                        let input = &inputs[row];
                        #target
                        #body
                    }
                }
            }
        };
        // Every pass draws the same masks.
        let random = function.has_masks().then(|| {
            quote! {
                let random = &mut <::mlp_runtime::Random as ::core::clone::Clone>::clone(random);
            }
        });
        quote! {
            let statistics = {
                let mut sums = statistics;
                #random
                #rows;
                sums
            };
        }
    });
    statements.collect()
}

/// The function that takes the statistics of a batch over into the running ones.
fn update(program: &Program) -> TokenStream {
    if program.state.is_empty() {
        return TokenStream::new();
    }
    let averages = program.state.iter().map(|state| {
        let (start, end) = (literal(state.offset), literal(state.offset + state.length));
        let momentum = proc_macro2::Literal::f64_unsuffixed(state.momentum);
        quote! {
            for i in #start..#end {
                self.state[i] += #momentum * (gradient.state[i] - self.state[i]);
            }
        }
    });
    quote! {
        /// Moves the running statistics towards those of the batch whose gradient `training_gradient_batch` wrote to
        /// `gradient`. A batch of one sample has no variance to learn from and changes nothing.
        pub fn update_statistics(&mut self, gradient: &Self) {
            #(#averages)*
        }
    }
}
