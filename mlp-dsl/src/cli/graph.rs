//! `mlp graph`: the computational graph of a model.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use mlp_dsl::Diagnostic;
use mlp_dsl::graph::{Flow, Graph};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::{input, output};

/// Draw the computational graph: nodes are variables, edges are mappings with the shape of what flows.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the model.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The form of the drawing; without it, what the name of OUT ends with, else DOT.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Draw the flow of the gradients as well.
    #[arg(long)]
    backward: bool,
    /// The model of this name, where the file has several.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The file to write; standard output where absent.
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Graphviz's language.
    Dot,
    /// A picture.
    Svg,
    /// A flowchart for Markdown.
    Mermaid,
}

impl Format {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => Self::Svg,
            Some("mmd" | "mermaid") => Self::Mermaid,
            _ => Self::Dot,
        }
    }
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = input::compile(&arguments.file)?;
    let models = input::models(&compiled, arguments.model.as_deref())?;
    let [(_, equations)] = models.as_slice() else {
        let several = Diagnostic::whole("a graph is of one model, and the text has several")
            .help("choose one with `--model NAME`");
        return Err(Problem::about(&compiled.source.name, several));
    };
    let graph = Graph::new(equations, arguments.backward);
    let from_name = arguments.output.as_deref().map(Format::of);
    let drawing = match arguments.format.or(from_name).unwrap_or(Format::Dot) {
        Format::Dot => graph.dot(),
        Format::Svg => graph.svg(),
        Format::Mermaid => graph.mermaid(),
    };
    let mut json = graph_json(&graph);
    let text = match output::file(arguments.output.as_deref()) {
        Some(path) => {
            output::write(path, drawing.as_bytes())?;
            json["output"] = path.display().to_string().into();
            String::new()
        }
        None => drawing,
    };
    Ok(Answer::good(text, json))
}

fn graph_json(graph: &Graph) -> Value {
    let nodes = graph.nodes.iter().map(|node| {
        json!({
            "symbol": node.symbol,
            "kind": node.kind.word(),
            "name": node.name,
            "shape": node.shape,
            "equation": node.equation,
        })
    });
    let edges = graph.edges.iter().map(|edge| {
        let flow = match edge.flow {
            Flow::Forward => "forward",
            Flow::Backward => "backward",
        };
        json!({
            "from": graph.nodes[edge.from].symbol,
            "to": graph.nodes[edge.to].symbol,
            "flow": flow,
            "mapping": edge.mapping,
            "shape": edge.shape,
        })
    });
    json!({
        "name": graph.name,
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
    })
}
