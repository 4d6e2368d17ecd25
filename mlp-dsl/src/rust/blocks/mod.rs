//! The body of a function for many samples: blocks of rows, stage by stage.

mod flat;
mod kernels;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::functions::{input, mask, shared, vectorised};
use super::steps::{StepWriter, literal};
use super::{Comment, names};
use crate::schedule::{Blocks, Buffer, BufferId, Function, Operation, Program, Stage, Storage};

/// What becomes of a function's result, row by row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is the row of `outputs`.
    Outputs,
    /// `share` times it is added up.
    Total,
}

/// The statements that compute all `outputs`, block by block; `kernels` gains what they call.
pub(super) fn outputs(
    program: &Program,
    function: &Function,
    blocks: &Blocks,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let writer = BlockWriter {
        program,
        function,
        blocks,
        outcome: Outcome::Outputs,
        comment,
        names: &names,
    };
    let parameters = writer.parameters(&quote!(self), kernels);
    let pass = writer.pass(quote!(&mut scratch), kernels);
    let (rows, scratch) = (literal(blocks.rows), literal(blocks.scratch()));
    let statements = quote! {
        #parameters
        for (inputs, outputs) in inputs.chunks(#rows).zip(outputs.chunks_mut(#rows)) {
            #pass
        }
    };
    let statements = vectorised(statements, kernels);
    // Outside: the code of each level has a frame of its own.
    quote! {
        let mut scratch = [0.0; #scratch];
        #statements
    }
}

/// The statements of a pass forward and backward over one block, which returns `share` times the sum of the losses;
/// `kernels` gains what they call.
pub(super) fn gradient(
    program: &Program,
    function: &Function,
    blocks: &Blocks,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let writer = BlockWriter {
        program,
        function,
        blocks,
        outcome: Outcome::Total,
        comment,
        names: &names,
    };
    let parameters = writer.parameters(&quote!(network), kernels);
    let pass = writer.pass(quote!(scratch), kernels);
    let statements = quote! {
        let network = destination.network();
        #parameters
        let mut total = 0.0;
        #pass
        total
    };
    vectorised(statements, kernels)
}

struct BlockWriter<'a> {
    program: &'a Program,
    function: &'a Function,
    blocks: &'a Blocks,
    outcome: Outcome,
    comment: Comment,
    names: &'a [Ident],
}

