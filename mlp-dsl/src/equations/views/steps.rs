//! A derivative step by step. Nothing is derived here: the differentiation and the simplification report each rule that
//! they apply, and this writes down what the expression is after it.

use super::{Fractions, Function, Reduction};
use crate::equations::differentiate::{Pulled, narrow, pull, pull_in_steps};
use crate::equations::expression::Expression;
use crate::equations::notation::{Binding, Builder, Differential, Notation, Piece, Run, Side};
use crate::equations::present;
use crate::equations::protect::Protected;
use crate::equations::rules::{self, Level};
use crate::equations::simplify::simplify_in_steps;
use crate::equations::slope::slope;
use crate::equations::variable::{Role, Shape, VariableId, Variables};

/// What is differentiated, and how that is written.
pub(super) struct Derivation<'a> {
    pub(super) variables: &'a Variables,
    pub(super) value: &'a Expression,
    pub(super) by: VariableId,
    pub(super) differential: Differential,
    pub(super) cotangent: &'a Expression,
    pub(super) known: Option<VariableId>,
    pub(super) any_length: Option<usize>,
    pub(super) fractions: Fractions,
}

/// A derivative of which parts are still to be taken.
#[derive(Clone)]
enum State {
    /// Nothing.
    Zero,
    /// The derivative of `operand`, times `cotangent`, in a region of this length.
    Pending {
        operand: Expression,
        cotangent: Expression,
        length: usize,
    },
    /// A term without open derivatives, in a region of this length.
    Settled(Expression, usize),
    /// Everything together.
    Sum(Vec<Self>),
    /// One of two, by a comparison.
    Select(Expression, Box<[Self; 2]>),
}

