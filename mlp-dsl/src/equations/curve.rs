//! An activation or a loss as a function of one number, with its derivative: what a plot shows. Both are equations, and
//! the reference engine evaluates them.

use ndarray::Array2;

use super::convert::Converter;
use super::differentiate::pull;
use super::evaluate::{EvaluationError, Extent, Targets, evaluate};
use super::expression::{Expression, Padded};
use super::present;
use super::reuse::Known;
use super::rules::{self, Level};
use super::simplify::simplify;
use super::variable::{Role, Shape, VariableId, Variables};
use super::{Equation, Equations, Objective, Precision, Section};
use crate::model::{Activation, Formal, FormalParameter, Formula, Loss, TargetKind};

/// A function of one number and its derivative.
#[derive(Clone, Debug)]
pub struct Curve {
    value: Equations,
    slope: Equations,
    target: Option<Target>,
}

/// What a loss is plotted against.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// This number.
    Number(f64),
    /// The first of two classes.
    FirstClass,
}

impl Curve {
    /// The curve of an activation, with its parameters at their defaults. One that looks at the whole vector is shown by
    /// its first element, as a function of the first of two elements, the other of which is 0.
    pub fn of_activation(activation: &Activation) -> Self {
        let reduces = activation
            .formula
            .any(&|part| matches!(part, Formula::Reduce(..)));
        let mut system = System::new(&activation.argument, if reduces { 2 } else { 1 });
        let parameters = system.parameters(&activation.parameters);
        let (value, stated) = {
            let argument = system.argument;
            let resolve = |formal: &Formal| match formal {
                Formal::Argument | Formal::Target => argument,
                Formal::Parameter(index) => parameters[*index],
            };
            let value = system.convert(&activation.formula, &resolve);
            let stated = (activation.derivative.as_ref())
                .map(|derivative| system.convert(derivative, &resolve));
            (value, stated)
        };
        let slope = stated.unwrap_or_else(|| system.derivative(&value));
        system.curve(&activation.parameters, &parameters, value, slope, None)
    }

    /// The curve of a loss as a function of one element of the output, with its parameters at their defaults; against
    /// `target`, or where targets are classes, against the first of two classes, with 0 for the output of the other.
    pub fn of_loss(loss: &Loss, target: f64) -> Self {
        let is_class = loss.target_kind == TargetKind::Class;
        let mut system = System::new(&loss.output, if is_class { 2 } else { 1 });
        let shape = if is_class {
            Shape::Scalar
        } else {
            Shape::Vector(1)
        };
        let target_variable = system.variables.add(&loss.target, shape, Role::Target);
        let parameters = system.parameters(&loss.parameters);
        let value = {
            let argument = system.argument;
            let resolve = |formal: &Formal| match formal {
                Formal::Argument => argument,
                Formal::Target => target_variable,
                Formal::Parameter(index) => parameters[*index],
            };
            system.convert(&loss.formula, &resolve)
        };
        let slope = system.derivative(&value);
        let plotted = if is_class {
            Target::FirstClass
        } else {
            Target::Number(target)
        };
        let against = Some((target_variable, loss.target_kind, plotted));
        system.curve(&loss.parameters, &parameters, value, slope, against)
    }

    /// Value and derivative at each of `arguments`.
    ///
    /// # Errors
    /// What the reference engine refuses; nothing where `arguments` is not empty.
    pub fn at(&self, arguments: &[f64]) -> Result<Vec<[f64; 2]>, EvaluationError> {
        let rows = arguments.len();
        let width = self.value.input_length();
        let inputs = Array2::from_shape_fn((rows, width), |(row, column)| match column {
            0 => arguments[row],
            _ => 0.0,
        });
        let targets = self.target.map(|target| match target {
            Target::Number(number) => Targets::Vectors(Array2::from_elem((rows, 1), number)),
            Target::FirstClass => Targets::Classes(vec![0; rows]),
        });
        let column = |equations: &Equations| {
            evaluate(
                equations,
                &[],
                inputs.view(),
                targets.as_ref(),
                Extent::Output,
            )
            .map(|found| found.output.column(0).to_vec())
        };
        let (values, slopes) = (column(&self.value)?, column(&self.slope)?);
        Ok(values
            .into_iter()
            .zip(slopes)
            .map(|(value, slope)| [value, slope])
            .collect())
    }
}

