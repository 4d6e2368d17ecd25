//! Graphviz's language.

use std::fmt::Write as _;

use super::{Flow, Graph, NodeKind};

impl Graph {
    /// The graph in the language DOT.
    pub fn dot(&self) -> String {
        let mut text = format!("digraph {} {{\n", quoted(&self.name));
        text += "  rankdir=TB\n";
        text += "  node [shape=box, style=rounded, fontname=\"Helvetica\"]\n";
        text += "  edge [fontname=\"Helvetica\", fontsize=10]\n";
        for (index, node) in self.nodes.iter().enumerate() {
            let lines = [Some(node.symbol.as_str()), node.remark()];
            let lines: Vec<&str> = lines.into_iter().flatten().collect();
            let label = quoted(&lines.join("\n"));
            let style = match node.kind {
                NodeKind::Input | NodeKind::Target => ", shape=ellipse",
                NodeKind::Mask | NodeKind::Parameter | NodeKind::State => {
                    ", style=\"rounded,dashed\""
                }
                NodeKind::Computed => "",
                NodeKind::Output => ", penwidth=2",
                NodeKind::Loss => ", shape=doublecircle",
            };
            let tooltip = match &node.equation {
                Some(equation) => format!(", tooltip={}", quoted(equation)),
                None => String::new(),
            };
            let _ = writeln!(text, "  n{index} [label={label}{style}{tooltip}]");
        }
        for edge in &self.edges {
            let label = quoted(&edge.label());
            // Gradients flow against the order of the nodes and must not change it.
            let style = match edge.flow {
                Flow::Forward => "",
                Flow::Backward => {
                    ", style=dashed, color=\"#c2410c\", fontcolor=\"#c2410c\", constraint=false"
                }
            };
            let _ = writeln!(
                text,
                "  n{} -> n{} [label={label}{style}]",
                edge.from, edge.to
            );
        }
        text + "}\n"
    }
}

/// A string of DOT: only the quotation mark and the backslash mean something in it.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}
