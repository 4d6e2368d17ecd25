//! Constants, activations and losses: the built-in ones and a text's own, resolved in the order of their dependencies.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{Formula, Function, Reduction};
use super::names::mentioned;
use super::resolve::{Length, Resolver, Scope, Typed, instantiated, not_yet_supported};
use super::{TargetKind, layers};
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Item, Name, Stage};

/// A symbol within the formula of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formal {
    /// The argument of an activation, the output of a loss.
    Argument,
    /// The target of a loss.
    Target,
    /// A parameter, by its position.
    Parameter(usize),
}

/// An activation: a formula of one argument.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The lines of its `///` comments.
    pub documentation: Vec<String>,
    /// Its name.
    pub name: String,
    /// The name of its argument.
    pub argument: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub formula: Formula<Formal>,
    /// The derivative that the text states.
    pub derivative: Option<Formula<Formal>>,
}

/// A loss: a formula of output and target.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The lines of its `///` comments.
    pub documentation: Vec<String>,
    /// Its name.
    pub name: String,
    /// The name of the model's output within the formula.
    pub output: String,
    /// The name of the target within the formula.
    pub target: String,
    /// What the target is.
    pub target_kind: TargetKind,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub formula: Formula<Formal>,
}

/// A parameter of a definition.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether each use has a trained scalar of its own.
    pub learn: bool,
    /// The value where a use gives none, or the initial value of a trained one.
    pub default: Number,
}

/// All definitions that are known to a text.
#[derive(Default)]
pub(super) struct Definitions {
    /// Constants by name.
    pub(super) constants: BTreeMap<String, Number>,
    /// Activations by name.
    pub(super) activations: BTreeMap<String, Activation>,
    /// Losses by name.
    pub(super) losses: BTreeMap<String, Loss>,
    /// Names whose definition has errors that were reported: their uses stay silent.
    broken: BTreeSet<String>,
}

impl Definitions {
    /// The activation called `name`: `None` if its definition is broken, `Some(None)` if there is none.
    #[expect(
        clippy::option_option,
        reason = "broken and absent are different answers"
    )]
    pub(super) fn activation(&self, name: &Name) -> Option<Option<&Activation>> {
        (!self.broken.contains(&name.text)).then(|| self.activations.get(&name.text))
    }

    /// Whether the definition called `name` has errors that were reported.
    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }
}

/// Resolves the definitions of the prelude and of `file`.
pub(super) fn define(
    prelude: &ast::File,
    file: &ast::File,
    errors: &mut Diagnostics,
) -> Definitions {
    let mut definitions = Definitions::default();
    let built_in = prelude
        .items
        .iter()
        .filter(|item| defined_name(item).is_some())
        .collect();
    resolve_in_order(built_in, &mut definitions, errors);
    let own = unique(&file.items, &mut definitions, errors);
    resolve_in_order(own, &mut definitions, errors);
    definitions
}

/// Name of a definition, `None` for a model.
fn defined_name(item: &Item) -> Option<&Name> {
    match item {
        Item::Constant(constant) => Some(&constant.name),
        Item::Activation(activation) => Some(&activation.name),
        Item::Loss(loss) => Some(&loss.name),
        Item::Model(_) => None,
    }
}

/// Resolves the definitions that mention no other pending one, again and again; what never gets its turn is recursive.
fn resolve_in_order(
    mut pending: Vec<&Item>,
    definitions: &mut Definitions,
    errors: &mut Diagnostics,
) {
    while !pending.is_empty() {
        // Losses are not waited for: nothing in a formula can name one.
        let waiting: BTreeSet<&str> = (pending.iter())
            .filter(|item| !matches!(item, Item::Loss(_)))
            .filter_map(|item| defined_name(item))
            .map(|name| name.text.as_str())
            .collect();
        let (ready, rest): (Vec<&Item>, Vec<&Item>) = pending.into_iter().partition(|item| {
            !mentions(item)
                .iter()
                .any(|name| waiting.contains(name.as_str()))
        });
        if ready.is_empty() {
            report_recursion(&rest, definitions, errors);
            return;
        }
        for item in ready {
            let name = defined_name(item).map(|name| name.text.clone());
            if define_item(item, definitions, errors).is_none() {
                definitions.broken.extend(name);
            }
        }
        pending = rest;
    }
}

