//! Pages as text: a line for each equation, with remarks in a column of their own.

use super::formula;
use crate::equations::notation::{Arrangement, Block, Content, Line, Page, Relation, Run, Side};

/// The column at which remarks start.
const REMARK_COLUMN: usize = 36;

/// A line longer than this is broken before its second `=`.
const LONGEST_LINE: usize = 60;

/// The page without its title; it must have been built for fractions on one line.
pub fn page(page: &Page) -> String {
    let last = |block: &Block| block.first.map(|first| first + block.lines.len());
    let last = page.blocks.iter().filter_map(last).max();
    let digits = last.unwrap_or(0).to_string().len();
    let blocks = page.blocks.iter().map(|own| block(own, digits));
    blocks.collect()
}

/// `left = side = side` on one line.
pub(in crate::equations) fn relation(line: &Line) -> String {
    match &line.content {
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
        Content::Words(runs) => words(runs),
        Content::Row(cells) => {
            let cells: Vec<String> = cells.iter().map(|cell| words(cell)).collect();
            cells.join("  ")
        }
    }
}

/// Words and formulas in a row.
pub(in crate::equations) fn words(runs: &[Run]) -> String {
    let runs = runs.iter().map(|run| match run {
        Run::Words(words) => words.clone(),
        Run::Formula(notation) => formula(notation),
    });
    runs.collect()
}

fn sign(relation: Relation) -> char {
    match relation {
        Relation::Equal => '=',
        Relation::Becomes => '←',
    }
}

/// A block whose numbers have this many digits.
fn block(block: &Block, digits: usize) -> String {
    let (heading, margin) = if block.heading.is_empty() {
        (String::new(), "")
    } else {
        (format!("{}\n", block.heading), "  ")
    };
    let left = |line: &Line| match &line.content {
        Content::Relation { left, .. } if block.arrangement == Arrangement::Aligned => {
            formula(left).chars().count()
        }
        _ => 0,
    };
    let columns = Columns {
        left: block.lines.iter().map(left).max().unwrap_or(0),
        cells: cell_widths(block),
        arrangement: block.arrangement,
    };
    let lines = block.lines.iter().enumerate().map(|(index, line)| {
        let number = (block.first)
            .map(|first| format!("{:>digits$}  ", first + index))
            .unwrap_or_default();
        let indent = "    ".repeat(line.depth);
        columns.line(line, &format!("{margin}{number}{indent}"))
    });
    heading + &lines.collect::<String>()
}

/// The width of each column of the tables in a block; the last column has none.
fn cell_widths(block: &Block) -> Vec<usize> {
    let mut widths = Vec::new();
    for line in &block.lines {
        if let Content::Row(cells) = &line.content {
            for (index, cell) in cells.iter().enumerate() {
                let width = words(cell).chars().count();
                match widths.get_mut(index) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
    }
    widths.pop();
    widths
}

/// Where the columns of a block stand.
struct Columns {
    left: usize,
    cells: Vec<usize>,
    arrangement: Arrangement,
}

impl Columns {
    fn line(&self, line: &Line, margin: &str) -> String {
        match &line.content {
            Content::Relation {
                left,
                relation,
                sides,
            } => self.relation(left, *relation, sides, margin),
            Content::Words(runs) => format!("{margin}{}\n", words(runs)),
            Content::Row(cells) => {
                let cells: Vec<String> = cells
                    .iter()
                    .enumerate()
                    .map(|(index, cell)| {
                        let width = self.cells.get(index).copied().unwrap_or(0);
                        format!("{:<width$}", words(cell))
                    })
                    .collect();
                format!("{margin}{}\n", cells.join("  "))
            }
        }
    }

    fn relation(
        &self,
        left: &crate::equations::notation::Notation,
        relation: Relation,
        sides: &[Side],
        margin: &str,
    ) -> String {
        let (left, sign) = (formula(left), sign(relation));
        let formulas: Vec<String> = sides.iter().map(|side| formula(&side.formula)).collect();
        let remarks: Vec<String> = sides.iter().map(|side| words(&side.remark)).collect();
        let indent = self.left.max(left.chars().count());
        let whole = format!("{margin}{left:<indent$} {sign} {}", formulas.join(" = "));
        let remarked = remarks.iter().filter(|remark| !remark.is_empty()).count();
        let breaks = match self.arrangement {
            Arrangement::Aligned => sides.len() > 1 && whole.chars().count() > LONGEST_LINE,
            Arrangement::Ragged => false,
            Arrangement::Stepwise => remarked > 0,
        };
        if !breaks {
            return with_remark(whole, &remarks.concat(), REMARK_COLUMN);
        }
        let lines: Vec<String> = formulas
            .iter()
            .enumerate()
            .map(|(index, formula)| match index {
                0 => format!("{margin}{left:<indent$} {sign} {formula}"),
                _ => format!("{margin}{:<indent$} = {formula}", ""),
            })
            .collect();
        let widest = lines.iter().map(|line| line.chars().count()).max();
        let column = match remarked {
            0 | 1 => REMARK_COLUMN,
            _ => REMARK_COLUMN.max(widest.unwrap_or(0) + 2),
        };
        let lines = lines.into_iter().zip(&remarks);
        lines
            .map(|(line, remark)| with_remark(line, remark, column))
            .collect()
    }
}

/// The line with the remark at `column`, or two characters behind it.
fn with_remark(line: String, remark: &str, column: usize) -> String {
    if remark.is_empty() {
        return line + "\n";
    }
    let padding = column.saturating_sub(line.chars().count()).max(2);
    format!("{line}{:padding$}{remark}\n", "")
}
