//! SVG, laid out here: no other program is needed. It follows the reader's choice of light or dark.

use std::fmt::Write as _;

use super::layout::{self, Place, Route, Size};
use super::{Flow, Graph, Node, NodeKind};
use crate::equations::html::escaped;

/// The width of a character, in units of the size of its font; that of a monospaced font.
const CHARACTER: f64 = 0.602;

/// The sizes of symbols, of what stands below them, and of the labels of edges.
const SYMBOL_SIZE: f64 = 15.0;
const REMARK_SIZE: f64 = 10.0;
const LABEL_SIZE: f64 = 11.0;

/// The space around the drawing.
const MARGIN: f64 = 12.0;

const STYLE: &str = "\
.mlp-graph{--ink:#1f2328;--soft:#59636e;--line:#818b98;--paper:#ffffff;--back:#c2410c;--input:#e7f0fb;--given:#f6f8fa;--output:#dcf3e3;--loss:#fbe9dd;\
font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;background:var(--paper)}\
@media (prefers-color-scheme:dark){.mlp-graph{--ink:#e6edf3;--soft:#9198a1;--line:#6e7681;--paper:#0d1117;--back:#fb923c;--input:#13283f;--given:#161b22;--output:#12311f;--loss:#3d2113}}\
.mlp-graph text{fill:var(--ink);text-anchor:middle}\
.mlp-graph .symbol{font-size:15px}.mlp-graph .remark{font-size:10px;fill:var(--soft)}\
.mlp-graph .node rect{fill:var(--paper);stroke:var(--line)}\
.mlp-graph .input rect,.mlp-graph .target rect{fill:var(--input)}\
.mlp-graph .parameter rect,.mlp-graph .state rect,.mlp-graph .mask rect{fill:var(--given);stroke-dasharray:4 3}\
.mlp-graph .output rect{fill:var(--output);stroke-width:2}.mlp-graph .loss rect{fill:var(--loss);stroke-width:2}\
.mlp-graph .edge path{fill:none;stroke:var(--line);stroke-width:1.3}\
.mlp-graph .edge text{font-size:11px;fill:var(--soft)}.mlp-graph .edge rect{fill:var(--paper)}\
.mlp-graph .backward path{stroke:var(--back);stroke-dasharray:5 3}.mlp-graph .backward text{fill:var(--back)}\
.mlp-graph .head{fill:var(--line)}.mlp-graph .head-backward{fill:var(--back)}";

