//! The generated Rust, with each block of code linked to the equation that stands above it as a comment.

use std::collections::BTreeMap;

use super::equations::subjects;
use super::html::{about, escaped};
use crate::equations::{Equations, VariableId};

/// A page stays small: code beyond this many bytes is left out.
const MOST_BYTES: usize = 300_000;

/// The lines of `rust` as elements, and whether all of them are there.
pub(super) fn code(rust: &str, equations: &Equations) -> (String, bool) {
    let captions: BTreeMap<String, Vec<VariableId>> = (equations.list.iter())
        .map(|equation| {
            (
                equations.equation_text(equation),
                subjects(equations, equation),
            )
        })
        .collect();
    let mut html = String::new();
    // The indentation of the block that is open.
    let mut open: Option<usize> = None;
    for line in rust.lines() {
        if html.len() > MOST_BYTES {
            if open.is_some() {
                html += "</span>";
            }
            return (html, false);
        }
        let text = line.trim_start();
        let depth = line.len() - text.len();
        let caption = text.strip_prefix("// ").or(text.strip_prefix("/// "));
        let subjects = caption.and_then(|caption| captions.get(caption.trim_end()));
        // A block ends where the next begins, and where the block of Rust that it stands in ends.
        let ends = open.is_some_and(|start| subjects.is_some() || depth < start || text.is_empty());
        if ends || (open.is_some() && text.starts_with("///")) {
            html += "</span>";
            open = None;
        }
        if let Some(subjects) = subjects {
            html += &format!(
                "<span class=\"link block\" tabindex=\"0\"{}>",
                about(subjects)
            );
            open = Some(depth);
        }
        if text.starts_with("//") {
            html += &format!("<i>{}</i>\n", escaped(line));
        } else {
            html += &escaped(line);
            html.push('\n');
        }
    }
    if open.is_some() {
        html += "</span>";
    }
    (html, true)
}
