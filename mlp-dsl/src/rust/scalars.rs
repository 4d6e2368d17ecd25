//! One number of a schedule as a Rust expression.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::functions::precision;
use super::names::identifier;
use crate::schedule::{Access, BufferId, Comparison, Extremum, Precision, Scalar, ScalarFunction};

/// How tightly an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// `a < b`, `if a { b } else { c }`: in parentheses within any other
    Loose,
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// `-a`
    Sign,
    /// `a[i]`, `f(a)`
    Atom,
}

/// The place of a loop that an element is taken at.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The loop's variable `i`.
    Loop,
    /// A literal index.
    Literal(usize),
}

impl Place {
    /// The index as tokens.
    pub(super) fn index(self) -> TokenStream {
        match self {
            Self::Loop => quote!(i),
            Self::Literal(index) => {
                let index = Literal::usize_unsuffixed(index);
                quote!(#index)
            }
        }
    }
}

impl Place {
    /// The index `by` places later as tokens.
    pub(super) fn shifted(self, by: usize) -> TokenStream {
        match self {
            _ if by == 0 => self.index(),
            Self::Loop => {
                let by = Literal::usize_unsuffixed(by);
                quote!(i + #by)
            }
            Self::Literal(index) => Self::Literal(index + by).index(),
        }
    }
}

/// Writes scalars with the names of one function's buffers, and notes the kernels that they call.
pub(super) struct ScalarWriter<'a> {
    pub(super) names: &'a [Ident],
    pub(super) precision: Precision,
    /// Whether the code stands within `vectorise`: what is faster on some levels takes the level then.
    pub(super) has_level: bool,
    pub(super) kernels: &'a mut BTreeSet<&'static str>,
}

impl ScalarWriter<'_> {
    /// The expression for `scalar` at `place`.
    pub(super) fn write(&mut self, scalar: &Scalar, place: Place) -> TokenStream {
        self.bound(scalar, place).0
    }