impl Graph {
    /// The graph as SVG. Every node names its variable in `data-variable`, by its number among those of the equations, and
    /// every edge the variable that it helps to compute.
    pub fn svg(&self) -> String {
        let nodes: Vec<Size> = self.nodes.iter().map(node_size).collect();
        let label = |text: &str| Size {
            width: width(text, LABEL_SIZE),
            height: LABEL_SIZE + 3.0,
        };
        let labels: Vec<Size> = self.edges.iter().map(|edge| label(&edge.label())).collect();
        let layout = layout::layout(self, &nodes, &labels);
        let (wide, high) = (
            layout.size.width + 2.0 * MARGIN,
            layout.size.height + 2.0 * MARGIN,
        );
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"mlp-graph\" viewBox=\"{} {} {} {}\" width=\"{}\" height=\"{}\" role=\"img\">\n",
            number(-MARGIN),
            number(-MARGIN),
            number(wide),
            number(high),
            number(wide),
            number(high),
        );
        let _ = writeln!(
            svg,
            "<title>{}</title>",
            escaped(&format!("The graph of {}", self.name))
        );
        let _ = writeln!(svg, "<style>{STYLE}</style>");
        svg += "<defs>";
        for (name, class) in [("forward", "head"), ("backward", "head-backward")] {
            let _ = write!(
                svg,
                "<marker id=\"mlp-{name}\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\" orient=\"auto\"><path class=\"{class}\" d=\"M0 0.8 8 4 0 7.2z\"/></marker>",
            );
        }
        svg += "</defs>\n";
        for (edge, route) in self.edges.iter().zip(&layout.edges) {
            let flow = match edge.flow {
                Flow::Forward => "forward",
                Flow::Backward => "backward",
            };
            let label = route.label;
            let _ = writeln!(
                svg,
                "<g class=\"edge {flow}\" data-variable=\"{}\"><path d=\"{}\" marker-end=\"url(#mlp-{flow})\"/>{}<text x=\"{}\" y=\"{}\">{}</text></g>",
                edge.computes.0,
                path(route),
                rectangle(&label, ""),
                number(label.x),
                number(label.y + LABEL_SIZE * 0.35),
                escaped(&edge.label()),
            );
        }
        for (node, place) in self.nodes.iter().zip(&layout.nodes) {
            let round = match node.kind {
                NodeKind::Input | NodeKind::Target | NodeKind::Loss => place.size.height / 2.0,
                _ => 6.0,
            };
            let _ = write!(
                svg,
                "<g class=\"node {}\" data-variable=\"{}\"><title>{}</title>{}",
                node.kind.word(),
                node.variable.0,
                escaped(&title(node)),
                rectangle(place, &format!(" rx=\"{}\"", number(round))),
            );
            let middle = place.y + SYMBOL_SIZE * 0.35;
            let raised = if node.remark().is_some() {
                middle - 6.0
            } else {
                middle
            };
            let _ = write!(
                svg,
                "<text class=\"symbol\" x=\"{}\" y=\"{}\">{}</text>",
                number(place.x),
                number(raised),
                escaped(&node.symbol),
            );
            if let Some(remark) = node.remark() {
                let _ = write!(
                    svg,
                    "<text class=\"remark\" x=\"{}\" y=\"{}\">{}</text>",
                    number(place.x),
                    number(middle + 8.0),
                    escaped(remark),
                );
            }
            svg += "</g>\n";
        }
        svg + "</svg>\n"
    }
}

fn rectangle(place: &Place, more: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{more}/>",
        number(place.x - place.size.width / 2.0),
        number(place.y - place.size.height / 2.0),
        number(place.size.width),
        number(place.size.height),
    )
}

/// What a node tells when it is pointed at.
fn title(node: &Node) -> String {
    let own = node.equation.as_deref().unwrap_or(&node.symbol);
    match &node.name {
        Some(name) => format!("{own}, {name}, {}", node.shape),
        None => format!("{own}, {}", node.shape),
    }
}

fn node_size(node: &Node) -> Size {
    let remark = node
        .remark()
        .map_or(0.0, |remark| width(remark, REMARK_SIZE));
    Size {
        width: (width(&node.symbol, SYMBOL_SIZE).max(remark) + 20.0).max(44.0),
        height: if node.remark().is_some() { 40.0 } else { 32.0 },
    }
}

/// The width of a text; ideographs are twice as wide as letters.
fn width(text: &str, size: f64) -> f64 {
    let characters: u32 = text
        .chars()
        .map(|c| if c >= '\u{2E80}' { 2 } else { 1 })
        .sum();
    f64::from(characters) * CHARACTER * size
}

/// The way of an edge: straight through its stops, and curves between them that leave and arrive vertically.
fn path(route: &Route) -> String {
    let mut path = String::new();
    let mut at: Option<(f64, f64)> = None;
    for stop in &route.stops {
        match at {
            None => {
                let _ = write!(path, "M{} {}", number(stop.x), number(stop.from));
            }
            Some((x, y)) if x == stop.x && y != stop.from => {
                let _ = write!(path, "V{}", number(stop.from));
            }
            Some((x, y)) => {
                let middle = f64::midpoint(y, stop.from);
                let _ = write!(
                    path,
                    "C{} {} {} {} {} {}",
                    number(x),
                    number(middle),
                    number(stop.x),
                    number(middle),
                    number(stop.x),
                    number(stop.from),
                );
            }
        }
        if stop.to != stop.from {
            let _ = write!(path, "V{}", number(stop.to));
        }
        at = Some((stop.x, stop.to));
    }
    path
}

/// A length with one decimal, as short as it goes.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // There is no −0 in a drawing.
    format!("{}", rounded + 0.0)
}
