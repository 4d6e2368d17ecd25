//! Decides which groups are broken, and prints.

use super::WIDTH;
use super::pieces::Piece;

/// One step to the right.
const STEP: usize = 4;

/// The text of a layout. A group stays whole where it fits the line, together with what must follow on that line.
pub(super) fn print(pieces: &[Piece]) -> String {
    let fits = needed(pieces);
    let mut printer = Printer::default();
    for (piece, needed) in pieces.iter().zip(fits) {
        printer.piece(piece, needed);
    }
    printer.newline();
    printer.text
}

/// For each beginning of a group the columns that it needs to stay whole, or `None` where it cannot; for other pieces
/// nothing of meaning. From the end to the beginning, so that a long text takes linear time.
fn needed(pieces: &[Piece]) -> Vec<Option<usize>> {
    let mut list = vec![None; pieces.len()];
    // What follows up to the next place where a line may end.
    let mut tail = 0;
    // For each group that is still open, what follows it and whether a line ends in it, and its columns so far.
    let mut open: Vec<(usize, bool, usize)> = Vec::new();
    for (piece, needed) in pieces.iter().zip(&mut list).rev() {
        let (columns, ends) = match piece {
            Piece::Text(text) => (columns(text), text.contains('\n')),
            Piece::Break(text) => (columns(text), false),
            Piece::Either { whole, .. } => (columns(whole), false),
            Piece::Line { .. } => (0, true),
            Piece::Close => {
                open.push((tail, false, 0));
                continue;
            }
            Piece::Open => {
                if let Some((after, broken, inner)) = open.pop() {
                    *needed = (!broken).then_some(inner + after);
                    if let Some((_, outer_broken, outer)) = open.last_mut() {
                        *outer_broken |= broken;
                        *outer += inner;
                    }
                }
                continue;
            }
            Piece::LineComment(_) | Piece::Indent | Piece::Dedent => continue,
        };
        tail = match piece {
            Piece::Break(_) | Piece::Line { .. } => 0,
            _ => tail + columns,
        };
        if let Some((_, broken, inner)) = open.last_mut() {
            *broken |= ends;
            *inner += columns;
        }
    }
    list
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

#[derive(Default)]
struct Printer {
    text: String,
    column: usize,
    indent: usize,
    /// Whether each open group is broken.
    groups: Vec<bool>,
}

impl Printer {
    fn piece(&mut self, piece: &Piece, needed: Option<usize>) {
        let broken = self.groups.last().copied().unwrap_or_default();
        match piece {
            Piece::Text(text) | Piece::LineComment(text) => self.put(text),
            Piece::Break(_) if broken => self.line(0),
            Piece::Break(text) => self.put(text),
            Piece::Either { broken: text, .. } if broken => self.put(text),
            Piece::Either { whole, .. } => self.put(whole),
            Piece::Line { blank, hanging } => {
                if *blank {
                    self.newline();
                }
                self.line(usize::from(*hanging));
            }
            Piece::Open => {
                let whole = needed.is_some_and(|needed| self.column + needed <= WIDTH);
                // Within one line everything is.
                let outer_whole = self.groups.last() == Some(&false);
                self.groups.push(!(outer_whole || whole));
            }
            Piece::Close => {
                self.groups.pop();
            }
            Piece::Indent => self.indent += 1,
            Piece::Dedent => self.indent = self.indent.saturating_sub(1),
        }
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => columns(last),
            None => self.column + columns(text),
        };
    }

    fn newline(&mut self) {
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
        self.text.push('\n');
        self.column = 0;
    }

    /// Ends the line and starts the next, `further` steps beyond the others.
    fn line(&mut self, further: usize) {
        self.newline();
        let column = (self.indent + further) * STEP;
        self.text.extend(std::iter::repeat_n(' ', column));
        self.column = column;
    }
}