/// The equations of a curve while they grow.
struct System {
    variables: Variables,
    argument: VariableId,
    /// The values that needed a name of their own.
    named: Vec<Equation>,
}

impl System {
    fn new(argument: &str, length: usize) -> Self {
        let mut variables = Variables::default();
        let role = Role::Input { offset: 0 };
        let argument = variables.add(argument, Shape::Vector(length), role);
        Self {
            variables,
            argument,
            named: Vec::new(),
        }
    }

    fn parameters(&mut self, parameters: &[FormalParameter]) -> Vec<VariableId> {
        let parameters = parameters.iter().enumerate();
        let parameters = parameters.map(|(index, parameter)| {
            self.variables
                .add(&parameter.name, Shape::Scalar, Role::Parameter(index))
        });
        parameters.collect()
    }

    fn convert(
        &mut self,
        formula: &Formula<Formal>,
        resolve: &dyn Fn(&Formal) -> VariableId,
    ) -> Expression {
        let mut converter = Converter {
            variables: &mut self.variables,
            equations: &mut self.named,
            resolve,
            origin: None,
        };
        let value = converter.convert(formula);
        rules::apply(value, Level::Tidy, &self.variables)
    }

    /// The derivative of the first element of `value` with respect to the first element of the argument.
    fn derivative(&self, value: &Expression) -> Expression {
        let length = value.length(&self.variables);
        let first = match length {
            1 => Expression::ONE,
            _ => Expression::Pad(Box::new(Padded {
                value: Expression::ONE,
                before: 0,
                length: 1,
                after: length - 1,
            })),
        };
        let mut terms = pull(value, first, &self.variables);
        let known = Known::default();
        for equation in self.named.iter().rev() {
            let Some(found) = terms.remove(&equation.target) else {
                continue;
            };
            let cotangent = simplify(Expression::Sum(found), &known, &self.variables);
            for (variable, more) in pull(&equation.value, cotangent, &self.variables) {
                terms.entry(variable).or_default().extend(more);
            }
        }
        let terms = terms.remove(&self.argument).unwrap_or_default();
        simplify(Expression::Sum(terms), &known, &self.variables)
    }

    fn curve(
        mut self,
        formal: &[FormalParameter],
        parameters: &[VariableId],
        value: Expression,
        slope: Expression,
        against: Option<(VariableId, TargetKind, Target)>,
    ) -> Curve {
        let settled = |expression: Expression, variables: &Variables| {
            let expression = (formal.iter().zip(parameters)).fold(
                present::rewrite(expression),
                |expression, (parameter, variable)| {
                    expression.replace(*variable, &Expression::Number(parameter.default))
                },
            );
            rules::apply(expression, Level::Tidy, variables)
        };
        let result = self.variables.add("result", Shape::Scalar, Role::Computed);
        let named = std::mem::take(&mut self.named).into_iter();
        let named: Vec<Equation> = named
            .map(|mut equation| {
                equation.value = settled(equation.value, &self.variables);
                equation
            })
            .collect();
        let equations = |expression: Expression| {
            let expression = settled(expression, &self.variables);
            let first = match expression.length(&self.variables) {
                1 => expression,
                _ => Expression::Slice(Box::new(expression), 0, 1),
            };
            let mut list = named.clone();
            list.push(Equation {
                target: result,
                definition: None,
                value: first,
                section: Section::Forward,
                note: None,
                origin: None,
            });
            Equations {
                name: "Curve".to_owned(),
                documentation: Vec::new(),
                precision: Precision::F64,
                variables: self.variables.clone(),
                inputs: vec![self.argument],
                parameters: Vec::new(),
                state: Vec::new(),
                output: result,
                objective: against.map(|(target, target_kind, _)| Objective {
                    name: String::new(),
                    loss: result,
                    target,
                    target_kind,
                }),
                batch: None,
                list,
                inference: None,
            }
        };
        Curve {
            value: equations(value),
            slope: equations(slope),
            target: against.map(|(.., target)| target),
        }
    }
}