impl Derivation<'_> {
    /// The derivative in all its forms, each with the rule that led to it.
    pub(super) fn sides(&self) -> Vec<Side> {
        let mut sides: Vec<Side> = Vec::new();
        let mut state = State::Pending {
            operand: self.value.clone(),
            cotangent: self.cotangent.clone(),
            length: self.value.length(self.variables),
        };
        sides.push(Side::plain(self.state(&state)));
        let mut all = pull_in_steps(self.value, self.cotangent.clone(), self.variables);
        if reduces_within_a_case(self.value) {
            // The cases stand inside of such a sum then, which a state cannot say: only the whole derivative is shown.
            all.clear();
        }
        for pulled in all {
            let open = state.clone();
            if self.advance(&mut state, &pulled) && !self.is_same(&open, &state) {
                let remark = self.rule(&pulled);
                let formula = self.state(&state);
                push(&mut sides, formula, remark);
            }
        }
        self.simplified(&mut sides);
        sides
    }

    /// The steps of simplification.
    fn simplified(&self, sides: &mut Vec<Side>) {
        let terms = pull(self.value, self.cotangent.clone(), self.variables)
            .remove(&self.by)
            .unwrap_or_default();
        let mut variables = self.variables.clone();
        let mut protected = Protected::default();
        protected.add(self.known, self.value, &mut variables);
        let steps = simplify_in_steps(Expression::Sum(terms), &protected.known, &variables);
        let builder = self.builder();
        let mut last = Expression::ZERO;
        for (rule, expression) in steps {
            last = rules::apply(protected.restored(expression), Level::Tidy, self.variables);
            push(sides, builder.notation(&last), vec![Run::words(rule)]);
        }
        let shown = builder.notation(&present::rewrite(last));
        push(sides, shown, vec![Run::words("minimum and maximum")]);
    }

    fn builder(&self) -> Builder<'_> {
        Builder::new(self.variables, self.fractions).any_length(self.any_length)
    }

    fn is_same(&self, left: &State, right: &State) -> bool {
        self.state(left) == self.state(right)
    }

    /// Applies a rule at the first place that it was applied to; false where that place is not part of the formula.
    fn advance(&self, state: &mut State, pulled: &Pulled) -> bool {
        match state {
            State::Pending {
                operand, cotangent, ..
            } if *operand == pulled.of && *cotangent == pulled.cotangent => {
                *state = self.after(pulled, state.clone());
                true
            }
            State::Zero | State::Pending { .. } | State::Settled(..) => false,
            State::Sum(parts) => parts.iter_mut().any(|part| self.advance(part, pulled)),
            State::Select(_, branches) => branches
                .iter_mut()
                .any(|branch| self.advance(branch, pulled)),
        }
    }

    /// What a rule makes of the place that it is applied to.
    fn after(&self, pulled: &Pulled, before: State) -> State {
        let mut terms = pulled.terms.iter().map(|(operand, cotangent, length)| {
            if operand.count(self.by) == 0 {
                return State::Zero;
            }
            State::Pending {
                operand: operand.clone(),
                cotangent: cotangent.clone(),
                length: *length,
            }
        });
        match (&pulled.of, before) {
            (
                Expression::Variable(id),
                State::Pending {
                    cotangent, length, ..
                },
            ) if *id == self.by => State::Settled(cotangent, length),
            (Expression::Select(parts), _) => {
                let branches = [
                    terms.next().unwrap_or(State::Zero),
                    terms.next().unwrap_or(State::Zero),
                ];
                State::Select(parts[0].clone(), Box::new(branches))
            }
            _ => State::Sum(terms.filter(|term| !matches!(term, State::Zero)).collect()),
        }
    }

    /// How a state is written: with a symbol of its own for each derivative that is still to be taken.
    fn state(&self, state: &State) -> Notation {
        let mut variables = self.variables.clone();
        let mut open = Vec::new();
        let expression = self.expression(state, &mut variables, &mut open);
        let mut builder = Builder::new(&variables, self.fractions).any_length(self.any_length);
        for (id, operand) in open {
            let by = Box::new(builder.symbol(self.by));
            let is_vector = operand.length(&variables) > 1;
            let operand = Box::new(builder.notation(&operand));
            let notation = Notation::Derivative(self.differential, by, operand);
            builder.write(
                id,
                Piece {
                    notation,
                    binding: Binding::Atom,
                    is_vector,
                },
            );
        }
        builder.notation(&rules::apply(expression, Level::Tidy, &variables))
    }

    fn expression(
        &self,
        state: &State,
        variables: &mut Variables,
        open: &mut Vec<(VariableId, Expression)>,
    ) -> Expression {
        let own = self.variables.length(self.by);
        match state {
            State::Zero => Expression::ZERO,
            State::Settled(cotangent, length) => narrow(cotangent.clone(), *length, own, variables),
            State::Pending {
                operand,
                cotangent,
                length,
            } => {
                let shape = match operand.length(variables) {
                    1 => Shape::Scalar,
                    length => Shape::Vector(length),
                };
                let operand_length = shape.elements();
                let id = variables.add("", shape, Role::Computed);
                open.push((id, operand.clone()));
                let cotangent = narrow(cotangent.clone(), *length, operand_length, variables);
                cotangent.times(Expression::Variable(id))
            }
            State::Sum(parts) => {
                let parts = parts
                    .iter()
                    .map(|part| self.expression(part, variables, open));
                Expression::Sum(parts.collect())
            }
            State::Select(condition, branches) => {
                let [then, otherwise] = &**branches;
                let then = self.expression(then, variables, open);
                let otherwise = self.expression(otherwise, variables, open);
                Expression::select(condition.clone(), then, otherwise)
            }
        }
    }

    /// The name of a rule of differentiation.
    fn rule(&self, pulled: &Pulled) -> Vec<Run> {
        let depends = |expression: &Expression| expression.count(self.by) > 0;
        let is_inner = |argument: &Expression| *argument != Expression::Variable(self.by);
        match &pulled.of {
            Expression::Variable(_) => {
                let operand = Box::new(self.builder().symbol(self.by));
                let derivative = Notation::Derivative(self.differential, operand.clone(), operand);
                vec![Run::Formula(derivative), Run::words(" = 1")]
            }
            Expression::Sum(_) => words("sum rule"),
            Expression::Product(factors) => {
                let varying = factors.iter().filter(|factor| depends(factor));
                let (below, above): (Vec<_>, Vec<_>) = varying.partition(|factor| {
                    matches!(factor, Expression::Power(_, exponent) if exponent.is_negative())
                });
                words(match (above.len(), below.len()) {
                    (1, 0) | (0, 1) => "constant factor",
                    (_, 0) => "product rule",
                    _ => "quotient rule, as a product with a power of −1",
                })
            }
            Expression::Power(base, _) if is_inner(base) => words("chain rule and power rule"),
            Expression::Power(..) => words("power rule"),
            Expression::Unary(function, argument) => {
                let rule = if is_inner(argument) {
                    "chain rule, "
                } else {
                    ""
                };
                let mut remark = words(rule);
                remark.extend(self.derivative_of(*function));
                remark
            }
            Expression::Extremum(..) => words("derivative of the larger or smaller, ½ at a tie"),
            Expression::Select(_) => words("each case by itself"),
            Expression::Reduce(reduction, _) => words(match reduction {
                Reduction::Sum => "derivative of a sum",
                Reduction::Mean => "derivative of a mean",
                Reduction::Max => "derivative of a maximum",
                Reduction::LogSumExp => "derivative of logsumexp",
            }),
            Expression::ElementAtTarget(_) => words("derivative of one element"),
            Expression::Slice(..) | Expression::Join(_) => words("derivative of a part"),
            Expression::BatchMean(_) => words("derivative of a mean over the batch"),
            Expression::Stated(_) => words("derivative as stated"),
            Expression::Number(_)
            | Expression::Pi
            | Expression::OneHotTarget(_)
            | Expression::Compare(..) => words("constant"),
            Expression::MatrixVector(..)
            | Expression::TransposedMatrixVector(..)
            | Expression::Outer(..)
            | Expression::Pad(_) => words("matrix product"),
        }
    }

    /// σ′(u) = σ(u)·(1 − σ(u))
    fn derivative_of(&self, function: Function) -> Vec<Run> {
        let mut variables = Variables::default();
        let argument = variables.add("u", Shape::Scalar, Role::Computed);
        let argument = Expression::Variable(argument);
        let value = slope(function, &argument).unwrap_or(Expression::ZERO);
        let value = rules::apply(value, Level::Tidy, &variables);
        let builder = Builder::new(&variables, self.fractions);
        let operand = Box::new(builder.notation(&Expression::unary(function, argument)));
        let by = Box::new(Notation::name("u"));
        vec![
            Run::Formula(Notation::Derivative(Differential::Total, by, operand)),
            Run::words(" = "),
            Run::Formula(builder.notation(&value)),
        ]
    }
}

/// Whether a case of a selection takes a reduction or a part of a vector.
fn reduces_within_a_case(expression: &Expression) -> bool {
    let is_border = |part: &Expression| {
        matches!(
            part,
            Expression::Reduce(..)
                | Expression::ElementAtTarget(_)
                | Expression::Slice(..)
                | Expression::Join(_)
        )
    };
    expression.any(&|part| match part {
        Expression::Select(parts) => parts[1..].iter().any(|case| case.any(&is_border)),
        _ => false,
    })
}

fn words(words: &str) -> Vec<Run> {
    vec![Run::words(words)]
}

/// Adds a form unless it looks like the one before it. One rule in several places is one step for a reader.
fn push(sides: &mut Vec<Side>, formula: Notation, remark: Vec<Run>) {
    match sides.last_mut() {
        Some(last) if last.formula == formula => {}
        Some(last) if last.remark == remark => last.formula = formula,
        _ => sides.push(Side { formula, remark }),
    }
}
