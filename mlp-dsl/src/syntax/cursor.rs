//! Where in a text somebody is writing, and what may stand there. It is told from the tokens before that place alone,
//! because a text that is being written seldom parses.

use super::hints::{ITEMS, STATEMENTS};
use super::tokens::{Token, tokens};
use crate::source::Span;

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<'t> {
    /// The word at the place; empty where there is none.
    pub word: Span,
    /// What may stand there instead of the word.
    pub expected: Expected<'t>,
    /// What the item around it has defined so far: inputs and values, or arguments and parameters.
    pub names: Vec<&'t str>,
    /// The constants, activations and losses of the whole text, each with the word that it starts with and its name.
    pub items: Vec<(&'t str, &'t str)>,
}

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected<'t> {
    /// Nothing that is known beforehand: a new name, a number, an operator, a comment.
    Nothing,
    /// An item; after the formula of an activation also its derivative.
    Item {
        /// Whether `derivative` may follow.
        derivative: bool,
    },
    /// A statement of a model.
    Statement,
    /// A layer or an activation.
    Stage,
    /// A loss.
    Loss,
    /// `f32` or `f64`
    Precision,
    /// A setting of a `train` block.
    Setting {
        /// The settings that the block has already.
        given: Vec<&'t str>,
    },
    /// The value of a setting.
    SettingValue {
        /// The setting.
        setting: &'t str,
    },
    /// A formula or a tensor.
    Value,
    /// An argument, by position or by name.
    Argument {
        /// What is called.
        callee: Callee<'t>,
        /// The arguments that are given by name already.
        given: Vec<&'t str>,
    },
    /// The value of an argument that is given by name.
    ArgumentValue {
        /// What is called.
        callee: Callee<'t>,
        /// The name of the argument.
        argument: &'t str,
    },
}

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Callee<'t> {
    /// Its name.
    pub name: &'t str,
    /// What it is to the place.
    pub role: Role,
}

/// What is called at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A layer or an activation, behind an arrow.
    Stage,
    /// A function, or an activation as one.
    Function,
    /// The loss of a model.
    Loss,
    /// An optimizer or a schedule.
    Setting,
    /// A way to draw initial weights.
    Scheme,
}

impl<'t> Cursor<'t> {
    /// The place at a byte of `text`.
    pub fn at(text: &'t str, offset: usize) -> Self {
        let mut reader = Reader::default();
        let mut cursor = Self {
            word: Span::new(offset, offset),
            expected: Expected::Nothing,
            names: Vec::new(),
            items: Vec::new(),
        };
        let mut writes = true;
        let mut depth = 0_usize;
        let mut before: [&str; 2] = [""; 2];
        for token in tokens(text) {
            let Span { start, end } = token.span;
            if token.is_comment() {
                // Whatever is written at the end of a line comment belongs to it.
                let closed = token.text.ends_with("*/");
                writes &= offset <= start || offset > end || (closed && offset == end);
                continue;
            }
            let [word, name] = before;
            match token.text {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "(" | "=" if depth == 0 && ITEMS.contains(&word) => cursor.items.push((word, name)),
                _ => {}
            }
            before = [name, token.text];
            let touches = start < offset && offset <= end;
            if touches && token.is_word() {
                cursor.word = token.span;
            } else if touches && (token.is_number() || offset < end) {
                writes = false;
            } else if end <= offset {
                reader.read(token);
            }
        }
        if writes {
            cursor.expected = reader.expected();
            cursor.names = reader.names;
        }
        cursor
    }
}

/// What has been read up to the place.
#[derive(Default)]
struct Reader<'t> {
    /// The last tokens, the latest one first.
    last: [Option<Token<'t>>; 3],
    /// The word that the item at hand starts with.
    item: &'t str,
    frames: Vec<Frame<'t>>,
    names: Vec<&'t str>,
    /// The value that the statement at hand defines: it is not known to the statement itself.
    defines: Option<&'t str>,
}

