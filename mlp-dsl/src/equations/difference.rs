//! What two models differ in: equations, shapes and cost.

use super::{Equations, Section, text};

/// What changed from one model to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The equations that only one of the two has, in the order of computation.
    pub equations: Vec<Change>,
    /// The rows of the table of shapes that only one of the two has: inputs, target, output and trained tensors.
    pub shapes: Vec<Change>,
    /// What each costs, before and after.
    pub costs: Vec<Cost>,
}

/// A line that only one of two models has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was there before.
    Removed(String),
    /// It is there now.
    Added(String),
}

/// A cost of both models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What is counted.
    pub what: &'static str,
    /// The cost of the first model.
    pub before: usize,
    /// The cost of the second model.
    pub after: usize,
}

impl Difference {
    /// What changed from `before` to `after`.
    pub fn between(before: &Equations, after: &Equations) -> Self {
        let equations = |model: &Equations| -> Vec<String> {
            let list = model.list.iter();
            list.map(|equation| model.equation_text(equation)).collect()
        };
        let shapes = |model: &Equations| -> Vec<String> {
            let rows = model.shapes(true);
            rows.iter().map(text::relation).collect()
        };
        let cost = |what, count: &dyn Fn(&Equations) -> usize| Cost {
            what,
            before: count(before),
            after: count(after),
        };
        let flops = |section: Section| {
            move |model: &Equations| -> usize {
                let own = model.list.iter();
                let own = own.filter(|equation| equation.section == section);
                own.map(|equation| model.flops(equation)).sum()
            }
        };
        Self {
            equations: changes(&equations(before), &equations(after)),
            shapes: changes(&shapes(before), &shapes(after)),
            costs: vec![
                cost("parameters", &Equations::parameter_count),
                cost("flops of the output", &flops(Section::Forward)),
                cost("flops of the loss", &flops(Section::Loss)),
                cost("flops of the gradient", &flops(Section::Backward)),
            ],
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.equations.is_empty() && self.shapes.is_empty()
    }
}

/// The lines that are not common to both, in order: the fewest that turn one list into the other.
fn changes(before: &[String], after: &[String]) -> Vec<Change> {
    let (rows, columns) = (before.len(), after.len());
    // common[i][j] is the most lines that before[i..] and after[j..] have in common.
    let mut common = vec![vec![0_usize; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            common[i][j] = if before[i] == after[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    while i < rows || j < columns {
        if i < rows && j < columns && before[i] == after[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < rows && (j == columns || common[i + 1][j] >= common[i][j + 1]) {
            changes.push(Change::Removed(before[i].clone()));
            i += 1;
        } else {
            changes.push(Change::Added(after[j].clone()));
            j += 1;
        }
    }
    changes
}
