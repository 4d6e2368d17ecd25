//! The same stages several times, each time with parameters of their own.

use super::super::ValueId;
use super::super::builder::Builder;
use super::layer::{Layer, LayerParameter, Takes};
use super::length;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::ast::{Expression, ExpressionKind, Stage};

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "repeat",
    documentation: "The same stages n times, each time with parameters of their own.",
    formula: "stages(… stages(x))",
    tensors: &[],
    parameters: &[
        LayerParameter::required("n", Takes::Number),
        LayerParameter::required("stages", Takes::Stages),
    ],
    add: repeat,
};

/// `repeat(n, stage -> stage …)`
fn repeat(
    builder: &mut Builder<'_>,
    input: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    let call = &stage.call;
    let bound = LAYER.bind(call, errors)?;
    let times = length(
        bound[0]?,
        "the number of repetitions",
        builder.definitions,
        errors,
    );
    let stages = stages(bound[1]?, errors);
    let (times, stages) = (times?, stages?);
    let mut current = input;
    for _ in 0..times {
        for stage in &stages {
            current = builder.stage(current, stage, errors)?;
        }
    }
    Some(current)
}

/// The stages that an argument names: `dense(8) -> relu`.
fn stages(expression: &Expression, errors: &mut Diagnostics) -> Option<Vec<Stage>> {
    let stage = |expression: &Expression| {
        let call = expression.as_call()?;
        Some(Stage { label: None, call })
    };
    let found = match &expression.kind {
        ExpressionKind::Pipe { input, stages } => stage(input).map(|first| {
            std::iter::once(first)
                .chain(stages.iter().cloned())
                .collect()
        }),
        _ => stage(expression).map(|only| vec![only]),
    };
    if found.is_none() {
        errors.push(
            Diagnostic::new(expression.span, "`repeat` takes stages", "not a stage")
                .help("write `repeat(3, dense(8) -> relu)`"),
        );
    }
    found
}
