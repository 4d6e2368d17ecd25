//! Reverse-mode differentiation: one pullback per primitive operation.
//!
//! A pullback takes the derivative of the loss with respect to an operation's result, called its cotangent, and adds to
//! the derivatives with respect to the operands. Results come out unsimplified.

use std::collections::BTreeMap;

use super::expression::{Expression, Extremum, Padded};
use super::slope::{share, slope};
use super::variable::{Role, VariableId, Variables};
use super::{Function, Reduction};
use crate::number::Number;

/// For each variable, the terms whose sum is the derivative of the loss with respect to it.
pub(super) type Cotangents = BTreeMap<VariableId, Vec<Expression>>;

/// Pulls `cotangent` back through `expression` to its variables.
pub(super) fn pull(
    expression: &Expression,
    cotangent: Expression,
    variables: &Variables,
) -> Cotangents {
    Pullback::new(variables, None).pulled(expression, cotangent)
}

/// The same, and every rule that was applied, in order.
pub(super) fn pull_in_steps(
    expression: &Expression,
    cotangent: Expression,
    variables: &Variables,
) -> Vec<Pulled> {
    let mut log = Vec::new();
    Pullback::new(variables, Some(&mut log)).pulled(expression, cotangent);
    log
}

/// One rule of differentiation, applied to one operation.
pub(super) struct Pulled {
    /// The operation.
    pub(super) of: Expression,
    /// Its cotangent.
    pub(super) cotangent: Expression,
    /// The operands, each with its cotangent and the length of the region in which that stands.
    pub(super) terms: Vec<(Expression, Expression, usize)>,
}

/// The state of one pull. A region is a part in which all operations work element by element on vectors of one length;
/// reductions are its borders. Within a region a term keeps that length, also for a scalar that spreads over it.
struct Pullback<'a> {
    variables: &'a Variables,
    /// The length of the current region.
    length: usize,
    /// The selections around the current place: a condition, and whether this is the branch where it holds.
    guards: Vec<(Expression, bool)>,
    /// Terms in the shape of their variables.
    settled: Cotangents,
    /// Where each rule that is applied is written down.
    log: Option<&'a mut Vec<Pulled>>,
}

impl<'a> Pullback<'a> {
    fn new(variables: &'a Variables, log: Option<&'a mut Vec<Pulled>>) -> Self {
        Self {
            variables,
            length: 1,
            guards: Vec::new(),
            settled: Cotangents::new(),
            log,
        }
    }

    fn pulled(mut self, expression: &Expression, cotangent: Expression) -> Cotangents {
        self.region(expression, cotangent);
        self.settled
    }

    /// Writes down what becomes of `cotangent`; the terms stay in the current region.
    fn note(
        &mut self,
        of: &Expression,
        cotangent: &Expression,
        terms: &[(&Expression, &Expression)],
    ) {
        let length = self.length;
        let terms = terms.iter().map(|(operand, own)| (*operand, *own, length));
        self.note_regions(of, cotangent, terms);
    }

