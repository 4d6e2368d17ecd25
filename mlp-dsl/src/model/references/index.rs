//! The walk over a syntax tree that finds what every name refers to. Which name is known where follows the same rules as
//! where names are checked; a test compares the two.

use std::collections::BTreeMap;

use super::{Place, References, Referent, ReferentKind, Site};
use crate::source::Span;
use crate::syntax::ast::{
    Expression, ExpressionKind, File, Item, Model, Name, Parameter, Statement, StatementKind,
};

/// What the names of `file` refer to, with the definitions of `prelude` known to it.
pub fn references(prelude: &File, file: &File) -> References {
    let mut index = Index::default();
    let built_in: Vec<Owned> = prelude
        .items
        .iter()
        .map(|item| index.item(item, false))
        .collect();
    index.known(&prelude.items, &built_in);
    let own: Vec<Owned> = file
        .items
        .iter()
        .map(|item| index.item(item, true))
        .collect();
    index.known(&file.items, &own);
    for (item, owned) in file.items.iter().zip(&own) {
        index.uses(item, owned);
    }
    index.found.places.sort_by_key(|place| place.span);
    index.found
}

/// An item and the names that it defines for itself.
struct Owned {
    item: usize,
    /// Arguments, then parameters, as they can be given by name.
    own: Vec<usize>,
}

/// What is known where a name stands.
pub(super) enum Scope<'t> {
    /// Constants alone.
    Constants,
    /// The names of a definition; the target can be an index.
    Definition {
        own: BTreeMap<&'t str, usize>,
        target: Option<&'t str>,
    },
    /// The values so far of the model that is the referent `owner`.
    Model {
        values: BTreeMap<&'t str, usize>,
        owner: usize,
    },
}

#[derive(Default)]
pub(super) struct Index<'t> {
    pub(super) found: References,
    constants: BTreeMap<&'t str, usize>,
    /// Each with what it takes by name.
    pub(super) activations: BTreeMap<&'t str, (usize, Vec<usize>)>,
    pub(super) losses: BTreeMap<&'t str, (usize, Vec<usize>)>,
    /// Layers and functions that are used, and parameters of layers by whose they are.
    pub(super) built_in: BTreeMap<(&'static str, &'static str), usize>,
}

impl<'t> Index<'t> {
    pub(super) fn add(
        &mut self,
        name: &str,
        kind: ReferentKind,
        definition: Option<Site>,
    ) -> usize {
        self.found.referents.push(Referent {
            name: name.to_owned(),
            kind,
            definition,
        });
        self.found.referents.len() - 1
    }

    /// Adds what `name` defines, and the place where it does.
    pub(super) fn define(
        &mut self,
        name: &Name,
        kind: ReferentKind,
        whole: Span,
        owner: Option<usize>,
    ) -> usize {
        let definition = Site {
            name: name.span,
            whole,
            owner,
        };
        let referent = self.add(&name.text, kind, Some(definition));
        self.refer(name.span, name.span, referent);
        referent
    }

    pub(super) fn refer(&mut self, span: Span, whole: Span, referent: usize) {
        self.found.places.push(Place {
            span,
            whole,
            referent,
        });
    }

    /// Adds an item with the names that it defines for itself; those of the prelude have no place in the text.
    fn item(&mut self, item: &Item, has_place: bool) -> Owned {
        let (name, kind, end) = match item {
            Item::Constant(constant) => {
                (&constant.name, ReferentKind::Constant, constant.value.span)
            }
            Item::Activation(activation) => {
                let last = activation.derivative.as_ref().unwrap_or(&activation.value);
                (&activation.name, ReferentKind::Activation, last.span)
            }
            Item::Loss(loss) => (&loss.name, ReferentKind::Loss, loss.value.span),
            Item::Model(model) => (&model.name, ReferentKind::Model, model.span),
        };
        let mut define = |name: &Name, kind, whole, owner| match has_place {
            true => self.define(name, kind, whole, owner),
            false => self.add(&name.text, kind, None),
        };
        let index = define(name, kind, name.span.to(end), None);
        let mut own = Vec::new();
        let (arguments, parameters): (Vec<&Name>, &[Parameter]) = match item {
            Item::Constant(_) | Item::Model(_) => (Vec::new(), &[]),
            Item::Activation(item) => (vec![&item.argument], &item.parameters),
            Item::Loss(item) => (vec![&item.output, &item.target], &item.parameters),
        };
        for name in arguments {
            own.push(define(name, ReferentKind::Argument, name.span, Some(index)));
        }
        for parameter in parameters {
            let whole = parameter.name.span.to(parameter.default.span);
            own.push(define(
                &parameter.name,
                ReferentKind::Parameter,
                whole,
                Some(index),
            ));
        }
        Owned { item: index, own }
    }

