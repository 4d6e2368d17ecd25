//! The trait that users of any network are generic over: each function hands over to the type's own.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::functions::precision;
use crate::schedule::{Decision, Program};

/// Lengths as elements of a list.
pub(super) fn literals(lengths: &[usize]) -> TokenStream {
    let lengths = lengths
        .iter()
        .map(|length| Literal::usize_unsuffixed(*length));
    quote!(#(#lengths),*)
}

/// `Network`.
pub(super) fn network(program: &Program, name: &Ident) -> TokenStream {
    let real = precision(program.precision);
    let (inputs, outputs) = (
        Literal::usize_unsuffixed(program.inputs),
        Literal::usize_unsuffixed(program.outputs),
    );
    let title = &program.name;
    let tensors = program.tensors.iter().map(|tensor| {
        let (shape, strides) = (literals(&tensor.shape), literals(&tensor.strides()));
        let (name, offset) = (&tensor.name, Literal::usize_unsuffixed(tensor.offset));
        quote!(::mlp_runtime::Tensor { name: #name, shape: &[#shape], strides: &[#strides], offset: #offset })
    });
    let state = (!program.state.is_empty()).then(|| {
        let tensors = program.state.iter().map(|state| {
            let (name, length) = (&state.name, Literal::usize_unsuffixed(state.length));
            let offset = Literal::usize_unsuffixed(state.offset);
            quote!(::mlp_runtime::Tensor { name: #name, shape: &[#length], strides: &[1], offset: #offset })
        });
        quote! {
            const STATE: &'static [::mlp_runtime::Tensor] = &[#(#tensors),*];

            fn state(&self) -> &[#real] {
                &self.state
            }

            fn state_mut(&mut self) -> &mut [#real] {
                &mut self.state
            }
        }
    });
    let decision = match program.decision {
        Decision::Probability => None,
        Decision::Logit => Some(quote!(Logit)),
        Decision::Margin => Some(quote!(Margin)),
    };
    let decision = decision.map(|decision| {
        quote!(const DECISION: ::mlp_runtime::Decision = ::mlp_runtime::Decision::#decision;)
    });
    quote! {
        impl ::mlp_runtime::Network for #name {
            type Scalar = #real;
            type Input = [#real; #inputs];
            type Output = [#real; #outputs];
            const NAME: &'static str = #title;
            const INPUTS: usize = Self::INPUTS;
            const OUTPUTS: usize = Self::OUTPUTS;
            const PARAMETERS: usize = Self::PARAMETERS;
            #decision
            const TENSORS: &'static [::mlp_runtime::Tensor] = &[#(#tensors),*];
            const EQUATIONS: &'static str = Self::EQUATIONS;
            const SOURCE: &'static str = Self::SOURCE;

            fn zeros() -> Self {
                Self::zeros()
            }

            fn init(seed: u64) -> Self {
                Self::init(seed)
            }

            fn parameters(&self) -> &[#real] {
                &self.parameters
            }

            fn parameters_mut(&mut self) -> &mut [#real] {
                &mut self.parameters
            }

            #state

            fn forward(&self, input: &[#real; #inputs]) -> [#real; #outputs] {
                Self::forward(self, input)
            }

            fn forward_batch(&self, inputs: &[[#real; #inputs]], outputs: &mut [[#real; #outputs]]) {
                Self::forward_batch(self, inputs, outputs);
            }
        }
    }
}
