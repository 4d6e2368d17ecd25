//! What a model has besides whose training is not like its answering: gradients with elements left out at random, and
//! with statistics of the batch.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::functions::{body, precision};
use super::items::{gradient_rows, lines, row_of_targets, target_types};
use super::{Comment, passes};
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
    let (of_passes, before, after, pass, parameter) = match &program.passes {
        Some(passes) => {
            let length = Literal::usize_unsuffixed(passes.length);
            let (before, after) =
                passes::around_gradient(program, passes, target, comment, kernels);
            (
                passes::inherent(program, passes, comment, kernels),
                before,
                after,
                Some(quote!(&statistics,)),
                Some(quote!(statistics: &[#real; #length],)),
            )
        }
        None => Default::default(),
    };
    let each = quote!(self.accumulate_training(&inputs[row], #row, share, #pass gradient, random));
    let rows = gradient_rows(program, function, &each, comment, kernels);
    let documentation = documentation(program);
    let different = difference(program);
    // In blocks of rows no function for one row is needed.
    let of_one = program.blocks(function).is_none().then(|| {
        let body = body(program, function, comment, kernels);
        let documentation = lines([format!("As `accumulate`, {different}.").as_str()]);
        quote! {
            #documentation
            fn accumulate_training(
                &self,
                input: &[#real; #inputs],
                target: #argument,
                share: #real,
                #parameter
                gradient: &mut Self,
                random: &mut ::mlp_runtime::Random,
            ) -> #real {
                let _ = &random;
                #body
            }
        }
    });
    let returned = match &program.passes {
        Some(_) => quote!(let total = { #rows }; #after total),
        None => rows,
    };
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
            let share = 1.0 / inputs.len() as #real;
            #before
            #returned
        }

        #of_one
        #of_passes
    }
}

/// How training differs from answering.
fn difference(program: &Program) -> &'static str {
    let leaves_out = (program.training.as_ref()).is_some_and(|function| function.has_masks());
    match (&program.passes, leaves_out) {
        (None, _) => "with elements left out at random",
        (Some(_), false) => "with statistics of the batch in place of the running ones",
        (Some(_), true) => {
            "with elements left out at random and statistics of the batch in place of the running ones"
        }
    }
}

fn documentation(program: &Program) -> TokenStream {
    let mut text = Vec::from([format!(
        "As `gradient_batch`, {}: for training.",
        difference(program)
    )]);
    if let Some(passes) = &program.passes {
        let count = passes.list.len() + 1;
        text.extend([
            String::new(),
            format!("It goes over the samples {count} times: a statistic needs those before it."),
        ]);
        if !program.state.is_empty() {
            text.extend([
                "The state of `gradient` becomes the statistics of this batch, for `update_statistics`; with fewer than"
                    .to_owned(),
                "two samples, which have no variance, the running ones.".to_owned(),
            ]);
        }
    }
    text.extend(
        [
            "",
            "# Panics",
            "If `inputs` and `targets` differ in length, or a target is not valid.",
        ]
        .map(str::to_owned),
    );
    lines(text.iter().map(String::as_str))
}

/// The functions of the trait.
pub(super) fn of_trait(program: &Program, target: TargetKind) -> TokenStream {
    if program.training.is_none() {
        return TokenStream::new();
    }
    let real = precision(program.precision);
    let inputs = Literal::usize_unsuffixed(program.inputs);
    let (_, element) = target_types(program, target);
    let update = (program.passes.is_some() && !program.state.is_empty()).then(|| {
        quote! {
            fn update_statistics(&mut self, gradient: &Self) {
                Self::update_statistics(self, gradient);
            }
        }
    });
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

        #update
    }
}
