//! The network as one long formula, and each derivative as its chain of factors: ∂L/∂W1 = ∂L/∂z2·∂z2/∂a2·∂a2/∂W1.

use std::collections::{BTreeMap, BTreeSet};

use super::{Definition, Equation, Equations, Fractions, Reduction, Section};
use crate::equations::expression::Expression;
use crate::equations::notation::{
    Binding, Block, Builder, Differential, Joint, Line, Notation, Page, Piece, Run, Side,
};
use crate::equations::variable::{Role, Shape, VariableId, Variables};
use crate::equations::{backward, forward, fuse, present};
use crate::model::Model;

impl Equations {
    /// The network of `model` as one formula, each derivative of the loss as its chain of factors, with those marked
    /// that an earlier chain has computed, and the factors themselves. A value that is used more than once keeps its
    /// name.
    pub fn expanded(model: &Model, fractions: Fractions) -> Page {
        let mut equations = forward::forward(model);
        fuse::fuse(&mut equations);
        let variables = equations.variables.clone();
        for equation in &mut equations.list {
            let value = std::mem::replace(&mut equation.value, Expression::ZERO);
            equation.value = as_numbers(value, &variables);
        }
        let mut blocks = vec![Block::new("network", equations.network(fractions))];
        if let Some(objective) = &equations.objective {
            let mut chains = Chains {
                equations: &equations,
                fractions,
                loss: objective.loss,
                computed: BTreeSet::new(),
                factors: Vec::new(),
                lines: Vec::new(),
            };
            chains.write_all();
            let Chains { lines, factors, .. } = chains;
            blocks.push(Block::new("derivatives", lines));
            blocks.push(Block::new(
                "factors",
                equations.factors(&factors, fractions),
            ));
        }
        Page {
            title: format!("model {}", equations.name),
            blocks,
        }
    }

    /// The output and the loss, with every value that is used once written out.
    fn network(&self, fractions: Fractions) -> Vec<Line> {
        let mut builder = Builder::new(&self.variables, fractions);
        let mut lines = Vec::new();
        for equation in &self.list {
            let piece = self.written(equation, &builder);
            let is_result = equation.target == self.output || equation.section == Section::Loss;
            if is_result || self.uses(equation.target) > 1 {
                let left = builder.symbol(equation.target);
                // What the source calls the value; a loss has its textbook form here, which is not the fused one.
                let name = equation
                    .note
                    .as_ref()
                    .filter(|_| equation.section == Section::Forward);
                let side = match name {
                    Some(name) => Side::remarked(piece.notation, name),
                    None => Side::plain(piece.notation),
                };
                lines.push(Line::equation(left, vec![side]));
            } else {
                builder.write(equation.target, piece);
            }
        }
        lines
    }

    /// The right-hand side as a textbook writes it.
    fn written(&self, equation: &Equation, builder: &Builder<'_>) -> Piece {
        let is_vector = self.variables.length(equation.target) > 1;
        match &equation.definition {
            Some(Definition::Activation(..)) => {
                let Some(notation) = self.textbook(equation, builder) else {
                    return builder.piece(&equation.value);
                };
                Piece {
                    notation,
                    binding: Binding::Atom,
                    is_vector,
                }
            }
            Some(Definition::Formula(formula)) => {
                builder.piece(&as_numbers(formula.clone(), &self.variables))
            }
            _ => builder.piece(&present::rewrite(equation.value.clone())),
        }
    }

    /// In how many places a value stands, as a textbook writes the equations.
    fn uses(&self, id: VariableId) -> usize {
        let uses = self.list.iter().map(|equation| match &equation.definition {
            Some(Definition::Activation(_, argument)) => usize::from(*argument == id),
            Some(Definition::Formula(formula)) => formula.count(id),
            None => equation.value.count(id),
        });
        uses.sum()
    }

