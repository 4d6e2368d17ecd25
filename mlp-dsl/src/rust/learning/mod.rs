//! What a model with a loss has besides: losses, gradients, steps of training.
//!
//! A model with a matrix that is worth a kernel learns in blocks of rows, by one function `propagate` that leaves the
//! gradient where it is told to: in a network that holds a gradient, or in the network itself. Any other model learns
//! row by row, by `accumulate`. Each of them exists twice where training leaves elements out at random.

mod propagate;
mod step;

pub(super) use step::workspace_name;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::functions::{body, precision};
use super::items::{equations, lines};
use super::names::identifier;
use super::{Comment, passes};
use crate::schedule::{Function, Program, Section, TargetKind};

/// The types and names that the functions of one model share.
pub(super) struct Learning<'a> {
    program: &'a Program,
    target: TargetKind,
    comment: Comment,
    real: Ident,
    inputs: Literal,
    /// The type of one target as an argument.
    argument: TokenStream,
    /// The type of one target in a batch.
    element: TokenStream,
}

/// One way to learn: as the model answers, or as it trains where that differs.
struct Way<'a> {
    function: &'a Function,
    /// What the names of its functions end in.
    suffix: &'static str,
    /// Whether it takes random numbers.
    is_random: bool,
}

impl Way<'_> {
    /// The parameter `random`, and the argument.
    fn random(&self) -> (Option<TokenStream>, Option<TokenStream>) {
        let parameter = quote!(, random: &mut ::mlp_runtime::Random);
        (
            self.is_random.then_some(parameter),
            self.is_random.then(|| quote!(, random)),
        )
    }

    fn name(&self, name: &str) -> Ident {
        format_ident!("{name}{}", self.suffix)
    }
}

impl<'a> Learning<'a> {
    /// Of a model with a loss.
    pub(super) fn new(program: &'a Program, comment: Comment) -> Option<Self> {
        let target = program.target?;
        let (argument, element) = target_types(program, target);
        Some(Self {
            program,
            target,
            comment,
            real: precision(program.precision),
            inputs: Literal::usize_unsuffixed(program.inputs),
            argument,
            element,
        })
    }

    fn ways(&self) -> impl Iterator<Item = Way<'a>> + use<'a> {
        let answering = self.program.gradient.as_ref().map(|function| Way {
            function,
            suffix: "",
            is_random: false,
        });
        let training = self
            .training_alone()
            .filter(|_| self.program.passes.is_none());
        answering.into_iter().chain(training)
    }

