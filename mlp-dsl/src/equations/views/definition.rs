//! One activation or loss with its derivative.

use super::Fractions;
use super::steps::Derivation;
use crate::equations::convert::Converter;
use crate::equations::expression::{Expression, Role, Shape, VariableId, Variables};
use crate::equations::notation::{Block, Builder, Differential, Line, Notation, Page, Run, Side};
use crate::equations::rules::{self, Level};
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
        let value = convert(&activation.formula, &resolve, &mut variables);
        let stated = (activation.derivative.as_ref())
            .map(|stated| convert(stated, &resolve, &mut variables));
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
            shown: present::rewrite(value.clone()),
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
        let value = convert(&loss.formula, &resolve, &mut variables);
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
            shown: value.clone(),
            value,
            slopes: vec![slope],
            any_length: Some(ANY_LENGTH),
        }
    }

    /// The formula and its derivatives.
    pub fn page(&self, fractions: Fractions) -> Page {
        let builder = self.builder(fractions);
        self.show(fractions, |slope| {
            vec![Side {
                formula: builder.notation(&self.derivative(slope)),
                remark: slope.remark.clone(),
            }]
        })
    }

    /// The same with every rule that led to the derivatives.
    pub fn steps(&self, fractions: Fractions) -> Page {
        self.show(fractions, |slope| match &slope.kind {
            Kind::Stated(_) => vec![Side {
                formula: self.builder(fractions).notation(&self.derivative(slope)),
                remark: slope.remark.clone(),
            }],
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
        })
    }

    fn show(&self, fractions: Fractions, sides: impl Fn(&Slope) -> Vec<Side>) -> Page {
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
                aligned: false,
                ..Block::new("", std::iter::once(first).chain(slopes).collect())
            }],
        }
    }

    fn builder(&self, fractions: Fractions) -> Builder<'_> {
        Builder::new(&self.variables, fractions).any_length(self.any_length)
    }

    fn derivative(&self, slope: &Slope) -> Expression {
        match &slope.kind {
            Kind::Stated(stated) => present::rewrite(stated.clone()),
            Kind::Derived(cotangent, known) => present::rewrite(backward::pulled(
                &self.value,
                cotangent.clone(),
                slope.by,
                *known,
                &self.variables,
            )),
        }
    }
}

fn parameters(formal: &[FormalParameter], variables: &mut Variables) -> Vec<VariableId> {
    let formal = formal.iter().enumerate();
    formal
        .map(|(index, parameter)| {
            variables.add(&parameter.name, Shape::Scalar, Role::Parameter(index))
        })
        .collect()
}

fn convert(
    formula: &Formula<Formal>,
    resolve: &dyn Fn(&Formal) -> VariableId,
    variables: &mut Variables,
) -> Expression {
    let mut named: Vec<Equation> = Vec::new();
    let value = Converter {
        variables,
        equations: &mut named,
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
