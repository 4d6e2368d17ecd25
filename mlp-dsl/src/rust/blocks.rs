//! The body of a function for many samples: blocks of rows, stage by stage.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::functions::{body as body_for_one, input, mask, shared, vectorised};
use super::steps::{StepWriter, literal};
use super::{Comment, names};
use crate::schedule::{
    Blocks, Buffer, BufferId, Function, Operation, Orientation, Program, Scalar, Stage, Storage,
};

/// What becomes of a function's result, row by row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is the row of `outputs`.
    Outputs,
    /// Its mean over all rows is returned.
    Mean,
    /// There is none: the function adds to statistics, with the targets of the rows or without.
    Sums(bool),
}

/// The statements that set `outputs` by `function`, in blocks where that pays.
pub(super) fn outputs(
    program: &Program,
    function: &Function,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    match program.blocks(function) {
        Some(blocks) => body(
            program,
            function,
            &blocks,
            Outcome::Outputs,
            comment,
            kernels,
        ),
        None => {
            let one = body_for_one(program, function, comment, kernels);
            quote! {
                for (input, output) in inputs.iter().zip(outputs) {
                    *output = { #one };
                }
            }
        }
    }
}

/// The statements that run `function` over all `inputs`; `kernels` gains what they call.
pub(super) fn body(
    program: &Program,
    function: &Function,
    blocks: &Blocks,
    outcome: Outcome,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let writer = BlockWriter {
        program,
        function,
        blocks,
        outcome,
        comment,
        names: &names,
    };
    let parameters = writer.parameters(kernels);
    let arrays = writer.arrays();
    let filled = writer.filled(kernels);
    let stages: Vec<TokenStream> = blocks
        .stages
        .iter()
        .map(|stage| writer.stage(stage, kernels))
        .collect();
    let slices = writer.slices();
    let size = literal(blocks.rows);
    let statements = match outcome {
        Outcome::Outputs => quote! {
            for (inputs, outputs) in inputs.chunks(#size).zip(outputs.chunks_mut(#size)) {
                let rows = inputs.len();
                #slices
                #filled
                #(#stages)*
            }
        },
        Outcome::Mean => quote! {
            let mut total = 0.0;
            for (inputs, targets) in inputs.chunks(#size).zip(targets.chunks(#size)) {
                let rows = inputs.len();
                #slices
                #filled
                #(#stages)*
            }
            total
        },
        Outcome::Sums(true) => quote! {
            for (inputs, targets) in inputs.chunks(#size).zip(targets.chunks(#size)) {
                let rows = inputs.len();
                #slices
                #filled
                #(#stages)*
            }
        },
        Outcome::Sums(false) => quote! {
            for inputs in inputs.chunks(#size) {
                let rows = inputs.len();
                #slices
                #filled
                #(#stages)*
            }
        },
    };
    vectorised(quote!(#parameters #arrays #statements), kernels)
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
    /// The views of the parameters and the statistics.
    fn parameters(&self, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let buffers = self.function.buffers.iter().zip(self.names);
        buffers
            .map(|(buffer, name)| shared(self.program, buffer, name, kernels))
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
        self.outcome == Outcome::Outputs && Some(id) == self.function.result
    }

    /// The name of a kept buffer for all rows: of a scalar another than that of its value in one row.
    fn rows_name(&self, id: BufferId) -> Ident {
        let name = &self.names[id.0];
        match self.function.buffer(id).storage {
            Storage::Scalar => format_ident!("{name}_rows"),
            _ => name.clone(),
        }
    }

    fn arrays(&self) -> TokenStream {
        let size = literal(self.blocks.rows);
        let arrays = self.own().map(|(id, buffer)| {
            let (name, length) = (self.rows_name(id), literal(buffer.length));
            match buffer.storage {
                Storage::Scalar => quote!(let mut #name = [0.0; #size];),
                _ => quote!(let mut #name = [[0.0; #length]; #size];),
            }
        });
        quote!(#(#arrays)*)
    }

    /// As many rows of the arrays as the block has.
    fn slices(&self) -> TokenStream {
        let slices = self.own().map(|(id, _)| {
            let name = self.rows_name(id);
            quote!(let #name = &mut #name[..rows];)
        });
        let result = self.blocks.kept.iter().find(|id| self.is_output(**id));
        let result = result.map(|id| {
            let name = self.rows_name(*id);
            quote!(let #name = outputs;)
        });
        quote!(#(#slices)* #result)
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
        let operations = || {
            stage
                .steps()
                .map(|step| &self.function.steps[step].operation)
        };
        let written: BTreeSet<BufferId> = operations().filter_map(Operation::target).collect();
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
                Storage::Target => quote!(let #name = &targets[row];),
                Storage::Scalar if is_kept && !written.contains(id) => {
                    let rows = self.rows_name(*id);
                    quote!(let #name = #rows[row];)
                }
                Storage::Array | Storage::Mask { .. } | Storage::Input { .. } if is_kept => {
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
            .filter_map(|step| self.function.steps[step].operation.target())
            .collect();
        let results = written.iter().map(|id| {
            let (name, is_kept) = (&self.names[id.0], self.blocks.kept.contains(id));
            let is_scalar = self.function.buffer(*id).storage == Storage::Scalar;
            let kept = (is_scalar && is_kept).then(|| {
                let rows = self.rows_name(*id);
                quote!(#rows[row] = #name;)
            });
            let result = (Some(*id) == self.function.result).then(|| match self.outcome {
                Outcome::Mean => quote!(total += share * #name;),
                Outcome::Sums(_) => TokenStream::new(),
                Outcome::Outputs if is_kept => TokenStream::new(),
                Outcome::Outputs => quote!(outputs[row] = #name;),
            });
            quote!(#kept #result)
        });
        quote!(#(#results)*)
    }

    /// A step by the kernel that does it for all rows.
    fn kernel(&self, step: usize, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let step = &self.function.steps[step];
        let comment = (step.caption.as_ref()).map(|caption| (self.comment)(&caption.equation));
        let mut writer = self.steps(kernels);
        let statement = match &step.operation {
            Operation::MatrixVector {
                target,
                matrix,
                orientation,
                vector,
                bias,
                ..
            } => {
                let name = match (orientation, bias) {
                    (Orientation::Plain, Some(_)) => "affine",
                    (Orientation::Plain, None) => "linear",
                    (Orientation::Transposed, _) => "pullback_input",
                };
                let matrix = &self.names[matrix.0];
                let bias = bias.iter().map(|bias| &self.names[bias.0]);
                let (vector, target) = (self.all_rows(*vector), self.rows_name(*target));
                writer.kernel(name, quote!(level, #vector, #matrix #(, #bias)*, #target))
            }
            Operation::AccumulateOuter {
                tensor,
                left,
                right,
                ..
            } => {
                let (gradient, view) = writer.gradient(*tensor);
                let (left, right) = (self.all_rows(*left), self.all_rows(*right));
                let call = writer.kernel(
                    "pullback_weight",
                    quote!(level, share, #right, #left, #gradient),
                );
                quote!(#view #call)
            }
            Operation::Accumulate {
                tensor,
                value: Scalar::Element(buffer, _),
                ..
            } => {
                let (gradient, view) = writer.gradient(*tensor);
                let rows = self.all_rows(*buffer);
                let call = writer.kernel("pullback_bias", quote!(level, share, #rows, #gradient));
                quote!(#view #call)
            }
            _ => TokenStream::new(),
        };
        quote!(#comment #statement;)
    }

    /// All rows of a buffer that a kernel reads.
    fn all_rows(&self, id: BufferId) -> Ident {
        if self.blocks.kept.contains(&id) {
            self.rows_name(id)
        } else {
            names::identifier("inputs")
        }
    }
}
