//! The forward pass and the loss: one equation for each value of the model.

use std::collections::BTreeMap;

use super::convert::Converter;
use super::expression::Expression;
use super::rules::{self, Level};
use super::variable::{Band, Role, Shape, VariableId, Variables};
use super::{
    Definition, Equation, Equations, Objective, Parameter, Section, State, TargetKind, initial,
    symbols,
};
use crate::model::{Formula, Model, Symbol, Tensor, ValueId, ValueKind};
use crate::source::Span;

/// The forward equations of `model`, and the loss as its author wrote it.
pub(super) fn forward(model: &Model) -> Equations {
    let mut builder = Builder {
        model,
        variables: Variables::default(),
        list: Vec::new(),
        values: BTreeMap::new(),
        parameters: vec![VariableId(0); model.parameters.len()],
        layers: BTreeMap::new(),
    };
    builder.name_layers();
    let mut inputs = Vec::new();
    let mut offset = 0;
    for (index, value) in model.values.iter().enumerate() {
        let id = ValueId(index);
        if matches!(value.kind, ValueKind::Input) {
            let name =
                symbols::for_user_name(value.name.as_deref().unwrap_or("x"), &builder.variables);
            let variable =
                builder
                    .variables
                    .add(name, Shape::Vector(value.length), Role::Input { offset });
            offset += value.length;
            inputs.push(variable);
            builder.values.insert(id, variable);
        } else {
            builder.computed(id);
        }
    }
    let parameters = model.parameters.iter().zip(&builder.parameters).enumerate();
    let parameters = parameters.map(|(index, (parameter, variable))| Parameter {
        name: parameter.name.clone(),
        shape: parameter.shape.clone(),
        variable: *variable,
        gradient: None,
        initial: initial::initial(model, index),
        code: parameter.code,
    });
    let parameters = parameters.collect();
    let state = model.state.iter().map(|state| State {
        name: state.name.clone(),
        variable: builder.values[&state.statistic],
        initial: state.initial.value(),
        momentum: state.momentum.value(),
        unbiased: state.unbiased,
    });
    let state = state.collect();
    let output = builder.values[&model.output];
    let objective = builder.objective(output);
    Equations {
        name: model.name.clone(),
        documentation: model.documentation.clone(),
        precision: model.precision,
        variables: builder.variables,
        inputs,
        parameters,
        state,
        output,
        objective,
        batch: model.training.as_ref().and_then(|training| training.batch),
        list: builder.list,
        inference: None,
    }
}

struct Builder<'a> {
    model: &'a Model,
    variables: Variables,
    list: Vec<Equation>,
    values: BTreeMap<ValueId, VariableId>,
    parameters: Vec<VariableId>,
    /// The number of each dense layer, in order.
    layers: BTreeMap<ValueId, usize>,
}

