//! What a view of the equations shows, block by block and line by line; each printer turns it into its format.

use super::Notation;

/// A view of equations.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Whose equations these are.
    pub title: String,
    /// Its parts, in order.
    pub blocks: Vec<Block>,
}

/// Lines that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What it is; empty where that needs no word.
    pub heading: String,
    /// The number of the first line, where the lines are counted.
    pub first: Option<usize>,
    /// How plain text arranges the lines.
    pub arrangement: Arrangement,
    /// The lines.
    pub lines: Vec<Line>,
}

/// How plain text arranges lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// The signs `=` stand below each other, and a long line is broken before its second one.
    Aligned,
    /// Each line by itself.
    Ragged,
    /// Each form of a right-hand side has a line of its own.
    Stepwise,
}

/// A line of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// How many loops it stands in.
    pub depth: usize,
    /// What it says.
    pub content: Content,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `left = side = side`
    Relation {
        /// What is defined.
        left: Notation,
        /// The sign after it.
        relation: Relation,
        /// What it is: one form after the other.
        sides: Vec<Side>,
    },
    /// Words and formulas in a row.
    Words(Vec<Run>),
    /// The cells of a table.
    Row(Vec<Vec<Run>>),
}

/// The sign between what is defined and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// =
    Equal,
    /// ←
    Becomes,
}

/// One form of a right-hand side.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The formula.
    pub formula: Notation,
    /// What is to be said of it.
    pub remark: Vec<Run>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Run {
    /// Words.
    Words(String),
    /// A formula.
    Formula(Notation),
}

impl Block {
    /// A block of lines.
    pub(in crate::equations) fn new(heading: &str, lines: Vec<Line>) -> Self {
        Self {
            heading: heading.to_owned(),
            first: None,
            arrangement: Arrangement::Aligned,
            lines,
        }
    }
}

impl Line {
    /// `left = sides`
    pub(in crate::equations) fn equation(left: Notation, sides: Vec<Side>) -> Self {
        Self::of(Content::Relation {
            left,
            relation: Relation::Equal,
            sides,
        })
    }

    /// A line outside of all loops.
    pub(in crate::equations) fn of(content: Content) -> Self {
        Self { depth: 0, content }
    }
}

impl Side {
    /// A formula of which nothing is to be said.
    pub(in crate::equations) fn plain(formula: Notation) -> Self {
        Self {
            formula,
            remark: Vec::new(),
        }
    }

    /// A formula with a remark.
    pub(in crate::equations) fn remarked(formula: Notation, remark: impl Into<String>) -> Self {
        Self {
            formula,
            remark: vec![Run::words(remark)],
        }
    }
}

impl Run {
    /// Words.
    pub(in crate::equations) fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }
}
