//! Pages as LaTeX: an `align*` environment for each block of equations, a `tabular` for each table.

use super::formula;
use super::words::escaped;
use crate::equations::notation::{Block, Content, Line, Page, Relation, Run, Side};

/// A row that is longer than this in LaTeX's characters is broken before its second `=`.
const LONGEST_ROW: usize = 160;

/// The page as a fragment, for a document that uses `amsmath` and `amssymb`.
pub fn page(page: &Page) -> String {
    let blocks: Vec<String> = page.blocks.iter().map(block).collect();
    blocks.join("\n")
}

/// A whole document with these pages.
pub fn document(pages: &[Page]) -> String {
    let body: Vec<String> = pages
        .iter()
        .map(|page| {
            format!(
                "\\section*{{{}}}\n{}",
                escaped(&page.title),
                self::page(page)
            )
        })
        .collect();
    format!(
        "\\documentclass[fleqn]{{article}}\n\
         \\usepackage[T1]{{fontenc}}\n\
         \\usepackage{{amsmath,amssymb}}\n\
         \\usepackage[a4paper,landscape,margin=15mm]{{geometry}}\n\
         \\allowdisplaybreaks\n\
         \\begin{{document}}\n\
         {}\
         \\end{{document}}\n",
        body.join("\n")
    )
}

/// One line without what aligns it with others.
pub fn line(line: &Line) -> String {
    match &line.content {
        Content::Words(runs) => in_formula(runs),
        Content::Row(cells) => {
            let cells: Vec<String> = cells.iter().map(|cell| in_formula(cell)).collect();
            cells.join(" \\quad ")
        }
        Content::Relation {
            left,
            relation,
            sides,
        } => {
            let sides: Vec<String> = sides.iter().map(|side| formula(&side.formula)).collect();
            format!(
                "{} {} {}",
                formula(left),
                sign(*relation),
                sides.join(" = ")
            )
        }
    }
}

fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "=",
        Relation::Becomes => "\\leftarrow",
    }
}

fn block(block: &Block) -> String {
    let heading = if block.heading.is_empty() {
        String::new()
    } else {
        format!(
            "\\medskip\\noindent\\textbf{{{}}}\n",
            escaped(&block.heading)
        )
    };
    let is_table = |line: &Line| matches!(line.content, Content::Row(_));
    if block.lines.iter().all(is_table) {
        return heading + "\n" + &table(&block.lines);
    }
    let lines = block.lines.iter().enumerate().map(|(index, line)| {
        let margin = block.first.map(|first| {
            let indent = "\\quad".repeat(line.depth + 1);
            format!("\\text{{{}}} &{indent} ", first + index)
        });
        content(&line.content, margin)
    });
    let lines: Vec<String> = lines.collect();
    format!(
        "{heading}\\begin{{align*}}\n{}\n\\end{{align*}}\n",
        lines.join(" \\\\\n")
    )
}

/// The rows of a line; in a block whose lines are counted, those stand below each other by their numbers.
fn content(content: &Content, margin: Option<String>) -> String {
    let counted = margin.is_some();
    let margin = margin.unwrap_or_default();
    match content {
        Content::Words(runs) => format!("  {margin}{}", in_formula(runs)),
        Content::Row(cells) => {
            let cells: Vec<String> = cells.iter().map(|cell| in_formula(cell)).collect();
            format!("  {margin}{}", cells.join(" && "))
        }
        Content::Relation {
            left,
            relation,
            sides,
        } => {
            let sign = sign(*relation);
            let sign = if counted {
                sign.to_owned()
            } else {
                format!("&{sign}")
            };
            relation_rows(&format!("  {margin}{} {sign} ", formula(left)), sides)
        }
    }
}

fn relation_rows(start: &str, sides: &[Side]) -> String {
    let formulas: Vec<String> = sides.iter().map(|side| formula(&side.formula)).collect();
    let total: usize = formulas.iter().map(|formula| formula.len()).sum();
    let breaks = sides.len() > 2 || total > LONGEST_ROW;
    let mut rows = start.to_owned();
    for (index, (side, formula)) in sides.iter().zip(&formulas).enumerate() {
        if index > 0 {
            rows.push_str(if breaks { " \\\\\n  &= " } else { " = " });
        }
        rows.push_str(formula);
        if !side.remark.is_empty() {
            let place = if formula.len() > LONGEST_ROW {
                // Beside a long formula there is no room.
                " \\\\\n  &\\qquad "
            } else {
                " && "
            };
            rows.push_str(&format!("{place}{}", in_formula(&side.remark)));
        }
    }
    rows
}

fn table(lines: &[Line]) -> String {
    let rows = lines.iter().map(|line| match &line.content {
        Content::Row(cells) => {
            let cells: Vec<String> = cells.iter().map(|cell| in_text(cell)).collect();
            format!("  {} \\\\\n", cells.join(" & "))
        }
        Content::Relation { .. } | Content::Words(_) => String::new(),
    });
    let columns = lines.iter().map(|line| match &line.content {
        Content::Row(cells) => cells.len(),
        Content::Relation { .. } | Content::Words(_) => 0,
    });
    format!(
        "\\noindent\n\\begin{{tabular}}{{@{{}}{}@{{}}}}\n{}\\end{{tabular}}\n",
        "l".repeat(columns.max().unwrap_or(0)),
        rows.collect::<String>()
    )
}

/// Words and formulas where LaTeX expects a formula.
fn in_formula(runs: &[Run]) -> String {
    let runs = runs.iter().map(|run| match run {
        Run::Words(words) => format!("\\text{{{}}}", escaped(words)),
        Run::Formula(notation) => formula(notation),
    });
    runs.collect()
}

/// Words and formulas where LaTeX expects words.
fn in_text(runs: &[Run]) -> String {
    let runs = runs.iter().map(|run| match run {
        Run::Words(words) => escaped(words),
        Run::Formula(notation) => format!("${}$", formula(notation)),
    });
    runs.collect()
}
