//! The items of one model: the type, its functions, the traits.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::functions::{body, precision};
use super::initial::{init, zeros};
use super::learning::{Learning, workspace_name};
use super::names::{TAKEN, identifier, type_name};
use super::{Comment, blocks, traits};
use crate::schedule::{Function, Program, Section};

/// Kernels that do not depend on the precision.
const GENERIC_KERNELS: [&str; 23] = [
    "flat",
    "flat_mut",
    "Destination",
    "split_rows",
    "vectorise",
    "affine",
    "affine_row",
    "linear",
    "linear_row",
    "pullback_input",
    "pullback_input_row",
    "pullback_weight",
    "pullback_weight_row",
    "pullback_bias",
    "matrix",
    "matrix_mut",
    "vector",
    "vector_mut",
    "maximum",
    "minimum",
    "sign",
    "step",
    "dropout_mask",
];

/// All items of `program`.
pub(super) fn model(program: &Program, source: &str, comment: Comment) -> TokenStream {
    let name = type_name(&program.name);
    let real = precision(program.precision);
    let count = Literal::usize_unsuffixed(program.parameter_count());
    let documentation = documentation(program, source);
    let state =
        state_count(program).map(|count| quote!(state: [::core::primitive::#real; #count],));
    let alignment = alignment(program);
    let mut kernels = BTreeSet::new();
    let inherent = inherent(program, source, comment, &mut kernels);
    let network = traits::network(program, &name);
    let learning = Learning::new(program, comment);
    let workspace = learning.as_ref().and_then(Learning::workspace);
    let trainable = learning.as_ref().and_then(Learning::of_trait);
    let imports = imports(program, &kernels);
    quote! {
        #documentation
        #alignment
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #[allow(non_camel_case_types, reason = "the name is the model's")]
        pub struct #name {
            parameters: [::core::primitive::#real; #count],
            #state
        }

        #workspace

        // A block of its own, so that nothing outside can change the meaning of the names in it.
        const _: () = {
            #imports
            #inherent
            #network
            #trainable
        };
    }
}

/// Where vector registers are filled from the parameters, these begin where a line of the cache does: a register that is
/// filled from two lines takes twice as long. Networks of few parameters stay as small as they are, and the largest can be
/// moved without a second copy on the stack.
pub(super) fn alignment(program: &Program) -> Option<TokenStream> {
    const BYTES: Range<usize> = 1 << 10..1 << 20;
    let bytes = program.parameter_count() * program.precision.bytes();
    let has_kernel = |function: &Function| {
        let mut steps = function.steps.iter();
        steps.any(|step| step.operation.is_kernel())
    };
    (BYTES.contains(&bytes) && has_kernel(&program.forward)).then(|| quote!(#[repr(C, align(64))]))
}

/// The length of the state, where there is any.
pub(super) fn state_count(program: &Program) -> Option<Literal> {
    let count = program.state_count();
    (count > 0).then(|| Literal::usize_unsuffixed(count))
}

/// Documentation lines.
pub(super) fn lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let lines = lines.into_iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// The model's own documentation, its sizes, the text that it comes from and its equations.
fn documentation(program: &Program, source: &str) -> TokenStream {
    let plural =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let sizes = [
        plural(program.inputs, "input"),
        plural(program.outputs, "output"),
        plural(program.parameter_count(), "parameter"),
    ];
    let mut text: Vec<String> = program
        .documentation
        .iter()
        .map(|line| line.trim().to_owned())
        .collect();
    if !text.is_empty() {
        text.push(String::new());
    }
    text.push(format!(
        "{}, `{}`.",
        sizes.join(", "),
        precision(program.precision)
    ));
    for (heading, shown) in [
        ("# The text", unindented(source)),
        ("# The equations", program.equations.clone()),
    ] {
        // Fences longer than any in the text.
        let mut fence = "```".to_owned();
        while shown.contains(&fence) {
            fence.push('`');
        }
        text.extend([String::new(), heading.to_owned(), String::new()]);
        text.push(format!("{fence}text"));
        text.extend(shown.trim_end().lines().map(str::to_owned));
        text.push(fence);
    }
    lines(text.iter().map(String::as_str))
}

/// The text without empty lines around it, without the indentation that all its lines have and without tabulators, which
/// linters refuse in documentation.
fn unindented(text: &str) -> String {
    let text = text.replace('\t', "    ");
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    // The first line of an inline text stands behind the brace of the macro.
    let margin = filled().skip(1).map(indent).min().unwrap_or(0);
    let lines = text.lines().map(|line| {
        let own = margin.min(indent(line));
        format!("{}\n", line[own..].trim_end())
    });
    lines.collect::<String>().trim_matches('\n').to_owned()
}

/// The equations of one section that a function implements, as documentation.
pub(super) fn equations(function: &Function, section: Section) -> TokenStream {
    let captions = function.steps.iter().flat_map(|step| &step.captions);
    let own = captions
        .filter(|caption| caption.section == section)
        .map(|caption| caption.equation.as_str());
    lines(["", "```text"].into_iter().chain(own).chain(["```"]))
}

/// The names that the code uses without a path.
fn imports(program: &Program, kernels: &BTreeSet<&'static str>) -> TokenStream {
    let is_taken = |kernel| TAKEN.contains(kernel);
    debug_assert!(
        kernels.iter().all(is_taken),
        "a symbol could have the name of a kernel"
    );
    let real = precision(program.precision);
    let (generic, own): (Vec<&str>, Vec<&str>) = kernels
        .iter()
        .partition(|kernel| GENERIC_KERNELS.contains(kernel));
    let list = |names: Vec<&str>| names.into_iter().map(identifier).collect::<Vec<Ident>>();
    let (generic, own) = (list(generic), list(own));
    let generic =
        (!generic.is_empty()).then(|| quote!(use ::mlp_runtime::kernel::{#(#generic),*};));
    let own = (!own.is_empty()).then(|| quote!(use ::mlp_runtime::kernel::#real::{#(#own),*};));
    quote! {
        use ::core::iter::Iterator as _;
        use ::core::primitive::{#real, str, u64, usize};
        #generic
        #own
    }
}

fn inherent(
    program: &Program,
    source: &str,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let name = type_name(&program.name);
    let count = |value: usize| Literal::usize_unsuffixed(value);
    let (inputs, outputs, parameters) = (
        count(program.inputs),
        count(program.outputs),
        count(program.parameter_count()),
    );
    let equations = text_literal(&program.equations);
    let source = text_literal(source);
    let inference = count(program.inference_stack());
    let inference_documentation = lines([
        "Bytes for inference: the network, and all arrays that `forward` or `forward_batch` keeps on the stack. The",
        &format!(
            "frames of calls come on top. Of the stack `forward` alone takes {} bytes.",
            program.forward_stack()
        ),
    ]);
    let training = program.training_stack().map(|stack| {
        let (stack, workspace) = (count(stack), workspace_name(program));
        quote! {
            /// Bytes for training: the network, a workspace, and all arrays that a gradient or a step keeps on the stack.
            /// The frames of calls come on top, and what an optimizer remembers.
            pub const TRAINING_BYTES: usize =
                ::core::mem::size_of::<Self>() + ::core::mem::size_of::<#workspace>() + #stack;
        }
    });
    let (zeros, init) = (zeros(program), init(program));
    let forward = forward(program, comment, kernels);
    let learning = Learning::new(program, comment).map(|learning| learning.inherent(kernels));
    quote! {
        #[allow(dead_code, non_snake_case, clippy::all, clippy::pedantic, reason = "generated; a program may use a part of it")]
        impl #name {
            /// The elements of an input row.
            pub const INPUTS: usize = #inputs;
            /// The elements of an output.
            pub const OUTPUTS: usize = #outputs;
            /// The trained scalars.
            pub const PARAMETERS: usize = #parameters;
            #inference_documentation
            pub const INFERENCE_BYTES: usize = ::core::mem::size_of::<Self>() + #inference;
            #training
            /// The equations that this type implements.
            pub const EQUATIONS: &'static str = #equations;
            /// The text that this type was compiled from.
            pub const SOURCE: &'static str = #source;

            #zeros

            #init
            #forward
            #learning
        }
    }
}

fn forward(
    program: &Program,
    comment: Comment,
    kernels: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let real = precision(program.precision);
    let (inputs, outputs) = (
        Literal::usize_unsuffixed(program.inputs),
        Literal::usize_unsuffixed(program.outputs),
    );
    let body = body(program, &program.forward, comment, kernels);
    let rows = match program.blocks(&program.forward) {
        Some(blocks) => blocks::outputs(program, &program.forward, &blocks, comment, kernels),
        None => quote! {
            for (input, output) in inputs.iter().zip(outputs) {
                *output = self.forward(input);
            }
        },
    };
    let equations = equations(&program.forward, Section::Forward);
    quote! {
        /// The output for one sample.
        #equations
        pub fn forward(&self, input: &[#real; #inputs]) -> [#real; #outputs] {
            #body
        }

        /// The outputs for any number of samples.
        ///
        /// # Panics
        /// If `inputs` and `outputs` differ in length.
        pub fn forward_batch(&self, inputs: &[[#real; #inputs]], outputs: &mut [[#real; #outputs]]) {
            ::core::assert!(inputs.len() == outputs.len(), "there must be an output row for each input row");
            #rows
        }
    }
}

/// A text as a raw literal, so that its lines stay lines; as an ordinary one where that cannot be.
fn text_literal(text: &str) -> TokenStream {
    let text = text.replace("\r\n", "\n");
    let hashes = (0..)
        .map(|count| "#".repeat(count))
        .find(|hashes| !text.contains(&format!("\"{hashes}")));
    let raw = hashes.filter(|_| !text.contains('\r')).and_then(|hashes| {
        format!("r{hashes}\"{text}\"{hashes}")
            .parse::<Literal>()
            .ok()
    });
    let literal = raw.unwrap_or_else(|| Literal::string(&text));
    quote!(#literal)
}
