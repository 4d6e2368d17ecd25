//! Mean 0 and variance 1 over the samples of a batch, then a trained scale and shift (Ioffe and Szegedy, 2015).

use super::super::arguments::Signature;
use super::super::builder::Builder;
use super::super::define::constant_value;
use super::super::{
    Formula, Function, Initial, Operator, State, Symbol, Tensor, ValueId, ValueKind,
};
use super::positive;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::syntax::ast::{Expression, Stage};

/// `batch_norm(momentum = 0.1, eps = 1e-5)`: `weight` [in], `bias` [in]; `running_mean` [in] and `running_var` [in] are
/// state.
///
/// γ ⊙ (x − E[x]) / √(E[(x − E[x])²] + eps) + β with means over the batch while training, and with the running averages
/// of both statistics otherwise, as PyTorch's `BatchNorm1d`. The running variance is that of the unbiased estimate.
pub(super) fn batch_norm(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let name = builder.stage_name(stage);
    let call = &stage.call;
    let signature = Signature {
        title: "`batch_norm`".to_owned(),
        names: vec!["momentum", "eps"],
        required: 0,
    };
    let bound = signature.bind(call, errors)?;
    let momentum = match bound[0] {
        Some(expression) => momentum(expression, builder, errors),
        None => Some(Number::fraction(1, 10)),
    };
    let epsilon = match bound[1] {
        Some(expression) => positive(expression, "`eps`", builder.definitions, errors),
        None => Some(Number::fraction(1, 100_000)),
    };
    let (momentum, epsilon) = (momentum?, epsilon?);
    let length = builder.length(input);
    let one = Initial::Constant(Number::ONE);
    let scale = builder.parameter(&name, Tensor::Scale, vec![length], one, call.span, errors)?;
    let zero = Initial::Constant(Number::ZERO);
    let shift = builder.parameter(&name, Tensor::Shift, vec![length], zero, call.span, errors)?;

    let value = |id: ValueId| Formula::Symbol(Symbol::Value(id));
    let mean = builder.value(length, ValueKind::BatchMean(value(input)), call.span);
    builder.state.push(State {
        name: format!("{name}.running_mean"),
        statistic: mean,
        initial: Number::ZERO,
        momentum,
        unbiased: false,
    });
    let centred = Formula::binary(Operator::Subtract, value(input), value(mean));
    let two = Formula::Number(Number::integer(2));
    let squared = Formula::binary(Operator::Power, centred.clone(), two);
    let variance = builder.value(length, ValueKind::BatchMean(squared), call.span);
    builder.state.push(State {
        name: format!("{name}.running_var"),
        statistic: variance,
        initial: Number::ONE,
        momentum,
        unbiased: true,
    });

    let guarded = Formula::binary(Operator::Add, value(variance), Formula::Number(epsilon));
    let deviation = Formula::Unary(Function::Sqrt, Box::new(guarded));
    let normalised = Formula::binary(Operator::Divide, centred, deviation);
    let learned = |id| Formula::Symbol(Symbol::Learned(id));
    let scaled = Formula::binary(Operator::Multiply, learned(scale), normalised);
    let kind = ValueKind::Activation {
        name: "batch_norm".to_owned(),
        input,
        formula: Formula::binary(Operator::Add, scaled, learned(shift)),
    };
    Some(builder.value(length, kind, call.span))
}

/// How much of a running average each batch makes up: above 0, and all of it at most.
fn momentum(
    expression: &Expression,
    builder: &Builder<'_>,
    errors: &mut Diagnostics,
) -> Option<Number> {
    let number = constant_value(expression, builder.definitions, errors)?;
    if number > Number::ZERO && number <= Number::ONE {
        return Some(number);
    }
    errors.push(
        Diagnostic::new(
            expression.span,
            format!("`momentum` is {number}"),
            "not above 0 and up to 1",
        )
        .note("running = (1 − momentum)·running + momentum·batch, after each batch"),
    );
    None
}