/// The definitions among `items`, without those whose name is taken.
fn unique<'a>(
    items: &'a [Item],
    definitions: &mut Definitions,
    errors: &mut Diagnostics,
) -> Vec<&'a Item> {
    let mut seen: BTreeMap<(&str, bool), Span> = BTreeMap::new();
    let mut result = Vec::new();
    for item in items {
        let Some(name) = defined_name(item) else {
            continue;
        };
        let text = name.text.as_str();
        // Losses have a namespace of their own: they stand where nothing else can.
        let is_loss = matches!(item, Item::Loss(_));
        let built_in = if is_loss {
            definitions.losses.contains_key(text)
        } else {
            definitions.activations.contains_key(text)
                || Function::named(text).is_some()
                || Reduction::named(text).is_some()
                || layers::LAYERS.contains(&text)
                || ["min", "concat", "pi"].contains(&text)
        };
        if built_in {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{text}` is built in"),
                    "already has a meaning",
                )
                .help(format!("choose another name, such as `my_{text}`")),
            );
        } else if let Some(&first) = seen.get(&(text, is_loss)) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{text}` is defined twice"),
                    "defined again here",
                )
                .related(first, "first defined here")
                .help("give one of them another name"),
            );
        } else {
            seen.insert((text, is_loss), name.span);
            result.push(item);
        }
    }
    result
}

/// The definitions that a definition depends on: the names it mentions, without primitives and its own arguments.
fn mentions(item: &Item) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut collect = |expression: &Expression| {
        mentioned(expression, &mut |name| {
            names.insert(name.to_owned());
        })
    };
    let (own, parameters): (Vec<&Name>, &[ast::Parameter]) = match item {
        Item::Constant(constant) => {
            collect(&constant.value);
            (Vec::new(), &[])
        }
        Item::Activation(activation) => {
            collect(&activation.value);
            activation.derivative.iter().for_each(&mut collect);
            (vec![&activation.argument], &activation.parameters)
        }
        Item::Loss(loss) => {
            collect(&loss.value);
            (vec![&loss.output, &loss.target], &loss.parameters)
        }
        Item::Model(_) => (Vec::new(), &[]),
    };
    for name in own
        .into_iter()
        .chain(parameters.iter().map(|parameter| &parameter.name))
    {
        names.remove(&name.text);
    }
    for parameter in parameters {
        mentioned(&parameter.default, &mut |name| {
            names.insert(name.to_owned());
        });
    }
    names.retain(|name| Function::named(name).is_none() && Reduction::named(name).is_none());
    names
}

fn report_recursion(rest: &[&Item], definitions: &mut Definitions, errors: &mut Diagnostics) {
    for name in rest.iter().filter_map(|item| defined_name(item)) {
        errors.push(
            Diagnostic::new(
                name.span,
                format!("`{}` is defined by itself", name.text),
                "uses itself, directly or through others",
            )
            .note("a formula is written out in full where it is used, which would never end"),
        );
        definitions.broken.insert(name.text.clone());
    }
}

fn define_item(item: &Item, definitions: &mut Definitions, errors: &mut Diagnostics) -> Option<()> {
    match item {
        Item::Constant(constant) => {
            let value = constant_value(&constant.value, definitions, errors)?;
            definitions
                .constants
                .insert(constant.name.text.clone(), value);
        }
        Item::Activation(item) => {
            let activation = activation(item, definitions, errors)?;
            definitions
                .activations
                .insert(activation.name.clone(), activation);
        }
        Item::Loss(item) => {
            let loss = loss(item, definitions, errors)?;
            definitions.losses.insert(loss.name.clone(), loss);
        }
        Item::Model(_) => {}
    }
    Some(())
}

