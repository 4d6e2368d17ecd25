//! What the drawing promises, on graphs drawn at random.

use proptest::prelude::*;

use super::{Layout, Place, Route, Size, layout};
use crate::equations::VariableId;
use crate::graph::{Edge, Flow, Graph, Node, NodeKind};

/// A graph of up to forty nodes, each computed from up to three earlier ones, with some gradients flowing back.
fn graphs() -> impl Strategy<Value = Graph> {
    let node = (
        proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
        any::<bool>(),
    );
    proptest::collection::vec(node, 2..40).prop_map(|drawn| {
        let mut edges = Vec::new();
        for (to, (sources, backward)) in drawn.iter().enumerate().skip(1) {
            let mut sources: Vec<usize> = sources.iter().map(|source| source.index(to)).collect();
            sources.sort_unstable();
            sources.dedup();
            for from in sources {
                let edge = |from, to, flow| Edge {
                    from,
                    to,
                    flow,
                    computes: VariableId(to),
                    mapping: None,
                    shape: "8".to_owned(),
                };
                edges.push(edge(from, to, Flow::Forward));
                if *backward {
                    edges.push(edge(to, from, Flow::Backward));
                }
            }
        }
        let nodes = (0..drawn.len()).map(|index| Node {
            variable: VariableId(index),
            symbol: format!("v{index}"),
            kind: NodeKind::Computed,
            name: None,
            shape: "8".to_owned(),
            equation: None,
        });
        Graph {
            name: "Random".to_owned(),
            nodes: nodes.collect(),
            edges,
        }
    })
}

fn drawn(graph: &Graph) -> Layout {
    let size = |index: usize| Size {
        width: 40.0 + (index * 37 % 50) as f64,
        height: if index.is_multiple_of(3) { 40.0 } else { 32.0 },
    };
    let label = |index: usize| Size {
        width: 10.0 + (index * 23 % 60) as f64,
        height: 14.0,
    };
    let nodes: Vec<Size> = (0..graph.nodes.len()).map(size).collect();
    let labels: Vec<Size> = (0..graph.edges.len()).map(label).collect();
    layout(graph, &nodes, &labels)
}

/// Points along a route as it is drawn.
fn points(route: &Route) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (index, stop) in route.stops.iter().enumerate() {
        if index > 0 {
            let last = route.stops[index - 1];
            let (from, to) = ((last.x, last.to), (stop.x, stop.from));
            let middle = f64::midpoint(from.1, to.1);
            points.extend((0..=16).map(|step| {
                let t = f64::from(step) / 16.0;
                let [a, b, c, d] = [
                    (1.0 - t).powi(3),
                    3.0 * t * (1.0 - t).powi(2),
                    3.0 * t * t * (1.0 - t),
                    t.powi(3),
                ];
                (
                    (a + b) * from.0 + (c + d) * to.0,
                    a * from.1 + (b + c) * middle + d * to.1,
                )
            }));
        }
        points.extend((0..=8).map(|step| {
            let t = f64::from(step) / 8.0;
            (stop.x, stop.from + t * (stop.to - stop.from))
        }));
    }
    points
}

fn contains(place: &Place, (x, y): (f64, f64)) -> bool {
    (x - place.x).abs() < place.size.width / 2.0 - 0.01
        && (y - place.y).abs() < place.size.height / 2.0 - 0.01
}

fn overlap(left: &Place, right: &Place) -> bool {
    (left.x - right.x).abs() < (left.size.width + right.size.width) / 2.0 - 0.01
        && (left.y - right.y).abs() < (left.size.height + right.size.height) / 2.0 - 0.01
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_edge_crosses_a_node(graph in graphs()) {
        let layout = drawn(&graph);
        for route in &layout.edges {
            for point in points(route) {
                for place in &layout.nodes {
                    prop_assert!(!contains(place, point), "{point:?} is within {place:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_overlaps_and_everything_is_on_the_sheet(graph in graphs()) {
        let layout = drawn(&graph);
        let labels = layout.edges.iter().map(|route| &route.label);
        let places: Vec<&Place> = layout.nodes.iter().chain(labels).collect();
        for (index, place) in places.iter().enumerate() {
            for other in &places[..index] {
                prop_assert!(!overlap(place, other), "{place:?} and {other:?}");
            }
            prop_assert!(place.x - place.size.width / 2.0 >= -0.01);
            prop_assert!(place.x + place.size.width / 2.0 <= layout.size.width + 0.01);
            prop_assert!(place.y + place.size.height / 2.0 <= layout.size.height + 0.01);
        }
    }

    #[test]
    fn arrows_point_the_way_of_the_flow(graph in graphs()) {
        let layout = drawn(&graph);
        for (edge, route) in graph.edges.iter().zip(&layout.edges) {
            let (first, last) = (route.stops[0], route.stops[route.stops.len() - 1]);
            let downwards = last.to > first.from;
            prop_assert_eq!(downwards, edge.flow == Flow::Forward);
            for (end, node) in [((first.x, first.from), edge.from), ((last.x, last.to), edge.to)] {
                let place = &layout.nodes[node];
                prop_assert!((end.0 - place.x).abs() <= place.size.width / 2.0);
                prop_assert!(((end.1 - place.y).abs() - place.size.height / 2.0).abs() < 0.01);
            }
        }
    }
}
