//! The functions that all others call: a pass forward and backward, over a block of rows, over one or a few of them.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Learning, Way};
use crate::rust::blocks;
use crate::rust::functions::{body, body_with_destination};
use crate::rust::items::lines;
use crate::schedule::TargetKind;

impl Learning<'_> {
    /// The function that all others call.
    pub(super) fn pass(&self, way: &Way<'_>, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
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
}