impl Builder<'_> {
    /// Numbers the layers and names their parameters after them: W and b, γ and β.
    fn name_layers(&mut self) {
        for (index, value) in self.model.values.iter().enumerate() {
            if matches!(value.kind, ValueKind::Affine { .. }) {
                let number = self.layers.len() + 1;
                self.layers.insert(ValueId(index), number);
            }
        }
        let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, parameter) in self.model.parameters.iter().enumerate() {
            let letter = match &parameter.tensor {
                Tensor::Weight | Tensor::Bias => continue,
                Tensor::Scale => "γ",
                Tensor::Shift => "β",
                Tensor::Learned(_) => {
                    self.name_parameter(index, parameter.name.clone(), None);
                    continue;
                }
            };
            let turn = turns.entry(letter).or_default();
            *turn += 1;
            let symbol = format!("{letter}{turn}");
            self.name_parameter(index, symbol, None);
        }
        for (id, number) in self.layers.clone() {
            if let ValueKind::Affine {
                weight,
                bias,
                stride,
                ..
            } = self.model.value(id).kind
            {
                self.name_parameter(weight.0, format!("W{number}"), stride);
                if let Some(bias) = bias {
                    self.name_parameter(bias.0, format!("b{number}"), None);
                }
            }
        }
    }

    fn name_parameter(&mut self, index: usize, symbol: String, stride: Option<usize>) {
        let shape = match (self.model.parameters[index].shape.as_slice(), stride) {
            ([], _) => Shape::Scalar,
            ([rows, columns], _) => Shape::Matrix(*rows, *columns),
            ([positions, units, window], Some(stride)) => Shape::Band(Band {
                positions: *positions,
                units: *units,
                window: *window,
                stride,
            }),
            (other, _) => Shape::Vector(other.iter().product()),
        };
        self.parameters[index] = self.variables.add(symbol, shape, Role::Parameter(index));
    }

    /// Adds the equation of a value that is not an input.
    fn computed(&mut self, id: ValueId) {
        let value = self.model.value(id);
        let (symbol, own_name) = self.symbol(id);
        let (expression, definition) = match &value.kind {
            ValueKind::Input => return,
            ValueKind::Affine {
                input,
                weight,
                bias,
                ..
            } => {
                let product = Expression::MatrixVector(
                    self.parameters[weight.0],
                    Box::new(self.variable(*input)),
                );
                let terms = std::iter::once(product)
                    .chain(bias.map(|bias| Expression::Variable(self.parameters[bias.0])));
                (Expression::Sum(terms.collect()), None)
            }
            ValueKind::Activation {
                name,
                input,
                formula,
            } => {
                let definition = Definition::Activation(name.clone(), self.values[input]);
                (self.convert(formula, None, value.span), Some(definition))
            }
            ValueKind::Dropout { input, rate } => {
                let mask = symbols::numbered("mask", &self.variables);
                let shape = Shape::Vector(value.length);
                let mask = self.variables.add(mask, shape, Role::Mask { rate: *rate });
                let kept = self.variable(*input).times(Expression::Variable(mask));
                (
                    kept,
                    Some(Definition::Activation(
                        "dropout".to_owned(),
                        self.values[input],
                    )),
                )
            }
            ValueKind::Arithmetic(formula) => (self.convert(formula, None, value.span), None),
            ValueKind::BatchMean(formula) => {
                let mean = Expression::BatchMean(Box::new(self.convert(formula, None, value.span)));
                (mean, None)
            }
        };
        let role = match value.kind {
            ValueKind::BatchMean(_) => Role::Statistic,
            _ => Role::Computed,
        };
        let value_expression = rules::apply(expression, Level::Tidy, &self.variables);
        let variable = self
            .variables
            .add(symbol, Shape::Vector(value.length), role);
        let note = value.name.clone().filter(|_| !own_name);
        self.list.push(Equation {
            target: variable,
            definition,
            value: value_expression,
            section: Section::Forward,
            note,
            origin: Some(value.span),
        });
        self.values.insert(id, variable);
    }

    /// The symbol of a value, and whether that is the user's own name for it.
    fn symbol(&self, id: ValueId) -> (String, bool) {
        let value = self.model.value(id);
        match &value.kind {
            ValueKind::Affine { .. } => (format!("a{}", self.layers[&id]), false),
            ValueKind::BatchMean(formula) => {
                // The mean of a value, or the variance that is taken about it.
                let letter = if matches!(formula, Formula::Symbol(_)) {
                    "μ"
                } else {
                    "V"
                };
                (symbols::numbered(letter, &self.variables), false)
            }
            ValueKind::Activation { input, .. } | ValueKind::Dropout { input, .. }
                if self.layers.contains_key(input) =>
            {
                let symbol = format!("z{}", self.layers[input]);
                if self.variables.has_symbol(&symbol) {
                    (symbols::numbered("v", &self.variables), false)
                } else {
                    (symbol, false)
                }
            }
            _ => match &value.name {
                Some(name) => (symbols::for_user_name(name, &self.variables), true),
                None => (symbols::numbered("v", &self.variables), false),
            },
        }
    }

    fn variable(&self, id: ValueId) -> Expression {
        Expression::Variable(self.values[&id])
    }

    fn convert(
        &mut self,
        formula: &Formula<Symbol>,
        target: Option<VariableId>,
        origin: Span,
    ) -> Expression {
        let (values, parameters) = (&self.values, &self.parameters);
        let resolve = |symbol: &Symbol| match symbol {
            Symbol::Value(id) => values[id],
            Symbol::Learned(id) => parameters[id.0],
            Symbol::Target => target.unwrap_or(VariableId(0)),
        };
        Converter {
            variables: &mut self.variables,
            equations: &mut self.list,
            resolve: &resolve,
            origin: Some(origin),
        }
        .convert(formula)
    }

    /// Adds the equation of the loss.
    fn objective(&mut self, output: VariableId) -> Option<Objective> {
        let objective = self.model.objective.as_ref()?;
        let shape = match objective.target {
            TargetKind::Vector => self.variables.get(output).shape,
            TargetKind::Class => Shape::Scalar,
        };
        let target = self.variables.add("t", shape, Role::Target);
        let value = self.convert(&objective.formula, Some(target), objective.span);
        let value = rules::apply(value, Level::Tidy, &self.variables);
        let loss = self.variables.add("L", Shape::Scalar, Role::Computed);
        self.list.push(Equation {
            target: loss,
            definition: None,
            value,
            section: Section::Loss,
            note: None,
            origin: Some(objective.span),
        });
        Some(Objective {
            name: objective.name.clone(),
            loss,
            target,
            target_kind: objective.target,
        })
    }
}
