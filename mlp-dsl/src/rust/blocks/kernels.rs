//! Steps that a kernel does for all rows.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::BlockWriter;
use crate::rust::steps::comments;
use crate::schedule::{BufferId, Operation, Orientation, Scalar};

impl BlockWriter<'_> {
    /// A step by the kernel that does it for all rows.
    pub(super) fn kernel(&self, step: usize, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
        let step = &self.function.steps[step];
        let comments = comments(step, self.comment);
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
                let (vector, target) = (self.all_rows(*vector), self.all_rows_mut(*target));
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
                    quote!(level, factor, #right, #left, #gradient),
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
                let call = writer.kernel("pullback_bias", quote!(level, factor, #rows, #gradient));
                quote!(#view #call)
            }
            _ => TokenStream::new(),
        };
        quote!(#comments #statement;)
    }

    /// All rows of a buffer that a kernel reads.
    fn all_rows(&self, id: BufferId) -> TokenStream {
        let name = self.rows_name(id);
        if !self.blocks.kept.contains(&id) {
            quote!(inputs)
        } else if self.blocks.is_padded() && !self.is_output(id) {
            quote!(&#name[..rows])
        } else {
            quote!(#name)
        }
    }

    /// All rows of a buffer that a kernel writes.
    fn all_rows_mut(&self, id: BufferId) -> TokenStream {
        let name = self.rows_name(id);
        if self.blocks.is_padded() && !self.is_output(id) {
            quote!(&mut #name[..rows])
        } else {
            quote!(#name)
        }
    }
}
