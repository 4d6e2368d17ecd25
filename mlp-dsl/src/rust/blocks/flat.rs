//! Steps whose rows fill no vector register, over the numbers of all rows end to end.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{BlockWriter, Outcome};
use crate::rust::names;
use crate::rust::steps::literal;
use crate::schedule::{BufferId, Operation, Stage, Step};

impl BlockWriter<'_> {
    /// Steps for the numbers of all rows end to end.
    pub(super) fn flat(
        &self,
        stage: &Stage,
        (length, lanes): (usize, usize),
        steps: &[Step],
        kernels: &mut BTreeSet<&'static str>,
    ) -> TokenStream {
        let written: BTreeSet<BufferId> = self
            .operations(stage)
            .flat_map(Operation::targets)
            .collect();
        let used = (0..self.function.buffers.len()).map(BufferId);
        let used = used.filter(|id| self.blocks.kept.contains(id) && self.uses(stage, *id));
        let lanes = literal(lanes);
        let (mut views, mut bindings) = (Vec::new(), Vec::new());
        for id in used {
            let (name, rows) = (&self.names[id.0], self.rows_name(id));
            let (kernel, mutable) = if written.contains(&id) {
                ("flat_mut", Some(quote!(mut)))
            } else {
                ("flat", None)
            };
            kernels.insert(kernel);
            let kernel = names::identifier(kernel);
            views.push(quote!(let #name = #kernel::<#lanes, _, _>(#rows);));
            bindings.push(quote!(let #name = &#mutable #name[part];));
        }
        let mut writer = self.steps(kernels);
        let statements: Vec<TokenStream> = steps.iter().map(|step| writer.write(step)).collect();
        let count = match length {
            1 => quote!(rows),
            _ => {
                let length = literal(length);
                quote!((rows * #length))
            }
        };
        let last = (self.blocks.stages.iter()).rfind(|stage| {
            let result = self.function.result;
            self.operations(stage)
                .any(|operation| operation.targets().into_iter().any(|id| Some(id) == result))
        });
        let result = self
            .function
            .result
            .filter(|id| last == Some(stage) && written.contains(id));
        let result = result.map(|id| {
            let rows = self.rows_name(id);
            let statement = match self.outcome {
                Outcome::Total => quote!(total += share * #rows[row][0];),
                Outcome::Outputs => quote!(outputs[row] = #rows[row];),
            };
            quote!(for row in 0..rows { #statement })
        });
        quote! {
            {
                #(#views)*
                for part in 0..#count.div_ceil(#lanes) {
                    #(#bindings)*
                    #(#statements)*
                }
            }
            #result
        }
    }
}
