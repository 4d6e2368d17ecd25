//! The row of every node, and the cells of edges in the rows between.

use super::Size;
use crate::graph::{Edge, Flow, Graph, NodeKind};

/// How much an edge of the main line wants to be straight; another has 1.
const MAIN_LINE: f64 = 4.0;

/// How much more a long edge wants to be straight between its ends.
const INNER: f64 = 8.0;

/// What stands in the rows, and how it hangs together.
pub(super) struct Rows {
    /// The cells of the nodes in their order, then those of the edges.
    pub(super) cells: Vec<Cell>,
    /// The cells of each row from left to right. Nodes have the even rows, labels the odd ones.
    pub(super) order: Vec<Vec<usize>>,
    /// The cells of each edge.
    pub(super) chains: Vec<Chain>,
    /// The pieces of edges between neighbouring rows.
    pub(super) links: Vec<Link>,
}

/// A place in a row: a node, the label of an edge, or an edge that passes.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) size: Size,
    /// The space that it keeps on either side.
    pub(super) margin: f64,
}

/// The way of an edge.
pub(super) struct Chain {
    /// A cell in each row from the upper end to the lower end.
    pub(super) cells: Vec<usize>,
    /// The one that holds the label.
    pub(super) label: usize,
}

/// A piece of an edge between two rows.
pub(super) struct Link {
    pub(super) upper: usize,
    pub(super) lower: usize,
    /// How much it wants to be straight.
    pub(super) weight: f64,
}

impl Rows {
    /// The height of each row.
    pub(super) fn heights(&self) -> Vec<f64> {
        let mut heights = vec![0.0_f64; self.order.len()];
        for cell in &self.cells {
            heights[cell.row] = heights[cell.row].max(cell.size.height);
        }
        heights
    }

    /// For each cell, the cells that it is linked to and how much: those above and those below.
    pub(super) fn neighbours(&self) -> Vec<[Vec<(usize, f64)>; 2]> {
        let mut neighbours = vec![[Vec::new(), Vec::new()]; self.cells.len()];
        for link in &self.links {
            neighbours[link.lower][0].push((link.upper, link.weight));
            neighbours[link.upper][1].push((link.lower, link.weight));
        }
        neighbours
    }
}

/// The rows of `graph` before they are ordered.
pub(super) fn rows(graph: &Graph, nodes: &[Size], labels: &[Size]) -> Rows {
    let ranks = ranks(graph);
    let mut rows = Rows {
        cells: Vec::new(),
        order: vec![Vec::new(); 2 * ranks.iter().max().map_or(0, |last| last + 1)],
        chains: Vec::new(),
        links: Vec::new(),
    };
    for (rank, size) in ranks.iter().zip(nodes) {
        rows.add(2 * rank, *size, 12.0);
    }
    for (edge, label) in graph.edges.iter().zip(labels) {
        let chain = rows.chain(edge, &ranks, *label);
        let main_line = edge.flow == Flow::Forward && !is_given(graph, edge.from);
        let weight = if main_line { MAIN_LINE } else { 1.0 };
        for (index, pair) in chain.cells.windows(2).enumerate() {
            let is_inner = index > 0 && index + 2 < chain.cells.len();
            rows.links.push(Link {
                upper: pair[0],
                lower: pair[1],
                weight: if is_inner { weight * INNER } else { weight },
            });
        }
        rows.chains.push(chain);
    }
    rows
}

impl Rows {
    fn add(&mut self, row: usize, size: Size, margin: f64) -> usize {
        self.cells.push(Cell { row, size, margin });
        let cell = self.cells.len() - 1;
        self.order[row].push(cell);
        cell
    }

    fn chain(&mut self, edge: &Edge, ranks: &[usize], size: Size) -> Chain {
        let (upper, lower) = match edge.flow {
            Flow::Forward => (edge.from, edge.to),
            Flow::Backward => (edge.to, edge.from),
        };
        let (first, last) = (2 * ranks[upper], 2 * ranks[lower]);
        // The label stands near the head of the arrow.
        let label_row = match edge.flow {
            Flow::Forward => last - 1,
            Flow::Backward => first + 1,
        };
        let mut cells = vec![upper];
        let mut label = upper;
        for row in first + 1..last {
            let cell = if row == label_row {
                label = self.add(row, size, 5.0);
                label
            } else {
                self.add(row, Size::default(), 7.0)
            };
            cells.push(cell);
        }
        cells.push(lower);
        Chain { cells, label }
    }
}

/// The rank of each node: one more than the largest among those that it is computed from. What is computed from nothing
/// stands just above its first use.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut ranks = vec![0; graph.nodes.len()];
    let mut first_use = vec![usize::MAX; graph.nodes.len()];
    let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.flow == Flow::Forward) {
        incoming[edge.to].push(edge.from);
    }
    for (node, sources) in incoming.iter().enumerate() {
        let above = sources.iter().map(|source| ranks[*source] + 1).max();
        ranks[node] = above.unwrap_or(0);
        for source in sources {
            first_use[*source] = first_use[*source].min(ranks[node]);
        }
    }
    for (node, sources) in incoming.iter().enumerate() {
        if sources.is_empty() && first_use[node] != usize::MAX {
            ranks[node] = first_use[node] - 1;
        }
    }
    ranks
}

/// Whether a node enters from the side of the main line.
fn is_given(graph: &Graph, node: usize) -> bool {
    matches!(
        graph.nodes[node].kind,
        NodeKind::Parameter | NodeKind::State | NodeKind::Mask | NodeKind::Target
    )
}