impl BlockWriter<'_> {
    /// All statements of one block. They begin by parting `scratch` into the kept buffers.
    fn pass(&self, scratch: TokenStream, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let scratch = self.scratch(scratch, kernels);
        let filled = self.filled(kernels);
        let first_gradient = self.blocks.stages.iter().position(|stage| {
            let mut steps = stage.steps();
            steps.any(|step| self.function.steps[step].operation.is_accumulation())
        });
        let stages = self.blocks.stages.iter().enumerate();
        let stages = stages.map(|(index, stage)| {
            let gradient = (Some(index) == first_gradient)
                .then(|| quote!(let gradient = destination.target();));
            let stage = self.stage(stage, kernels);
            quote!(#gradient #stage)
        });
        let stages: Vec<TokenStream> = stages.collect();
        let padded = self.blocks.is_padded().then(|| {
            let lanes = literal(self.blocks.lanes);
            quote!(let padded = rows.next_multiple_of(#lanes);)
        });
        let rows = match self.blocks.is_fixed {
            true => Literal::usize_unsuffixed(self.blocks.rows).to_token_stream(),
            false => quote!(inputs.len()),
        };
        quote! {
            let rows = #rows;
            #padded
            #scratch
            #filled
            #(#stages)*
        }
    }

    /// The views of the parameters and the state.
    fn parameters(
        &self,
        network: &TokenStream,
        kernels: &mut BTreeSet<&'static str>,
    ) -> TokenStream {
        let buffers = self.function.buffers.iter().zip(self.names);
        buffers
            .map(|(buffer, name)| shared(self.program, buffer, name, network, kernels))
            .collect()
    }

    /// The kept buffers that need an array of their own.
    fn own(&self) -> impl Iterator<Item = (BufferId, &Buffer)> {
        let kept = self.blocks.kept.iter();
        kept.filter(|id| !self.is_output(**id))
            .map(|id| (*id, self.function.buffer(*id)))
    }

    /// Whether the rows of a buffer are those of `outputs`.
    fn is_output(&self, id: BufferId) -> bool {
        let is_flat = |stage: &Stage| matches!(stage, Stage::Flat { .. }) && self.uses(stage, id);
        self.outcome == Outcome::Outputs
            && Some(id) == self.function.result
            && !self.blocks.stages.iter().any(is_flat)
    }

    fn operations(&self, stage: &Stage) -> impl Iterator<Item = &Operation> {
        stage
            .steps()
            .map(|step| &self.function.steps[step].operation)
    }

    fn uses(&self, stage: &Stage, id: BufferId) -> bool {
        self.operations(stage).any(|operation| {
            operation.targets().contains(&id) || operation.operands().contains(&id)
        })
    }

    /// The name of a kept buffer for all rows: of a scalar another than that of its value in one row.
    fn rows_name(&self, id: BufferId) -> Ident {
        let name = &self.names[id.0];
        match self.function.buffer(id).storage {
            Storage::Scalar => format_ident!("{name}_rows"),
            _ => name.clone(),
        }
    }

    /// The kept buffers as rows of the scratch, or where their number is fixed as arrays; an output's rows are those of
    /// `outputs`.
    fn scratch(
        &self,
        mut scratch: TokenStream,
        kernels: &mut BTreeSet<&'static str>,
    ) -> TokenStream {
        if self.blocks.is_fixed {
            let rows = literal(self.blocks.rows);
            let arrays = self.own().map(|(id, buffer)| {
                let (name, length) = (self.rows_name(id), literal(buffer.length));
                quote!(let #name = &mut [[0.0; #length]; #rows];)
            });
            return arrays.collect();
        }
        let own: Vec<(BufferId, &Buffer)> = self.own().collect();
        let mut statements = Vec::new();
        for (index, (id, buffer)) in own.iter().enumerate() {
            kernels.insert("split_rows");
            let (name, length) = (self.rows_name(*id), literal(buffer.length));
            let rest = if index + 1 == own.len() {
                quote!(_)
            } else {
                quote!(scratch)
            };
            let rows = if self.blocks.is_padded() {
                quote!(padded)
            } else {
                quote!(rows)
            };
            statements
                .push(quote!(let (#name, #rest) = split_rows::<#length, _>(#scratch, #rows);));
            scratch = quote!(scratch);
        }
        let result = self.blocks.kept.iter().find(|id| self.is_output(**id));
        let result = result.map(|id| {
            let name = self.rows_name(*id);
            quote!(let #name = outputs;)
        });
        quote!(#(#statements)* #result)
    }

    /// What is in kept buffers before the first stage: parts of the input, masks.
    fn filled(&self, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let fill = self.own().filter_map(|(id, buffer)| {
            let name = &self.names[id.0];
            match buffer.storage {
                Storage::Input { offset } => {
                    let row = input(self.program, buffer, offset, quote!(&inputs[row]), kernels);
                    Some(quote!(#name[row] = *#row;))
                }
                Storage::Mask { rate } => {
                    let mask = mask(self.program, buffer, rate, kernels);
                    Some(quote!(#name[row] = #mask;))
                }
                Storage::Target => Some(quote!(#name[row] = targets[row];)),
                _ => None,
            }
        });
        let fill: Vec<TokenStream> = fill.collect();
        if fill.is_empty() {
            return TokenStream::new();
        }
        quote!(for row in 0..rows { #(#fill)* })
    }

    fn stage(&self, stage: &Stage, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        match stage {
            Stage::Kernel(step) => self.kernel(*step, kernels),
            Stage::Rows(steps) => {
                let bindings = self.bindings(stage, kernels);
                let mut writer = self.steps(kernels);
                let statements: Vec<TokenStream> = steps
                    .clone()
                    .map(|step| writer.write(&self.function.steps[step]))
                    .collect();
                let kept = self.results(stage);
                quote! {
                    for row in 0..rows {
                        #bindings
                        #(#statements)*
                        #kept
                    }
                }
            }
            Stage::Flat {
                length,
                lanes,
                steps,
                ..
            } => self.flat(stage, (*length, *lanes), steps, kernels),
        }
    }

    fn steps<'k>(&'k self, kernels: &'k mut BTreeSet<&'static str>) -> StepWriter<'k> {
        StepWriter {
            function: self.function,
            tensors: &self.program.tensors,
            names: self.names,
            kept: &self.blocks.kept,
            precision: self.program.precision,
            comment: self.comment,
            kernels,
        }
    }

    /// One row of everything that the stage uses.
    fn bindings(&self, stage: &Stage, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let operations = || self.operations(stage);
        let written: BTreeSet<BufferId> = operations().flat_map(Operation::targets).collect();
        let read: BTreeSet<BufferId> = operations().flat_map(Operation::operands).collect();
        let mut bindings = Vec::new();
        for id in written.union(&read) {
            let (buffer, name) = (self.function.buffer(*id), &self.names[id.0]);
            let is_kept = self.blocks.kept.contains(id);
            bindings.push(match buffer.storage {
                Storage::Input { offset } if !is_kept => {
                    let row = input(self.program, buffer, offset, quote!(&inputs[row]), kernels);
                    quote!(let #name = #row;)
                }
                Storage::Target if !is_kept => quote!(let #name = &targets[row];),
                Storage::Scalar if is_kept && !written.contains(id) => {
                    let rows = self.rows_name(*id);
                    quote!(let #name = #rows[row][0];)
                }
                Storage::Array | Storage::Mask { .. } | Storage::Input { .. } | Storage::Target
                    if is_kept =>
                {
                    let mutable = written.contains(id).then(|| quote!(mut));
                    quote!(let #name = &#mutable #name[row];)
                }
                _ => continue,
            });
        }
        if operations().any(Operation::uses_class) {
            bindings.push(quote!(let target = targets[row];));
        }
        quote!(#(#bindings)*)
    }

    /// What the stage leaves for later: scalars in their arrays, the loss in the total, an output that no kernel wrote.
    fn results(&self, stage: &Stage) -> TokenStream {
        let written: BTreeSet<BufferId> = stage
            .steps()
            .flat_map(|step| self.function.steps[step].operation.targets())
            .collect();
        let results = written.iter().map(|id| {
            let (name, is_kept) = (&self.names[id.0], self.blocks.kept.contains(id));
            let is_scalar = self.function.buffer(*id).storage == Storage::Scalar;
            let kept = (is_scalar && is_kept).then(|| {
                let rows = self.rows_name(*id);
                quote!(#rows[row][0] = #name;)
            });
            let result = (Some(*id) == self.function.result).then(|| match self.outcome {
                Outcome::Total => quote!(total += share * #name;),
                Outcome::Outputs if is_kept => TokenStream::new(),
                Outcome::Outputs => quote!(outputs[row] = #name;),
            });
            quote!(#kept #result)
        });
        quote!(#(#results)*)
    }
}
