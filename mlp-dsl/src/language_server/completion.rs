//! What may be written at a position.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, MarkupContent, MarkupKind, TextEdit,
};

use super::describe::{self, Description};
use super::document::Document;
use super::refusal::Refusal;
use crate::model::{CODES, Checked, ChoiceKind, LAYERS, Range, SCHEMES, SETTINGS, Takes};
use crate::syntax::{Callee, Cursor, Expected, ITEMS, Role, STATEMENTS};

/// Something that may be written.
pub(super) struct Candidate {
    /// The word by which it is known.
    pub(super) label: String,
    /// What is written.
    insert: String,
    kind: CompletionItemKind,
    pub(super) description: Description,
}

/// Everything that may be written at a position, with formulas and documentation.
pub(super) fn completion(
    document: &Document,
    parameters: &CompletionParams,
) -> Result<Option<CompletionResponse>, Refusal> {
    let offset = document
        .text
        .offset(parameters.text_document_position.position);
    let cursor = Cursor::at(document.text.as_str(), offset);
    let range = document.text.range(cursor.word);
    let items = candidates(document, &cursor).into_iter().map(|candidate| {
        let Description { usage, text } = candidate.description;
        CompletionItem {
            label: candidate.label,
            kind: Some(candidate.kind),
            detail: Some(usage),
            documentation: (!text.is_empty()).then_some(Documentation::MarkupContent(
                MarkupContent {
                    kind: MarkupKind::Markdown,
                    value: text,
                },
            )),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(
                range,
                candidate.insert,
            ))),
            ..CompletionItem::default()
        }
    });
    Ok(Some(CompletionResponse::Array(items.collect())))
}

/// What may stand at a place.
pub(super) fn candidates(document: &Document, cursor: &Cursor<'_>) -> Vec<Candidate> {
    let mut list = List {
        checked: &document.known().compiled.checked,
        cursor,
        found: Vec::new(),
    };
    match &cursor.expected {
        Expected::Nothing => {}
        Expected::Item { derivative } => {
            list.keywords(ITEMS);
            list.keywords(derivative.then_some("derivative"));
        }
        Expected::Statement => list.keywords(STATEMENTS),
        Expected::Stage => list.stages(),
        Expected::Loss => list.losses(),
        Expected::Precision => list.keywords(["f32", "f64"]),
        Expected::Setting { given } => list.settings(given),
        Expected::SettingValue { setting } => list.setting_values(setting),
        Expected::Value => list.values(),
        Expected::Argument { callee, given } => {
            list.arguments(*callee, given);
            if callee.role == Role::Function {
                list.values();
            } else {
                list.constants();
            }
        }
        Expected::ArgumentValue { callee, argument } => list.argument_values(*callee, argument),
    }
    list.found
}

struct List<'a> {
    checked: &'a Checked,
    cursor: &'a Cursor<'a>,
    found: Vec<Candidate>,
}

