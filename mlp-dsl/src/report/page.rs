//! The page.

use super::html::{escaped, grouped, short};
use super::{Findings, charts, code, equations, layers, source, tables};
use crate::equations::Precision;
use crate::graph::Graph;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A page stays small: a drawing of more bytes than this is left out.
const MOST_GRAPH_BYTES: usize = 300_000;

/// The report as one page of HTML, which needs nothing else.
pub fn page(findings: &Findings<'_>) -> String {
    let Findings {
        source: text,
        model,
        equations: list,
        ..
    } = *findings;
    let layers = layers::layers(text, model, list);
    let name = escaped(&list.name);
    let documentation = list.documentation.join(" ");
    let file = text.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let facts = format!(
        "{} inputs · {} outputs · {} parameters · {}",
        grouped(list.input_length()),
        grouped(list.output_length()),
        grouped(list.parameter_count()),
        match list.precision {
            Precision::F32 => "f32",
            Precision::F64 => "f64",
        },
    );
    let graph = graph(findings);
    let (rust, is_whole) = code::code(findings.rust, list);
    let rest = if is_whole {
        String::new()
    } else {
        format!(
            "<p>The rest is long: <code>mlp build {}</code> prints it.</p>",
            escaped(file)
        )
    };
    let mut sections = format!(
        "<section id=\"costs\"><h2>Costs</h2><p>For one sample: floating-point operations, of which a multiply-add counts two, and bytes.</p><div class=\"wide\">{}</div></section>\n<section id=\"verification\"><h2>Verification</h2>{}</section>\n",
        tables::costs(&layers),
        tables::verification(findings.verification, list),
    );
    if let Some(observed) = findings.observed {
        sections += &format!(
            "<section id=\"data\"><h2>On data</h2>{}</section>\n",
            tables::observed(observed, list)
        );
    }
    if let Some(surface) = findings.surface {
        sections += &format!(
            "<section id=\"surface\"><h2>The loss around the weights</h2><p>Along two random directions (seed {}), each as long as the rows of the weights that it changes, from −1 to 1; the mean of {} samples. Darker is larger, on a logarithmic scale.</p>{}</section>\n",
            surface.seed,
            grouped(surface.samples),
            charts::surface(surface),
        );
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header><h1>{name}</h1><p>{}</p><p class=\"facts\">{facts} · <code>{}</code></p></header>\n<main class=\"panels\">\n<section id=\"source\" class=\"panel\"><h2>Source</h2><pre><code>{}</code></pre></section>\n<section id=\"equations\" class=\"panel\"><h2>Equations</h2>{}</section>\n<section id=\"graph\" class=\"panel\"><h2>Graph</h2>{graph}</section>\n<section id=\"rust\" class=\"panel\"><h2>Rust</h2><pre><code>{rust}</code></pre>{rest}</section>\n</main>\n{sections}<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escaped(&documentation),
        escaped(file),
        source::source(text, &layers),
        equations::equations(list),
    )
}

fn graph(findings: &Findings<'_>) -> String {
    for backward in [true, false] {
        let drawing = Graph::new(findings.equations, backward).svg();
        if drawing.len() <= MOST_GRAPH_BYTES {
            return drawing;
        }
    }
    let size = short(findings.equations.list.len() as f64);
    format!(
        "<p>With {size} equations the graph is too large for a page; <code>mlp graph</code> draws it.</p>"
    )
}
