//! One activation or loss with its derivative.

use super::Fractions;
use super::steps::Derivation;
use crate::equations::convert::Converter;
use crate::equations::expression::Expression;
use crate::equations::notation::{
    Arrangement, Block, Builder, Differential, Line, Notation, Page, Run, Side,
};
use crate::equations::rules::{self, Level};
use crate::equations::variable::{Role, Shape, VariableId, Variables};
use crate::equations::{Equation, TargetKind, backward, present};
use crate::model::{Activation, Formal, FormalParameter, Formula, Loss};

/// A length that stands for any: it keeps reductions from being taken for scalars.
const ANY_LENGTH: usize = 1009;

/// A definition in the form in which it is differentiated and shown.
pub struct DefinitionView {
    name: String,
    variables: Variables,
    /// What it is applied to, as it is written.
    operands: Vec<VariableId>,
    result: VariableId,
    value: Expression,
    /// The value as it is read.
    shown: Expression,
    /// Values within it that have a variable of their own, because their derivative is stated.
    named: Vec<Equation>,
    slopes: Vec<Slope>,
    any_length: Option<usize>,
}

/// A derivative of a definition.
struct Slope {
    /// How it is written.
    left: Notation,
    /// With respect to what.
    by: VariableId,
    differential: Differential,
    kind: Kind,
    remark: Vec<Run>,
}

enum Kind {
    /// Stated by its author.
    Stated(Expression),
    /// Pulled back from this cotangent; the result may be written with the value where that is known.
    Derived(Expression, Option<VariableId>),
}

impl DefinitionView {
    /// An activation with its derivative, and the derivatives by what it learns.
    pub fn activation(activation: &Activation) -> Self {
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
        let parameters = parameters(&activation.parameters, &mut variables);
        let symbol = result_symbol(&variables);
        let result = variables.add(&symbol, shape, Role::Computed);
        let resolve = |formal: &Formal| match formal {
            Formal::Argument | Formal::Target => argument,
            Formal::Parameter(index) => parameters[*index],
        };
        let mut named = Vec::new();
        let value = convert(&activation.formula, &resolve, &mut variables, &mut named);
        let stated = (activation.derivative.as_ref())
            .map(|stated| convert(stated, &resolve, &mut variables, &mut Vec::new()));
        let name = |name: &str| Box::new(Notation::name(name));
        let slope = match stated {
            Some(stated) => Slope {
                left: Notation::Slope(
                    Differential::Total,
                    name(&symbol),
                    name(&activation.argument),
                ),
                by: argument,
                differential: Differential::Total,
                kind: Kind::Stated(stated),
                remark: vec![Run::words("stated")],
            },
            None if reduces => {
                let cotangent = variables.add("g", shape, Role::Computed);
                Slope {
                    left: Notation::Slope(
                        Differential::Partial,
                        name("L"),
                        name(&activation.argument),
                    ),
                    by: argument,
                    differential: Differential::Partial,
                    kind: Kind::Derived(Expression::Variable(cotangent), Some(result)),
                    remark: vec![
                        Run::words("with "),
                        Run::Formula(Notation::name("g")),
                        Run::words(" = "),
                        Run::Formula(Notation::partial(
                            Notation::name("L"),
                            Notation::name(&symbol),
                        )),
                    ],
                }
            }
            None => Slope {
                left: Notation::Slope(
                    Differential::Total,
                    name(&symbol),
                    name(&activation.argument),
                ),
                by: argument,
                differential: Differential::Total,
                kind: Kind::Derived(Expression::ONE, Some(result)),
                remark: Vec::new(),
            },
        };
        let learned = activation.parameters.iter().zip(&parameters);
        let learned = learned.filter(|(parameter, _)| parameter.learn);
        let learned = learned.map(|(parameter, variable)| Slope {
            left: Notation::Slope(Differential::Partial, name(&symbol), name(&parameter.name)),
            by: *variable,
            differential: Differential::Partial,
            kind: Kind::Derived(Expression::ONE, Some(result)),
            remark: Vec::new(),
        });
        let slopes = std::iter::once(slope).chain(learned).collect();
        Self {
            name: activation.name.clone(),
            variables,
            operands: vec![argument],
            result,
            shown: written_out(present::rewrite(value.clone()), &named),
            named,
            value,
            slopes,
            any_length: reduces.then_some(ANY_LENGTH),
        }
    }

    /// A loss with its derivative with respect to the output.
    pub fn loss(loss: &Loss) -> Self {
        let mut variables = Variables::default();
        let vector = Shape::Vector(ANY_LENGTH);
        let output = variables.add(&loss.output, vector, Role::Computed);
        let target_shape = match loss.target_kind {
            TargetKind::Vector => vector,
            TargetKind::Class => Shape::Scalar,
        };
        let target = variables.add(&loss.target, target_shape, Role::Target);
        let parameters = parameters(&loss.parameters, &mut variables);
        let result = variables.add("L", Shape::Scalar, Role::Computed);
        let resolve = |formal: &Formal| match formal {
            Formal::Argument => output,
            Formal::Target => target,
            Formal::Parameter(index) => parameters[*index],
        };
        let mut named = Vec::new();
        let value = convert(&loss.formula, &resolve, &mut variables, &mut named);
        let slope = Slope {
            left: Notation::partial(Notation::name("L"), Notation::name(&loss.output)),
            by: output,
            differential: Differential::Partial,
            kind: Kind::Derived(Expression::ONE, None),
            remark: Vec::new(),
        };
        Self {
            name: loss.name.clone(),
            variables,
            operands: vec![output, target],
            result,
            shown: written_out(value.clone(), &named),
            named,
            value,
            slopes: vec![slope],
            any_length: Some(ANY_LENGTH),
        }
    }