    /// Makes definitions known to the whole text. The first one of a name counts, as where names are checked.
    fn known(&mut self, items: &'t [Item], owned: &[Owned]) {
        for (item, Owned { item: index, own }) in items.iter().zip(owned) {
            match item {
                Item::Constant(constant) => {
                    self.constants.entry(&constant.name.text).or_insert(*index);
                }
                Item::Activation(activation) => {
                    let entry = self.activations.entry(&activation.name.text);
                    entry.or_insert_with(|| (*index, own.clone()));
                }
                Item::Loss(loss) => {
                    // The loss of a model takes its parameters alone.
                    let parameters = own.get(2..).unwrap_or_default().to_vec();
                    let entry = self.losses.entry(&loss.name.text);
                    entry.or_insert((*index, parameters));
                }
                Item::Model(_) => {}
            }
        }
    }

    /// The names that an item uses.
    fn uses(&mut self, item: &'t Item, owned: &Owned) {
        let (arguments, parameters, value, derivative) = match item {
            Item::Constant(constant) => {
                return self.expression(&constant.value, &Scope::Constants);
            }
            Item::Model(model) => return self.model(model, owned.item),
            Item::Activation(item) => (
                vec![&item.argument],
                &item.parameters,
                &item.value,
                item.derivative.as_ref(),
            ),
            Item::Loss(item) => (
                vec![&item.output, &item.target],
                &item.parameters,
                &item.value,
                None,
            ),
        };
        for parameter in parameters {
            self.expression(&parameter.default, &Scope::Constants);
        }
        let target = arguments.get(1).map(|target| target.text.as_str());
        let names = parameters.iter().map(|parameter| &parameter.name);
        let mut own = BTreeMap::new();
        for (name, index) in arguments.into_iter().chain(names).zip(&owned.own) {
            own.entry(name.text.as_str()).or_insert(*index);
        }
        let scope = Scope::Definition { own, target };
        for formula in std::iter::once(value).chain(derivative) {
            self.expression(formula, &scope);
        }
    }

    fn model(&mut self, model: &'t Model, owner: usize) {
        let mut values = BTreeMap::new();
        // Every statement knows every input.
        for statement in &model.statements {
            if let StatementKind::Input { name, length } = &statement.kind {
                let index = self.define(name, ReferentKind::Input, statement.span, Some(owner));
                values.entry(name.text.as_str()).or_insert(index);
                self.expression(length, &Scope::Constants);
            }
        }
        let mut scope = Scope::Model { values, owner };
        for Statement { kind, span } in &model.statements {
            match kind {
                StatementKind::Input { .. } | StatementKind::Precision(_) => {}
                StatementKind::Output(value) => self.expression(value, &scope),
                StatementKind::Loss(call) => self.loss(call),
                StatementKind::Train(settings) => {
                    for setting in settings {
                        self.setting(setting);
                    }
                }
                StatementKind::Value { name, value } => {
                    self.expression(value, &scope);
                    let index = self.define(name, ReferentKind::Value, *span, Some(owner));
                    if let Scope::Model { values, .. } = &mut scope {
                        values.entry(&name.text).or_insert(index);
                    }
                }
            }
        }
    }

    pub(super) fn expression(&mut self, expression: &'t Expression, scope: &Scope<'t>) {
        match &expression.kind {
            ExpressionKind::Number(_) => {}
            ExpressionKind::Name(name) => self.value(&name.text, name.span, scope),
            ExpressionKind::Element { base, index } => {
                self.value(&base.text, base.span, scope);
                match (&index.kind, scope) {
                    (ExpressionKind::Name(name), Scope::Definition { target, .. })
                        if *target == Some(&name.text) =>
                    {
                        self.value(&name.text, name.span, scope);
                    }
                    _ => self.expression(index, &Scope::Constants),
                }
            }
            ExpressionKind::Slice { base, start, end } => {
                self.value(&base.text, base.span, scope);
                self.expression(start, &Scope::Constants);
                self.expression(end, &Scope::Constants);
            }
            ExpressionKind::Call(call) => self.function(call, scope),
            ExpressionKind::Join(parts) => {
                for part in parts {
                    self.expression(part, scope);
                }
            }
            ExpressionKind::If {
                left,
                right,
                then,
                otherwise,
                ..
            } => {
                for part in [left, right, then, otherwise] {
                    self.expression(part, scope);
                }
            }
            ExpressionKind::Negate(operand) => self.expression(operand, scope),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left, scope);
                self.expression(right, scope);
            }
            ExpressionKind::Pipe { input, stages } => {
                self.expression(input, scope);
                for stage in stages {
                    self.stage(stage, scope);
                }
            }
        }
    }

    /// A name that stands for a value.
    fn value(&mut self, name: &str, span: Span, scope: &Scope<'t>) {
        let own = match scope {
            Scope::Constants => None,
            Scope::Definition { own: names, .. } | Scope::Model { values: names, .. } => {
                names.get(name)
            }
        };
        if let Some(index) = own.or(self.constants.get(name)).copied() {
            self.refer(span, span, index);
        } else if name == "pi" {
            let index = self.built_in("pi", "", ReferentKind::Function);
            self.refer(span, span, index);
        }
    }
}
