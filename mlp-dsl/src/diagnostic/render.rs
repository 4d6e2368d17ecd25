//! Diagnostics as text, in the layout of rustc: message, place, the line with a caret, notes and help.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::{Diagnostic, Diagnostics};
use crate::source::{Source, Span};

/// As many are shown; whoever has more mends these first.
const SHOWN: usize = 100;

impl Diagnostics {
    /// All of them as text, with a blank line in between, and coloured for a terminal if `color` is set.
    pub fn render(&self, source: &Source, color: bool) -> String {
        let mut texts: Vec<String> = self
            .list
            .iter()
            .take(SHOWN)
            .map(|diagnostic| diagnostic.render(source, color))
            .collect();
        if let Some(hidden) = self.list.len().checked_sub(SHOWN).filter(|&n| n > 0) {
            texts.push(format!("… and {hidden} more errors"));
        }
        texts.join("\n\n")
    }
}

impl Diagnostic {
    /// This one as text, and coloured for a terminal if `color` is set. A span that does not fit the source is moved to
    /// the nearest place that does.
    pub fn render(&self, source: &Source, color: bool) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match self.span {
            Some(span) => title.element(self.snippet(source, span)),
            None => title.element(Origin::path(source.name.as_str())),
        };
        group = footer(group, Level::NOTE, &self.notes);
        group = footer(group, Level::HELP, &self.help);
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.render(&[group])
    }

    fn snippet<'s>(
        &'s self,
        source: &'s Source,
        span: Span,
    ) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
        // Columns are counted from the first visible character.
        let (skipped, text) = match source.text.strip_prefix('\u{FEFF}') {
            Some(text) => (source.text.len() - text.len(), text),
            None => (0, source.text.as_str()),
        };
        let place = |span: Span| {
            let start = span.start.saturating_sub(skipped);
            fitting(text, start..span.end.saturating_sub(skipped))
        };
        let mut primary = AnnotationKind::Primary.span(place(span));
        if !self.label.is_empty() {
            primary = primary.label(self.label.as_str());
        }
        let related = self.related.iter().map(|(span, label)| {
            AnnotationKind::Context
                .span(place(*span))
                .label(label.as_str())
        });
        Snippet::source(text)
            .path(source.name.as_str())
            .annotation(primary)
            .annotations(related)
    }
}

/// `group` with one line for each of the `texts`.
fn footer<'a>(group: Group<'a>, level: Level<'a>, texts: &[String]) -> Group<'a> {
    group.elements(
        texts
            .iter()
            .map(|text| level.clone().message(normalize_untrusted_str(text))),
    )
}

/// The nearest range that lies in `text` on character boundaries. Line ends at its end are left out, so that a caret at
/// the end of a line does not run into the next.
fn fitting(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    let marked = text.get(start..end).unwrap_or_default();
    start..start + marked.trim_end_matches(['\r', '\n']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, span: Span) -> String {
        Diagnostic::new(span, "a message", "a label").render(&Source::new("net.mlp", text), false)
    }

    #[test]
    fn it_looks_like_rustc() {
        let source = Source::new(
            "net.mlp",
            "model A {\n    input x[3]\n    output x -> rleu\n}\n",
        );
        let diagnostic = Diagnostic::new(Span::new(41, 45), "there is no `rleu`", "not known")
            .related(Span::new(6, 7), "in this model")
            .note("first line\nsecond line")
            .help("did you mean `relu`?");
        insta::assert_snapshot!(diagnostic.render(&source, false), @r"
        error: there is no `rleu`
         --> net.mlp:3:17
          |
        1 | model A {
          |       - in this model
        2 |     input x[3]
        3 |     output x -> rleu
          |                 ^^^^ not known
          |
          = note: first line
                  second line
          = help: did you mean `relu`?
        ");
        assert!(diagnostic.render(&source, true).contains("\u{1b}["));
    }

    #[test]
    fn without_a_place_the_file_is_named() {
        let source = Source::new("net.mlp", "");
        let diagnostic = Diagnostic::whole("the text is empty").help("write\n  something");
        insta::assert_snapshot!(diagnostic.render(&source, false), @r"
        error: the text is empty
        --> net.mlp
         = help: write
                   something
        ");
    }

    #[test]
    fn wide_characters_tabs_and_carriage_returns_are_aligned() {
        insta::assert_snapshot!(rendered("\tgröße = 維[3]\r\nb\r\n", Span::new(1, 8)), @r"
        error: a message
         --> net.mlp:1:2
          |
        1 |     größe = 維[3]
          |     ^^^^^ a label
        ");
        insta::assert_snapshot!(rendered("\u{FEFF}a = b", Span::new(7, 8)), @r"
        error: a message
         --> net.mlp:1:5
          |
        1 | a = b
          |     ^ a label
        ");
    }

    #[test]
    fn a_span_over_lines_is_drawn() {
        insta::assert_snapshot!(rendered("a {\r\n  b\r\n}\r\n", Span::new(0, 13)), @r"
        error: a message
         --> net.mlp:1:1
          |
        1 | / a {
        2 | |   b
        3 | | }
          | |_^ a label
        ");
    }

    #[test]
    fn no_span_breaks_it() {
        for text in [
            "",
            "\n",
            "a",
            "a\n",
            "ä\r\n",
            "\t",
            "𝛼\n\n\n",
            "\u{FEFF}",
            "a\nb\nc\nd\ne\nf\ng\nh",
        ] {
            for start in (0..12).chain([usize::MAX]) {
                for end in (0..12).chain([usize::MAX]) {
                    let shown = rendered(text, Span { start, end });
                    assert!(shown.contains("a message"), "{shown}");
                    assert!(shown.contains("net.mlp:"), "{shown}");
                    assert!(shown.contains("a label"), "{text:?} {start} {end} {shown}");
                }
            }
        }
    }

    #[test]
    fn only_so_many_are_shown() {
        let list = vec![Diagnostic::whole("wrong"); SHOWN + 3];
        let shown = Diagnostics { list }.render(&Source::new("a", ""), false);
        assert_eq!(shown.matches("error: wrong").count(), SHOWN);
        assert!(shown.ends_with("… and 3 more errors"));
    }
}
