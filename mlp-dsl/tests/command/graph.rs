//! `mlp graph`.

use super::folder::{Folder, XOR, snapshot};

/// Two branches that meet, several inputs, a learned scalar, a loss and an activation of one's own.
const GATE: &str = "activation bent(x; learn a = 0.25) = max(x, 0) + a * min(x, 0)
loss cubic(y, t) = mean(abs(y - t)^3)
model Gate {
    input  signal[4]
    input  control[2]
    gate = control -> dense(16) -> bent -> dense(4) -> sigmoid
    output gate * signal + (1 - gate) * tanh(signal) -> last: dense(1, bias = false)
    loss   cubic
}
";

#[test]
fn graphs_are_drawn() {
    let folder = Folder::new(&[("xor.mlp", XOR.as_bytes()), ("gate.mlp", GATE.as_bytes())]);
    let run = folder.run(&["graph", "xor.mlp", "--backward"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    snapshot("graph_xor_dot", run.stdout);
    let run = folder.run(&["graph", "gate.mlp", "--format", "mermaid", "--backward"]);
    snapshot("graph_gate_mermaid", run.stdout);
    let run = folder.run(&["graph", "xor.mlp", "--format", "svg"]);
    snapshot("graph_xor_svg", run.stdout);
}

#[test]
fn the_name_of_the_file_says_the_form() {
    let folder = Folder::new(&[("xor.mlp", XOR.as_bytes())]);
    for (name, start) in [
        ("xor.svg", "<svg "),
        ("xor.mmd", "flowchart TB\n"),
        ("xor.gv", "digraph \"Xor\" {\n"),
    ] {
        let run = folder.run(&["graph", "xor.mlp", "-o", name]);
        assert_eq!(
            (run.code, run.stdout.as_str(), run.stderr.as_str()),
            (0, "", "")
        );
        let written = std::fs::read_to_string(folder.path(name)).expect("a file");
        assert!(written.starts_with(start), "{written}");
    }
    // What is said outright comes first.
    let run = folder.run(&["graph", "xor.mlp", "-o", "xor.svg", "--format", "dot"]);
    assert_eq!(run.code, 0);
    let written = std::fs::read_to_string(folder.path("xor.svg")).expect("a file");
    assert!(written.starts_with("digraph"), "{written}");
}

#[test]
fn a_graph_is_data_too() {
    let folder = Folder::new(&[("xor.mlp", XOR.as_bytes())]);
    let json = folder
        .run(&["graph", "xor.mlp", "--backward", "--json"])
        .json();
    assert_eq!(json["name"], "Xor");
    let nodes = json["nodes"].as_array().expect("nodes");
    let weight = nodes.iter().find(|node| node["symbol"] == "W1");
    let weight = weight.expect("the weight is a node");
    assert_eq!(
        (&weight["kind"], &weight["name"], &weight["shape"]),
        (&"parameter".into(), &"dense1.weight".into(), &"8×2".into())
    );
    let edges = json["edges"].as_array().expect("edges");
    let delta = edges.iter().find(|edge| edge["mapping"] == "δ1");
    let delta = delta.expect("a gradient flows");
    assert_eq!(
        (
            &delta["from"],
            &delta["to"],
            &delta["flow"],
            &delta["shape"]
        ),
        (&"a2".into(), &"a1".into(), &"backward".into(), &"8".into())
    );
}

#[test]
fn a_graph_is_of_one_model() {
    let two = "model A { input x[1] output x -> dense(1) }
               model B { input x[1] output x -> dense(1) -> relu }";
    let folder = Folder::new(&[("two.mlp", two.as_bytes())]);
    snapshot("graph_two", folder.run(&["graph", "two.mlp"]).all());
    let run = folder.run(&["graph", "two.mlp", "--model", "B"]);
    assert!(run.stdout.starts_with("digraph \"B\""), "{}", run.all());
    let run = folder.run(&["graph", "two.mlp", "--model", "B", "-o", "nowhere/b.svg"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("no such directory"), "{}", run.stderr);
}
