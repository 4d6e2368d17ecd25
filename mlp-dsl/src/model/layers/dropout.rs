//! Elements left out at random while training, so that no unit relies on another (Srivastava et al., 2014).

use super::super::builder::Builder;
use super::super::define::constant_value;
use super::super::{ValueId, ValueKind};
use super::layer::{Layer, LayerParameter, Takes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::syntax::ast::Stage;

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "dropout",
    documentation: "Elements are left out at random while training, so that no unit relies on another.",
    formula: "mask ⊙ x, where mask is 0 with the probability rate, else 1 / (1 − rate); x outside of training",
    tensors: &[],
    parameters: &[LayerParameter::required("rate", Takes::Number)],
    add: dropout,
};

/// `dropout(rate)`: an element is left out with the probability `rate`, and the others are divided by 1 − rate, so that
/// the expected value stays.
fn dropout(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let call = &stage.call;
    let rate = LAYER.bind(call, errors)?[0]?;
    let number = constant_value(rate, builder.definitions, errors)?;
    if number.is_negative() || number >= Number::ONE {
        errors.push(
            Diagnostic::new(rate.span, format!("the rate is {number}"), "not a rate")
                .note("a rate is a probability from 0 up to 1, 1 excluded: something must be left"),
        );
        return None;
    }
    let length = builder.length(input);
    Some(builder.value(
        length,
        ValueKind::Dropout {
            input,
            rate: number,
        },
        call.span,
    ))
}
