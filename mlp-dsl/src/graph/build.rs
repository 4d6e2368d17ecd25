//! The graph of a system of equations, in the form in which a textbook writes them: an activation hangs on its
//! argument, also where the computed form shares a part with another equation.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edge, Flow, Graph, Node, NodeKind};
use crate::equations::{
    Definition, Equation, Equations, Expression, Extremum, Role, Section, Shape, VariableId,
    expression_text,
};

/// A mapping longer than this, in characters, is named by its operation alone.
const LONGEST_MAPPING: usize = 22;

impl Graph {
    /// The graph of `equations`: the forward pass with the loss, and with `backward` the flow of the gradients.
    pub fn new(equations: &Equations, backward: bool) -> Self {
        let builder = Builder::new(equations);
        let mut graph = Self {
            name: equations.name.clone(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let mut places = BTreeMap::new();
        for id in builder.needed() {
            places.insert(id, graph.nodes.len());
            graph.nodes.push(builder.node(id));
        }
        for (id, to) in &places {
            let sources = builder.sources(*id);
            for source in &sources {
                graph.edges.push(Edge {
                    from: places[source],
                    to: *to,
                    flow: Flow::Forward,
                    computes: *id,
                    mapping: builder.mapping(*source, *id, &sources),
                    shape: builder.shape(*source),
                });
            }
        }
        if backward {
            for (source, id, gradient) in builder.gradients(&places) {
                graph.edges.push(Edge {
                    from: places[&source],
                    to: places[&id],
                    flow: Flow::Backward,
                    computes: gradient,
                    mapping: Some(builder.symbol(gradient)),
                    shape: builder.shape(gradient),
                });
            }
        }
        graph
    }
}

struct Builder<'a> {
    equations: &'a Equations,
    computed: BTreeMap<VariableId, &'a Equation>,
}

impl<'a> Builder<'a> {
    fn new(equations: &'a Equations) -> Self {
        let list = equations.list.iter();
        Self {
            equations,
            computed: list.map(|equation| (equation.target, equation)).collect(),
        }
    }

    /// The variables that the output and the loss depend on, with them, in the order of computation.
    fn needed(&self) -> Vec<VariableId> {
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        let loss = self.equations.objective.as_ref();
        let ends = [Some(self.equations.output), loss.map(|loss| loss.loss)];
        // A depth-first walk with a stack of its own: a chain of equations may be long.
        let mut pending: Vec<(VariableId, bool)> = ends
            .into_iter()
            .flatten()
            .rev()
            .map(|id| (id, false))
            .collect();
        while let Some((id, done)) = pending.pop() {
            if done {
                order.push(id);
            } else if seen.insert(id) {
                pending.push((id, true));
                pending.extend(
                    self.sources(id)
                        .into_iter()
                        .rev()
                        .map(|source| (source, false)),
                );
            }
        }
        order
    }

    /// The variables that `id` is computed from, in the order in which its equation mentions them.
    fn sources(&self, id: VariableId) -> Vec<VariableId> {
        let Some(equation) = self.computed.get(&id) else {
            return Vec::new();
        };
        let mut sources = Vec::new();
        match &equation.definition {
            Some(Definition::Formula(formula)) => variables(formula, &mut sources),
            None => variables(&equation.value, &mut sources),
            Some(Definition::Activation(_, argument)) => {
                sources.push(*argument);
                self.given(equation, *argument, &mut sources);
            }
        }
        if self.is_loss(id)
            && let Some(objective) = &self.equations.objective
        {
            // The class of a sample is in the formula, but not as a variable.
            if !sources.contains(&objective.target) {
                sources.push(objective.target);
            }
        }
        sources
    }

    /// The parameters and masks that an activation uses besides its argument, also through values that it shares.
    fn given(&self, equation: &Equation, argument: VariableId, sources: &mut Vec<VariableId>) {
        let mut used = Vec::new();
        variables(&equation.value, &mut used);
        for id in used {
            match self.equations.variables.get(id).role {
                _ if id == argument || sources.contains(&id) => {}
                Role::Parameter(_) | Role::Mask { .. } | Role::State(_) => sources.push(id),
                Role::Computed | Role::Statistic => {
                    if let Some(shared) = self.computed.get(&id) {
                        self.given(shared, argument, sources);
                    }
                }
                Role::Input { .. } | Role::Target | Role::Adjoint(_) => {}
            }
        }
    }

    fn is_loss(&self, id: VariableId) -> bool {
        (self.equations.objective.as_ref()).is_some_and(|objective| objective.loss == id)
    }

    fn symbol(&self, id: VariableId) -> String {
        self.equations.variables.get(id).symbol.clone()
    }

    fn node(&self, id: VariableId) -> Node {
        let kind = match self.equations.variables.get(id).role {
            Role::Input { .. } => NodeKind::Input,
            Role::Target => NodeKind::Target,
            Role::Mask { .. } => NodeKind::Mask,
            Role::Parameter(_) => NodeKind::Parameter,
            Role::State(_) => NodeKind::State,
            Role::Statistic => NodeKind::Computed,
            Role::Computed | Role::Adjoint(_) if self.is_loss(id) => NodeKind::Loss,
            Role::Computed | Role::Adjoint(_) if id == self.equations.output => NodeKind::Output,
            Role::Computed | Role::Adjoint(_) => NodeKind::Computed,
        };
        let name = match self.equations.variables.get(id).role {
            Role::Parameter(index) => Some(self.equations.parameters[index].name.clone()),
            Role::State(index) => Some(self.equations.state[index].name.clone()),
            _ => None,
        };
        let equation = self.computed.get(&id);
        Node {
            variable: id,
            symbol: self.symbol(id),
            kind,
            name,
            shape: self.shape(id),
            equation: equation.map(|equation| self.equations.equation_text(equation)),
        }
    }

