//! Steps as Rust statements.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Comment;
use super::scalars::{Place, ScalarWriter};
use crate::schedule::{
    Access, BufferId, Function, LoopShape, Operation, Precision, Reduction, Scalar, Step, Tensor,
};

/// Writes the steps of one function.
pub(super) struct StepWriter<'a> {
    pub(super) function: &'a Function,
    pub(super) tensors: &'a [Tensor],
    pub(super) names: &'a [Ident],
    /// The buffers that exist already when the steps begin, for all rows of a block: their names are references to the
    /// element of the row at hand.
    pub(super) kept: &'a BTreeSet<BufferId>,
    pub(super) precision: Precision,
    pub(super) comment: Comment,
    /// The kernels that the steps call.
    pub(super) kernels: &'a mut BTreeSet<&'static str>,
}

impl<'a> StepWriter<'a> {
    /// The statements of a step, its equations as comments before them.
    pub(super) fn write(&mut self, step: &Step) -> TokenStream {
        let comments = comments(step, self.comment);
        let statements = self.operation(&step.operation);
        quote!(#comments #statements)
    }

    fn operation(&mut self, operation: &Operation) -> TokenStream {
        match operation {
            Operation::MatrixVector { .. } | Operation::AccumulateOuter { .. } => {
                self.matrix_operation(operation)
            }
            Operation::Zeros { target } => {
                let length = literal(self.function.buffer(*target).length);
                self.create_mutable(*target, quote!([0.0; #length]))
            }
            Operation::List { target, values } => {
                let values: Vec<TokenStream> = values
                    .iter()
                    .map(|value| self.scalar(value, Place::Literal(0)))
                    .collect();
                self.create(*target, quote!([#(#values),*]))
            }
            Operation::Elementwise {
                target,
                exists: false,
                length,
                value,
                shape,
                ..
            } => self.new_array(*target, *length, value, *shape),
            Operation::Elementwise {
                target,
                exists: true,
                offset,
                length,
                value,
                shape,
            } => self.part(*target, *offset, *length, value, *shape),
            Operation::Single { target, value } => {
                let target = self.name(*target);
                let value = self.scalar(value, Place::Literal(0));
                quote!(let #target = #value;)
            }
            Operation::Reduce {
                target,
                reduction,
                length,
                value,
            } => self.reduce(*target, *reduction, *length, value),
            Operation::Softmax {
                target,
                total,
                vector,
                length,
            } => self.softmax(*target, *total, *vector, *length),
            Operation::Accumulate {
                tensor,
                length,
                value,
                shape,
            } => self.accumulate(*tensor, *length, value, *shape),
            Operation::AccumulateStatistic {
                offset,
                length,
                value,
                shape,
            } => self.accumulate_statistic(*offset, *length, value, *shape),
        }
    }

    fn new_array(
        &mut self,
        target: BufferId,
        length: usize,
        value: &Scalar,
        shape: LoopShape,
    ) -> TokenStream {
        match shape {
            LoopShape::Straight => {
                let elements: Vec<TokenStream> = (0..length)
                    .map(|index| self.scalar(value, Place::Literal(index)))
                    .collect();
                self.create(target, quote!([#(#elements),*]))
            }
            LoopShape::Loop | LoopShape::Kernel => {
                let fill = self.part(target, 0, length, value, shape);
                let length = literal(length);
                let created = (!self.kept.contains(&target))
                    .then(|| self.create_mutable(target, quote!([0.0; #length])));
                quote!(#created #fill)
            }
        }
    }

    /// Sets a part of an array that exists.
    fn part(
        &mut self,
        target: BufferId,
        offset: usize,
        length: usize,
        value: &Scalar,
        shape: LoopShape,
    ) -> TokenStream {
        match shape {
            LoopShape::Straight => {
                let statements: Vec<TokenStream> = (0..length)
                    .map(|index| self.update(target, offset, value, Place::Literal(index)))
                    .collect();
                quote!(#(#statements)*)
            }
            LoopShape::Loop | LoopShape::Kernel => {
                let statement = self.update(target, offset, value, Place::Loop);
                let length = literal(length);
                quote!(for i in 0..#length { #statement })
            }
        }
    }

    /// `target[i] = value`, or `target[i] *= factor` where that is what the value does.
    fn update(
        &mut self,
        target: BufferId,
        offset: usize,
        value: &Scalar,
        place: Place,
    ) -> TokenStream {
        let (name, index) = (self.name(target), place.shifted(offset));
        if let Scalar::Multiply(left, right) = value
            && **left == Scalar::Element(target, Access::Here)
            && offset == 0
        {
            let factor = self.scalar(right, place);
            return quote!(#name[#index] *= #factor;);
        }
        let value = self.scalar(value, place);
        quote!(#name[#index] = #value;)
    }

    fn reduce(
        &mut self,
        target: BufferId,
        reduction: Reduction,
        length: usize,
        value: &Scalar,
    ) -> TokenStream {
        let name = self.name(target);
        let (element, count) = (self.scalar(value, Place::Loop), literal(length));
        match reduction {
            Reduction::Sum => quote! {
                let mut #name = 0.0;
                for i in 0..#count {
                    #name += #element;
                }
            },
            Reduction::Mean => {
                let divisor = Literal::f64_unsuffixed(length as f64);
                quote! {
                    let mut #name = 0.0;
                    for i in 0..#count {
                        #name += #element;
                    }
                    #name /= #divisor;
                }
            }
            Reduction::Max => {
                let first = self.scalar(value, Place::Literal(0));
                let larger = self.kernel("maximum", quote!(#name, #element));
                quote! {
                    let mut #name = #first;
                    for i in 1..#count {
                        #name = #larger;
                    }
                }
            }
            Reduction::LogSumExp => {
                let Scalar::Element(buffer, _) = value else {
                    return quote!(let #name = #element;);
                };
                let buffer = self.array_reference(*buffer);
                let total = self.kernel("logsumexp_at", quote!(level, #buffer));
                quote!(let #name = #total;)
            }
        }
    }

    fn softmax(
        &mut self,
        target: BufferId,
        total: Option<BufferId>,
        vector: BufferId,
        length: usize,
    ) -> TokenStream {
        let (name, vector) = (self.name(target), self.array_reference(vector));
        let (created, result) = match self.kept.contains(&target) {
            true => (None, quote!(#name)),
            false => {
                let length = literal(length);
                let zeros = self.create_mutable(target, quote!([0.0; #length]));
                (Some(zeros), quote!(&mut #name))
            }
        };
        let call = self.kernel("softmax_at", quote!(level, #vector, #result));
        let total = total
            .map(|total| self.name(total))
            .map(|total| quote!(let #total =));
        quote!(#created #total #call;)
    }

    fn accumulate(
        &mut self,
        tensor: usize,
        length: usize,
        value: &Scalar,
        shape: LoopShape,
    ) -> TokenStream {
        if self.tensors[tensor].shape.is_empty() {
            let offset = literal(self.tensors[tensor].offset);
            let value = self.product_with_factor(value, Place::Literal(0));
            return quote!(gradient.parameters[#offset] += #value;);
        }
        let (gradient, view) = self.gradient(tensor);
        match shape {
            LoopShape::Straight => {
                let statements: Vec<TokenStream> = (0..length)
                    .map(|index| {
                        let (value, index) = (
                            self.product_with_factor(value, Place::Literal(index)),
                            literal(index),
                        );
                        quote!(#gradient[#index] += #value;)
                    })
                    .collect();
                quote!(#view #(#statements)*)
            }
            LoopShape::Loop | LoopShape::Kernel => {
                let (value, length) = (
                    self.product_with_factor(value, Place::Loop),
                    literal(length),
                );
                quote!(#view for i in 0..#length { #gradient[i] += #value; })
            }
        }
    }

    fn accumulate_statistic(
        &mut self,
        offset: usize,
        length: usize,
        value: &Scalar,
        shape: LoopShape,
    ) -> TokenStream {
        let mut add = |place: Place| {
            let (value, index) = (
                self.product_with_factor(value, place),
                place.shifted(offset),
            );
            quote!(sums[#index] += #value;)
        };
        match shape {
            LoopShape::Straight => (0..length)
                .map(|index| add(Place::Literal(index)))
                .collect(),
            LoopShape::Loop | LoopShape::Kernel => {
                let (statement, length) = (add(Place::Loop), literal(length));
                quote!(for i in 0..#length { #statement })
            }
        }
    }

    fn product_with_factor(&mut self, value: &Scalar, place: Place) -> TokenStream {
        let number = self.scalar(value, place);
        match value {
            Scalar::Element(..) => quote!(factor * #number),
            _ => quote!(factor * (#number)),
        }
    }

    /// The name of a tensor's gradient and the statement that makes it.
    pub(super) fn gradient(&mut self, tensor: usize) -> (Ident, TokenStream) {
        let tensor = &self.tensors[tensor];
        let name = super::names::identifier(&format!(
            "gradient_{}",
            super::names::ascii(&tensor.symbol).to_lowercase()
        ));
        let offset = literal(tensor.offset);
        let (view, dimensions) = super::functions::view(tensor, "_mut", self.kernels);
        (
            name.clone(),
            quote!(let #name = #view::<#dimensions, _>(&mut gradient.parameters, #offset);),
        )
    }

    /// The statement that gives an array its first values.
    pub(super) fn create(&self, target: BufferId, values: TokenStream) -> TokenStream {
        let name = self.name(target);
        if self.kept.contains(&target) {
            return quote!(*#name = #values;);
        }
        let changes = self.function.steps.iter().any(
            |step| matches!(step.operation, Operation::Elementwise { target: changed, exists: true, .. } if changed == target),
        );
        let mutable = changes.then(|| quote!(mut));
        quote!(let #mutable #name = #values;)
    }

    /// The same for an array that the next statements change.
    pub(super) fn create_mutable(&self, target: BufferId, values: TokenStream) -> TokenStream {
        let name = self.name(target);
        if self.kept.contains(&target) {
            return quote!(*#name = #values;);
        }
        quote!(let mut #name = #values;)
    }

    /// A reference to a whole array.
    pub(super) fn array_reference(&self, buffer: BufferId) -> TokenStream {
        use crate::schedule::Storage;
        let name = self.name(buffer);
        if self.kept.contains(&buffer) {
            return quote!(#name);
        }
        match self.function.buffer(buffer).storage {
            Storage::Mask { .. } | Storage::Array | Storage::Scalar => quote!(&#name),
            Storage::Input { .. }
            | Storage::Target
            | Storage::Parameter(_)
            | Storage::Statistic { .. }
            | Storage::State(_) => quote!(#name),
        }
    }

    /// A call of a kernel.
    pub(super) fn kernel(&mut self, name: &'static str, arguments: TokenStream) -> TokenStream {
        self.writer().kernel(name, arguments)
    }

    fn scalar(&mut self, scalar: &Scalar, place: Place) -> TokenStream {
        self.writer().write(scalar, place)
    }

    fn writer(&mut self) -> ScalarWriter<'_> {
        ScalarWriter {
            names: self.names,
            precision: self.precision,
            has_level: self.function.has_loops(),
            kernels: self.kernels,
        }
    }

    pub(super) fn name(&self, buffer: BufferId) -> &'a Ident {
        &self.names[buffer.0]
    }
}

/// The equations that a step begins to compute.
pub(super) fn comments(step: &Step, comment: Comment) -> TokenStream {
    let equations = step.captions.iter();
    equations
        .map(|caption| comment(&caption.equation))
        .collect()
}

/// A literal index or length.
pub(super) fn literal(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}
