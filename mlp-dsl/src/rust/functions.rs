//! The body of a function: its buffers that exist already, its steps, its result.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::steps::StepWriter;
use super::{Comment, names};
use crate::schedule::{Function, Precision, Program, Storage, Tensor};

/// The statements of `function`; `kernels` gains what they call.
pub(super) fn body(
    program: &Program,
    function: &Function,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let mut given = Vec::new();
    for (buffer, name) in function.buffers.iter().zip(&names) {
        given.push(match buffer.storage {
            Storage::Input { offset } if offset == 0 && buffer.length == program.inputs => {
                quote!(let #name = input;)
            }
            Storage::Input { offset } => {
                kernels.insert("vector");
                let (length, offset) = (
                    Literal::usize_unsuffixed(buffer.length),
                    Literal::usize_unsuffixed(offset),
                );
                quote!(let #name = vector::<#length, _>(input, #offset);)
            }
            Storage::Target => quote!(let #name = target;),
            Storage::Mask { rate } => {
                kernels.insert("dropout_mask");
                let (length, rate) = (
                    Literal::usize_unsuffixed(buffer.length),
                    Literal::f64_unsuffixed(rate),
                );
                let real = precision(program.precision);
                quote!(let #name = dropout_mask::<#length, #real>(#rate, random);)
            }
            Storage::Parameter(tensor) => parameter(&program.tensors[tensor], name, kernels),
            Storage::Array | Storage::Scalar => TokenStream::new(),
        });
    }
    let mut writer = StepWriter {
        function,
        tensors: &program.tensors,
        names: &names,
        precision: program.precision,
        comment,
        kernels,
    };
    let steps: Vec<TokenStream> = function
        .steps
        .iter()
        .map(|step| writer.write(step))
        .collect();
    let result = &names[function.result.0];
    quote!(#(#given)* #(#steps)* #result)
}

fn parameter(tensor: &Tensor, name: &Ident, kernels: &mut BTreeSet<&'static str>) -> TokenStream {
    let offset = Literal::usize_unsuffixed(tensor.offset);
    if tensor.shape.is_empty() {
        return quote!(let #name = self.parameters[#offset];);
    }
    let (view, dimensions) = view(tensor, "", kernels);
    quote!(let #name = #view::<#dimensions, _>(&self.parameters, #offset);)
}

/// The function that shows a tensor within the flat parameters, and its dimensions as arguments.
pub(super) fn view(
    tensor: &Tensor,
    suffix: &str,
    kernels: &mut BTreeSet<&'static str>,
) -> (Ident, TokenStream) {
    // A band's blocks lie one after the other: as rows of one matrix.
    let dimensions = match *tensor.shape.as_slice() {
        [positions, units, window] => vec![positions * units, window],
        ref shape => shape.to_vec(),
    };
    let name = match (dimensions.len(), suffix) {
        (2, "") => "matrix",
        (2, _) => "matrix_mut",
        (_, "") => "vector",
        _ => "vector_mut",
    };
    let dimensions = dimensions.into_iter().map(Literal::usize_unsuffixed);
    kernels.insert(name);
    (names::identifier(name), quote!(#(#dimensions),*))
}

/// The name of the type of every number.
pub(super) fn precision(precision: Precision) -> Ident {
    names::identifier(match precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    })
}