    /// The equations of the factors: ∂z1/∂a1 between numbers, g·∂z1/∂a1 between vectors, where g is what stands left of
    /// the factor in its chain.
    fn factors(&self, factors: &[(VariableId, VariableId)], fractions: Fractions) -> Vec<Line> {
        let lines = factors.iter().filter_map(|(of, by)| {
            let equation = self.equation(*of)?;
            let mut variables = self.variables.clone();
            let shape = variables.get(*of).shape;
            let is_direct = shape.elements() == 1
                && (equation.section == Section::Loss || variables.length(*by) == 1);
            let cotangent = if is_direct {
                None
            } else {
                let name = ["g", "h", "q"]
                    .into_iter()
                    .find(|name| !variables.has_symbol(name));
                Some(variables.add(name.unwrap_or("∂"), shape, Role::Computed))
            };
            let pulled = backward::pulled_among(
                &self.list,
                &equation.value,
                cotangent.map_or(Expression::ONE, Expression::Variable),
                *by,
                &variables,
            );
            let builder = Builder::new(&variables, fractions);
            let factor = self.factor(*of, *by);
            let left = match cotangent {
                None => factor,
                Some(cotangent) => Notation::Product(vec![
                    (Joint::Dot, builder.symbol(cotangent)),
                    (Joint::Dot, factor),
                ]),
            };
            let value = builder.notation(&present::rewrite(pulled));
            let side = match &equation.note {
                Some(note) if equation.section == Section::Loss => Side::remarked(value, note),
                _ => Side::plain(value),
            };
            Some(Line::equation(left, vec![side]))
        });
        lines.collect()
    }

    /// ∂of/∂by
    fn factor(&self, of: VariableId, by: VariableId) -> Notation {
        let builder = Builder::new(&self.variables, Fractions::Inline);
        let symbol = |id| Box::new(builder.symbol(id));
        Notation::Slope(Differential::Partial, symbol(of), symbol(by))
    }
}

/// The expression with products and reductions of single numbers as what they are.
fn as_numbers(expression: Expression, variables: &Variables) -> Expression {
    let mapped = expression.map(&mut |operand| as_numbers(operand, variables));
    match mapped {
        Expression::MatrixVector(matrix, vector) if variables.length(matrix) == 1 => {
            Expression::Variable(matrix).times(*vector)
        }
        Expression::Reduce(Reduction::Sum | Reduction::Mean | Reduction::Max, operand)
            if operand.length(variables) == 1 =>
        {
            *operand
        }
        other => other,
    }
}

/// The chains of all derivatives, from the loss back.
struct Chains<'a> {
    equations: &'a Equations,
    fractions: Fractions,
    loss: VariableId,
    /// The values whose derivative an earlier line has computed.
    computed: BTreeSet<VariableId>,
    /// The factors that occur, in order.
    factors: Vec<(VariableId, VariableId)>,
    lines: Vec<Line>,
}

