//! What every name of a text refers to, for whoever asks about a place in it. Only names are looked at: lengths, and
//! whether a name may stand where it does, are not; a name that refers to nothing has no entry.

mod calls;
mod index;

pub use index::references;

use crate::source::Span;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referent {
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: ReferentKind,
    /// Where it is defined; `None` where it is built in.
    pub definition: Option<Site>,
}

/// Where something is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Span,
    /// All that defines it: an item, a statement, a stage.
    pub whole: Span,
    /// The item that it is a part of, as an index into the referents; `None` for an item.
    pub owner: Option<usize>,
}

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferentKind {
    /// A constant.
    Constant,
    /// An activation.
    Activation,
    /// A loss.
    Loss,
    /// A model.
    Model,
    /// An input of a model.
    Input,
    /// A named value of a model.
    Value,
    /// The label of a stage.
    Label,
    /// The argument of an activation, the output or the target of a loss.
    Argument,
    /// A parameter of an activation or a loss.
    Parameter,
    /// A layer.
    Layer,
    /// A function, or the constant π.
    Function,
}

/// A name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name.
    pub span: Span,
    /// The name with its arguments.
    pub whole: Span,
    /// What it refers to, as an index into the referents.
    pub referent: usize,
}

/// What the names of a text refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// What is named.
    pub referents: Vec<Referent>,
    /// Every name that refers to something, where it is defined and where it is used, in the order of the text.
    pub places: Vec<Place>,
}

impl References {
    /// The name at a byte; the place just behind a name belongs to it, too.
    pub fn at(&self, offset: usize) -> Option<&Place> {
        let behind = self
            .places
            .partition_point(|place| place.span.start <= offset);
        let place = self.places.get(behind.checked_sub(1)?)?;
        (offset <= place.span.end).then_some(place)
    }

    /// What a name refers to.
    pub fn referent(&self, place: &Place) -> &Referent {
        &self.referents[place.referent]
    }

    /// All places of what a name refers to.
    pub fn places_of(&self, referent: usize) -> impl Iterator<Item = &Place> {
        (self.places.iter()).filter(move |place| place.referent == referent)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::{NamedScheme, OPTIMIZERS, SCHEDULES, SCHEMES, SETTINGS};
    use crate::source::Source;
    use crate::{analyse, syntax};

    /// Words that name nothing which a text could define.
    fn is_word_of_the_language(word: &str) -> bool {
        let words = "model const activation loss input output train precision f32 f64 learn derivative if else true false";
        let takes = |known: &NamedScheme| known.argument().map(|(name, _)| name);
        let tables = || OPTIMIZERS.iter().chain(SCHEDULES);
        words.split(' ').any(|known| known == word)
            || SETTINGS.iter().any(|(known, _)| *known == word)
            || SCHEMES
                .iter()
                .any(|known| known.name == word || takes(known).is_some_and(|name| name == word))
            || tables().any(|known| {
                known.name == word || known.parameters.iter().any(|known| known.name == word)
            })
    }

    /// The words of a text outside of its comments, each with its first byte.
    fn words(text: &str) -> Vec<(usize, &str)> {
        let mut words = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let code = line.split("//").next().unwrap_or_default();
            let mut at = 0;
            for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
                if word.starts_with(|c: char| c.is_alphabetic()) {
                    words.push((start + at, word));
                }
                at += word.len();
                at += code[at..].chars().next().map_or(0, char::len_utf8);
            }
            start += line.len();
        }
        words
    }

    #[test]
    fn every_name_of_a_right_text_refers_to_something() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut count = 0;
        for folder in [root.join("tests/fixtures"), root.join("../examples")] {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.extension().is_none_or(|extension| extension != "mlp") {
                    continue;
                }
                let text = fs::read_to_string(&path).expect("a text");
                let analysis = analyse(&Source::new("test.mlp", text.as_str()));
                assert!(analysis.errors.is_empty(), "{}", path.display());
                let references = analysis.references.expect("it parses");
                for (at, word) in words(&text) {
                    let place = references.at(at).filter(|place| place.span.start == at);
                    let known = place.is_some_and(|place| references.referent(place).name == word);
                    assert!(
                        known || is_word_of_the_language(word),
                        "{word} at {at} of {}",
                        path.display()
                    );
                    count += usize::from(known);
                }
            }
        }
        assert!(count > 150, "only {count} names were found");
    }

    /// Each name of a text with the line and the kind of what it refers to.
    fn shown(text: &str) -> String {
        let file = syntax::parse(&Source::new("test.mlp", text)).expect("it parses");
        let references = super::references(&Default::default(), &file);
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let lines = references.places.iter().map(|place| {
            let referent = references.referent(place);
            let from = referent.definition.map(|site| line(site.name.start));
            let name = &text[place.span.range()];
            let to = from.map_or("built in".to_owned(), |line| format!("line {line}"));
            format!(
                "{} {name}: {:?}, {to}\n",
                line(place.span.start),
                referent.kind
            )
        });
        lines.collect()
    }

    #[test]
    fn the_nearest_definition_counts() {
        insta::assert_snapshot!(shown("\
const a = 1
const n = a
activation f(x; a = n) = a * x + n
loss l(y, t; k = a) = k * y[t] + y[a]
model M {
    input x[n]
    h = x -> f(a = x[a]) -> s: dense(n, bias = true, init = uniform(a))
    h = h -> repeat(n, dense(n) -> f)
    output max(h, f(x, a = pi))
    loss l(k = n)
    train { optimizer adam(lr = a) batch n }
}"), @r"
        1 a: Constant, line 1
        2 n: Constant, line 2
        2 a: Constant, line 1
        3 f: Activation, line 3
        3 x: Argument, line 3
        3 a: Parameter, line 3
        3 n: Constant, line 2
        3 a: Parameter, line 3
        3 x: Argument, line 3
        3 n: Constant, line 2
        4 l: Loss, line 4
        4 y: Argument, line 4
        4 t: Argument, line 4
        4 k: Parameter, line 4
        4 a: Constant, line 1
        4 k: Parameter, line 4
        4 y: Argument, line 4
        4 t: Argument, line 4
        4 y: Argument, line 4
        4 a: Constant, line 1
        5 M: Model, line 5
        6 x: Input, line 6
        6 n: Constant, line 2
        7 h: Value, line 7
        7 x: Input, line 6
        7 f: Activation, line 3
        7 a: Parameter, line 3
        7 x: Input, line 6
        7 a: Constant, line 1
        7 s: Label, line 7
        7 dense: Layer, built in
        7 n: Constant, line 2
        7 bias: Parameter, built in
        7 init: Parameter, built in
        7 a: Constant, line 1
        8 h: Value, line 8
        8 h: Value, line 7
        8 repeat: Layer, built in
        8 n: Constant, line 2
        8 dense: Layer, built in
        8 n: Constant, line 2
        8 f: Activation, line 3
        9 max: Function, built in
        9 h: Value, line 7
        9 f: Activation, line 3
        9 x: Input, line 6
        9 a: Parameter, line 3
        9 pi: Function, built in
        10 l: Loss, line 4
        10 k: Parameter, line 4
        10 n: Constant, line 2
        11 a: Constant, line 1
        11 n: Constant, line 2
        ");
    }
}
