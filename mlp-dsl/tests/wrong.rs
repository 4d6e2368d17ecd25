//! Wrong texts, and what the compiler says of each. Every file of `wrong/` holds one mistake, or `several` in its name,
//! and under the line where one stands what is reported there:
//!
//! ```text
//!     output x -> dense(8) -> rellu
//! //~                         ^^^^^ there is no layer or activation `rellu`: not known
//! //~ help: did you mean `relu`?
//! ```
//!
//! After the caret come the message and, behind a colon, what stands under the caret; then other places, reasons and
//! remedies. The text that is compiled is the one without the lines that start with `//~`. To write these anew:
//!
//! ```text
//! UPDATE_WRONG=1 cargo test -p mlp-dsl --test wrong
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use mlp_dsl::{Diagnostic, Source, Span, compile};

/// What the lines start with that state the expectation.
const MARK: &str = "//~";

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    files.sort();
    files
}

/// A text without its expectation.
fn bare(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !line.starts_with(MARK))
        .collect()
}

/// Line and column of a byte, both counted from 0.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count();
    (
        line,
        before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count(),
    )
}

/// What is reported, placed under the lines of `text` where it is reported; or why it cannot be.
fn annotated(text: &str) -> Result<String, String> {
    let Err(errors) = compile(&Source::new("wrong.mlp", text)) else {
        return Err("it compiles".to_owned());
    };
    // How many lines of expectation come after each line, so that other places can be told by their final number.
    let mut after = vec![0; text.lines().count() + 1];
    for error in &errors.list {
        after[line_after(text, error)] += lines(text, error, &[])?.len();
    }
    let mut all: Vec<Vec<String>> = vec![Vec::new(); after.len()];
    for error in &errors.list {
        all[line_after(text, error)].extend(lines(text, error, &after)?);
    }
    let mut annotated = all.remove(0);
    for (line, expected) in text.lines().zip(all) {
        annotated.push(line.to_owned());
        annotated.extend(expected);
    }
    Ok(annotated.join("\n") + "\n")
}

/// After how many lines of the text a mistake is told: one about the whole text comes first.
fn line_after(text: &str, error: &Diagnostic) -> usize {
    error.span.map_or(0, |span| place(text, span.start).0 + 1)
}

/// The lines that tell a mistake.
fn lines(text: &str, error: &Diagnostic, after: &[usize]) -> Result<Vec<String>, String> {
    let mut message = error.message.clone();
    if !error.label.is_empty() {
        message = format!("{message}: {}", error.label);
    }
    let mut lines = Vec::new();
    match error.span {
        None => tell(&mut lines, "error", &message),
        Some(span) => {
            let (_, column) = place(text, span.start);
            let indent = column.checked_sub(MARK.len()).ok_or_else(|| {
                format!(
                    "no caret fits under column {column}: indent the line by {} columns",
                    MARK.len()
                )
            })?;
            let carets = marked(text, span).chars().count().max(1);
            lines.push(format!(
                "{MARK}{}{} {message}",
                " ".repeat(indent),
                "^".repeat(carets)
            ));
        }
    }
    for (span, label) in &error.related {
        let (line, _) = place(text, span.start);
        let shift: usize = after.iter().take(line + 1).sum();
        let there = format!(
            "{label}: line {}, `{}`",
            line + 1 + shift,
            marked(text, *span)
        );
        tell(&mut lines, "related", &there);
    }
    for note in &error.notes {
        tell(&mut lines, "note", note);
    }
    for help in &error.help {
        tell(&mut lines, "help", help);
    }
    Ok(lines)
}

/// The text of a place, up to the end of its first line.
fn marked(text: &str, span: Span) -> &str {
    text[span.range()].lines().next().unwrap_or_default()
}

/// `kind: sentence`, with the further lines of the sentence below its first.
fn tell(lines: &mut Vec<String>, kind: &str, sentence: &str) {
    let mut start = format!("{kind}:");
    for line in sentence.lines() {
        lines.push(format!("{MARK} {start} {line}"));
        start = " ".repeat(start.len());
    }
}

#[test]
fn every_mistake_is_reported_where_it_stands() {
    let update = std::env::var_os("UPDATE_WRONG").is_some();
    let files = files();
    assert!(files.len() >= 60, "{} files", files.len());
    let mut wrong = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stated = fs::read_to_string(path).expect("the file can be read");
        match annotated(&bare(&stated)) {
            Ok(found) if found == stated => {}
            Ok(found) if update => fs::write(path, found).expect("the file can be written"),
            Ok(found) => wrong.push(format!(
                "-- {name}, as stated\n{stated}-- as reported\n{found}"
            )),
            Err(reason) => wrong.push(format!("-- {name}: {reason}\n")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} of {} files differ; after a wanted change: UPDATE_WRONG=1",
        wrong.join("\n"),
        wrong.len(),
        files.len()
    );
}