    fn shape(&self, id: VariableId) -> String {
        match self.equations.variables.get(id).shape {
            Shape::Scalar => "1".to_owned(),
            Shape::Vector(length) => length.to_string(),
            Shape::Matrix(rows, columns) => format!("{rows}×{columns}"),
            Shape::Band(band) => format!("{}×{}", band.rows(), band.columns()),
        }
    }

    /// What the edge from `source` to `target` is called: the whole formula where it is short and has no other
    /// argument, else its outermost operation. What is given enters without a name.
    fn mapping(
        &self,
        source: VariableId,
        target: VariableId,
        sources: &[VariableId],
    ) -> Option<String> {
        let given = |id: &VariableId| {
            let role = self.equations.variables.get(*id).role;
            matches!(
                role,
                Role::Parameter(_) | Role::Mask { .. } | Role::State(_) | Role::Target
            )
        };
        if given(&source) {
            return None;
        }
        if self.is_loss(target) {
            let objective = self.equations.objective.as_ref()?;
            return Some(objective.name.clone());
        }
        let equation = self.computed.get(&target)?;
        let formula = match &equation.definition {
            Some(Definition::Activation(name, _)) => return Some(name.clone()),
            Some(Definition::Formula(formula)) => formula,
            None => &equation.value,
        };
        let text = expression_text(formula, &self.equations.variables);
        let only = sources.iter().filter(|id| !given(id)).count() == 1;
        if only && text.chars().count() <= LONGEST_MAPPING {
            return Some(text);
        }
        Some(operation(formula).to_owned())
    }

    /// The edges of the backward pass between variables that are `shown`: from the variable whose derivative is known, to
    /// the variable whose derivative is computed from it, and that derivative.
    fn gradients(
        &self,
        shown: &BTreeMap<VariableId, usize>,
    ) -> Vec<(VariableId, VariableId, VariableId)> {
        let Some(objective) = &self.equations.objective else {
            return Vec::new();
        };
        let list = self.equations.list.iter();
        let mut edges = Vec::new();
        for equation in list.filter(|equation| equation.section == Section::Backward) {
            let Role::Adjoint(of) = self.equations.variables.get(equation.target).role else {
                continue;
            };
            if !shown.contains_key(&of) {
                continue;
            }
            let mut from = BTreeSet::new();
            self.adjoints(&equation.value, shown, &mut from);
            if from.is_empty() {
                // Nothing was computed on the way from the loss.
                from.insert(objective.loss);
            }
            edges.extend(from.into_iter().map(|source| (source, of, equation.target)));
        }
        edges
    }

    /// The variables that are `shown` and whose derivatives `expression` uses, also through derivatives of variables
    /// that are not, and through values that it shares.
    fn adjoints(
        &self,
        expression: &Expression,
        shown: &BTreeMap<VariableId, usize>,
        found: &mut BTreeSet<VariableId>,
    ) {
        let mut used = Vec::new();
        variables(expression, &mut used);
        for id in used {
            match self.equations.variables.get(id).role {
                Role::Adjoint(of) if shown.contains_key(&of) => {
                    found.insert(of);
                }
                Role::Adjoint(_) | Role::Computed | Role::Statistic => match self.computed.get(&id)
                {
                    Some(hidden) if hidden.section == Section::Backward => {
                        self.adjoints(&hidden.value, shown, found);
                    }
                    _ => {}
                },
                Role::Input { .. }
                | Role::Target
                | Role::Mask { .. }
                | Role::State(_)
                | Role::Parameter(_) => {}
            }
        }
    }
}

/// The variables of an expression in the order in which it mentions them.
fn variables(expression: &Expression, found: &mut Vec<VariableId>) {
    let own = match expression {
        Expression::Variable(id)
        | Expression::MatrixVector(id, _)
        | Expression::TransposedMatrixVector(id, _) => Some(*id),
        _ => None,
    };
    found.extend(own.filter(|id| !found.contains(id)));
    for operand in expression.operands() {
        variables(operand, found);
    }
}

/// The outermost operation of a formula.
fn operation(formula: &Expression) -> &'static str {
    match formula {
        Expression::Number(_) | Expression::Pi | Expression::Variable(_) => "=",
        Expression::Sum(_) => "+",
        Expression::Product(_) => "⊙",
        Expression::Power(..) => "power",
        Expression::Unary(function, _) => function.name(),
        Expression::Extremum(Extremum::Minimum, ..) => "min",
        Expression::Extremum(Extremum::Maximum, ..) => "max",
        Expression::Compare(..) | Expression::Select(_) => "if",
        Expression::Reduce(reduction, _) => reduction.name(),
        Expression::BatchMean(_) => "mean over the batch",
        Expression::ElementAtTarget(_) => "[t]",
        Expression::OneHotTarget(_) => "onehot",
        Expression::Slice(..) => "slice",
        Expression::Join(_) => "concat",
        Expression::Pad(_) => "pad",
        Expression::MatrixVector(..)
        | Expression::TransposedMatrixVector(..)
        | Expression::Outer(..) => "·",
        Expression::Stated(stated) => operation(&stated.0),
    }
}
