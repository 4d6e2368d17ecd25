//! Every unit sees a window of the input, and no two share weights: a matrix that is zero outside a band.

use super::super::builder::Builder;
use super::super::limits::MAX_LENGTH;
use super::super::{Tensor, ValueId, ValueKind};
use super::layer::{Layer, LayerParameter, Takes};
use super::{code, length, scheme};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::ast::Stage;

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "local",
    documentation: "Every unit sees a window of the input, and no two share weights.",
    formula: "W·x + b, where W is zero outside the windows; as many positions as (in − window) / stride + 1",
    tensors: &[
        "weight [positions, units, window]",
        "bias [positions·units]",
    ],
    parameters: &[
        LayerParameter::required("window", Takes::Number),
        LayerParameter::optional("stride", Takes::Number, "1"),
        LayerParameter::optional("units", Takes::Number, "1"),
        LayerParameter::optional("init", Takes::Scheme, "…"),
        LayerParameter::optional("code", Takes::Code, "…"),
    ],
    add: local,
};

/// `local(window, stride = 1, units = 1, init = …, code = …)`: `weight` [positions, units, window], `bias` [positions·units], with
/// positions = (in − window) / stride + 1.
fn local(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let name = builder.stage_name(stage);
    let call = &stage.call;
    let bound = LAYER.bind(call, errors)?;
    let definitions = builder.definitions;
    let window = length(bound[0]?, "the window", definitions, errors);
    let mut optional = |index: usize, what: &str| match bound[index] {
        Some(expression) => length(expression, what, definitions, errors),
        None => Some(1),
    };
    let (stride, units) = (
        optional(1, "the stride"),
        optional(2, "the number of units"),
    );
    let initial = scheme::initial(bound[3], definitions, errors);
    let (window, stride, units, initial) = (window?, stride?, units?, initial?);

    let inputs = builder.length(input);
    let span = bound[0].map_or(call.span, |window| window.span);
    if window > inputs {
        errors.push(
            Diagnostic::new(
                span,
                format!("a window of {window} does not fit {inputs} inputs"),
                "wider than the input",
            )
            .related(
                builder.values[input.0].span,
                format!("this has {inputs} elements"),
            ),
        );
        return None;
    }
    if !(inputs - window).is_multiple_of(stride) {
        errors.push(
            Diagnostic::new(
                call.span,
                format!(
                    "windows of {window} with stride {stride} do not cover {inputs} inputs evenly"
                ),
                match (inputs - window) % stride {
                    1 => "one element would be left over".to_owned(),
                    left => format!("{left} elements would be left over"),
                },
            )
            .related(
                builder.values[input.0].span,
                format!("this has {inputs} elements"),
            )
            .note("(in − window) / stride must be a whole number"),
        );
        return None;
    }
    let positions = (inputs - window) / stride + 1;
    let outputs = positions * units;
    if outputs > MAX_LENGTH {
        errors.push(
            Diagnostic::new(
                call.span,
                format!("{units} units at {positions} positions are {outputs} elements"),
                "too long",
            )
            .note(format!("a vector has at most {MAX_LENGTH} elements")),
        );
        return None;
    }
    let code = code::code(bound[4], false, outputs * window, errors)?;
    let shape = vec![positions, units, window];
    let weight = builder.parameter(&name, Tensor::Weight, shape, initial, call.span, errors)?;
    builder.parameters[weight.0].code = code;
    let start = scheme::bias(initial, window);
    let bias = builder.parameter(&name, Tensor::Bias, vec![outputs], start, call.span, errors)?;
    let kind = ValueKind::Affine {
        input,
        weight,
        bias: Some(bias),
        stride: Some(stride),
    };
    Some(builder.value(outputs, kind, call.span))
}
