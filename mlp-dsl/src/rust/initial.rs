//! What the parameters start from.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::items::state_count;
use super::names::identifier;
use crate::schedule::{Initial, Layout, Program, Tensor};

/// Parameters and state as a gradient starts.
pub(super) fn zeros(program: &Program) -> TokenStream {
    let parameters = Literal::usize_unsuffixed(program.parameter_count());
    let Some(count) = state_count(program) else {
        return quote! {
            /// All parameters zero, as a gradient starts.
            pub const fn zeros() -> Self {
                Self { parameters: [0.0; #parameters] }
            }
        };
    };
    let filled = program.state.iter().filter(|state| state.initial != 0.0);
    let filled = filled.map(|state| {
        let (start, end) = (
            Literal::usize_unsuffixed(state.offset),
            Literal::usize_unsuffixed(state.offset + state.length),
        );
        let initial = Literal::f64_unsuffixed(state.initial);
        quote! {
            let mut i = #start;
            while i < #end {
                state[i] = #initial;
                i += 1;
            }
        }
    });
    quote! {
        /// All parameters zero, as a gradient starts, and the running statistics as they are before the first batch.
        pub const fn zeros() -> Self {
            let mut state = [0.0; #count];
            #(#filled)*
            Self { parameters: [0.0; #parameters], state }
        }
    }
}

/// Initial parameters: one line for each tensor that does not start at zero.
pub(super) fn init(program: &Program) -> TokenStream {
    let draws: Vec<TokenStream> = program.tensors.iter().filter_map(initialiser).collect();
    let is_random = program
        .tensors
        .iter()
        .any(|tensor| !matches!(tensor.initial, Initial::Constant(_)));
    let random = if is_random {
        quote!(let mut random = ::mlp_runtime::Random::new(seed);)
    } else {
        quote!(let _ = seed;)
    };
    let network = if draws.is_empty() {
        quote!(let network)
    } else {
        quote!(let mut network)
    };
    quote! {
        /// Initial parameters; the same seed gives the same ones.
        pub fn init(seed: u64) -> Self {
            #network = Self::zeros();
            #random
            #(#draws)*
            network
        }
    }
}

fn initialiser(tensor: &Tensor) -> Option<TokenStream> {
    let (start, end) = (
        Literal::usize_unsuffixed(tensor.offset),
        Literal::usize_unsuffixed(tensor.offset + tensor.elements()),
    );
    let mut shape = TokenStream::new();
    let (name, value) = match tensor.initial {
        Initial::Constant(0.0) => return None,
        Initial::Constant(value) => ("constant", value),
        Initial::Uniform(bound) => ("uniform", bound),
        Initial::Normal(deviation) => ("normal", deviation),
        Initial::TruncatedNormal(deviation) => ("truncated_normal", deviation),
        Initial::Orthogonal {
            gain,
            rows,
            columns,
        } => {
            // The transposed matrix is orthogonal, too, but what counts is how long its rows are in memory.
            let (rows, columns) = match tensor.layout {
                Layout::RowMajor => (rows, columns),
                Layout::ColumnMajor => (columns, rows),
            };
            let rows = Literal::usize_unsuffixed(rows);
            let columns = Literal::usize_unsuffixed(columns);
            shape = quote!([#rows, #columns],);
            ("orthogonal", gain)
        }
    };
    let magnitude = Literal::f64_unsuffixed(value.abs());
    let value = if value < 0.0 {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    };
    let random = (name != "constant").then(|| quote!(, &mut random));
    let name = identifier(name);
    Some(
        quote!(::mlp_runtime::initialiser::#name(&mut network.parameters[#start..#end], #shape #value #random);),
    )
}
