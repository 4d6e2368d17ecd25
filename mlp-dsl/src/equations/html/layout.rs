//! Pages as HTML: a table for each block, a row for each equation.

use super::{escaped, formula};
use crate::equations::notation::{Block, Content, Line, Notation, Page, Relation, Run, Side};

/// The looks of a document; the fonts are what the reader's machine has.
const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}
h2{font-size:1.05rem;margin:1.5rem 0 .25rem;color:#555;font-weight:600}
div{overflow-x:auto;overflow-y:hidden}
table{border-collapse:collapse}
td{padding:.2rem .4rem;vertical-align:middle}
td.left{text-align:right}
td.remark{color:#666;padding-left:2rem}
td.number{color:#666;text-align:right;padding-right:1rem}
math{font-size:1.15em}
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#161616}h2,td.remark,td.number{color:#a0a0a0}}
";

/// A whole document with these pages, which needs nothing else.
pub fn document(title: &str, pages: &[Page]) -> String {
    let title = escaped(title);
    let body: String = pages.iter().map(page).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

/// The page as a section of a document.
pub fn page(page: &Page) -> String {
    let blocks: String = page.blocks.iter().map(block).collect();
    format!(
        "<section>\n<h1>{}</h1>\n{blocks}</section>\n",
        escaped(&page.title)
    )
}

fn block(block: &Block) -> String {
    let heading = if block.heading.is_empty() {
        String::new()
    } else {
        format!("<h2>{}</h2>\n", escaped(&block.heading))
    };
    let lines = block.lines.iter().enumerate().map(|(index, line)| {
        let number = block.first.map(|first| first + index);
        let number = number.map(|number| format!("<td class=\"number\">{number}</td>"));
        rows(line, &number.unwrap_or_default())
    });
    let lines: String = lines.collect();
    format!("{heading}<div><table>\n{lines}</table></div>\n")
}

fn rows(line: &Line, number: &str) -> String {
    match &line.content {
        Content::Words(runs) => {
            format!(
                "<tr>{number}<td{}>{}</td></tr>\n",
                indent(line),
                words(runs)
            )
        }
        Content::Row(cells) => {
            let cells = cells.iter().map(|cell| format!("<td>{}</td>", words(cell)));
            format!("<tr>{number}{}</tr>\n", cells.collect::<String>())
        }
        Content::Relation {
            left,
            relation: Relation::Becomes,
            sides,
        } => {
            let sides: Vec<String> = sides.iter().map(|side| formula(&side.formula)).collect();
            let sides = sides.join(" = ");
            format!(
                "<tr>{number}<td{}>{} ← {sides}</td></tr>\n",
                indent(line),
                formula(left)
            )
        }
        Content::Relation {
            left,
            relation: Relation::Equal,
            sides,
        } => equation(left, sides),
    }
}

fn indent(line: &Line) -> String {
    match line.depth {
        0 => String::new(),
        depth => format!(" style=\"padding-left:{}em\"", 2 * depth),
    }
}

fn equation(left: &Notation, sides: &[Side]) -> String {
    let rows = sides.iter().enumerate().map(|(index, side)| {
        let left = if index == 0 {
            formula(left)
        } else {
            String::new()
        };
        format!(
            "<tr><td class=\"left\">{left}</td><td>=</td><td>{}</td><td class=\"remark\">{}</td></tr>\n",
            formula(&side.formula),
            words(&side.remark)
        )
    });
    rows.collect()
}

fn words(runs: &[Run]) -> String {
    let runs = runs.iter().map(|run| match run {
        Run::Words(words) => escaped(words),
        Run::Formula(notation) => formula(notation),
    });
    runs.collect()
}