impl Chains<'_> {
    fn write_all(&mut self) {
        let consumers = self.consumers();
        let order = self
            .equations
            .list
            .iter()
            .rev()
            .map(|equation| equation.target);
        for target in order.collect::<Vec<_>>() {
            if target != self.loss && consumers.get(&target).is_some_and(|all| all.len() > 1) {
                self.line(target, &consumers);
            }
            let parameters: Vec<VariableId> = self
                .equations
                .parameters
                .iter()
                .map(|parameter| parameter.variable)
                .filter(|parameter| {
                    consumers.get(parameter).and_then(|all| all.first()) == Some(&target)
                })
                .collect();
            for parameter in parameters {
                self.line(parameter, &consumers);
            }
        }
    }

    /// For each value and parameter, the values computed from it that lead to the loss; the last one first.
    fn consumers(&self) -> BTreeMap<VariableId, Vec<VariableId>> {
        let mut consumers: BTreeMap<VariableId, Vec<VariableId>> = BTreeMap::new();
        let mut leading = BTreeSet::from([self.loss]);
        for equation in self.equations.list.iter().rev() {
            if !leading.contains(&equation.target) {
                continue;
            }
            for (id, variable) in self.equations.variables.iter() {
                let is_differentiated = match variable.role {
                    Role::Parameter(_) | Role::Computed | Role::Statistic => {
                        equation.value.count(id) > 0
                    }
                    Role::Input { .. }
                    | Role::Target
                    | Role::State(_)
                    | Role::Mask { .. }
                    | Role::Adjoint(_) => false,
                };
                if is_differentiated {
                    consumers.entry(id).or_default().push(equation.target);
                    leading.insert(id);
                }
            }
        }
        consumers
    }

    /// Writes the derivative with respect to `by`: a chain for each value that is computed from it.
    fn line(&mut self, by: VariableId, consumers: &BTreeMap<VariableId, Vec<VariableId>>) {
        let mut terms = Vec::new();
        let mut remark = Vec::new();
        for of in consumers.get(&by).cloned().unwrap_or_default() {
            let chain = self.chain(of, by, consumers);
            terms.push((false, self.product(&chain, &mut remark)));
        }
        let formula = if terms.len() == 1 {
            terms.remove(0).1
        } else {
            Notation::Sum(terms)
        };
        self.computed.insert(by);
        let left = self.equations.factor(self.loss, by);
        self.lines
            .push(Line::equation(left, vec![Side { formula, remark }]));
    }

    /// The values from the loss to `by` by way of `of`. A value with several consumers has a line of its own, at which the
    /// chain begins.
    fn chain(
        &self,
        of: VariableId,
        by: VariableId,
        consumers: &BTreeMap<VariableId, Vec<VariableId>>,
    ) -> Vec<VariableId> {
        let mut chain = vec![by, of];
        let mut last = of;
        while last != self.loss {
            match consumers.get(&last).map(Vec::as_slice) {
                Some([single]) => {
                    chain.push(*single);
                    last = *single;
                }
                _ => break,
            }
        }
        chain.reverse();
        chain
    }

    /// The factors of a chain, with those in braces that were computed before.
    fn product(&mut self, chain: &[VariableId], remark: &mut Vec<Run>) -> Notation {
        let mut factors: Vec<(VariableId, VariableId)> = Vec::new();
        if chain.first() != Some(&self.loss) {
            factors.extend(chain.first().map(|first| (self.loss, *first)));
        }
        factors.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
        let reused = factors
            .iter()
            .rposition(|(_, by)| self.computed.contains(by))
            .map_or(0, |place| place + 1);
        for (of, by) in &factors {
            let is_local = self
                .equations
                .equation(*of)
                .is_some_and(|equation| equation.value.count(*by) > 0);
            if is_local && !self.factors.contains(&(*of, *by)) {
                self.factors.push((*of, *by));
            }
        }
        // A sum of chains is known only when its line is complete.
        let inner = factors.iter().map(|(_, by)| *by);
        self.computed.extend(inner.take(factors.len() - 1));
        let written = |factors: &[(VariableId, VariableId)]| -> Vec<(Joint, Notation)> {
            let factors = factors.iter();
            factors
                .map(|(of, by)| (Joint::Dot, self.equations.factor(*of, *by)))
                .collect()
        };
        let mut row = Vec::new();
        if reused > 0 {
            let (of, by) = factors[reused - 1];
            let name = self.name(by);
            let before = match reused {
                1 => self.equations.factor(of, by),
                _ => Notation::Product(written(&factors[..reused])),
            };
            if self.fractions == Fractions::Inline && name != before {
                let and = if remark.is_empty() { "" } else { ", " };
                remark.push(Run::words(format!("{and}{{ }} is ")));
                remark.push(Run::Formula(name.clone()));
            }
            let before = Notation::Reused(Box::new(before), Box::new(name));
            row.push((Joint::Dot, before));
        }
        row.extend(written(&factors[reused..]));
        match row.len() {
            1 => row.remove(0).1,
            _ => Notation::Product(row),
        }
    }

    /// What the backward pass calls the derivative with respect to a value.
    fn name(&self, id: VariableId) -> Notation {
        let symbol = &self.equations.variables.get(id).symbol;
        let is_layer = self.equations.equation(id).is_some_and(|equation| {
            matches!(self.equations.variables.get(id).shape, Shape::Vector(_))
                && equation.definition.is_none()
        });
        match symbol
            .strip_prefix('a')
            .filter(|number| is_layer && number.parse::<usize>().is_ok())
        {
            Some(number) => Notation::name(&format!("δ{number}")),
            None => self.equations.factor(self.loss, id),
        }
    }
}
