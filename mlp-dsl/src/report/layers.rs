//! The layers of a model: what of it comes from one place of the source, and what that costs.

use std::collections::BTreeMap;

use crate::equations::{Equations, Role, Section, VariableId};
use crate::model::Model;
use crate::source::{Source, Span};

/// What comes from one place of the source.
pub(super) struct Layer {
    pub(super) span: Span,
    /// As the source writes it.
    pub(super) text: String,
    /// The stage that its parameters belong to, `dense1`.
    pub(super) stage: Option<String>,
    /// What it computes and trains, with the derivatives.
    pub(super) variables: Vec<VariableId>,
    pub(super) cost: Cost,
}

/// What a layer costs.
#[derive(Clone, Copy, Default)]
pub(super) struct Cost {
    /// The trained scalars.
    pub(super) parameters: usize,
    /// Floating-point operations for the output of one sample.
    pub(super) forward: usize,
    /// Floating-point operations for the loss and the gradient of one sample, besides.
    pub(super) backward: usize,
    /// Bytes of the trained scalars.
    pub(super) parameter_bytes: usize,
    /// Bytes of the values that an answer computes for one sample.
    pub(super) forward_bytes: usize,
    /// Bytes of the values that a gradient computes besides, the gradient included.
    pub(super) backward_bytes: usize,
}

impl Cost {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            parameters: self.parameters + other.parameters,
            forward: self.forward + other.forward,
            backward: self.backward + other.backward,
            parameter_bytes: self.parameter_bytes + other.parameter_bytes,
            forward_bytes: self.forward_bytes + other.forward_bytes,
            backward_bytes: self.backward_bytes + other.backward_bytes,
        }
    }
}

/// The layers in the order in which they stand in the source.
pub(super) fn layers(source: &Source, model: &Model, equations: &Equations) -> Vec<Layer> {
    let bytes = equations.precision.bytes();
    let mut layers: BTreeMap<Span, Layer> = BTreeMap::new();
    for (input, variable) in inputs(model).zip(&equations.inputs) {
        let layer = entry(&mut layers, input, source);
        layer.variables.push(*variable);
    }
    for (parameter, declared) in equations.parameters.iter().zip(&model.parameters) {
        let layer = entry(&mut layers, declared.span, source);
        layer.variables.push(parameter.variable);
        layer.stage = parameter
            .name
            .rsplit_once('.')
            .map(|(stage, _)| stage.to_owned());
        layer.cost.parameters += parameter.elements();
        layer.cost.parameter_bytes += parameter.elements() * bytes;
    }
    for equation in &equations.list {
        let Some(origin) = equation.origin else {
            continue;
        };
        let layer = entry(&mut layers, origin, source);
        layer.variables.push(equation.target);
        let (flops, size) = (
            equations.flops(equation),
            equations.variables.length(equation.target) * bytes,
        );
        if equation.section == Section::Forward {
            layer.cost.forward += flops;
            layer.cost.forward_bytes += size;
        } else {
            layer.cost.backward += flops;
            layer.cost.backward_bytes += size;
        }
    }
    if let (Some(objective), Some(written)) = (&equations.objective, &model.objective) {
        let layer = entry(&mut layers, written.span, source);
        layer.variables.push(objective.target);
    }
    for (id, variable) in equations.variables.iter() {
        if matches!(variable.role, Role::Mask { .. }) {
            // A mask belongs to the layer that multiplies with it.
            let users = equations
                .list
                .iter()
                .filter(|equation| equation.value.count(id) > 0);
            for origin in users.filter_map(|equation| equation.origin) {
                entry(&mut layers, origin, source).variables.push(id);
            }
        }
    }
    layers.into_values().collect()
}

fn inputs(model: &Model) -> impl Iterator<Item = Span> {
    let inputs = model.values.iter();
    inputs
        .filter(|value| matches!(value.kind, crate::model::ValueKind::Input))
        .map(|value| value.span)
}

fn entry<'a>(layers: &'a mut BTreeMap<Span, Layer>, span: Span, source: &Source) -> &'a mut Layer {
    layers.entry(span).or_insert_with(|| {
        let text = source.text.get(span.range()).unwrap_or_default();
        Layer {
            span,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            stage: None,
            variables: Vec::new(),
            cost: Cost::default(),
        }
    })
}
