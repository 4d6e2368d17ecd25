//! A layered drawing (Sugiyama, Tagawa and Toda, 1981). Sizes of nodes and labels come in; places and routes go out.
//! Every node stands in a row below those that it is computed from. An edge owns a place in each row that it passes, its
//! label's place among them, so that no edge crosses a node and no label covers another.

mod order;
mod place;
mod rows;

use super::{Flow, Graph};

/// The space between rows, for edges to bend.
const ROW_GAP: f64 = 18.0;

/// How close to the corner of a node an edge may end.
const CORNER: f64 = 10.0;

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A rectangle around a centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) size: Size,
}

/// A drawing; its upper left corner is the origin, y grows downwards.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) size: Size,
    /// A place for each node.
    pub(super) nodes: Vec<Place>,
    /// A route for each edge.
    pub(super) edges: Vec<Route>,
}

/// The way of an edge: straight through each stop, and bent between one and the next, where nothing else stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    pub(super) stops: Vec<Stop>,
    /// Where its label stands.
    pub(super) label: Place,
}

/// A vertical piece of an edge, in the direction of its arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stop {
    pub(super) x: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// Lays out `graph`, with a size for each node and for the label of each edge.
pub(super) fn layout(graph: &Graph, nodes: &[Size], labels: &[Size]) -> Layout {
    let mut rows = rows::rows(graph, nodes, labels);
    order::order(&mut rows);
    let centres = place::horizontal(&rows);
    let heights = rows.heights();
    // The upper and the lower edge of each row.
    let mut bands = Vec::with_capacity(heights.len());
    let mut below = 0.0;
    for height in heights {
        bands.push((below, below + height));
        below += height + ROW_GAP;
    }
    let place = |cell: usize| {
        let (upper, lower) = bands[rows.cells[cell].row];
        Place {
            x: centres[cell],
            y: f64::midpoint(upper, lower),
            size: rows.cells[cell].size,
        }
    };
    let routes = graph.edges.iter().zip(&rows.chains).map(|(edge, chain)| {
        let cells = &chain.cells;
        let mut stops: Vec<Stop> = (cells.iter().enumerate())
            .map(|(index, cell)| {
                let (upper, lower) = bands[rows.cells[*cell].row];
                let own = place(*cell);
                // At its ends an edge leaves the node towards its next stop.
                let (toward, from, to) = if index == 0 {
                    (cells[1], own.y + own.size.height / 2.0, lower)
                } else if index + 1 == cells.len() {
                    (cells[index - 1], upper, own.y - own.size.height / 2.0)
                } else {
                    (*cell, upper, lower)
                };
                let reach = (own.size.width / 2.0 - CORNER).max(0.0);
                let x = centres[toward].clamp(own.x - reach, own.x + reach);
                Stop { x, from, to }
            })
            .collect();
        if edge.flow == Flow::Backward {
            stops.reverse();
            for stop in &mut stops {
                (stop.from, stop.to) = (stop.to, stop.from);
            }
        }
        Route {
            stops,
            label: place(chain.label),
        }
    });
    let right = (0..rows.cells.len()).map(|cell| centres[cell] + rows.cells[cell].size.width / 2.0);
    Layout {
        size: Size {
            width: right.fold(0.0, f64::max),
            height: (below - ROW_GAP).max(0.0),
        },
        nodes: (0..nodes.len()).map(place).collect(),
        edges: routes.collect(),
    }
}

#[cfg(test)]
mod tests;
