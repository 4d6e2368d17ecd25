//! A step of training: in a workspace of the caller's, and behind the trait that training is generic over.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Learning, Way};
use crate::rust::items::{alignment, lines};
use crate::rust::names::type_name;
use crate::rust::passes;
use crate::schedule::{Precision, Program, TargetKind};

impl<'a> Learning<'a> {
    /// The way that training goes.
    pub(super) fn training(&self) -> Option<Way<'a>> {
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
    pub(super) fn descend(&self) -> Option<TokenStream> {
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

    /// The type of what a step works in.
    pub(in crate::rust) fn workspace(&self) -> Option<TokenStream> {
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

            #[allow(dead_code, reason = "a program may not train")]
            impl #name {
                /// All zero; one serves any number of steps.
                pub const fn new() -> Self {
                    Self { gradient: #model::zeros(), #value }
                }
            }

            impl ::core::default::Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        })
    }

    /// `Trainable`.
    pub(in crate::rust) fn of_trait(&self) -> Option<TokenStream> {
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
        let inner = way.name("gradient_in");
        let has_scratch = program.passes.is_none() && program.blocks(way.function).is_some();
        let training_in = has_scratch.then(|| {
            let (random_name, random_argument) = match way.is_random {
                true => (quote!(random), quote!(, random)),
                false => (quote!(_), quote!()),
            };
            quote! {
                fn training_gradient_in(
                    &self,
                    inputs: &[[#real; #inputs]],
                    targets: &[#element],
                    gradient: &mut Self,
                    workspace: &mut #workspace,
                    #random_name: &mut ::mlp_runtime::Random,
                ) -> #real {
                    self.#inner(inputs, targets, gradient, &mut workspace.scratch #random_argument)
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

                #training_in

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

/// `DigitsWorkspace`
pub(in crate::rust) fn workspace_name(program: &Program) -> Ident {
    format_ident!("{}Workspace", type_name(&program.name))
}