fn activation(
    item: &ast::Activation,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Activation> {
    let parameters = parameters(
        &item.parameters,
        &[&item.argument],
        true,
        definitions,
        errors,
    )?;
    let mut scope = Template {
        argument: &item.argument,
        target: None,
        parameters: &parameters,
        target_use: None,
        definitions,
    };
    let value = resolve(&item.value, &mut scope, definitions, errors);
    let derivative = item
        .derivative
        .as_ref()
        .map(|formula| resolve(formula, &mut scope, definitions, errors));
    let value = value?;
    if value.length == Length::One {
        errors.push(
            Diagnostic::new(
                item.value.span,
                format!(
                    "`{}` does not depend on `{}` element by element",
                    item.name.text, item.argument.text
                ),
                "this is one number",
            )
            .note("an activation keeps the length of what comes in"),
        );
        return None;
    }
    let formula = value.formula;
    let derivative = match derivative {
        Some(derivative) => Some(derivative?.formula),
        None => None,
    };
    for (formula, span) in std::iter::once((&formula, item.value.span)).chain(
        derivative
            .as_ref()
            .zip(item.derivative.as_ref().map(|d| d.span)),
    ) {
        with_defaults(formula, &parameters, span, errors)?;
    }
    let documentation = item.documentation.clone();
    Some(Activation {
        documentation,
        name: item.name.text.clone(),
        argument: item.argument.text.clone(),
        parameters,
        formula,
        derivative,
    })
}

fn loss(item: &ast::Loss, definitions: &Definitions, errors: &mut Diagnostics) -> Option<Loss> {
    let parameters = parameters(
        &item.parameters,
        &[&item.output, &item.target],
        false,
        definitions,
        errors,
    )?;
    let mut scope = Template {
        argument: &item.output,
        target: Some(&item.target),
        parameters: &parameters,
        target_use: None,
        definitions,
    };
    let value = resolve(&item.value, &mut scope, definitions, errors)?;
    let target_kind = scope
        .target_use
        .map_or(TargetKind::Vector, |(kind, _)| kind);
    if value.length != Length::One {
        errors.push(
            Diagnostic::new(
                item.value.span,
                format!("the loss `{}` is not one number", item.name.text),
                "one number for each element",
            )
            .help("take its `mean(…)` or its `sum(…)`"),
        );
        return None;
    }
    with_defaults(&value.formula, &parameters, item.value.span, errors)?;
    Some(Loss {
        documentation: item.documentation.clone(),
        name: item.name.text.clone(),
        output: item.output.text.clone(),
        target: item.target.text.clone(),
        target_kind,
        parameters,
        formula: value.formula,
    })
}

/// Checks a formula with every parameter at its default, so that a definition is wrong where it stands, used or not.
fn with_defaults(
    formula: &Formula<Formal>,
    parameters: &[Parameter],
    span: Span,
    errors: &mut Diagnostics,
) -> Option<()> {
    let filled: Formula<Formal> = formula.substitute(&mut |formal| match formal {
        Formal::Parameter(index) if !parameters[*index].learn => {
            Formula::Number(parameters[*index].default)
        }
        other => Formula::Symbol(*other),
    });
    instantiated(&filled, span, errors)
}

fn resolve(
    expression: &Expression,
    scope: &mut Template<'_>,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Typed<Formal>> {
    Resolver {
        definitions,
        scope,
        errors,
    }
    .expression(expression)
}

fn parameters(
    items: &[ast::Parameter],
    arguments: &[&Name],
    may_learn: bool,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Vec<Parameter>> {
    let mut seen: Vec<&Name> = arguments.to_vec();
    let mut result = Vec::new();
    let mut good = true;
    if let [first, second] = arguments
        && first.text == second.text
    {
        errors.push(
            Diagnostic::new(
                second.span,
                format!("`{}` is named twice", second.text),
                "named again here",
            )
            .related(first.span, "first named here"),
        );
        good = false;
    }
    for item in items {
        let name = &item.name;
        if let Some(first) = seen.iter().find(|first| first.text == name.text) {
            errors.push(
                Diagnostic::new(
                    name.span,
                    format!("`{}` is named twice", name.text),
                    "named again here",
                )
                .related(first.span, "first named here"),
            );
            good = false;
        }
        seen.push(name);
        if let Some(span) = item.learn.filter(|_| !may_learn) {
            errors.push(
                Diagnostic::new(
                    span,
                    "a loss has no learned parameters",
                    "`learn` is not for losses",
                )
                .note(
                    "a loss that could change its own parameters would be minimised by them alone",
                )
                .help("leave `learn` out"),
            );
            good = false;
        }
        match constant_value(&item.default, definitions, errors) {
            Some(default) => result.push(Parameter {
                name: name.text.clone(),
                learn: item.learn.is_some(),
                default,
            }),
            None => good = false,
        }
    }
    good.then_some(result)
}

/// The value of a constant expression, or `None` after its errors were reported.
pub(super) fn constant_value(
    expression: &Expression,
    definitions: &Definitions,
    errors: &mut Diagnostics,
) -> Option<Number> {
    let mut scope = Constants { definitions };
    let formula = Resolver {
        definitions,
        scope: &mut scope,
        errors,
    }
    .expression(expression)?
    .formula;
    let value = formula
        .constant()
        .filter(|number| number.value().is_finite());
    if value.is_none() {
        errors.push(Diagnostic::new(
            expression.span,
            "this constant has no finite value",
            "not a finite number",
        ));
    }
    value
}

/// A name that is known wherever a formula stands.
pub(super) fn constant_name<S>(definitions: &Definitions, name: &Name) -> Option<Formula<S>> {
    match definitions.constants.get(&name.text) {
        Some(number) => Some(Formula::Number(*number)),
        None => (name.text == "pi").then_some(Formula::Pi),
    }
}

/// Reports a name that is not known, with the nearest of `known`.
pub(super) fn unknown_name<'a>(
    name: &Name,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let problem = Diagnostic::new(
        name.span,
        format!("`{}` is not known here", name.text),
        "not defined",
    );
    match nearest(&name.text, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!(
            "define it before it is used, or as a constant: `const {} = …`",
            name.text
        )),
    }
}