    /// The way that training goes, where it differs.
    fn training_alone(&self) -> Option<Way<'a>> {
        self.program.training.as_ref().map(|function| Way {
            function,
            suffix: "_training",
            is_random: true,
        })
    }

    /// The functions of the type; `kernels` gains what they call.
    pub(super) fn inherent(&self, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let loss = self.loss(kernels);
        let gradient = self.gradient();
        let batches: Vec<TokenStream> = self.ways().map(|way| self.batch(&way)).collect();
        let descend = self.descend();
        let passes: Vec<TokenStream> = self.ways().map(|way| self.pass(&way, kernels)).collect();
        let statistics = passes::inherent(self.program, self.target, self.comment, kernels);
        quote!(#loss #gradient #(#batches)* #descend #(#passes)* #statistics)
    }

    fn panics_of_one(&self) -> TokenStream {
        match self.target {
            TargetKind::Vector => TokenStream::new(),
            TargetKind::Class => lines([
                "",
                "# Panics",
                &format!("If `target` is not below {}.", self.program.outputs),
            ]),
        }
    }

    fn loss(&self, kernels: &mut BTreeSet<&'static str>) -> Option<TokenStream> {
        let Self {
            real,
            inputs,
            argument,
            ..
        } = self;
        let function = self.program.loss.as_ref()?;
        let (equations, panics) = (equations(function, Section::Loss), self.panics_of_one());
        let body = body(self.program, function, self.comment, kernels);
        Some(quote! {
            /// The loss of one sample.
            #equations
            #panics
            pub fn loss(&self, input: &[#real; #inputs], target: #argument) -> #real {
                #body
            }
        })
    }

    fn gradient(&self) -> Option<TokenStream> {
        let Self {
            real,
            inputs,
            argument,
            ..
        } = self;
        let function = self.program.gradient.as_ref()?;
        let (equations, panics) = (equations(function, Section::Backward), self.panics_of_one());
        let body = match self.program.blocks(function) {
            Some(_) => quote! {
                let destination = Destination::Gradient { network: self, gradient };
                Self::propagate_row(destination, input, target, 1.0)
            },
            None => quote!(self.accumulate(input, target, 1.0, gradient)),
        };
        Some(quote! {
            /// Adds the gradient of one sample's loss to `gradient` and returns the loss.
            #equations
            #panics
            pub fn gradient(&self, input: &[#real; #inputs], target: #argument, gradient: &mut Self) -> #real {
                #body
            }
        })
    }

    /// The gradient of the mean loss over a batch.
    fn batch(&self, way: &Way<'_>) -> TokenStream {
        let Self {
            real,
            inputs,
            element,
            ..
        } = self;
        let blocks = self.program.blocks(way.function);
        let (random, random_argument) = way.random();
        let (documentation, name) = if way.is_random {
            (
                "As `gradient_batch`, with elements left out at random: for training.",
                "training_gradient_batch",
            )
        } else {
            (
                "Adds the gradient of the mean loss over all samples to `gradient` and returns that loss; 0 for no samples.",
                "gradient_batch",
            )
        };
        let (documentation, name) = (lines([documentation]), identifier(name));
        let inner = way.name("gradient_in");
        let (scratch, scratch_argument) = match &blocks {
            Some(blocks) => {
                let count = Literal::usize_unsuffixed(blocks.scratch());
                (
                    Some(quote!(, scratch: &mut [#real])),
                    Some(quote!(, &mut [0.0; #count])),
                )
            }
            None => (None, None),
        };
        let each = match &blocks {
            Some(blocks) => {
                let row = Literal::usize_unsuffixed(usize::max(blocks.row, 1));
                let propagate = way.name("propagate");
                quote! {
                    let rows = scratch.len() / #row;
                    for (inputs, targets) in inputs.chunks(rows).zip(targets.chunks(rows)) {
                        let destination = Destination::Gradient { network: self, gradient: &mut *gradient };
                        total += Self::#propagate(destination, inputs, targets, share, share, scratch #random_argument);
                    }
                }
            }
            None => {
                let accumulate = way.name("accumulate");
                let row = match self.target {
                    TargetKind::Vector => quote!(&targets[row]),
                    TargetKind::Class => quote!(targets[row]),
                };
                quote! {
                    for row in 0..inputs.len() {
                        total += share * self.#accumulate(&inputs[row], #row, share, gradient #random_argument);
                    }
                }
            }
        };
        quote! {
            #documentation
            ///
            /// # Panics
            /// If `inputs` and `targets` differ in length, or a target is not valid.
            pub fn #name(&self, inputs: &[[#real; #inputs]], targets: &[#element], gradient: &mut Self #random) -> #real {
                self.#inner(inputs, targets, gradient #scratch_argument #random_argument)
            }

            fn #inner(&self, inputs: &[[#real; #inputs]], targets: &[#element], gradient: &mut Self #scratch #random) -> #real {
                ::core::assert!(inputs.len() == targets.len(), "there must be a target for each input row");
                let share = 1.0 / inputs.len() as #real;
                let mut total = 0.0;
                #each
                total
            }
        }
    }
}

/// The type of one target as an argument, and as an element of a batch.
pub(super) fn target_types(program: &Program, target: TargetKind) -> (TokenStream, TokenStream) {
    let real = precision(program.precision);
    let outputs = Literal::usize_unsuffixed(program.outputs);
    match target {
        TargetKind::Vector => (quote!(&[#real; #outputs]), quote!([#real; #outputs])),
        TargetKind::Class => (quote!(usize), quote!(usize)),
    }
}
