//! The source with its layers marked.

use super::html::{about, escaped};
use super::layers::Layer;
use crate::source::{Source, Span};

/// The text with an element around each layer. Layers that overlap without one being within the other cannot both be
/// elements; the one that starts later is left out.
pub(super) fn source(source: &Source, layers: &[Layer]) -> String {
    let text = &source.text;
    let mut html = String::new();
    let mut at = 0;
    // The ends of the elements that are open.
    let mut open: Vec<usize> = Vec::new();
    let mut marked: Vec<&Layer> = layers
        .iter()
        .filter(|layer| is_within(layer.span, text))
        .collect();
    // What holds others comes before them.
    marked.sort_by_key(|layer| (layer.span.start, usize::MAX - layer.span.end));
    for layer in marked {
        while let Some(end) = open.pop_if(|end| *end <= layer.span.start) {
            html += &escaped(&text[at..end]);
            html += "</span>";
            at = end;
        }
        if open.last().is_some_and(|end| *end < layer.span.end) {
            continue;
        }
        html += &escaped(&text[at..layer.span.start]);
        html += &format!(
            "<span class=\"link\" tabindex=\"0\"{}>",
            about(&layer.variables)
        );
        at = layer.span.start;
        open.push(layer.span.end);
    }
    while let Some(end) = open.pop() {
        html += &escaped(&text[at..end]);
        html += "</span>";
        at = end;
    }
    html + &escaped(&text[at..])
}

fn is_within(span: Span, text: &str) -> bool {
    span.start < span.end && text.get(span.range()).is_some()
}
