//! Steps as Rust statements.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Comment;
use super::scalars::{Place, ScalarWriter};
use crate::schedule::{
    Access, BufferId, Function, LoopShape, Operation, Orientation, Precision, Reduction, Scalar,
    Step, Tensor,
};

/// Writes the steps of one function.
pub(super) struct StepWriter<'a> {
    pub(super) function: &'a Function,
    pub(super) tensors: &'a [Tensor],
    pub(super) names: &'a [Ident],
    pub(super) precision: Precision,
    pub(super) comment: Comment,
    /// The kernels that the steps call.
    pub(super) kernels: &'a mut BTreeSet<&'static str>,
}

impl<'a> StepWriter<'a> {
    /// The statements of a step, its equation as a comment before them.
    pub(super) fn write(&mut self, step: &Step) -> TokenStream {
        let comment = step
            .caption
            .as_ref()
            .map(|caption| (self.comment)(&caption.equation));
        let statements = self.operation(&step.operation);
        quote!(#comment #statements)
    }

    fn operation(&mut self, operation: &Operation) -> TokenStream {
        match operation {
            Operation::MatrixVector {
                target,
                matrix,
                dimensions,
                orientation: Orientation::Plain,
                vector,
                bias,
                shape,
            } => self.matrix_vector(*target, *matrix, *dimensions, *vector, *bias, *shape),
            Operation::MatrixVector {
                target,
                matrix,
                dimensions,
                orientation: Orientation::Transposed,
                vector,
                shape,
                ..
            } => self.transposed(*target, *matrix, *dimensions, *vector, *shape),
            Operation::Elementwise {
                target,
                exists,
                value,
                shape,
            } => self.elementwise(*target, *exists, value, *shape),
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
            Operation::AccumulateOuter {
                tensor,
                left,
                right,
                shape,
            } => self.accumulate_outer(*tensor, *left, *right, *shape),
            Operation::Accumulate {
                tensor,
                length,
                value,
                shape,
            } => self.accumulate(*tensor, *length, value, *shape),
        }
    }

    fn matrix_vector(
        &mut self,
        target: BufferId,
        matrix: BufferId,
        (rows, columns): (usize, usize),
        vector: BufferId,
        bias: Option<BufferId>,
        shape: LoopShape,
    ) -> TokenStream {
        let (target, matrix, vector) = (self.name(target), self.name(matrix), self.name(vector));
        let bias = bias.map(|bias| self.name(bias));
        match shape {
            LoopShape::Straight => {
                let elements = (0..rows).map(|row| {
                    let row = literal(row);
                    let products = (0..columns)
                        .map(literal)
                        .map(|column| quote!(#matrix[#row][#column] * #vector[#column]));
                    let terms = bias
                        .map(|bias| quote!(#bias[#row]))
                        .into_iter()
                        .chain(products);
                    quote!(#(#terms)+*)
                });
                quote!(let #target = [#(#elements),*];)
            }
            LoopShape::Loop => {
                let (rows, columns) = (literal(rows), literal(columns));
                let start = bias.map_or(quote!([0.0; #rows]), |bias| quote!(*#bias));
                quote! {
                    let mut #target = #start;
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #target[i] += #matrix[i][j] * #vector[j];
                        }
                    }
                }
            }
        }
    }

    fn transposed(
        &mut self,
        target: BufferId,
        matrix: BufferId,
        (rows, columns): (usize, usize),
        vector: BufferId,
        shape: LoopShape,
    ) -> TokenStream {
        let mutable = self.changes_later(target);
        let (target, matrix, vector) = (self.name(target), self.name(matrix), self.name(vector));
        match shape {
            LoopShape::Straight => {
                let elements = (0..columns).map(|column| {
                    let column = literal(column);
                    let terms = (0..rows)
                        .map(literal)
                        .map(|row| quote!(#matrix[#row][#column] * #vector[#row]));
                    quote!(#(#terms)+*)
                });
                quote!(let #mutable #target = [#(#elements),*];)
            }
            LoopShape::Loop => {
                let (rows, columns) = (literal(rows), literal(columns));
                quote! {
                    let mut #target = [0.0; #columns];
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #target[j] += #matrix[i][j] * #vector[i];
                        }
                    }
                }
            }
        }
    }

    fn elementwise(
        &mut self,
        target: BufferId,
        exists: bool,
        value: &Scalar,
        shape: LoopShape,
    ) -> TokenStream {
        let length = self.function.buffer(target).length;
        let name = self.name(target);
        match (shape, exists) {
            (LoopShape::Straight, false) => {
                let elements: Vec<TokenStream> = (0..length)
                    .map(|index| self.scalar(value, Place::Literal(index)))
                    .collect();
                quote!(let #name = [#(#elements),*];)
            }
            (LoopShape::Straight, true) => {
                let statements: Vec<TokenStream> = (0..length)
                    .map(|index| self.update(target, value, Place::Literal(index)))
                    .collect();
                quote!(#(#statements)*)
            }
            (LoopShape::Loop, _) => {
                let statement = self.update(target, value, Place::Loop);
                let length = literal(length);
                let start = (!exists).then(|| quote!(let mut #name = [0.0; #length];));
                quote!(#start for i in 0..#length { #statement })
            }
        }
    }

    /// `target[i] = value`, or `target[i] *= factor` where that is what the value does.
    fn update(&mut self, target: BufferId, value: &Scalar, place: Place) -> TokenStream {
        let (name, index) = (self.name(target), place.index());
        if let Scalar::Multiply(left, right) = value
            && **left == Scalar::Element(target, Access::Here)
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
                let larger = self.writer().kernel("maximum", quote!(#name, #element));
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
                let total = self.writer().kernel("logsumexp", buffer);
                quote!(let #name = #total;)
            }
        }
    }

    fn accumulate_outer(
        &mut self,
        tensor: usize,
        left: BufferId,
        right: BufferId,
        shape: LoopShape,
    ) -> TokenStream {
        let (rows, columns) = (
            self.function.buffer(left).length,
            self.function.buffer(right).length,
        );
        let (gradient, view) = self.gradient(tensor);
        let (left, right) = (self.name(left), self.name(right));
        match shape {
            LoopShape::Straight => {
                let places = (0..rows).flat_map(|row| {
                    (0..columns).map(move |column| (literal(row), literal(column)))
                });
                let statements = places.map(|(row, column)| {
                    quote!(#gradient[#row][#column] += share * #left[#row] * #right[#column];)
                });
                quote!(#view #(#statements)*)
            }
            LoopShape::Loop => {
                let (rows, columns) = (literal(rows), literal(columns));
                quote! {
                    #view
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #gradient[i][j] += share * #left[i] * #right[j];
                        }
                    }
                }
            }
        }
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
            let value = self.product_with_share(value, Place::Literal(0));
            return quote!(gradient.parameters[#offset] += #value;);
        }
        let (gradient, view) = self.gradient(tensor);
        match shape {
            LoopShape::Straight => {
                let statements: Vec<TokenStream> = (0..length)
                    .map(|index| {
                        let (value, index) = (
                            self.product_with_share(value, Place::Literal(index)),
                            literal(index),
                        );
                        quote!(#gradient[#index] += #value;)
                    })
                    .collect();
                quote!(#view #(#statements)*)
            }
            LoopShape::Loop => {
                let (value, length) =
                    (self.product_with_share(value, Place::Loop), literal(length));
                quote!(#view for i in 0..#length { #gradient[i] += #value; })
            }
        }
    }

    fn product_with_share(&mut self, value: &Scalar, place: Place) -> TokenStream {
        let share = self.scalar(value, place);
        match value {
            Scalar::Element(..) => quote!(share * #share),
            _ => quote!(share * (#share)),
        }
    }

    /// The name of a tensor's gradient and the statement that makes it.
    fn gradient(&mut self, tensor: usize) -> (Ident, TokenStream) {
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

    /// `mut` where a later step changes the array.
    fn changes_later(&self, buffer: BufferId) -> Option<TokenStream> {
        let changes = self.function.steps.iter().any(
            |step| matches!(step.operation, Operation::Elementwise { target, exists: true, .. } if target == buffer),
        );
        changes.then(|| quote!(mut))
    }

    /// A reference to a whole array.
    fn array_reference(&self, buffer: BufferId) -> TokenStream {
        use crate::schedule::Storage;
        let name = self.name(buffer);
        match self.function.buffer(buffer).storage {
            Storage::Array | Storage::Scalar => quote!(&#name),
            Storage::Input { .. } | Storage::Target | Storage::Parameter(_) => quote!(#name),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, place: Place) -> TokenStream {
        self.writer().write(scalar, place)
    }

    fn writer(&mut self) -> ScalarWriter<'_> {
        ScalarWriter {
            names: self.names,
            precision: self.precision,
            kernels: self.kernels,
        }
    }

    fn name(&self, buffer: BufferId) -> &'a Ident {
        &self.names[buffer.0]
    }
}

fn literal(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}