/// The names within a definition: its argument, target and parameters.
struct Template<'a> {
    argument: &'a Name,
    target: Option<&'a Name>,
    parameters: &'a [Parameter],
    target_use: Option<(TargetKind, Span)>,
    definitions: &'a Definitions,
}

impl Template<'_> {
    /// Notes how the target is used: as a vector or as a class, and never as both.
    fn use_target(&mut self, kind: TargetKind, span: Span, errors: &mut Diagnostics) -> Option<()> {
        match self.target_use {
            Some((known, first)) if known != kind => {
                let (as_class, as_vector) = if kind == TargetKind::Class {
                    (span, first)
                } else {
                    (first, span)
                };
                errors.push(
                    Diagnostic::new(
                        span,
                        "the target is used as a class and as a vector",
                        "another kind of use",
                    )
                    .related(as_class, "as the index of a class here")
                    .related(as_vector, "as a vector here"),
                );
                None
            }
            _ => {
                self.target_use = Some((kind, span));
                Some(())
            }
        }
    }
}

impl Scope for Template<'_> {
    type Symbol = Formal;

    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Formal>> {
        if name.text == self.argument.text {
            return Some(Typed {
                formula: Formula::Symbol(Formal::Argument),
                length: Length::OPEN,
            });
        }
        if self.target.is_some_and(|target| target.text == name.text) {
            self.use_target(TargetKind::Vector, name.span, errors)?;
            return Some(Typed {
                formula: Formula::Symbol(Formal::Target),
                length: Length::OPEN,
            });
        }
        if let Some(index) = self
            .parameters
            .iter()
            .position(|parameter| parameter.name == name.text)
        {
            return Some(Typed::scalar(Formula::Symbol(Formal::Parameter(index))));
        }
        if let Some(formula) = constant_name(self.definitions, name) {
            return Some(Typed::scalar(formula));
        }
        if !self.definitions.is_broken(&name.text) {
            let own = std::iter::once(self.argument)
                .chain(self.target)
                .map(|name| name.text.as_str());
            let parameters = self
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str());
            let constants = self.definitions.constants.keys().map(String::as_str);
            errors.push(unknown_name(name, own.chain(parameters).chain(constants)));
        }
        None
    }

    fn element(
        &mut self,
        base: &Name,
        index: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<Typed<Formal>> {
        let is_target = matches!(&index.kind, ast::ExpressionKind::Name(name)
            if self.target.is_some_and(|target| target.text == *name));
        if !is_target {
            errors.push(not_yet_supported(
                base.span.to(index.span),
                "an element by its number",
            ));
            return None;
        }
        self.use_target(TargetKind::Class, index.span, errors)?;
        if base.text != self.argument.text {
            errors.push(
                Diagnostic::new(
                    base.span,
                    "only the output has an element for each class",
                    "not the output",
                )
                .help(format!("write `{}[…]`", self.argument.text)),
            );
            return None;
        }
        let output = Formula::Symbol(Formal::Argument);
        Some(Typed::scalar(Formula::ElementAtTarget(Box::new(output))))
    }

    fn pipe(
        &mut self,
        input: &Expression,
        stages: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Formal>> {
        let last = stages.last().map_or(input.span, |stage| stage.call.span);
        errors.push(
            Diagnostic::new(
                input.span.to(last),
                "a definition has no layers",
                "`->` belongs in a model",
            )
            .help("call an activation as a function: `relu(x)`"),
        );
        None
    }

    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Formal>> {
        errors.push(learned_outside_model(activation, parameter, span));
        None
    }

    fn begin_activation(&mut self, _: &Activation) {}
}

fn learned_outside_model(activation: &Activation, parameter: usize, span: Span) -> Diagnostic {
    let (name, parameter) = (&activation.name, &activation.parameters[parameter].name);
    Diagnostic::new(span, format!("`{name}` learns `{parameter}`, which only a model can own"), "used outside a model")
        .note("each use of it in a model has a trained scalar of its own; a definition has no place for one")
        .help(format!("use `{name}` as a stage of a model"))
}

/// Where nothing but constants is known.
struct Constants<'a> {
    definitions: &'a Definitions,
}

