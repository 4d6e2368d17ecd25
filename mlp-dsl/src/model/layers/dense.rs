//! Every unit sees the whole input: weight · x + bias.

use super::super::builder::Builder;
use super::super::{Tensor, ValueId, ValueKind};
use super::layer::{Layer, LayerParameter, Takes};
use super::{code, length, scheme, word};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::ast::{Expression, Stage};

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "dense",
    documentation: "Every unit sees the whole input.",
    formula: "W·x + b",
    tensors: &["weight [units, in]", "bias [units]"],
    parameters: &[
        LayerParameter::required("units", Takes::Number),
        LayerParameter::optional("bias", Takes::Switch, "true"),
        LayerParameter::optional("init", Takes::Scheme, "…"),
        LayerParameter::optional("code", Takes::Code, "…"),
    ],
    add: dense,
};

/// `dense(units, bias = true, init = …, code = …)`: `weight` [units, in], `bias` [units].
fn dense(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let name = builder.stage_name(stage);
    let call = &stage.call;
    let bound = LAYER.bind(call, errors)?;
    let units = length(
        bound[0]?,
        "the number of units",
        builder.definitions,
        errors,
    );
    let has_bias = bound[1].map_or(Some(true), |expression| switch(expression, errors));
    let initial = scheme::initial(bound[2], builder.definitions, errors);
    let inputs = builder.length(input);
    let products = units.unwrap_or(0) * inputs;
    let code = code::code(bound[3], true, products, errors);
    let (units, has_bias, initial, code) = (units?, has_bias?, initial?, code?);

    let shape = vec![units, inputs];
    let weight = builder.parameter(&name, Tensor::Weight, shape, initial, call.span, errors)?;
    builder.parameters[weight.0].code = code;
    let bias = match has_bias {
        true => {
            let start = scheme::bias(initial, inputs);
            Some(builder.parameter(&name, Tensor::Bias, vec![units], start, call.span, errors)?)
        }
        false => None,
    };
    let kind = ValueKind::Affine {
        input,
        weight,
        bias,
        stride: None,
    };
    Some(builder.value(units, kind, call.span))
}

fn switch(expression: &Expression, errors: &mut Diagnostics) -> Option<bool> {
    let word = word(expression).filter(|word| ["true", "false"].contains(word));
    if word.is_none() {
        errors.push(
            Diagnostic::new(
                expression.span,
                "`bias` is `true` or `false`",
                "neither of them",
            )
            .help("for a layer without a bias write `bias = false`"),
        );
    }
    word.map(|word| word == "true")
}
