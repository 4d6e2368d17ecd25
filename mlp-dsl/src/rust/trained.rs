//! A trained network as a constant beside its type. Weights are the bytes of one literal, which is one token to a compiler
//! where numbers would be hundreds of thousands, and which keeps every bit.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

use super::functions::precision;
use super::items::lines;
use super::names::type_name;
use crate::schedule::{Precision, Program};

/// Bytes to a line of a literal: four characters each.
const PER_LINE: usize = 28;

/// What training has made of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The name of the model.
    pub model: String,
    /// Its parameters, tensor after tensor, and then its state; each row-major.
    pub weights: Vec<f64>,
    /// How inputs were scaled, x ← (x − offset)·factor: the offset and the factor of each.
    pub scaling: Option<Vec<(f64, f64)>>,
    /// The names of the classes; empty where there are none.
    pub labels: Vec<String>,
}

/// The items for the one of `programs` that was trained.
///
/// # Errors
/// Where there is no such program, or it has another number of weights or inputs.
pub(super) fn items(programs: &[Program], trained: &Trained) -> Result<TokenStream, syn::Error> {
    let refused = |reason: String| syn::Error::new(Span::call_site(), reason);
    let model = &trained.model;
    let mut known = programs.iter();
    let program = known
        .find(|program| program.name == *model)
        .ok_or_else(|| refused(format!("there is no model `{model}` to be trained")))?;
    let stored = program.parameter_count() + program.state_count();
    if trained.weights.len() != stored {
        let given = trained.weights.len();
        return Err(refused(format!(
            "there are {given} weights, but the model `{model}` has {stored}"
        )));
    }
    if let Some(scaling) = &trained.scaling
        && scaling.len() != program.inputs
    {
        let (scaled, inputs) = (scaling.len(), program.inputs);
        return Err(refused(format!(
            "the scaling is for {scaled} inputs, but the model `{model}` takes {inputs}"
        )));
    }
    let (row_major, state) = trained.weights.split_at(program.parameter_count());
    let mut parameters = vec![0.0; row_major.len()];
    let mut rest = row_major;
    for tensor in &program.tensors {
        let (values, others) = rest.split_at(tensor.elements());
        for (place, value) in tensor.places().zip(values) {
            parameters[tensor.offset + place] = *value;
        }
        rest = others;
    }
    let name = type_name(model);
    let real = primitive(program.precision);
    let parameters = numbers(&parameters, program.precision);
    let state = (!state.is_empty()).then(|| {
        let state = numbers(state, program.precision);
        quote!(state: #state,)
    });
    let labels = (!trained.labels.is_empty()).then(|| {
        let labels = &trained.labels;
        quote! {
            /// The names of the classes, in the order of their indices.
            pub const LABELS: &'static [&'static ::core::primitive::str] = &[#(#labels),*];
        }
    });
    let (documentation, scaled) = match &trained.scaling {
        Some(scaling) => (
            "The network as it was trained. It answers to inputs as [`Self::scaled`] returns them.",
            scaled(program, scaling, &real),
        ),
        None => (
            "The network as it was trained, on inputs as they are.",
            as_they_are(program, &real),
        ),
    };
    let documentation = lines([documentation]);
    Ok(quote! {
        const _: () = {
            #[allow(long_running_const_eval, reason = "a large network has many weights to read")]
            static TRAINED: #name = #name { parameters: #parameters, #state };

            #[allow(dead_code, clippy::all, clippy::pedantic, reason = "generated; a program may use a part of it")]
            impl #name {
                #documentation
                pub const TRAINED: &'static Self = &TRAINED;

                #labels

                #scaled
            }
        };
    })
}

/// The function that scales a sample as training did, in double precision.
fn scaled(program: &Program, scaling: &[(f64, f64)], real: &TokenStream) -> TokenStream {
    let inputs = Literal::usize_unsuffixed(program.inputs);
    let (offsets, factors): (Vec<f64>, Vec<f64>) = scaling.iter().copied().unzip();
    let offsets = numbers(&offsets, Precision::F64);
    let factors = numbers(&factors, Precision::F64);
    let double = primitive(Precision::F64);
    quote! {
        /// A sample scaled as those that the network was trained on: (input − offset)·factor, element by element.
        pub const fn scaled(input: &[#real; #inputs]) -> [#real; #inputs] {
            static OFFSETS: [#double; #inputs] = #offsets;
            static FACTORS: [#double; #inputs] = #factors;
            let mut scaled = *input;
            let mut i = 0;
            while i < #inputs {
                scaled[i] = ((input[i] as #double - OFFSETS[i]) * FACTORS[i]) as #real;
                i += 1;
            }
            scaled
        }
    }
}

/// The same function where training did not scale, so that a program need not know.
fn as_they_are(program: &Program, real: &TokenStream) -> TokenStream {
    let inputs = Literal::usize_unsuffixed(program.inputs);
    quote! {
        /// A sample as those that the network was trained on: unchanged.
        pub const fn scaled(input: &[#real; #inputs]) -> [#real; #inputs] {
            *input
        }
    }
}

/// An array of numbers, read out of the bytes of a literal when the file is compiled.
fn numbers(values: &[f64], kind: Precision) -> TokenStream {
    let bytes: Vec<u8> = match kind {
        Precision::F32 => (values.iter())
            .flat_map(|value| (*value as f32).to_le_bytes())
            .collect(),
        Precision::F64 => values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    };
    let real = primitive(kind);
    let count = Literal::usize_unsuffixed(values.len());
    let bytes = byte_literal(&bytes);
    quote! {
        {
            let (bytes, _) = #bytes.as_chunks();
            let mut numbers = [0.0; #count];
            let mut i = 0;
            while i < #count {
                numbers[i] = #real::from_le_bytes(bytes[i]);
                i += 1;
            }
            numbers
        }
    }
}

/// The type of a number, whatever the surrounding code calls its own.
fn primitive(kind: Precision) -> TokenStream {
    let real = precision(kind);
    quote!(::core::primitive::#real)
}

/// A byte string of lines that an editor can show.
fn byte_literal(bytes: &[u8]) -> Literal {
    let lines = bytes.chunks(PER_LINE).map(|line| {
        let bytes = line.iter().map(|byte| format!("\\x{byte:02x}"));
        format!("\\\n{}", bytes.collect::<String>())
    });
    let text = format!("b\"{}\"", lines.collect::<String>());
    text.parse().unwrap_or_else(|_| Literal::byte_string(bytes))
}

#[cfg(test)]
mod tests {
    use super::byte_literal;

    #[test]
    fn a_literal_holds_its_bytes() {
        let bytes: Vec<u8> = (0..=255).collect();
        let literal: syn::LitByteStr =
            syn::parse_str(&byte_literal(&bytes).to_string()).expect("bytes");
        assert_eq!(literal.value(), bytes);
        assert_eq!(byte_literal(&[]).to_string(), "b\"\"");
        assert_eq!(byte_literal(&[0, 255]).to_string(), "b\"\\\n\\x00\\xff\"");
    }
}
