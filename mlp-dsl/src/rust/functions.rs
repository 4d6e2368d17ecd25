//! The body of a function: its buffers that exist already, its steps, its result.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::steps::StepWriter;
use super::{Comment, names};
use crate::schedule::{Buffer, Function, Layout, Precision, Program, Storage, Tensor};

/// The statements of `function` for one sample; `kernels` gains what they call.
pub(super) fn body(
    program: &Program,
    function: &Function,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let sample = Sample::write(program, function, &quote!(self), &names, comment, kernels);
    let Sample {
        given,
        steps,
        accumulations,
        result,
    } = sample;
    let statements = quote!(#given #(#steps)* #(#accumulations)* #result);
    if function.has_loops() {
        vectorised(statements, kernels)
    } else {
        statements
    }
}

/// The statements of a pass forward and backward for one sample, which leave the gradient in the destination.
pub(super) fn body_with_destination(
    program: &Program,
    function: &Function,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let names = names::buffers(function);
    let sample = Sample::write(
        program,
        function,
        &quote!(network),
        &names,
        comment,
        kernels,
    );
    let Sample {
        given,
        steps,
        accumulations,
        result,
    } = sample;
    let statements = quote! {
        let network = destination.network();
        #given
        #(#steps)*
        let gradient = destination.target();
        #(#accumulations)*
        #result
    };
    vectorised(statements, kernels)
}

/// The statements of a function for one sample.
struct Sample<'a> {
    /// The buffers that exist already.
    given: TokenStream,
    steps: Vec<TokenStream>,
    /// The steps that change a gradient, which come last.
    accumulations: Vec<TokenStream>,
    result: Option<&'a Ident>,
}

impl<'a> Sample<'a> {
    fn write(
        program: &Program,
        function: &Function,
        network: &TokenStream,
        names: &'a [Ident],
        comment: Comment,
        kernels: &mut BTreeSet<&'static str>,
    ) -> Self {
        let mut given = TokenStream::new();
        for (buffer, name) in function.buffers.iter().zip(names) {
            given.extend(match buffer.storage {
                Storage::Input { offset } => {
                    let row = input(program, buffer, offset, quote!(input), kernels);
                    quote!(let #name = #row;)
                }
                Storage::Target => quote!(let #name = target;),
                Storage::Mask { rate } => {
                    let mask = mask(program, buffer, rate, kernels);
                    quote!(let #name = #mask;)
                }
                Storage::Parameter(_) | Storage::Statistic { .. } | Storage::State(_) => {
                    shared(program, buffer, name, network, kernels)
                }
                Storage::Array | Storage::Scalar => TokenStream::new(),
            });
        }
        let mut writer = StepWriter {
            function,
            tensors: &program.tensors,
            names,
            kept: &BTreeSet::new(),
            precision: program.precision,
            comment,
            kernels,
        };
        let (mut steps, mut accumulations) = (Vec::new(), Vec::new());
        for step in &function.steps {
            let statements = writer.write(step);
            match step.operation.is_accumulation() {
                false => steps.push(statements),
                true => accumulations.push(statements),
            }
        }
        Self {
            given,
            steps,
            accumulations,
            result: function.result.map(|result| &names[result.0]),
        }
    }
}

/// Statements within the closure that the runtime compiles for each level of the processor's instructions.
pub(super) fn vectorised(
    statements: TokenStream,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    kernels.insert("vectorise");
    quote!(vectorise(#[inline(always)] |level| { #statements }))
}

/// A reference to one input of the sample in the row `row`.
pub(super) fn input(
    program: &Program,
    buffer: &Buffer,
    offset: usize,
    row: TokenStream,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    if buffer.length == program.inputs {
        return row;
    }
    kernels.insert("vector");
    let (length, offset) = (
        Literal::usize_unsuffixed(buffer.length),
        Literal::usize_unsuffixed(offset),
    );
    quote!(vector::<#length, _>(#row, #offset))
}

/// A mask, drawn anew.
pub(super) fn mask(
    program: &Program,
    buffer: &Buffer,
    rate: f64,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    kernels.insert("dropout_mask");
    let (length, rate) = (
        Literal::usize_unsuffixed(buffer.length),
        Literal::f64_unsuffixed(rate),
    );
    let real = precision(program.precision);
    quote!(dropout_mask::<#length, #real>(#rate, random))
}

/// The view of what is the same for all samples, of `network` or of the statistics; nothing for any other buffer.
pub(super) fn shared(
    program: &Program,
    buffer: &Buffer,
    name: &Ident,
    network: &TokenStream,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let (array, offset) = match buffer.storage {
        Storage::Parameter(tensor) => {
            return parameter(&program.tensors[tensor], name, network, kernels);
        }
        Storage::Statistic { offset } => (quote!(statistics[..]), offset),
        Storage::State(index) => (quote!(#network.state), program.state[index].offset),
        Storage::Input { .. }
        | Storage::Target
        | Storage::Mask { .. }
        | Storage::Array
        | Storage::Scalar => return TokenStream::new(),
    };
    kernels.insert("vector");
    let (length, offset) = (
        Literal::usize_unsuffixed(buffer.length),
        Literal::usize_unsuffixed(offset),
    );
    quote!(let #name = vector::<#length, _>(&#array, #offset);)
}

/// The view of a parameter within the flat array of `network`.
fn parameter(
    tensor: &Tensor,
    name: &Ident,
    network: &TokenStream,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let offset = Literal::usize_unsuffixed(tensor.offset);
    if tensor.shape.is_empty() {
        return quote!(let #name = #network.parameters[#offset];);
    }
    let (view, dimensions) = view(tensor, "", kernels);
    quote!(let #name = #view::<#dimensions, _>(&#network.parameters, #offset);)
}

/// The function that shows a tensor within the flat parameters, and its dimensions as arguments.
pub(super) fn view(
    tensor: &Tensor,
    suffix: &str,
    kernels: &mut BTreeSet<&'static str>,
) -> (Ident, TokenStream) {
    // A band's blocks lie one after the other: as rows of one matrix.
    let mut dimensions = match *tensor.shape.as_slice() {
        [positions, units, window] => vec![positions * units, window],
        ref shape => shape.to_vec(),
    };
    if tensor.layout == Layout::ColumnMajor {
        dimensions.reverse();
    }
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
