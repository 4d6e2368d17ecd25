//! What is wrong with a text, where, why, and how to mend it. In: what a stage finds. Out: text for a person, like
//! rustc's. Everything below the edges of the compiler returns diagnostics; only this module renders them.

mod nearest;
mod render;

pub use nearest::nearest;

use crate::source::Span;

/// One mistake of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The place, or `None` where the whole text is meant.
    pub span: Option<Span>,
    /// What stands under the caret.
    pub label: String,
    /// Other places that explain it, each with what to say there.
    pub related: Vec<(Span, String)>,
    /// Why it is refused.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Vec<String>,
    /// Changes of the text that would mend it, for an editor to offer; each is also said in `help`.
    pub fixes: Vec<Fix>,
}

/// A change of a text: what stands at a place becomes something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The place; empty where something is inserted.
    pub span: Span,
    /// What is to stand there.
    pub replacement: String,
}

impl Diagnostic {
    /// A diagnostic at `span` with `label` under the caret.
    pub fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span: Some(span),
            label: label.into(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// A diagnostic about the text as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self {
            span: None,
            ..Self::new(Span::default(), message, "")
        }
    }

    /// The same with another place that explains it.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// The same with the reason.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with a way to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same with a change of the text that mends it.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix {
            span,
            replacement: replacement.into(),
        });
        self
    }

    /// The same with the name that is most likely meant at its place.
    pub fn did_you_mean(self, name: &str) -> Self {
        let span = self.span;
        let problem = self.help(format!("did you mean `{name}`?"));
        match span {
            Some(span) => problem.fix(span, name),
            None => problem,
        }
    }
}

/// All mistakes found in one text, in the order in which they were found until they are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The mistakes.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Puts them into the order of their places; those about the whole text come first, and those at one place stay in
    /// the order in which they were found.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|diagnostic| diagnostic.span);
    }

    /// `value` where there is no mistake, otherwise the mistakes in the order of their places.
    pub fn into_result<T>(mut self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            return Ok(value);
        }
        self.sort();
        Err(self)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            list: vec![diagnostic],
        }
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.list.extend(diagnostics);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