    fn note_regions<'t>(
        &mut self,
        of: &Expression,
        cotangent: &Expression,
        terms: impl IntoIterator<Item = (&'t Expression, &'t Expression, usize)>,
    ) {
        if let Some(log) = &mut self.log {
            let terms = terms.into_iter();
            log.push(Pulled {
                of: of.clone(),
                cotangent: cotangent.clone(),
                terms: terms
                    .map(|(operand, own, length)| (operand.clone(), own.clone(), length))
                    .collect(),
            });
        }
    }
    /// Pulls back through a region and brings its terms into the shape of their variables.
    fn region(&mut self, expression: &Expression, cotangent: Expression) {
        let length = expression.length(self.variables);
        let guards = std::mem::take(&mut self.guards);
        let outer = std::mem::replace(&mut self.length, length);
        let mut terms = Cotangents::new();
        self.pull(expression, cotangent, &mut terms);
        self.guards = guards;
        self.length = outer;
        for (variable, terms) in terms {
            let own = self.variables.length(variable);
            let narrowed = terms
                .into_iter()
                .map(|term| narrow(term, length, own, self.variables));
            self.settled.entry(variable).or_default().extend(narrowed);
        }
    }

    fn pull(&mut self, expression: &Expression, cotangent: Expression, terms: &mut Cotangents) {
        match expression {
            Expression::Number(_)
            | Expression::Pi
            | Expression::OneHotTarget(_)
            | Expression::Compare(..) => self.note(expression, &cotangent, &[]),
            Expression::Variable(variable) => {
                self.note(expression, &cotangent, &[]);
                terms.entry(*variable).or_default().push(cotangent)
            }
            Expression::Sum(operands) => {
                let all: Vec<_> = operands
                    .iter()
                    .map(|operand| (operand, &cotangent))
                    .collect();
                self.note(expression, &cotangent, &all);
                for operand in operands {
                    self.pull(operand, cotangent.clone(), terms);
                }
            }
            Expression::Product(factors) => {
                let with_others = |index: usize| {
                    let others = factors.iter().enumerate();
                    let others = others.filter(|(other, _)| *other != index);
                    let product = std::iter::once(cotangent.clone())
                        .chain(others.map(|(_, other)| other.clone()));
                    Expression::Product(product.collect())
                };
                let products: Vec<Expression> = (0..factors.len()).map(with_others).collect();
                let all: Vec<_> = factors.iter().zip(&products).collect();
                self.note(expression, &cotangent, &all);
                for (factor, product) in factors.iter().zip(products) {
                    self.pull(factor, product, terms);
                }
            }
            Expression::Power(base, exponent) => {
                let lower = Expression::power((**base).clone(), *exponent - Number::ONE);
                let slope = Expression::Number(*exponent).times(lower);
                let inner = cotangent.clone().times(slope);
                self.note(expression, &cotangent, &[(base, &inner)]);
                self.pull(base, inner, terms);
            }
            Expression::Unary(function, argument) => {
                let Some(slope) = slope(*function, argument) else {
                    self.note(expression, &cotangent, &[]);
                    return;
                };
                let inner = cotangent.clone().times(slope);
                self.note(expression, &cotangent, &[(argument, &inner)]);
                self.pull(argument, inner, terms);
            }
            Expression::Extremum(which, left, right) => {
                // ½ at a tie, as PyTorch's maximum and minimum have it: ½·(1 ± sign(left − right))
                let sign =
                    Expression::unary(Function::Sign, (**left).clone().minus((**right).clone()));
                let (for_left, for_right) = match which {
                    Extremum::Maximum => (sign.clone(), sign.negated()),
                    Extremum::Minimum => (sign.clone().negated(), sign),
                };
                let [left_share, right_share] = [for_left, for_right].map(|sign| {
                    let share = Expression::Number(Number::HALF)
                        .times(Expression::Sum(vec![Expression::ONE, sign]));
                    cotangent.clone().times(share)
                });
                let both: [(&Expression, &Expression); 2] =
                    [(left, &left_share), (right, &right_share)];
                self.note(expression, &cotangent, &both);
                self.pull(left, left_share, terms);
                self.pull(right, right_share, terms);
            }
            Expression::Select(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.note(
                    expression,
                    &cotangent,
                    &[(then, &cotangent), (otherwise, &cotangent)],
                );
                self.select(condition, then, otherwise, cotangent, terms);
            }
            Expression::Reduce(reduction, operand) => {
                let length = operand.length(self.variables);
                let whole = self.guarded_sum(cotangent.clone(), 1);
                let whole = whole.times(share(*reduction, operand, length));
                self.note_regions(expression, &cotangent, [(&**operand, &whole, length)]);
                self.region(operand, whole);
            }
            // A sample has its share in the mean of every other: what comes back is the mean of all cotangents.
            Expression::BatchMean(operand) => {
                let length = operand.length(self.variables);
                let whole = self.guarded_sum(cotangent.clone(), length);
                let whole = Expression::BatchMean(Box::new(whole));
                self.note_regions(expression, &cotangent, [(&**operand, &whole, length)]);
                self.region(operand, whole);
            }
            Expression::ElementAtTarget(operand) => {
                let length = operand.length(self.variables);
                let whole = self.guarded_sum(cotangent.clone(), 1);
                let whole = whole.times(Expression::OneHotTarget(length));
                self.note_regions(expression, &cotangent, [(&**operand, &whole, length)]);
                self.region(operand, whole);
            }
            Expression::Slice(operand, start, end) => {
                let (length, total) = (end - start, operand.length(self.variables));
                let value = self.guarded_sum(cotangent.clone(), length);
                let padded = Padded {
                    value,
                    before: *start,
                    length,
                    after: total - end,
                };
                let padded = Expression::Pad(Box::new(padded));
                self.note_regions(expression, &cotangent, [(&**operand, &padded, total)]);
                self.region(operand, padded);
            }
            Expression::Join(operands) => {
                let total = expression.length(self.variables);
                let cotangent = self.guarded_sum(cotangent, total);
                let mut start = 0;
                for operand in operands {
                    let end = start + operand.length(self.variables);
                    let part = match cotangent.length(self.variables) {
                        1 => cotangent.clone(),
                        _ => Expression::Slice(Box::new(cotangent.clone()), start, end),
                    };
                    self.region(operand, part);
                    start = end;
                }
            }
            Expression::MatrixVector(matrix, vector) => {
                let settled = self.settled.entry(*matrix).or_default();
                settled.push(Expression::Outer(
                    Box::new(cotangent.clone()),
                    vector.clone(),
                ));
                self.region(
                    vector,
                    Expression::TransposedMatrixVector(*matrix, Box::new(cotangent)),
                );
            }
            Expression::Stated(stated) => {
                let (value, argument, derivative) = &**stated;
                // The statement replaces the derivative with respect to the argument alone: trained scalars inside the
                // value have theirs derived.
                let is_trained = |variable: &VariableId| {
                    matches!(self.variables.get(*variable).role, Role::Parameter(_))
                };
                let settled = std::mem::take(&mut self.settled);
                let mut derived = Cotangents::new();
                self.pull(value, cotangent.clone(), &mut derived);
                let reduced = std::mem::replace(&mut self.settled, settled);
                for (variable, own) in derived
                    .into_iter()
                    .filter(|(variable, _)| is_trained(variable))
                {
                    terms.entry(variable).or_default().extend(own);
                }
                for (variable, own) in reduced
                    .into_iter()
                    .filter(|(variable, _)| is_trained(variable))
                {
                    self.settled.entry(variable).or_default().extend(own);
                }
                let own = cotangent.clone().times(derivative.clone());
                self.note(
                    expression,
                    &cotangent,
                    &[(&Expression::Variable(*argument), &own)],
                );
                terms.entry(*argument).or_default().push(own);
            }
            // These stand only in backward equations, which are not differentiated again.
            Expression::TransposedMatrixVector(..) | Expression::Outer(..) | Expression::Pad(_) => {
            }
        }
    }

    /// Both branches are pulled back as if they were taken, and each term is guarded afterwards, as a whole: a factor
    /// that is infinite in the other branch then does no harm.
    fn select(
        &mut self,
        condition: &Expression,
        then: &Expression,
        otherwise: &Expression,
        cotangent: Expression,
        terms: &mut Cotangents,
    ) {
        let mut branches = [Cotangents::new(), Cotangents::new()];
        for ((branch, holds), own) in [(then, true), (otherwise, false)]
            .into_iter()
            .zip(&mut branches)
        {
            self.guards.push((condition.clone(), holds));
            self.pull(branch, cotangent.clone(), own);
            self.guards.pop();
        }
        let [mut then, mut otherwise] = branches;
        let variables: Vec<VariableId> = then.keys().chain(otherwise.keys()).copied().collect();
        for variable in variables {
            let (then, otherwise) = (then.remove(&variable), otherwise.remove(&variable));
            if then.is_none() && otherwise.is_none() {
                continue;
            }
            let branch =
                |terms: Option<Vec<Expression>>| Expression::Sum(terms.unwrap_or_default());
            let guarded = Expression::select(condition.clone(), branch(then), branch(otherwise));
            terms.entry(variable).or_default().push(guarded);
        }
    }

    /// The cotangent, within the guards, of an operand with `length` elements; a scalar that spreads over the region gets
    /// the sum over it.
    fn guarded_sum(&self, cotangent: Expression, length: usize) -> Expression {
        let guarded = (self.guards.iter().rev()).fold(cotangent, |inner, (condition, holds)| {
            let (then, otherwise) = if *holds {
                (inner, Expression::ZERO)
            } else {
                (Expression::ZERO, inner)
            };
            Expression::select(condition.clone(), then, otherwise)
        });
        narrow(guarded, self.length, length, self.variables)
    }
}

/// A term over a region of `length` elements in the shape of a variable with `own` elements: a scalar that was spread
/// over the region gets the sum.
pub(super) fn narrow(
    term: Expression,
    length: usize,
    own: usize,
    variables: &Variables,
) -> Expression {
    // A trained matrix has its term already, whole.
    if own >= length {
        return term;
    }
    if term.length(variables) == 1 {
        return Expression::Number(Number::count(length)).times(term);
    }
    Expression::Reduce(Reduction::Sum, Box::new(term))
}
