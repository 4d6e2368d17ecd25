//! What a model with a loss has besides: losses, gradients, steps of training.
//!
//! A model with a matrix that is worth a kernel learns in blocks of rows, by one function `propagate` that leaves the
//! gradient where it is told to: in a network that holds a gradient, or in the network itself. Any other model learns
//! row by row, by `accumulate`. Each of them exists twice where training leaves elements out at random.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::functions::{body, body_with_destination, precision};
use super::items::{alignment, equations, lines};
use super::names::{identifier, type_name};
use super::{Comment, blocks, passes};
use crate::schedule::{Function, Precision, Program, Section, TargetKind};

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

    /// The way that training goes.
    fn training(&self) -> Option<Way<'a>> {
        self.training_alone().or_else(|| self.ways().last())
    }

    /// The call of the function `gradient_in` that fills the gradient of a workspace.
    fn fill_workspace(&self, way: &Way<'_>) -> TokenStream {
        if self.program.passes.is_some() {
            let update = passes::updates(self.program)
                .then(|| quote!(self.update_statistics(&workspace.gradient);));
            return quote! {
                workspace.gradient.parameters.fill(0.0);
                let loss = self.training_gradient_batch(inputs, targets, &mut workspace.gradient, random);
                #update
            };
        }
        let (_, random) = way.random();
        let inner = way.name("gradient_in");
        let scratch = (self.program.blocks(way.function))
            .is_some()
            .then(|| quote!(, &mut workspace.scratch));
        quote! {
            workspace.gradient.parameters.fill(0.0);
            let loss = self.#inner(inputs, targets, &mut workspace.gradient #scratch #random);
        }
    }

    /// A step of plain gradient descent.
    fn descend(&self) -> Option<TokenStream> {
        let Self {
            real,
            inputs,
            element,
            ..
        } = self;
        let way = self.training()?;
        let (random, random_argument) = way.random();
        let workspace = workspace_name(self.program);
        let count = Literal::usize_unsuffixed(self.program.parameter_count());
        let at_once = self.program.blocks(way.function).map(|blocks| {
            let rows = Literal::usize_unsuffixed(blocks.workspace_rows);
            let propagate = way.name("propagate");
            quote! {
                // In one block, all parameters have been read before the first one changes.
                if !inputs.is_empty() && inputs.len() <= #rows {
                    ::core::assert!(inputs.len() == targets.len(), "there must be a target for each input row");
                    let share = 1.0 / inputs.len() as #real;
                    let (destination, scratch) = (Destination::Network(self), &mut workspace.scratch);
                    return Self::#propagate(destination, inputs, targets, share, -rate * share, scratch #random_argument);
                }
            }
        });
        let fill = self.fill_workspace(&way);
        Some(quote! {
            /// One step of plain gradient descent: parameters − rate · gradient of the mean loss over all samples. Returns
            /// that loss, as it was before the step.
            ///
            /// # Panics
            /// If `inputs` and `targets` differ in length, or a target is not valid.
            pub fn descend(
                &mut self,
                inputs: &[[#real; #inputs]],
                targets: &[#element],
                rate: #real,
                workspace: &mut #workspace
                #random
            ) -> #real {
                #at_once
                #fill
                for i in 0..#count {
                    self.parameters[i] -= rate * workspace.gradient.parameters[i];
                }
                loss
            }
        })
    }

    /// The function that all others call.
    fn pass(&self, way: &Way<'_>, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let Self {
            real,
            inputs,
            argument,
            element,
            ..
        } = self;
        let (random, _) = way.random();
        match self.program.blocks(way.function) {
            Some(blocks) => {
                kernels.insert("Destination");
                let (name, of_row) = (way.name("propagate"), way.name("propagate_row"));
                let (_, random_argument) = way.random();
                let few = self.few(way, kernels);
                let (few, dispatch) = few.unzip();
                let row = body_with_destination(self.program, way.function, self.comment, kernels);
                let target = match self.target {
                    TargetKind::Vector => quote!(target),
                    TargetKind::Class => quote!(*target),
                };
                let documentation = lines([format!(
                    "A pass forward and backward over some samples: adds `factor` times the gradient of the sum of their losses to the destination and returns `share` times that sum. `scratch` holds {} numbers for each sample.",
                    blocks.row
                )
                .as_str()]);
                let body =
                    blocks::gradient(self.program, way.function, &blocks, self.comment, kernels);
                quote! {
                    #documentation
                    fn #name(
                        mut destination: Destination<'_, Self>,
                        inputs: &[[#real; #inputs]],
                        targets: &[#element],
                        share: #real,
                        factor: #real,
                        scratch: &mut [#real]
                        #random
                    ) -> #real {
                        if let ([input], [target]) = (inputs, targets) {
                            return share * Self::#of_row(destination, input, #target, factor #random_argument);
                        }
                        #dispatch
                        #body
                    }

                    /// The same for one sample, whose loss it returns.
                    fn #of_row(
                        mut destination: Destination<'_, Self>,
                        input: &[#real; #inputs],
                        target: #argument,
                        factor: #real
                        #random
                    ) -> #real {
                        #row
                    }

                    #few
                }
            }
            None => {
                let name = way.name("accumulate");
                let body = body(self.program, way.function, self.comment, kernels);
                quote! {
                    /// Adds `factor` times the gradient of one sample's loss to `gradient` and returns the loss.
                    fn #name(
                        &self,
                        input: &[#real; #inputs],
                        target: #argument,
                        factor: #real,
                        gradient: &mut Self
                        #random
                    ) -> #real {
                        #body
                    }
                }
            }
        }
    }

    /// The function for the few samples of a step as the model states it, and its call where there are as many.
    fn few(
        &self,
        way: &Way<'_>,
        kernels: &mut BTreeSet<&'static str>,
    ) -> Option<(TokenStream, TokenStream)> {
        let Self {
            real,
            inputs,
            element,
            ..
        } = self;
        let blocks = self.program.few(way.function)?;
        let rows = Literal::usize_unsuffixed(blocks.rows);
        let (random, random_argument) = way.random();
        let name = way.name("propagate_few");
        let documentation = lines([format!("The same for {} samples.", blocks.rows).as_str()]);
        let body = blocks::gradient(self.program, way.function, &blocks, self.comment, kernels);
        let function = quote! {
            #documentation
            fn #name(
                mut destination: Destination<'_, Self>,
                inputs: &[[#real; #inputs]; #rows],
                targets: &[#element; #rows],
                share: #real,
                factor: #real
                #random
            ) -> #real {
                #body
            }
        };
        let call = quote! {
            if let (::core::result::Result::Ok(inputs), ::core::result::Result::Ok(targets)) =
                (::core::convert::TryInto::try_into(inputs), ::core::convert::TryInto::try_into(targets))
            {
                return Self::#name(destination, inputs, targets, share, factor #random_argument);
            }
        };
        Some((function, call))
    }

    /// The type of what a step works in.
    pub(super) fn workspace(&self) -> Option<TokenStream> {
        let real = &self.real;
        let way = self.training()?;
        let (model, name) = (type_name(&self.program.name), workspace_name(self.program));
        let scratch = self.program.blocks(way.function).map(|blocks| {
            let count = Literal::usize_unsuffixed(blocks.workspace_scratch());
            (
                quote!(scratch: [::core::primitive::#real; #count],),
                quote!(scratch: [0.0; #count],),
            )
        });
        let (field, value) = scratch.unzip();
        let alignment = alignment(self.program);
        let documentation = lines([format!(
            "What a training step of [`{model}`] works in: its gradient and the values of one pass."
        )
        .as_str()]);
        Some(quote! {
            #documentation
            #alignment
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #[allow(non_camel_case_types, dead_code, reason = "the name is the model's; a program may not train")]
            pub struct #name {
                gradient: #model,
                #field
            }

            #[allow(dead_code, clippy::new_without_default, reason = "a program may not train; a default would not be const")]
            impl #name {
                /// All zero; one serves any number of steps.
                pub const fn new() -> Self {
                    Self { gradient: #model::zeros(), #value }
                }
            }
        })
    }

    /// `Trainable`.
    pub(super) fn of_trait(&self) -> Option<TokenStream> {
        let Self {
            program,
            real,
            inputs,
            element,
            ..
        } = self;
        let (name, workspace) = (type_name(&program.name), workspace_name(program));
        let value = match self.target {
            TargetKind::Vector => quote!(target),
            TargetKind::Class => quote!(*target),
        };
        let way = self.training()?;
        let (_, random) = way.random();
        let training = way.is_random.then(|| {
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
        });
        let update = passes::updates(program).then(|| {
            quote! {
                fn update_statistics(&mut self, gradient: &Self) {
                    Self::update_statistics(self, gradient);
                }
            }
        });
        let fill = self.fill_workspace(&way);
        let rate = match program.precision {
            Precision::F32 => quote!(rate as f32),
            Precision::F64 => quote!(rate),
        };
        let not_random = (!way.is_random).then(|| quote!(let _ = random;));
        Some(quote! {
            impl ::mlp_runtime::Trainable for #name {
                type Target = #element;
                type Workspace = #workspace;

                fn workspace() -> #workspace {
                    #workspace::new()
                }

                fn loss(&self, input: &[#real; #inputs], target: &#element) -> #real {
                    Self::loss(self, input, #value)
                }

                fn gradient(&self, input: &[#real; #inputs], target: &#element, gradient: &mut Self) -> #real {
                    Self::gradient(self, input, #value, gradient)
                }

                fn gradient_batch(&self, inputs: &[[#real; #inputs]], targets: &[#element], gradient: &mut Self) -> #real {
                    Self::gradient_batch(self, inputs, targets, gradient)
                }

                #training

                #update

                fn step<O: ::mlp_runtime::optimizer::Optimizer<Self> + ?::core::marker::Sized>(
                    &mut self,
                    inputs: &[[#real; #inputs]],
                    targets: &[#element],
                    optimizer: &mut O,
                    workspace: &mut #workspace,
                    random: &mut ::mlp_runtime::Random,
                ) -> #real {
                    #not_random
                    if let ::core::option::Option::Some(rate) = optimizer.descend() {
                        return self.descend(inputs, targets, #rate, workspace #random);
                    }
                    #fill
                    optimizer.step(self, &workspace.gradient);
                    loss
                }
            }
        })
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

/// `DigitsWorkspace`
pub(super) fn workspace_name(program: &Program) -> Ident {
    format_ident!("{}Workspace", type_name(&program.name))
}
