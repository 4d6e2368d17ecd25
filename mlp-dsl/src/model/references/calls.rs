//! What is called, and what is given to it: functions, stages, losses and settings.

use super::ReferentKind;
use super::index::{Index, Scope};
use crate::model::formula::{Function, Reduction};
use crate::model::layers::{self, Layer, Takes};
use crate::syntax::ast::{Argument, Call, Expression, ExpressionKind, Setting, Stage};

impl<'t> Index<'t> {
    /// `relu(x)`, `max(a, b)`, `leaky_relu(x, slope = 0.2)`
    pub(super) fn function(&mut self, call: &'t Call, scope: &Scope<'t>) {
        let name = call.name.text.as_str();
        let functions = Function::ALL.iter().map(|(name, _)| *name);
        let reductions = Reduction::ALL.iter().map(|(name, _)| *name);
        let mut known = functions.chain(reductions).chain(["min", "concat"]);
        if let Some(function) = known.find(|known| *known == name) {
            let index = self.built_in(function, "", ReferentKind::Function);
            self.refer(call.name.span, call.span, index);
            for argument in &call.arguments {
                self.expression(&argument.value, scope);
            }
        } else {
            let known = self.activations.get(name).cloned();
            self.call(call, known, scope);
        }
    }

    /// `label: dense(8)`, `leaky_relu(slope = 0.2)`
    pub(super) fn stage(&mut self, stage: &'t Stage, scope: &Scope<'t>) {
        let Stage { label, call } = stage;
        if let (Some(label), Scope::Model { owner, .. }) = (label, scope) {
            let whole = label.span.to(call.span);
            self.define(label, ReferentKind::Label, whole, Some(*owner));
        }
        if let Some(layer) = layers::named(&call.name.text) {
            return self.layer(layer, call, scope);
        }
        let mut known = self.activations.get(call.name.text.as_str()).cloned();
        // What the arrow brings is not given by name.
        if let Some((_, takes)) = &mut known {
            takes.retain(|index| self.found.referents[*index].kind == ReferentKind::Parameter);
        }
        self.call(call, known, scope);
    }

    fn layer(&mut self, layer: &'static Layer, call: &'t Call, scope: &Scope<'t>) {
        let index = self.built_in(layer.name, "", ReferentKind::Layer);
        self.refer(call.name.span, call.span, index);
        for (position, argument) in call.arguments.iter().enumerate() {
            let parameter = match &argument.name {
                Some(name) => (layer.parameters.iter()).find(|known| known.name == name.text),
                None => layer.parameters.get(position),
            };
            if let (Some(name), Some(parameter)) = (&argument.name, parameter) {
                let index = self.built_in(layer.name, parameter.name, ReferentKind::Parameter);
                self.refer(name.span, name.span, index);
            }
            match parameter.map(|parameter| parameter.takes) {
                Some(Takes::Switch | Takes::Code) => {}
                Some(Takes::Scheme) => self.chosen(&argument.value),
                Some(Takes::Stages) => self.stages(&argument.value, scope),
                Some(Takes::Number) | None => self.expression(&argument.value, &Scope::Constants),
            }
        }
    }

    /// The stages that `repeat` takes.
    fn stages(&mut self, expression: &'t Expression, scope: &Scope<'t>) {
        match &expression.kind {
            ExpressionKind::Pipe { input, stages } => {
                self.stages(input, scope);
                for stage in stages {
                    self.stage(stage, scope);
                }
            }
            ExpressionKind::Call(call) => match layers::named(&call.name.text) {
                Some(layer) => self.layer(layer, call, scope),
                None => {
                    let known = self.activations.get(call.name.text.as_str()).cloned();
                    self.call(call, known, scope);
                }
            },
            ExpressionKind::Name(name) => {
                let known = match layers::named(&name.text) {
                    Some(layer) => Some(self.built_in(layer.name, "", ReferentKind::Layer)),
                    None => self
                        .activations
                        .get(name.text.as_str())
                        .map(|known| known.0),
                };
                if let Some(index) = known {
                    self.refer(name.span, name.span, index);
                }
            }
            _ => self.expression(expression, scope),
        }
    }

    /// The loss of a model.
    pub(super) fn loss(&mut self, call: &'t Call) {
        let known = self.losses.get(call.name.text.as_str()).cloned();
        self.call(call, known, &Scope::Constants);
    }

    /// A call of something that the language defines, if there is something of that name, and its arguments.
    fn call(&mut self, call: &'t Call, known: Option<(usize, Vec<usize>)>, scope: &Scope<'t>) {
        if let Some((index, _)) = &known {
            self.refer(call.name.span, call.span, *index);
        }
        for Argument { name, value } in &call.arguments {
            let taken = name.as_ref().and_then(|name| {
                let (_, takes) = known.as_ref()?;
                let mut takes = takes.iter();
                takes.find(|index| self.found.referents[**index].name == name.text)
            });
            if let (Some(name), Some(index)) = (name, taken) {
                self.refer(name.span, name.span, *index);
            }
            self.expression(value, scope);
        }
    }

    /// The value of a setting; optimizers and schedules are words.
    pub(super) fn setting(&mut self, setting: &'t Setting) {
        let Setting { name, value } = setting;
        let is_choice = ["optimizer", "schedule"].contains(&name.text.as_str());
        match &value.kind {
            ExpressionKind::Call(_) | ExpressionKind::Name(_) if is_choice => self.chosen(value),
            _ => self.expression(value, &Scope::Constants),
        }
    }

    /// An optimizer, a schedule or a way to draw initial weights: a word of the language, with numbers.
    fn chosen(&mut self, value: &'t Expression) {
        if let ExpressionKind::Call(call) = &value.kind {
            for argument in &call.arguments {
                self.expression(&argument.value, &Scope::Constants);
            }
        }
    }

    /// Something built in, or a parameter of it.
    pub(super) fn built_in(
        &mut self,
        name: &'static str,
        parameter: &'static str,
        kind: ReferentKind,
    ) -> usize {
        if let Some(index) = self.built_in.get(&(name, parameter)) {
            return *index;
        }
        let shown = if parameter.is_empty() {
            name
        } else {
            parameter
        };
        let index = self.add(shown, kind, None);
        self.built_in.insert((name, parameter), index);
        index
    }
}
