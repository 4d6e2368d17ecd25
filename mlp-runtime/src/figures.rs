//! Figures that other systems computed: `tests/figures`, where the script that made them says how.

use std::vec::Vec;

/// A case with what was seen of it, in order.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) arguments: Vec<(&'static str, f64)>,
    /// Empty cells are NaN.
    pub(crate) rows: Vec<Vec<f64>>,
}

/// The cases of a file in which each row starts with a name and arguments.
pub(crate) fn cases(text: &'static str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut last = "";
    for line in text.lines() {
        let (name, rest) = line.split_once(',').expect("a name");
        let (arguments, cells) = rest.split_once(',').expect("arguments");
        let case = &line[..line.len() - cells.len()];
        if case != last {
            last = case;
            cases.push(Case {
                name,
                arguments: arguments.split_terminator(';').map(argument).collect(),
                rows: Vec::new(),
            });
        }
        let rows = &mut cases.last_mut().expect("a case").rows;
        rows.push(numbers(cells));
    }
    cases
}

fn argument(text: &'static str) -> (&'static str, f64) {
    let (name, value) = text.split_once('=').expect("a value");
    (name, value.parse().expect("a number"))
}

/// The numbers of a line.
pub(crate) fn numbers(text: &str) -> Vec<f64> {
    let cells = text.split(',');
    cells.map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
}

/// |found − expected| over the larger of |expected| and `least`.
pub(crate) fn relative_error(found: f64, expected: f64, least: f64) -> f64 {
    (found - expected).abs() / expected.abs().max(least)
}
