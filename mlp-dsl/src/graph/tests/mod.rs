//! What holds for the graph of every network, and for every text in one.

use super::{Edge, Flow, Graph, Node, NodeKind};
use crate::equations::{Equations, Role, VariableId};
use crate::{Source, compile};

const NETWORKS: [&str; 7] = [
    "model A { input x[3] output x -> dense(4) -> silu -> dense(2) -> softmax loss cross_entropy }",
    "model B { input x[3] h = x -> dense(3) -> tanh output h + x -> layer_norm -> dense(1) loss mse }",
    "model C { input x[6] output x -> local(3, stride = 3) -> prelu -> dropout(0.5) -> dense(1) -> sigmoid loss bce }",
    "model D { input x[2] input y[2] output [x[0], y[1], x[0] * y[1]] -> dense(1) }",
    "model E { input x[8] output x -> repeat(12, dense(8) -> mish) -> dense(1) loss huber }",
    "model G { input x[4] output x -> dense(6) -> batch_norm -> relu -> dense(3) -> softmax loss cross_entropy }",
    "model F { input x[2] output x -> dense(2) -> softplus -> dense(2) -> log_softmax loss nll }",
];

fn equations(text: &str) -> Equations {
    let compiled = compile(&Source::new("net.mlp", text)).expect("the text is right");
    compiled.models.into_iter().next().expect("a model")
}

#[test]
fn every_parameter_is_there_and_everything_leads_to_the_output_or_the_loss() {
    for text in NETWORKS {
        let equations = equations(text);
        let graph = Graph::new(&equations, false);
        let symbols: Vec<&str> = graph
            .nodes
            .iter()
            .map(|node| node.symbol.as_str())
            .collect();
        for parameter in &equations.parameters {
            let symbol = equations.variables.get(parameter.variable).symbol.as_str();
            assert!(symbols.contains(&symbol), "{symbol} is missing in {text}");
        }
        for (index, node) in graph.nodes.iter().enumerate() {
            let leads = graph.edges.iter().any(|edge| edge.from == index);
            let ends = matches!(node.kind, NodeKind::Output | NodeKind::Loss);
            assert!(leads || ends, "{} leads nowhere in {text}", node.symbol);
            let comes = graph.edges.iter().any(|edge| edge.to == index);
            let given = matches!(
                node.kind,
                NodeKind::Input | NodeKind::Target | NodeKind::Mask | NodeKind::Parameter
            );
            assert_ne!(comes, given, "{} in {text}", node.symbol);
        }
        for edge in &graph.edges {
            assert!(
                edge.from < edge.to,
                "nodes stand in the order of computation"
            );
        }
    }
}

#[test]
fn the_gradient_of_every_parameter_flows_from_the_loss() {
    for text in NETWORKS {
        let equations = equations(text);
        let graph = Graph::new(&equations, true);
        let node = |variable| {
            graph
                .nodes
                .iter()
                .position(|node| node.variable == variable)
        };
        let Some(objective) = &equations.objective else {
            assert!(graph.edges.iter().all(|edge| edge.flow == Flow::Forward));
            continue;
        };
        let loss = node(objective.loss).expect("the loss is a node");
        for parameter in &equations.parameters {
            let mut at = node(parameter.variable).expect("the parameter is a node");
            // The graph runs one way, so going back along the gradients ends.
            while at != loss {
                let back = graph.edges.iter();
                let mut back = back.filter(|edge| edge.flow == Flow::Backward && edge.to == at);
                let edge = back.next().expect("a gradient flows here");
                assert!(edge.from > edge.to, "gradients flow against the values");
                at = edge.from;
            }
        }
    }
}

#[test]
fn the_same_equations_give_the_same_bytes() {
    for text in NETWORKS {
        let draw = || {
            let graph = Graph::new(&equations(text), true);
            [graph.dot(), graph.mermaid(), graph.svg()]
        };
        assert_eq!(draw(), draw());
    }
}

#[test]
fn masks_and_targets_are_given() {
    let equations = equations(NETWORKS[2]);
    let graph = Graph::new(&equations, false);
    let masks = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Mask);
    assert_eq!(masks.count(), 1);
    let target = graph
        .nodes
        .iter()
        .find(|node| node.kind == NodeKind::Target);
    let target = target.expect("the target is a node");
    let role = equations.variables.get(target.variable).role;
    assert_eq!(role, Role::Target);
}

#[test]
fn no_text_breaks_out_of_its_place() {
    let nasty = "a\"<b>&\\#;`\n]";
    let node = Node {
        variable: VariableId(0),
        symbol: nasty.to_owned(),
        kind: NodeKind::Computed,
        name: None,
        shape: "1".to_owned(),
        equation: Some(nasty.to_owned()),
    };
    let graph = Graph {
        name: nasty.to_owned(),
        nodes: vec![node.clone(), node],
        edges: vec![Edge {
            from: 0,
            to: 1,
            flow: Flow::Forward,
            computes: VariableId(0),
            mapping: Some(nasty.to_owned()),
            shape: "1".to_owned(),
        }],
    };
    let dot = graph.dot();
    assert!(
        dot.contains(r#"n0 [label="a\"<b>&\\#;`\n]", tooltip="a\"<b>&\\#;`\n]"]"#),
        "{dot}"
    );
    assert!(
        dot.contains(r#"n0 -> n1 [label="a\"<b>&\\#;`\n] : 1"]"#),
        "{dot}"
    );
    let mermaid = graph.mermaid();
    let escaped = "a#34;#60;b#62;#38;#92;#35;;#96;#10;]";
    assert!(mermaid.contains(&format!("n0(\"{escaped}\")")), "{mermaid}");
    assert!(
        mermaid.contains(&format!("-->|\"{escaped} : 1\"|")),
        "{mermaid}"
    );
    let svg = graph.svg();
    let escaped = "a&quot;&lt;b&gt;&amp;\\#;`\n]";
    assert!(svg.contains(&format!(">{escaped}</text>")), "{svg}");
    assert_eq!(svg.matches("<b>").count(), 0);
}