impl Scope for Constants<'_> {
    type Symbol = std::convert::Infallible;

    fn name(&mut self, name: &Name, errors: &mut Diagnostics) -> Option<Typed<Self::Symbol>> {
        let formula = constant_name(self.definitions, name);
        if formula.is_none() && !self.definitions.is_broken(&name.text) {
            let known = self.definitions.constants.keys().map(String::as_str);
            errors.push(
                unknown_name(name, known).note("a constant is made of numbers and other constants"),
            );
        }
        formula.map(Typed::scalar)
    }

    fn element(
        &mut self,
        base: &Name,
        _: &Expression,
        errors: &mut Diagnostics,
    ) -> Option<Typed<Self::Symbol>> {
        errors.push(Diagnostic::new(
            base.span,
            "a constant has no elements",
            "a constant is one number",
        ));
        None
    }

    fn pipe(
        &mut self,
        input: &Expression,
        _: &[Stage],
        errors: &mut Diagnostics,
    ) -> Option<Typed<Self::Symbol>> {
        errors.push(Diagnostic::new(
            input.span,
            "a constant has no layers",
            "a constant is one number",
        ));
        None
    }

    fn learned(
        &mut self,
        activation: &Activation,
        parameter: usize,
        span: Span,
        errors: &mut Diagnostics,
    ) -> Option<Formula<Self::Symbol>> {
        errors.push(learned_outside_model(activation, parameter, span));
        None
    }

    fn begin_activation(&mut self, _: &Activation) {}
}