/// Something that is open.
struct Frame<'t> {
    open: &'t str,
    kind: Opened<'t>,
    /// How many commas were in it so far.
    position: usize,
    /// The names of its arguments or settings so far.
    given: Vec<&'t str>,
    /// In a `train` block: whether the last setting has a value, or the beginning of one.
    has_value: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened<'t> {
    Model,
    Train,
    /// The parentheses after the name of an activation or a loss.
    Header,
    Call(Callee<'t>),
    /// Anything else around values.
    Group,
}

impl<'t> Reader<'t> {
    fn text(&self, back: usize) -> &'t str {
        self.last[back].map_or("", |token| token.text)
    }

    /// Whether something new may start after the token that is `back` tokens ago.
    fn may_start_after(&self, back: usize) -> bool {
        self.last[back].is_none_or(|token| token.ends_value() || matches!(token.text, "{" | ";"))
    }

    fn read(&mut self, token: Token<'t>) {
        match token.text {
            "(" | "[" | "{" => self.open(token.text),
            ")" => self.close("("),
            "]" => self.close("["),
            "}" => self.close("{"),
            "," => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.position += 1;
                }
            }
            "=" => self.define(),
            _ if token.is_word() => self.word(token.text),
            _ => {}
        }
        if let Some(frame) = self
            .frames
            .last_mut()
            .filter(|frame| frame.kind == Opened::Train)
        {
            frame.has_value |= token.is_number() || matches!(token.text, ")" | "]" | "}");
        }
        self.last = [Some(token), self.last[0], self.last[1]];
    }

    fn open(&mut self, open: &'t str) {
        let (name, before) = (self.text(0), self.text(1));
        let is_callee = self.last[0].is_some_and(|token| token.is_word())
            && !STATEMENTS.contains(&name)
            && !matches!(name, "if" | "else" | "derivative");
        let kind = match open {
            "{" if before == "model" => Opened::Model,
            "{" if name == "train" => Opened::Train,
            "(" if is_callee && self.frames.is_empty() && ITEMS.contains(&before) => Opened::Header,
            "(" if is_callee => Opened::Call(Callee {
                name,
                role: self.role(),
            }),
            _ => Opened::Group,
        };
        self.frames.push(Frame {
            open,
            kind,
            position: 0,
            given: Vec::new(),
            has_value: false,
        });
    }

    /// What the last word is, as something that is called.
    fn role(&self) -> Role {
        let inner = self.frames.last();
        match self.text(1) {
            "->" | ":" => Role::Stage,
            _ if inner.is_some_and(Frame::takes_stage) => Role::Stage,
            "loss" if inner.is_some_and(|frame| frame.kind == Opened::Model) => Role::Loss,
            _ if inner.is_some_and(|frame| frame.kind == Opened::Train) => Role::Setting,
            "=" if self.text(2) == "init" && inner.is_some_and(Frame::is_stage) => Role::Scheme,
            _ => Role::Function,
        }
    }

    /// Closes what `open` opened, and whatever is still open within.
    fn close(&mut self, open: &str) {
        if let Some(index) = self.frames.iter().rposition(|frame| frame.open == open) {
            self.frames.truncate(index);
        }
    }

    /// An `=` after a name.
    fn define(&mut self) {
        let name = self.text(0);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.kind {
            Opened::Model => {
                self.names.extend(self.defines.replace(name));
            }
            Opened::Call(_) => frame.given.push(name),
            Opened::Train | Opened::Header | Opened::Group => {}
        }
    }

    fn word(&mut self, word: &'t str) {
        let starts = self.may_start_after(0);
        if starts && STATEMENTS.contains(&word) {
            self.statement(word);
        }
        let starts = starts && self.frames.is_empty();
        let before = self.text(0);
        match self.frames.last_mut() {
            None if starts && ITEMS.contains(&word) => {
                self.item = word;
                self.names.clear();
                self.defines = None;
            }
            Some(frame) if frame.kind == Opened::Model && before == "input" => {
                self.names.push(word)
            }
            Some(frame)
                if frame.kind == Opened::Header
                    && matches!(before, "(" | "," | ";" | "learn")
                    && word != "learn" =>
            {
                self.names.push(word);
            }
            Some(frame) if frame.kind == Opened::Train => {
                let ended = frame.has_value && self.last[0].is_some_and(|token| token.ends_value());
                if ended || frame.given.is_empty() {
                    frame.given.push(word);
                    frame.has_value = false;
                } else {
                    frame.has_value = true;
                }
            }
            _ => {}
        }
    }

    /// A word that starts a statement, if it stands in a model; brackets that are open there were forgotten.
    fn statement(&mut self, word: &str) {
        let model = (self.frames.iter()).rposition(|frame| frame.kind == Opened::Model);
        let trains = (self.frames.iter()).any(|frame| frame.kind == Opened::Train);
        if let Some(model) = model
            && !(trains && word != "train")
        {
            self.frames.truncate(model + 1);
            self.names.extend(self.defines.take());
        }
    }

    fn expected(&mut self) -> Expected<'t> {
        let (last, before) = (self.text(0), self.text(1));
        if last == "->" || (last == ":" && self.text(2) == "->") {
            return Expected::Stage;
        }
        let wants_value = matches!(
            last,
            "+" | "-" | "*" | "/" | "^" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "if" | ".."
        );
        if wants_value {
            return Expected::Value;
        }
        let Some(frame) = self.frames.last() else {
            return self.expected_outside(last, before);
        };
        match frame.kind {
            Opened::Model => match last {
                "=" => Expected::Value,
                _ if STATEMENTS.contains(&last) && self.may_start_after(1) => match last {
                    "output" => Expected::Value,
                    "loss" => Expected::Loss,
                    "precision" => Expected::Precision,
                    _ => Expected::Nothing,
                },
                _ if before == "input" => Expected::Nothing,
                _ if self.may_start_after(0) => Expected::Statement,
                _ => Expected::Nothing,
            },
            Opened::Train => match frame.given.last() {
                Some(setting) if !frame.has_value => Expected::SettingValue { setting },
                _ if self.may_start_after(0) => Expected::Setting {
                    given: frame.given.clone(),
                },
                _ => Expected::Value,
            },
            Opened::Header => {
                // A default is made of constants alone.
                self.names.clear();
                match last {
                    "=" => Expected::Value,
                    _ => Expected::Nothing,
                }
            }
            Opened::Call(callee) => match last {
                "(" | "," if frame.takes_stage() => Expected::Stage,
                "(" | "," => Expected::Argument {
                    callee,
                    given: frame.given.clone(),
                },
                "=" => Expected::ArgumentValue {
                    callee,
                    argument: before,
                },
                _ => Expected::Nothing,
            },
            Opened::Group => match last {
                "(" | "[" | "{" | "," => Expected::Value,
                _ => Expected::Nothing,
            },
        }
    }

    fn expected_outside(&self, last: &str, before: &str) -> Expected<'t> {
        match last {
            "=" | "derivative" => Expected::Value,
            _ if ITEMS.contains(&last) && self.may_start_after(1) => Expected::Nothing,
            _ if ITEMS.contains(&before) => Expected::Nothing,
            _ if self.may_start_after(0) => Expected::Item {
                derivative: self.item == "activation" && last != "}",
            },
            _ => Expected::Nothing,
        }
    }
}

impl Frame<'_> {
    /// Whether it holds the arguments of a layer or an activation behind an arrow.
    fn is_stage(&self) -> bool {
        matches!(self.kind, Opened::Call(callee) if callee.role == Role::Stage)
    }

    /// Whether a stage is meant where an argument of it starts.
    fn takes_stage(&self) -> bool {
        matches!(self.kind, Opened::Call(callee) if callee.name == "repeat" && callee.role == Role::Stage)
            && self.position > 0
    }
}
