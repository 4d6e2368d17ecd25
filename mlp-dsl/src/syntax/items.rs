//! From the matched rules of items and statements to the syntax tree.

use pest::iterators::{Pair, Pairs};

use super::ast::{
    Activation, Constant, File, Item, Loss, Model, Parameter, Setting, Statement, StatementKind,
};
use super::expressions::{call, expression};
use super::grammar::Rule;
use super::parts::{Parts, contradiction, name, span};
use crate::diagnostic::Diagnostics;

/// The tree of a whole text.
pub(super) fn file(mut pairs: Pairs<'_, Rule>) -> Result<File, Diagnostics> {
    let mut file = File::default();
    if let Some(whole) = pairs.next() {
        let mut parts = Parts::of(whole);
        while let Some(part) = parts.take(Rule::item) {
            file.items.push(item(part)?);
        }
    }
    Ok(file)
}

fn item(pair: Pair<'_, Rule>) -> Result<Item, Diagnostics> {
    let mut parts = Parts::of(pair);
    let mut documentation = Vec::new();
    while let Some(line) = parts.take(Rule::documentation) {
        let text = line.as_str();
        let text = text.strip_prefix("///").unwrap_or(text);
        documentation.push(text.trim_end().to_owned());
    }
    let part = parts.some()?;
    match part.as_rule() {
        Rule::constant => constant(part, documentation).map(Item::Constant),
        Rule::activation => activation(part, documentation).map(Item::Activation),
        Rule::loss => loss(part, documentation).map(Item::Loss),
        Rule::model => model(part, documentation).map(Item::Model),
        _ => Err(contradiction(span(&part)).into()),
    }
}

fn constant(pair: Pair<'_, Rule>, documentation: Vec<String>) -> Result<Constant, Diagnostics> {
    let mut parts = Parts::of(pair);
    parts.expect(Rule::const_word)?;
    Ok(Constant {
        documentation,
        name: parts.name()?,
        value: expression(parts.expect(Rule::expression)?)?,
    })
}

fn activation(pair: Pair<'_, Rule>, documentation: Vec<String>) -> Result<Activation, Diagnostics> {
    let mut parts = Parts::of(pair);
    parts.expect(Rule::activation_word)?;
    Ok(Activation {
        documentation,
        name: parts.name()?,
        argument: parts.name()?,
        parameters: parameters(&mut parts)?,
        value: expression(parts.expect(Rule::expression)?)?,
        derivative: match parts.take(Rule::derivative_word) {
            Some(_) => Some(expression(parts.expect(Rule::expression)?)?),
            None => None,
        },
    })
}

fn loss(pair: Pair<'_, Rule>, documentation: Vec<String>) -> Result<Loss, Diagnostics> {
    let mut parts = Parts::of(pair);
    parts.expect(Rule::loss_word)?;
    Ok(Loss {
        documentation,
        name: parts.name()?,
        output: parts.name()?,
        target: parts.name()?,
        parameters: parameters(&mut parts)?,
        value: expression(parts.expect(Rule::expression)?)?,
    })
}

fn parameters(parts: &mut Parts<'_>) -> Result<Vec<Parameter>, Diagnostics> {
    let mut list = Vec::new();
    if let Some(pair) = parts.take(Rule::parameters) {
        let mut inner = Parts::of(pair);
        while let Some(pair) = inner.take(Rule::parameter) {
            let mut parts = Parts::of(pair);
            list.push(Parameter {
                learn: parts.take(Rule::learn_word).map(|word| span(&word)),
                name: parts.name()?,
                default: expression(parts.expect(Rule::expression)?)?,
            });
        }
    }
    Ok(list)
}

fn model(pair: Pair<'_, Rule>, documentation: Vec<String>) -> Result<Model, Diagnostics> {
    let span = span(&pair);
    let mut parts = Parts::of(pair);
    parts.expect(Rule::model_word)?;
    let name = parts.name()?;
    let mut statements = Vec::new();
    while let Some(part) = parts.take(Rule::statement) {
        statements.push(statement(part)?);
    }
    Ok(Model {
        documentation,
        name,
        statements,
        span,
    })
}

fn statement(pair: Pair<'_, Rule>) -> Result<Statement, Diagnostics> {
    let span = span(&pair);
    let form = Parts::of(pair).some()?;
    let rule = form.as_rule();
    let mut parts = Parts::of(form);
    let first = parts.some()?;
    let kind = match rule {
        Rule::precision_statement => StatementKind::Precision(parts.name()?),
        Rule::input_statement => StatementKind::Input {
            name: parts.name()?,
            length: expression(parts.expect(Rule::expression)?)?,
        },
        Rule::output_statement => {
            StatementKind::Output(expression(parts.expect(Rule::expression)?)?)
        }
        Rule::loss_statement => StatementKind::Loss(call(parts.expect(Rule::call)?)?),
        Rule::train_statement => {
            let mut settings = Vec::new();
            while let Some(pair) = parts.take(Rule::setting) {
                let mut parts = Parts::of(pair);
                settings.push(Setting {
                    name: name(&parts.expect(Rule::setting_name)?),
                    value: expression(parts.expect(Rule::expression)?)?,
                });
            }
            StatementKind::Train(settings)
        }
        Rule::value_statement => StatementKind::Value {
            name: name(&first),
            value: expression(parts.expect(Rule::expression)?)?,
        },
        _ => return Err(contradiction(span).into()),
    };
    Ok(Statement { kind, span })
}