    /// The expression in parentheses where it binds less tightly than `binding`.
    fn at_least(&mut self, scalar: &Scalar, place: Place, binding: Binding) -> TokenStream {
        let (tokens, own) = self.bound(scalar, place);
        if own < binding {
            quote!((#tokens))
        } else {
            tokens
        }
    }

    fn bound(&mut self, scalar: &Scalar, place: Place) -> (TokenStream, Binding) {
        match scalar {
            Scalar::Number(number) => self.number(*number),
            Scalar::Element(buffer, access) => {
                (self.element(*buffer, *access, place), Binding::Atom)
            }
            Scalar::IsTarget => {
                let index = place.index();
                (
                    quote!(if #index == target { 1.0 } else { 0.0 }),
                    Binding::Loose,
                )
            }
            Scalar::Negate(a) => {
                let a = self.at_least(a, place, Binding::Sign);
                (quote!(-#a), Binding::Sign)
            }
            Scalar::Add(a, b) => {
                let (a, b) = (
                    self.at_least(a, place, Binding::Sum),
                    self.at_least(b, place, Binding::Product),
                );
                (quote!(#a + #b), Binding::Sum)
            }
            Scalar::Subtract(a, b) => {
                let (a, b) = (
                    self.at_least(a, place, Binding::Sum),
                    self.at_least(b, place, Binding::Product),
                );
                (quote!(#a - #b), Binding::Sum)
            }
            Scalar::Multiply(a, b) => {
                let (a, b) = (
                    self.at_least(a, place, Binding::Product),
                    self.at_least(b, place, Binding::Sign),
                );
                (quote!(#a * #b), Binding::Product)
            }
            Scalar::Divide(a, b) => {
                let (a, b) = (
                    self.at_least(a, place, Binding::Product),
                    self.at_least(b, place, Binding::Sign),
                );
                (quote!(#a / #b), Binding::Product)
            }
            Scalar::WholePower(base, exponent) => self.whole_power(base, *exponent, place),
            Scalar::Power(base, exponent) => {
                let (base, exponent) = (self.write(base, place), self.number(*exponent).0);
                (
                    self.kernel("power", quote!(#base, #exponent)),
                    Binding::Atom,
                )
            }
            Scalar::Call(function, argument) => {
                (self.call(*function, argument, place), Binding::Atom)
            }
            Scalar::Extremum(which, a, b) => {
                let (a, b) = (self.write(a, place), self.write(b, place));
                let name = match which {
                    Extremum::Minimum => "minimum",
                    Extremum::Maximum => "maximum",
                };
                (self.kernel(name, quote!(#a, #b)), Binding::Atom)
            }
            Scalar::Compare(comparison, a, b) => {
                let condition = self.condition(*comparison, a, b, place);
                (quote!(if #condition { 1.0 } else { 0.0 }), Binding::Loose)
            }
            Scalar::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                let condition = match condition {
                    Scalar::Compare(comparison, a, b) => self.condition(*comparison, a, b, place),
                    other => {
                        let other = self.at_least(other, place, Binding::Sum);
                        quote!(#other != 0.0)
                    }
                };
                let (then, otherwise) = (self.write(then, place), self.write(otherwise, place));
                (
                    quote!(if #condition { #then } else { #otherwise }),
                    Binding::Loose,
                )
            }
        }
    }

    fn number(&self, number: f64) -> (TokenStream, Binding) {
        let precision = precision(self.precision);
        let largest = match self.precision {
            Precision::F32 => f64::from(f32::MAX),
            Precision::F64 => f64::MAX,
        };
        let magnitude = if number.abs() > largest || number.is_nan() {
            quote!(#precision::INFINITY)
        } else {
            let literal = Literal::f64_unsuffixed(number.abs());
            quote!(#literal)
        };
        if number < 0.0 {
            (quote!(-#magnitude), Binding::Sign)
        } else {
            (magnitude, Binding::Atom)
        }
    }

    /// An element of a buffer.
    pub(super) fn element(&self, buffer: BufferId, access: Access, place: Place) -> TokenStream {
        let name = &self.names[buffer.0];
        match access {
            Access::Here => {
                let index = place.index();
                quote!(#name[#index])
            }
            Access::Shifted(by) => {
                let index = place.shifted(by);
                quote!(#name[#index])
            }
            Access::At(index) => {
                let index = Literal::usize_unsuffixed(index);
                quote!(#name[#index])
            }
            Access::Whole => quote!(#name),
            Access::AtTarget => quote!(#name[target]),
        }
    }

    /// x³ = x * x * x, by squaring where that takes fewer products.
    fn whole_power(
        &mut self,
        base: &Scalar,
        exponent: u32,
        place: Place,
    ) -> (TokenStream, Binding) {
        let written = self.at_least(base, place, Binding::Sign);
        let is_simple = matches!(base, Scalar::Element(..));
        let name = if is_simple {
            written.clone()
        } else {
            quote!(base)
        };
        let product = match exponent {
            0 => return (quote!(1.0), Binding::Atom),
            1 => name,
            2 => quote!(#name * #name),
            3 => quote!(#name * #name * #name),
            _ => {
                // base^(2n) = (base²)ⁿ
                let half = Scalar::WholePower(Box::new(base.clone()), 2);
                let (even, _) = self.whole_power(&half, exponent / 2, place);
                return if exponent.is_multiple_of(2) {
                    (quote!((#even)), Binding::Atom)
                } else {
                    (quote!((#even) * #written), Binding::Product)
                };
            }
        };
        if is_simple {
            (product, Binding::Product)
        } else {
            let value = self.write(base, place);
            (quote!({ let base = #value; #product }), Binding::Loose)
        }
    }

    fn condition(
        &mut self,
        comparison: Comparison,
        a: &Scalar,
        b: &Scalar,
        place: Place,
    ) -> TokenStream {
        let (a, b) = (
            self.at_least(a, place, Binding::Sum),
            self.at_least(b, place, Binding::Sum),
        );
        match comparison {
            Comparison::Less => quote!(#a < #b),
            Comparison::LessOrEqual => quote!(#a <= #b),
            Comparison::Greater => quote!(#a > #b),
            Comparison::GreaterOrEqual => quote!(#a >= #b),
            Comparison::Equal => quote!(#a == #b),
            Comparison::NotEqual => quote!(#a != #b),
        }
    }

    fn call(&mut self, function: ScalarFunction, argument: &Scalar, place: Place) -> TokenStream {
        let (name, at_level) = match function {
            ScalarFunction::Abs => {
                // Not as a method: a constant has no type before it is used.
                let (real, argument) = (precision(self.precision), self.write(argument, place));
                return quote!(#real::abs(#argument));
            }
            ScalarFunction::Exp => ("exp", Some("exp_at")),
            ScalarFunction::Ln => ("ln", Some("ln_at")),
            ScalarFunction::Sqrt => ("sqrt", None),
            ScalarFunction::Sign => ("sign", None),
            ScalarFunction::Step => ("step", None),
            ScalarFunction::Sin => ("sin", None),
            ScalarFunction::Cos => ("cos", None),
            ScalarFunction::Tanh => ("tanh", Some("tanh_at")),
            ScalarFunction::Sigmoid => ("sigmoid", Some("sigmoid_at")),
            ScalarFunction::Erf => ("erf", Some("erf_at")),
            ScalarFunction::Softplus => ("softplus", Some("softplus_at")),
        };
        let argument = self.write(argument, place);
        match at_level {
            Some(name) if self.has_level => self.kernel(name, quote!(level, #argument)),
            _ => self.kernel(name, argument),
        }
    }

    /// A call of a kernel.
    pub(super) fn kernel(&mut self, name: &'static str, arguments: TokenStream) -> TokenStream {
        self.kernels.insert(name);
        let name = identifier(name);
        quote!(#name(#arguments))
    }
}