impl List<'_> {
    /// Adds a word, once.
    fn add(&mut self, label: &str, kind: CompletionItemKind, description: Description) {
        if self.found.iter().all(|known| known.label != label) {
            self.found.push(Candidate {
                label: label.to_owned(),
                insert: label.to_owned(),
                kind,
                description,
            });
        }
    }

    fn keywords<'k>(&mut self, words: impl IntoIterator<Item = &'k str>) {
        for word in words {
            let (usage, text) = keyword(word);
            let description = Description::new(usage, text);
            self.add(word, CompletionItemKind::KEYWORD, description);
        }
    }

    fn stages(&mut self) {
        for layer in LAYERS {
            self.add(
                layer.name,
                CompletionItemKind::CLASS,
                describe::layer(layer),
            );
        }
        self.activations();
    }

    /// The activations, those of the text also where they have no formula yet.
    fn activations(&mut self) {
        for activation in &self.checked.activations {
            let description = describe::activation(activation);
            self.add(&activation.name, CompletionItemKind::FUNCTION, description);
        }
        self.items("activation", CompletionItemKind::FUNCTION);
    }

    fn losses(&mut self) {
        for loss in &self.checked.losses {
            self.add(
                &loss.name,
                CompletionItemKind::FUNCTION,
                describe::loss(loss),
            );
        }
        self.items("loss", CompletionItemKind::FUNCTION);
    }

    /// The items of the text that start with `word`.
    fn items(&mut self, word: &str, kind: CompletionItemKind) {
        for (_, name) in self.cursor.items.iter().filter(|(item, _)| *item == word) {
            self.add(name, kind, Description::new(format!("{word} {name}"), ""));
        }
    }

    /// What a formula is made of.
    fn values(&mut self) {
        for name in &self.cursor.names {
            self.add(
                name,
                CompletionItemKind::VARIABLE,
                Description::new(*name, ""),
            );
        }
        self.constants();
        for name in describe::functions() {
            if let Some(description) = describe::function(self.checked, name) {
                self.add(name, CompletionItemKind::FUNCTION, description);
            }
        }
        self.activations();
        self.keywords(["if"]);
    }

    fn constants(&mut self) {
        for (name, value) in &self.checked.constants {
            let description = Description::new(format!("const {name} = {value}"), "");
            self.add(name, CompletionItemKind::CONSTANT, description);
        }
        self.items("const", CompletionItemKind::CONSTANT);
        if let Some(description) = describe::function(self.checked, "pi") {
            self.add("pi", CompletionItemKind::CONSTANT, description);
        }
    }

    fn settings(&mut self, given: &[&str]) {
        for (name, _) in SETTINGS.iter().filter(|(name, _)| !given.contains(name)) {
            if let Some(description) = describe::setting(name) {
                self.add(name, CompletionItemKind::PROPERTY, description);
            }
        }
    }

    fn setting_values(&mut self, setting: &str) {
        let Some(table) = describe::choices(setting) else {
            return self.constants();
        };
        for kind in table {
            self.add(
                kind.name,
                CompletionItemKind::FUNCTION,
                describe::choice(kind),
            );
        }
    }

    /// The names of the arguments that a call takes and that are not given yet.
    fn arguments(&mut self, callee: Callee<'_>, given: &[&str]) {
        for (name, usage) in self.takes(callee) {
            if !given.contains(&name.as_str()) {
                let description = Description::new(usage, format!("argument of `{}`", callee.name));
                self.add(&name, CompletionItemKind::PROPERTY, description);
                if let Some(added) = self.found.last_mut() {
                    added.insert = format!("{name} = ");
                }
            }
        }
    }

    /// What a call takes by name, each with how its definition writes it.
    fn takes(&self, callee: Callee<'_>) -> Vec<(String, String)> {
        let formal = |parameters: &[crate::model::FormalParameter]| -> Vec<(String, String)> {
            let given = parameters.iter().filter(|parameter| !parameter.learn);
            let written = given.map(|known| (known.name.clone(), describe::parameter(known)));
            written.collect()
        };
        let name = callee.name;
        let activation = || {
            let known = self
                .checked
                .activations
                .iter()
                .find(|known| known.name == name);
            known.map_or(Vec::new(), |known| formal(&known.parameters))
        };
        match callee.role {
            Role::Stage => match describe::layer_named(name) {
                Some(layer) => (layer.parameters.iter())
                    .filter(|parameter| parameter.takes != Takes::Stages)
                    .map(|parameter| (parameter.name.to_owned(), parameter.usage()))
                    .collect(),
                None => activation(),
            },
            Role::Function => activation(),
            Role::Loss => {
                let known = self.checked.losses.iter().find(|known| known.name == name);
                known.map_or(Vec::new(), |known| formal(&known.parameters))
            }
            Role::Setting => {
                let takes = choice(name).map_or(&[][..], |kind| kind.parameters);
                let written = (takes.iter())
                    .map(|parameter| (parameter.name.to_owned(), parameter.name.to_owned()));
                written.collect()
            }
            Role::Scheme => {
                let known = SCHEMES.iter().find(|known| known.name == name);
                let takes = known.and_then(|known| known.argument());
                let written = takes.map(|(name, usage)| (name.to_owned(), usage));
                written.into_iter().collect()
            }
        }
    }

    fn argument_values(&mut self, callee: Callee<'_>, argument: &str) {
        let layer = (callee.role == Role::Stage).then(|| describe::layer_named(callee.name));
        let parameter = layer.flatten().and_then(|layer| {
            let mut parameters = layer.parameters.iter();
            parameters.find(|parameter| parameter.name == argument)
        });
        match (parameter.map(|parameter| parameter.takes), callee.role) {
            (Some(Takes::Switch), _) => self.keywords(["true", "false"]),
            (Some(Takes::Code), _) => self.keywords(CODES.map(|(name, _)| name)),
            (Some(Takes::Stages), _) => self.stages(),
            (Some(Takes::Scheme), _) => {
                for scheme in &SCHEMES {
                    self.add(
                        scheme.name,
                        CompletionItemKind::ENUM_MEMBER,
                        describe::scheme(scheme),
                    );
                }
            }
            (None, Role::Setting) if is_flag(callee.name, argument) => {
                self.keywords(["true", "false"]);
            }
            (None, Role::Function | Role::Stage) => self.values(),
            _ => self.constants(),
        }
    }
}

/// The optimizer or the schedule called `name`.
fn choice(name: &str) -> Option<&'static ChoiceKind> {
    let tables = ["optimizer", "schedule"].into_iter();
    let mut kinds = tables.filter_map(describe::choices).flatten();
    kinds.find(|kind| kind.name == name)
}

/// Whether an optimizer or a schedule takes `true` or `false` for an argument.
fn is_flag(name: &str, argument: &str) -> bool {
    let takes = choice(name).map_or(&[][..], |kind| kind.parameters);
    let mut takes = takes.iter();
    takes.any(|parameter| parameter.name == argument && parameter.range == Range::Flag)
}

/// How a keyword is used, and what for.
fn keyword(word: &str) -> (&str, &str) {
    match word {
        "const" => ("const NAME = …", "A number with a name."),
        "activation" => (
            "activation NAME(x) = …",
            "A formula of one argument, element by element.",
        ),
        "loss" => (
            "loss NAME",
            "What training minimises; outside a model a formula of output and target.",
        ),
        "model" => (
            "model NAME { … }",
            "A network: inputs, values, an output and a loss.",
        ),
        "derivative" => ("derivative …", "Stands in for the derived derivative."),
        "precision" => ("precision f64", "The type of every number; f32 without it."),
        "input" => ("input NAME[length]", "A vector that is given."),
        "output" => ("output …", "What the model answers with."),
        "train" => (
            "train { … }",
            "How it is trained unless a caller says otherwise.",
        ),
        "if" => (
            "if a < b { … } else { … }",
            "One of two values, by a comparison.",
        ),
        "f32" => ("precision f32", "32 bits"),
        "f64" => ("precision f64", "64 bits"),
        other => (other, ""),
    }
}
