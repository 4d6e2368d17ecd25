//! One activation or loss with its derivative as text, as `mlp equations --of` prints it.

use std::fmt::Write as _;

use super::expression::{expression_text, expression_text_of_length};
use crate::equations::convert::Converter;
use crate::equations::expression::{Expression, Role, Shape, VariableId, Variables};
use crate::equations::rules::{self, Level};
use crate::equations::{TargetKind, backward, present};
use crate::model::{Activation, Formal, Formula, Loss};

/// A length that stands for any: it keeps reductions from being taken for scalars.
const ANY_LENGTH: usize = 1009;

/// An activation with its derivative.
pub fn activation_text(activation: &Activation) -> String {
    let reduces = activation
        .formula
        .any(&|part| matches!(part, Formula::Reduce(..)));
    let shape = if reduces {
        Shape::Vector(ANY_LENGTH)
    } else {
        Shape::Scalar
    };
    let mut variables = Variables::default();
    let argument = variables.add(&activation.argument, shape, Role::Computed);
    let parameters: Vec<VariableId> = (activation.parameters.iter().enumerate())
        .map(|(index, parameter)| {
            variables.add(&parameter.name, Shape::Scalar, Role::Parameter(index))
        })
        .collect();
    let result = result_symbol(&variables);
    let value_variable = variables.add(&result, shape, Role::Computed);
    let mut convert = |formula: &Formula<Formal>| {
        let resolve = |formal: &Formal| match formal {
            Formal::Argument | Formal::Target => argument,
            Formal::Parameter(index) => parameters[*index],
        };
        Converter {
            variables: &mut variables,
            equations: &mut Vec::new(),
            resolve: &resolve,
            origin: None,
        }
        .convert(formula)
    };
    let value = convert(&activation.formula);
    let stated = activation.derivative.as_ref().map(convert);
    let value = rules::apply(value, Level::Tidy, &variables);
    let remark = if stated.is_some() { "  stated" } else { "" };
    let slope = match stated {
        Some(stated) => rules::apply(stated, Level::Tidy, &variables),
        None if reduces => {
            let cotangent = variables.add("g", shape, Role::Computed);
            let pulled = backward::pulled(
                &value,
                Expression::Variable(cotangent),
                argument,
                Some(value_variable),
                &variables,
            );
            let (argument, left) = (
                &activation.argument,
                expression_text(&present::rewrite(pulled), &variables),
            );
            let value = expression_text(&value, &variables);
            return format!(
                "{result} = {}({argument}) = {value}\n∂L/∂{argument} = {left}, with g = ∂L/∂{result}\n",
                activation.name
            );
        }
        None => backward::derivative(&value, argument, Some(value_variable), &variables),
    };
    let (shown, slope) = (present::rewrite(value.clone()), present::rewrite(slope));
    let mut text = format!(
        "{result} = {}({}) = {}\nd{result}/d{} = {}{remark}\n",
        activation.name,
        activation.argument,
        expression_text(&shown, &variables),
        activation.argument,
        expression_text(&slope, &variables)
    );
    for (parameter, variable) in activation
        .parameters
        .iter()
        .zip(&parameters)
        .filter(|(parameter, _)| parameter.learn)
    {
        let slope = backward::derivative(&value, *variable, Some(value_variable), &variables);
        let _ = writeln!(
            text,
            "∂{result}/∂{} = {}",
            parameter.name,
            expression_text(&slope, &variables)
        );
    }
    text
}

/// `z`, or the next letter that no parameter has.
fn result_symbol(variables: &Variables) -> String {
    let letters = ["z", "f", "q", "value"];
    letters
        .into_iter()
        .find(|letter| !variables.has_symbol(letter))
        .unwrap_or("result")
        .to_owned()
}

/// A loss with its derivative with respect to the output.
pub fn loss_text(loss: &Loss) -> String {
    let mut variables = Variables::default();
    let output = variables.add(&loss.output, Shape::Vector(ANY_LENGTH), Role::Computed);
    let target_shape = match loss.target_kind {
        TargetKind::Vector => Shape::Vector(ANY_LENGTH),
        TargetKind::Class => Shape::Scalar,
    };
    let target = variables.add(&loss.target, target_shape, Role::Target);
    let parameters: Vec<VariableId> = (loss.parameters.iter().enumerate())
        .map(|(index, parameter)| {
            variables.add(&parameter.name, Shape::Scalar, Role::Parameter(index))
        })
        .collect();
    let resolve = |formal: &Formal| match formal {
        Formal::Argument => output,
        Formal::Target => target,
        Formal::Parameter(index) => parameters[*index],
    };
    let value = Converter {
        variables: &mut variables,
        equations: &mut Vec::new(),
        resolve: &resolve,
        origin: None,
    }
    .convert(&loss.formula);
    let value = rules::apply(value, Level::Tidy, &variables);
    let slope = backward::derivative(&value, output, None, &variables);
    let names: Vec<&str> = [loss.output.as_str(), loss.target.as_str()].to_vec();
    format!(
        "L = {}({}) = {}\n∂L/∂{} = {}\n",
        loss.name,
        names.join(", "),
        expression_text(&value, &variables),
        loss.output,
        expression_text_of_length(&slope, &variables, ANY_LENGTH)
    )
}
