//! The computational graph. Equations come in; a graph goes out whose nodes are variables and whose edges are mappings,
//! and it is written as DOT, Mermaid or SVG. A forward edge leads from each variable to what is computed from it, a
//! backward edge from the derivative with respect to one variable to the derivative that is computed from it. The same
//! equations give the same bytes.

mod build;
mod dot;
mod layout;
mod mermaid;
mod svg;

use crate::equations::VariableId;

/// The graph of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The model's name.
    pub name: String,
    /// The variables; each comes after those that it is computed from.
    pub nodes: Vec<Node>,
    /// The mappings.
    pub edges: Vec<Edge>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The variable among those of the equations.
    pub variable: VariableId,
    /// As printed: `a1`, `W1`.
    pub symbol: String,
    /// What it is to the model.
    pub kind: NodeKind,
    /// The name of a parameter or a running average, `dense1.weight`.
    pub name: Option<String>,
    /// Its shape, as in `8×2`.
    pub shape: String,
    /// The equation that computes it.
    pub equation: Option<String>,
}

impl Node {
    /// What stands below the symbol: the name of a parameter, or what the variable is to the model.
    fn remark(&self) -> Option<&str> {
        match self.kind {
            NodeKind::Computed => None,
            NodeKind::Parameter | NodeKind::State => {
                self.name.as_deref().filter(|name| *name != self.symbol)
            }
            kind => Some(kind.word()),
        }
    }
}

/// What a variable is to its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Given by the caller.
    Input,
    /// What a sample should come out as.
    Target,
    /// What a `dropout` leaves.
    Mask,
    /// A trained tensor.
    Parameter,
    /// A running average.
    State,
    /// Computed on the way.
    Computed,
    /// What the model answers with.
    Output,
    /// What training minimises.
    Loss,
}

impl NodeKind {
    /// The kind in a word, for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Target => "target",
            Self::Mask => "mask",
            Self::Parameter => "parameter",
            Self::State => "state",
            Self::Computed => "computed",
            Self::Output => "output",
            Self::Loss => "loss",
        }
    }
}

/// A mapping from one variable to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node that it starts from, by its index.
    pub from: usize,
    /// The node that it leads to, by its index.
    pub to: usize,
    /// Which way it carries what.
    pub flow: Flow,
    /// The variable that the mapping helps to compute: the one that it leads to, or the derivative that flows.
    pub computes: VariableId,
    /// How the mapping is written in short; the gradient that flows, on a backward edge. `None` where the node tells
    /// enough.
    pub mapping: Option<String>,
    /// The shape of what flows.
    pub shape: String,
}

impl Edge {
    /// The mapping and the shape in one line.
    fn label(&self) -> String {
        match &self.mapping {
            Some(mapping) => format!("{mapping} : {}", self.shape),
            None => self.shape.clone(),
        }
    }
}

/// The direction of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Values, from the inputs to the loss.
    Forward,
    /// Derivatives of the loss, from the loss to the parameters.
    Backward,
}

#[cfg(test)]
mod tests;
