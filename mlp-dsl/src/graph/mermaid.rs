//! Mermaid's language, which code hosts draw inside Markdown.

use std::fmt::Write as _;

use super::{Flow, Graph, NodeKind};

impl Graph {
    /// The graph as a flowchart of Mermaid.
    pub fn mermaid(&self) -> String {
        let mut text = "flowchart TB\n".to_owned();
        for (index, node) in self.nodes.iter().enumerate() {
            let lines = [Some(node.symbol.as_str()), node.remark()];
            let lines: Vec<String> = lines.into_iter().flatten().map(escaped).collect();
            let label = lines.join("<br/>");
            let (open, close) = match node.kind {
                NodeKind::Input | NodeKind::Target => ("([", "])"),
                NodeKind::Mask | NodeKind::Parameter | NodeKind::State => ("[", "]"),
                NodeKind::Computed => ("(", ")"),
                NodeKind::Output => ("[[", "]]"),
                NodeKind::Loss => ("((", "))"),
            };
            let _ = writeln!(text, "  n{index}{open}\"{label}\"{close}");
        }
        for edge in &self.edges {
            let arrow = match edge.flow {
                Flow::Forward => "-->",
                Flow::Backward => "-.->",
            };
            let (from, to, label) = (edge.from, edge.to, escaped(&edge.label()));
            let _ = writeln!(text, "  n{from} {arrow}|\"{label}\"| n{to}");
        }
        text
    }
}

/// A text inside quotation marks. Mermaid takes `#` for the start of a code and `<` for that of a tag.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '#' | '"' | '<' | '>' | '&' | '`' | '\\' | '\n' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
