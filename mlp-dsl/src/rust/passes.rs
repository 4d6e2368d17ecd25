//! Training with statistics of the batch: the passes over the samples that add them up, and the last one, which adds up
//! the gradient.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::Comment;
use super::functions::{body, precision};
use super::items::{equations, lines};
use super::learning::target_types;
use super::steps::literal;
use crate::schedule::{Pass, Passes, Program, Section, TargetKind};

/// The functions of the type; nothing for a model without such statistics.
pub(super) fn inherent(
    program: &Program,
    target: TargetKind,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let (Some(passes), Some(training)) = (&program.passes, &program.training) else {
        return TokenStream::new();
    };
    let real = precision(program.precision);
    let (inputs, outputs) = (literal(program.inputs), literal(program.outputs));
    let length = literal(passes.length);
    let (argument, element) = target_types(program, target);
    let row = row_of_targets(target);
    let (forward, backward): (Vec<&Pass>, Vec<&Pass>) =
        passes.list.iter().partition(|pass| pass.is_forward);
    let forward_equations: TokenStream = (forward.iter())
        .map(|pass| equations(&pass.function, Section::Forward))
        .collect();
    let forward = statements(program, &forward, None, comment, kernels);
    let backward = statements(program, &backward, Some(target), comment, kernels);
    let one_output = body(program, &passes.forward, comment, kernels);
    let one_gradient = body(program, training, comment, kernels);
    let state = batch_state(program);
    let (documentation, update) = (documentation(program, passes), update(program));
    quote! {
        #documentation
        pub fn training_gradient_batch(
            &self,
            inputs: &[[#real; #inputs]],
            targets: &[#element],
            gradient: &mut Self,
            random: &mut ::mlp_runtime::Random,
        ) -> #real {
            ::core::assert!(inputs.len() == targets.len(), "there must be a target for each input row");
            let factor = 1.0 / inputs.len() as #real;
            let statistics = self.forward_statistics(inputs, random);
            #backward
            let mut total = 0.0;
            for row in 0..inputs.len() {
                total += factor * self.accumulate_training(&inputs[row], #row, factor, &statistics, gradient, random);
            }
            #state
            total
        }

        /// Adds `factor` times the gradient of one sample's loss to `gradient` and returns the loss.
        fn accumulate_training(
            &self,
            input: &[#real; #inputs],
            target: #argument,
            factor: #real,
            statistics: &[#real; #length],
            gradient: &mut Self,
            random: &mut ::mlp_runtime::Random,
        ) -> #real {
            let _ = &random;
            #one_gradient
        }

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
            for (input, output) in inputs.iter().zip(outputs) {
                *output = { #one_output };
            }
        }

        /// The statistics that the output needs.
        #forward_equations
        fn forward_statistics(
            &self,
            inputs: &[[#real; #inputs]],
            random: &::mlp_runtime::Random,
        ) -> [#real; #length] {
            let _ = random;
            let factor = 1.0 / inputs.len() as #real;
            let statistics = [0.0; #length];
            #forward
            statistics
        }

        #update
    }
}

/// Whether there are running statistics for training to move.
pub(super) fn updates(program: &Program) -> bool {
    program.passes.is_some() && !program.state.is_empty()
}

/// The target of a row of a batch, as an argument.
fn row_of_targets(target: TargetKind) -> TokenStream {
    match target {
        TargetKind::Vector => quote!(&targets[row]),
        TargetKind::Class => quote!(targets[row]),
    }
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
        let body = body(program, &pass.function, comment, kernels);
        let target = target.map(|target| {
            let row = row_of_targets(target);
            quote!(let target = #row;)
        });
        // Every pass draws the same masks.
        let random = pass.function.has_masks().then(|| {
            quote! {
                let random = &mut <::mlp_runtime::Random as ::core::clone::Clone>::clone(random);
            }
        });
        quote! {
            let statistics = {
                let mut sums = statistics;
                #random
                for row in 0..inputs.len() {
                    let input = &inputs[row];
                    #target
                    #body
                }
                sums
            };
        }
    });
    statements.collect()
}

/// The statements that leave the statistics of the batch in the gradient.
fn batch_state(program: &Program) -> TokenStream {
    if program.state.is_empty() {
        return TokenStream::new();
    }
    let real = precision(program.precision);
    let state = program.state.iter().map(|state| {
        let (from, to) = (literal(state.statistic), literal(state.offset));
        let length = literal(state.length);
        let factor = state.unbiased.then(|| quote!(unbiased *));
        quote!(for i in 0..#length { gradient.state[#to + i] = #factor statistics[#from + i]; })
    });
    quote! {
        gradient.state = self.state;
        if inputs.len() > 1 {
            let unbiased = inputs.len() as #real / (inputs.len() - 1) as #real;
            #(#state)*
        }
    }
}

/// How training differs from answering, and what it costs.
fn documentation(program: &Program, passes: &Passes) -> TokenStream {
    let leaves_out = (program.training.as_ref()).is_some_and(|function| function.has_masks());
    let difference = if leaves_out {
        "with elements left out at random and statistics of the batch in place of the running ones"
    } else {
        "with statistics of the batch in place of the running ones"
    };
    let mut text = vec![
        format!("As `gradient_batch`, {difference}: for training."),
        String::new(),
        format!(
            "It goes over the samples {} times: a statistic needs those before it.",
            passes.list.len() + 1
        ),
    ];
    if !program.state.is_empty() {
        text.push(
            "The state of `gradient` becomes the statistics of this batch, for `update_statistics`; of fewer than two"
                .to_owned(),
        );
        text.push("samples, which have no variance, it becomes the running ones.".to_owned());
    }
    let panics = [
        "",
        "# Panics",
        "If `inputs` and `targets` differ in length, or a target is not valid.",
    ];
    lines(text.iter().map(String::as_str).chain(panics))
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
