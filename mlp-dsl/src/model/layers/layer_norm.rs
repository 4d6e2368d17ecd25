//! Mean 0 and variance 1 over the elements of a sample, then a trained scale and shift (Ba, Kiros and Hinton, 2016).

use super::super::builder::Builder;
use super::super::{
    Formula, Function, Initial, Operator, Reduction, Symbol, Tensor, ValueId, ValueKind,
};
use super::layer::{Layer, LayerParameter, Takes};
use super::positive;
use crate::diagnostic::Diagnostics;
use crate::number::Number;
use crate::syntax::ast::Stage;

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "layer_norm",
    documentation: "Mean 0 and variance 1 over the elements of a sample, then a trained scale and shift.",
    formula: "γ ⊙ (x − mean(x)) / √(mean((x − mean(x))²) + eps) + β",
    tensors: &["weight [in]", "bias [in]"],
    parameters: &[LayerParameter::optional("eps", Takes::Number, "1e-5")],
    add: layer_norm,
};

/// `layer_norm(eps = 1e-5)`: `weight` [in], `bias` [in].
///
/// γ ⊙ (x − mean(x)) / √(mean((x − mean(x))²) + eps) + β, as PyTorch's `LayerNorm`.
fn layer_norm(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let name = builder.stage_name(stage);
    let call = &stage.call;
    let bound = LAYER.bind(call, errors)?;
    let epsilon = match bound[0] {
        Some(expression) => positive(expression, "`eps`", builder.definitions, errors)?,
        None => Number::fraction(1, 100_000),
    };
    let length = builder.length(input);
    let one = Initial::Constant(Number::ONE);
    let scale = builder.parameter(&name, Tensor::Scale, vec![length], one, call.span, errors)?;
    let zero = Initial::Constant(Number::ZERO);
    let shift = builder.parameter(&name, Tensor::Shift, vec![length], zero, call.span, errors)?;

    let value = |id: ValueId| Formula::Symbol(Symbol::Value(id));
    let mean = |formula: Formula<Symbol>| Formula::Reduce(Reduction::Mean, Box::new(formula));
    // A value of its own: a difference of large numbers is taken once, before anything is made of it.
    let centred = Formula::binary(Operator::Subtract, value(input), mean(value(input)));
    let centred = builder.value(length, ValueKind::Arithmetic(centred), call.span);

    let squared = Formula::binary(
        Operator::Power,
        value(centred),
        Formula::Number(Number::integer(2)),
    );
    let variance = Formula::binary(Operator::Add, mean(squared), Formula::Number(epsilon));
    let deviation = Formula::Unary(Function::Sqrt, Box::new(variance));
    let normalised = Formula::binary(Operator::Divide, value(centred), deviation);
    let scaled = Formula::binary(
        Operator::Multiply,
        Formula::Symbol(Symbol::Learned(scale)),
        normalised,
    );
    let formula = Formula::binary(
        Operator::Add,
        scaled,
        Formula::Symbol(Symbol::Learned(shift)),
    );
    let kind = ValueKind::Activation {
        name: "layer_norm".to_owned(),
        input,
        formula,
    };
    Some(builder.value(length, kind, call.span))
}
