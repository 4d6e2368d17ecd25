//! The order in which definitions are resolved: each after the ones that it mentions.

use std::collections::{BTreeMap, BTreeSet};

use super::define::define_item;
use super::definitions::Definitions;
use super::formula::{Function, Reduction};
use super::layers;
use super::names::mentioned;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Expression, Item, Name};

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
                || layers::named(text).is_some()
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
            .note("a formula is written out in full where it is used, which would never end")
            .help("write it without itself"),
        );
        definitions.broken.insert(name.text.clone());
    }
}
