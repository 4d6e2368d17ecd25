//! Steps with matrices as Rust statements.

use proc_macro2::TokenStream;
use quote::quote;

use super::steps::{StepWriter, literal};
use crate::schedule::{Band, BufferId, LoopShape, Operation, Orientation};

impl StepWriter<'_> {
    /// The statements of a product with a matrix, or of a matrix's gradient.
    pub(super) fn matrix_operation(&mut self, operation: &Operation) -> TokenStream {
        match operation {
            Operation::MatrixVector {
                target,
                matrix,
                dimensions,
                band,
                orientation,
                vector,
                bias,
                shape,
            } => {
                let product = Product {
                    target: *target,
                    matrix: *matrix,
                    dimensions: *dimensions,
                    band: *band,
                    vector: *vector,
                };
                match (shape, orientation) {
                    (LoopShape::Kernel, _) => self.product_by_kernel(&product, *bias, *orientation),
                    (_, Orientation::Plain) => self.plain(&product, *bias, *shape),
                    (_, Orientation::Transposed) => self.transposed(&product, *shape),
                }
            }
            Operation::AccumulateOuter {
                tensor,
                left,
                right,
                dimensions,
                band,
                shape,
            } => self.accumulate_outer(*tensor, (*left, *right), *dimensions, *band, *shape),
            _ => TokenStream::new(),
        }
    }

    /// The same by the runtime's kernel, for one row or, where the names are those of all rows of a block, for all.
    fn product_by_kernel(
        &mut self,
        product: &Product,
        bias: Option<BufferId>,
        orientation: Orientation,
    ) -> TokenStream {
        let name = match (orientation, bias) {
            (Orientation::Plain, Some(_)) => "affine_row",
            (Orientation::Plain, None) => "linear_row",
            (Orientation::Transposed, _) => "pullback_input_row",
        };
        let (matrix, vector) = (
            self.name(product.matrix),
            self.array_reference(product.vector),
        );
        let bias = bias.map(|bias| self.name(bias)).into_iter();
        let call = self.kernel(name, quote!(level, #vector, #matrix #(, #bias)*));
        self.create(product.target, call)
    }

    fn plain(
        &mut self,
        product: &Product,
        bias: Option<BufferId>,
        shape: LoopShape,
    ) -> TokenStream {
        let (rows, columns) = product.dimensions;
        let (target, matrix, vector) = (
            self.name(product.target),
            self.name(product.matrix),
            self.name(product.vector),
        );
        let bias = bias.map(|bias| self.name(bias));
        match shape {
            LoopShape::Straight => {
                let elements = (0..rows).map(|row| {
                    let products = (0..columns).map(|column| {
                        let (row, column, place) = (
                            literal(row),
                            literal(column),
                            literal(product.column(row, column)),
                        );
                        quote!(#matrix[#row][#column] * #vector[#place])
                    });
                    let row = literal(row);
                    let terms = bias
                        .map(|bias| quote!(#bias[#row]))
                        .into_iter()
                        .chain(products);
                    quote!(#(#terms)+*)
                });
                self.create(product.target, quote!([#(#elements),*]))
            }
            LoopShape::Loop | LoopShape::Kernel => {
                let place = column(product.band);
                let (rows, columns) = (literal(rows), literal(columns));
                let start = bias.map_or(quote!([0.0; #rows]), |bias| quote!(*#bias));
                let created = self.create_mutable(product.target, start);
                quote! {
                    #created
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #target[i] += #matrix[i][j] * #vector[#place];
                        }
                    }
                }
            }
        }
    }

    fn transposed(&mut self, product: &Product, shape: LoopShape) -> TokenStream {
        let (rows, columns) = product.dimensions;
        let (target, matrix, vector) = (
            self.name(product.target),
            self.name(product.matrix),
            self.name(product.vector),
        );
        match (shape, product.band) {
            (LoopShape::Straight, None) => {
                let elements = (0..columns).map(|column| {
                    let column = literal(column);
                    let terms = (0..rows)
                        .map(literal)
                        .map(|row| quote!(#matrix[#row][#column] * #vector[#row]));
                    quote!(#(#terms)+*)
                });
                self.create(product.target, quote!([#(#elements),*]))
            }
            (LoopShape::Loop | LoopShape::Kernel, _) | (_, Some(_)) => {
                let length = literal(product.band.map_or(columns, Band::columns));
                let place = column(product.band);
                let (rows, columns) = (literal(rows), literal(columns));
                let created = self.create_mutable(product.target, quote!([0.0; #length]));
                quote! {
                    #created
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #target[#place] += #matrix[i][j] * #vector[i];
                        }
                    }
                }
            }
        }
    }

    fn accumulate_outer(
        &mut self,
        tensor: usize,
        (left, right): (BufferId, BufferId),
        (rows, columns): (usize, usize),
        band: Option<Band>,
        shape: LoopShape,
    ) -> TokenStream {
        let (gradient, view) = self.gradient(tensor);
        if shape == LoopShape::Kernel {
            let (left, right) = (self.array_reference(left), self.array_reference(right));
            let call = self.kernel(
                "pullback_weight_row",
                quote!(level, factor, #right, #left, #gradient),
            );
            return quote!(#view #call;);
        }
        let (left, right) = (self.name(left), self.name(right));
        match shape {
            LoopShape::Straight => {
                let places =
                    (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
                let statements = places.map(|(row, column)| {
                    let place = literal(column + band.map_or(0, |band| band.start(row)));
                    let (row, column) = (literal(row), literal(column));
                    quote!(#gradient[#row][#column] += factor * #left[#row] * #right[#place];)
                });
                quote!(#view #(#statements)*)
            }
            LoopShape::Loop | LoopShape::Kernel => {
                let place = column(band);
                let (rows, columns) = (literal(rows), literal(columns));
                quote! {
                    #view
                    for i in 0..#rows {
                        for j in 0..#columns {
                            #gradient[i][j] += factor * #left[i] * #right[#place];
                        }
                    }
                }
            }
        }
    }
}

/// A product of a stored matrix and a vector.
struct Product {
    target: BufferId,
    matrix: BufferId,
    dimensions: (usize, usize),
    band: Option<Band>,
    vector: BufferId,
}

impl Product {
    /// The column of the whole matrix where a stored element stands.
    fn column(&self, row: usize, column: usize) -> usize {
        column + self.band.map_or(0, |band| band.start(row))
    }
}

/// The column of the whole matrix where the stored element i, j stands.
fn column(band: Option<Band>) -> TokenStream {
    match band {
        None => quote!(j),
        Some(Band {
            units: 1, stride, ..
        }) => {
            let stride = literal(stride);
            quote!(i * #stride + j)
        }
        Some(Band { units, stride, .. }) => {
            let (units, stride) = (literal(units), literal(stride));
            quote!(i / #units * #stride + j)
        }
    }
}