    /// The formula and its derivatives.
    pub fn page(&self, fractions: Fractions) -> Page {
        self.show(fractions, Arrangement::Ragged, |slope| {
            self.whole(slope, fractions)
        })
    }

    /// The same with every rule that led to the derivatives.
    pub fn steps(&self, fractions: Fractions) -> Page {
        self.show(fractions, Arrangement::Stepwise, |slope| {
            match &slope.kind {
                // What is stated, alone or within the formula, has no steps.
                _ if !self.named.is_empty() => self.whole(slope, fractions),
                Kind::Stated(_) => self.whole(slope, fractions),
                Kind::Derived(cotangent, known) => {
                    let derivation = Derivation {
                        variables: &self.variables,
                        value: &self.value,
                        by: slope.by,
                        differential: slope.differential,
                        cotangent,
                        known: *known,
                        any_length: self.any_length,
                        fractions,
                    };
                    let mut sides = derivation.sides();
                    if let Some(first) = sides.first_mut() {
                        first.remark.extend(slope.remark.iter().cloned());
                    }
                    sides
                }
            }
        })
    }

    fn show(
        &self,
        fractions: Fractions,
        arrangement: Arrangement,
        sides: impl Fn(&Slope) -> Vec<Side>,
    ) -> Page {
        let builder = self.builder(fractions);
        let operands = self.operands.iter().map(|id| builder.symbol(*id));
        let head = vec![
            Side::plain(Notation::Call(self.name.clone(), operands.collect())),
            Side::plain(builder.notation(&self.shown)),
        ];
        let first = Line::equation(builder.symbol(self.result), head);
        let slopes = self.slopes.iter();
        let slopes = slopes.map(|slope| Line::equation(slope.left.clone(), sides(slope)));
        Page {
            title: self.name.clone(),
            blocks: vec![Block {
                arrangement,
                ..Block::new("", std::iter::once(first).chain(slopes).collect())
            }],
        }
    }

    fn builder(&self, fractions: Fractions) -> Builder<'_> {
        Builder::new(&self.variables, fractions).any_length(self.any_length)
    }

    /// A derivative without steps.
    fn whole(&self, slope: &Slope, fractions: Fractions) -> Vec<Side> {
        vec![Side {
            formula: self.builder(fractions).notation(&self.derivative(slope)),
            remark: slope.remark.clone(),
        }]
    }

    fn derivative(&self, slope: &Slope) -> Expression {
        match &slope.kind {
            Kind::Stated(stated) => present::rewrite(stated.clone()),
            Kind::Derived(cotangent, known) => {
                let derived = self.pulled(cotangent, slope.by, *known);
                present::rewrite(written_out(derived, &self.named))
            }
        }
    }

    /// The derivative by a variable, also by way of the values that have a variable of their own.
    fn pulled(
        &self,
        cotangent: &Expression,
        by: VariableId,
        known: Option<VariableId>,
    ) -> Expression {
        let mut values = vec![(&self.value, cotangent.clone(), known)];
        let total = |values: &[(&Expression, Expression, Option<VariableId>)], by: VariableId| {
            let terms = values.iter().filter(|(value, ..)| value.count(by) > 0);
            let terms = terms.map(|(value, cotangent, known)| {
                backward::pulled(value, cotangent.clone(), by, *known, &self.variables)
            });
            rules::apply(
                Expression::Sum(terms.collect()),
                Level::Tidy,
                &self.variables,
            )
        };
        // A value may be part of those after it, never of those before it.
        for equation in self.named.iter().rev() {
            let own = total(&values, equation.target);
            values.push((&equation.value, own, None));
        }
        total(&values, by)
    }
}

/// The expression with the values that have a variable of their own in place of these.
fn written_out(expression: Expression, named: &[Equation]) -> Expression {
    let named = named.iter().rev();
    named.fold(expression, |expression, equation| {
        expression.replace(equation.target, &equation.value)
    })
}

fn parameters(formal: &[FormalParameter], variables: &mut Variables) -> Vec<VariableId> {
    let formal = formal.iter().enumerate();
    formal
        .map(|(index, parameter)| {
            variables.add(&parameter.name, Shape::Scalar, Role::Parameter(index))
        })
        .collect()
}

/// A formula as an expression; values that need a variable of their own are added to `named`.
fn convert(
    formula: &Formula<Formal>,
    resolve: &dyn Fn(&Formal) -> VariableId,
    variables: &mut Variables,
    named: &mut Vec<Equation>,
) -> Expression {
    let value = Converter {
        variables,
        equations: named,
        resolve,
        origin: None,
    }
    .convert(formula);
    rules::apply(value, Level::Tidy, variables)
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
