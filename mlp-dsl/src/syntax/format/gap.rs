//! What stands between two tokens: space and comments.

/// A comment between two tokens.
pub(super) struct Comment {
    /// Its text, without space at the ends of its lines.
    pub(super) text: String,
    /// How many lines end between it and the token or comment before it.
    pub(super) newlines: usize,
    /// Whether it runs up to the end of its line, so that nothing may follow there.
    pub(super) ends_line: bool,
    /// Whether a line ends between it and what follows.
    pub(super) alone: bool,
}

/// The comments of a gap in order.
pub(super) fn comments(gap: &str) -> impl Iterator<Item = Comment> {
    let mut rest = gap;
    std::iter::from_fn(move || {
        let start = rest.find('/')?;
        let newlines = rest.get(..start).map_or(0, newlines);
        let comment = rest.get(start..)?;
        let ends_line = comment.starts_with("//");
        let length = comment_length(comment)?;
        let text = comment.get(..length)?;
        rest = comment.get(length..)?;
        let next = rest.trim_start_matches(pest::unicode::PATTERN_WHITE_SPACE);
        let space = rest.len() - next.len();
        Some(Comment {
            text: trimmed(text),
            newlines,
            ends_line,
            alone: ends_line || rest.get(..space).is_some_and(|space| space.contains('\n')),
        })
    })
}

/// How many lines end after the last comment of a gap.
pub(super) fn newlines_at_end(gap: &str) -> usize {
    // A comment ends in its last character that is no space: a line comment does not reach its line's end.
    let space = gap.trim_end_matches(pest::unicode::PATTERN_WHITE_SPACE);
    gap.get(space.len()..).map_or(0, newlines)
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// A comment without space at the ends of its lines, which end in one character whatever system they come from.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    lines.join("\n")
}

/// The length of the comment that `text` starts with, `None` where it starts with none.
pub(in crate::syntax) fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.starts_with("/*").then(|| block(text))
}

/// The length of the block comment that `text` starts with. Comments nest, and the grammar has seen that they end.
fn block(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(pair) = bytes.get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth = depth.saturating_sub(1),
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_with_their_surroundings() {
        let gap = " // one /* \n\n\t/* two /* // */ \r\n*/ /**/\n ";
        let found: Vec<_> = comments(gap)
            .map(|comment| {
                (
                    comment.text,
                    comment.newlines,
                    comment.ends_line,
                    comment.alone,
                )
            })
            .collect();
        let expected = [
            ("// one /*", 0, true, true),
            ("/* two /* // */\n*/", 2, false, false),
            ("/**/", 0, false, true),
        ];
        let expected =
            expected.map(|(text, lines, ends, alone)| (text.to_owned(), lines, ends, alone));
        assert_eq!(found, expected);
        assert_eq!(newlines_at_end(gap), 1);
        assert_eq!(newlines_at_end(""), 0);
    }
}
