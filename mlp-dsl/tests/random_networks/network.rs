//! Random models as texts: a graph of named values from one or more inputs to one output, with a loss that suits it.

use std::collections::BTreeSet;

use mlp_dsl::model::{Activation, FormalParameter};
use mlp_dsl::{Source, compile};

use super::choices::Choices;
use super::formula::formula;
use super::losses;
use super::stages::{self, Stage};

/// The longest vector.
pub(crate) const LONGEST: usize = 40;

/// Names for values, with such as generated code uses for things of its own.
const NAMES: [&str; 16] = [
    "h", "a", "row", "share", "total", "i", "gradient", "w1", "delta1", "network", "z2", "random",
    "inputs", "a1", "r", "s1",
];

/// A way to define one more value out of those there are.
type Definition = fn(&mut Writer) -> (String, usize);

/// Every way, by name.
const DEFINITIONS: [(&str, Definition); 9] = [
    ("chain", |writer| writer.chain()),
    ("residual sum", |writer| writer.residual_sum()),
    ("residual product", |writer| writer.residual_product()),
    ("arithmetic", |writer| writer.arithmetic()),
    ("vector", |writer| writer.vector()),
    ("concat", |writer| writer.concat()),
    ("reduction", |writer| writer.reduction()),
    ("if of vectors", |writer| writer.condition()),
    ("gate", |writer| writer.gate()),
];

/// A text with one model, and what it contains.
pub(crate) struct Network {
    pub(crate) text: String,
    pub(crate) kinds: BTreeSet<String>,
}

/// A value of the model.
#[derive(Clone)]
struct Value {
    name: String,
    length: usize,
    used: bool,
}

/// Writes one model.
pub(crate) struct Writer<'a> {
    pub(crate) choices: &'a mut Choices,
    /// The built-in activations.
    pub(crate) activations: &'a [Activation],
    /// Activations that the text defines.
    pub(crate) own: Vec<String>,
    items: Vec<String>,
    values: Vec<Value>,
    labels: usize,
    kinds: BTreeSet<String>,
}

/// The built-in activations.
pub(crate) fn built_in() -> Vec<Activation> {
    let compiled = compile(&Source::new("nothing.mlp", "const nothing = 0"));
    compiled.expect("the text is right").checked.activations
}

/// The kinds of everything that a definition may be.
pub(crate) fn definitions() -> impl Iterator<Item = &'static str> {
    DEFINITIONS.iter().map(|(name, _)| *name)
}

/// The model that some choices make.
pub(crate) fn network(choices: &mut Choices, name: &str, activations: &[Activation]) -> Network {
    let mut writer = Writer {
        choices,
        activations,
        own: Vec::new(),
        items: Vec::new(),
        values: Vec::new(),
        labels: 0,
        kinds: BTreeSet::new(),
    };
    let body = writer.body();
    let items = writer.items.concat();
    Network {
        text: format!("{items}model {name} {{\n{body}}}\n"),
        kinds: writer.kinds,
    }
}

impl Writer<'_> {
    /// Notes that the text contains something.
    pub(crate) fn note(&mut self, kind: &str) {
        self.kinds.insert(kind.to_owned());
    }

    /// A positive number of moderate size, often the one that changes nothing.
    pub(crate) fn number(&mut self) -> &'static str {
        self.choices
            .one_of(&["1", "0.5", "1.5", "0.25", "2", "0.7"])
    }

    /// A length: mostly a short one, for speed.
    pub(crate) fn length(&mut self) -> usize {
        match self.choices.below(20) {
            0..14 => self.choices.within(1..=6),
            14..19 => self.choices.within(2..=12),
            _ => self.choices.within(1..=LONGEST),
        }
    }

    fn body(&mut self) -> String {
        let mut body = String::new();
        let precision = self.choices.one_of(&["f64", "f32"]);
        self.note(precision);
        if precision == "f64" || self.choices.chance(50) {
            body += &format!("    precision {precision}\n");
        }
        if self.choices.chance(30) {
            self.note("const");
            self.items.push("const k = 0.7\n".to_owned());
        }
        let inputs = self.choices.one_of(&[1, 1, 2, 3]);
        if inputs > 1 {
            self.note("several inputs");
        }
        for index in 0..inputs {
            let length = self.length();
            body += &format!("    input x{index}[{length}]\n");
            self.add(format!("x{index}"), length);
        }
        for _ in 0..self.choices.below(3) {
            self.own_activation();
        }
        for _ in 0..self.choices.below(5) {
            let (name, definition) = self.choices.one_of(&DEFINITIONS);
            self.note(name);
            let (text, length) = definition(self);
            let value = NAMES[self.values.len() % NAMES.len()];
            body += &format!("    {value} = {text}\n");
            self.add(value.to_owned(), length);
        }
        let head = losses::head(self);
        self.items.extend(head.definition);
        let (start, length) = self.everything_unused();
        // A network without anything to train is none.
        let trains = ["dense(", "local(", "layer_norm"]
            .iter()
            .any(|layer| body.contains(layer));
        let end = match length == head.length && !head.dense && trains {
            true => start,
            false => format!("{start} -> dense({})", head.length),
        };
        body += &format!("    output {end}{}\n    loss {}\n", head.stage, head.loss);
        if self.choices.chance(10) {
            self.note("train");
            body += "    train { optimizer adam(lr = 1e-3)  batch 64  epochs 3 }\n";
        }
        body
    }

    fn add(&mut self, name: String, length: usize) {
        self.values.push(Value {
            name,
            length,
            used: false,
        });
    }

    /// An activation of the text's own: its parameters appear in it, and a way past the formula has a slope everywhere.
    fn own_activation(&mut self) {
        let name = format!("own{}", self.own.len());
        let with_learn = self.choices.chance(60);
        let leaves = ["x", "tanh(c * x)"].map(str::to_owned);
        let formula = self.formula(&leaves, 3);
        let value = self.number();
        let (learn, factor) = match with_learn {
            true => ("learn a = 0.5, ", "a"),
            false => ("", "0.3"),
        };
        self.note(if with_learn {
            "learn"
        } else {
            "own activation"
        });
        let stated = self.choices.chance(5);
        if stated {
            self.note("derivative");
        }
        let derivative = if stated {
            " derivative c / (1 + x^2)"
        } else {
            ""
        };
        self.items.push(format!(
            "activation {name}(x; {learn}c = {value}) = sin(c * x) + {factor} * ({formula}){derivative}\n"
        ));
        self.own.push(name);
    }

    fn formula(&mut self, leaves: &[String], depth: usize) -> String {
        let mut used = Vec::new();
        let text = formula(self.choices, leaves, depth, &mut used);
        used.into_iter().for_each(|kind| self.note(kind));
        text
    }

    /// One of the values; often one that nothing has used yet.
    fn pick(&mut self) -> Value {
        let unused: Vec<usize> = (0..self.values.len())
            .filter(|index| !self.values[*index].used)
            .collect();
        let index = match unused.is_empty() || self.choices.chance(35) {
            true => self.choices.below(self.values.len()),
            false => unused[self.choices.below(unused.len())],
        };
        if self.values[index].used {
            self.note("reused value");
        }
        self.values[index].used = true;
        self.values[index].clone()
    }

    /// Another value, brought to a length.
    fn pick_of(&mut self, length: usize) -> String {
        let value = self.pick();
        let name = value.name;
        if value.length == length {
            return name;
        }
        if value.length > length && self.choices.chance(60) {
            self.note("slice");
            let start = self.choices.within(0..=value.length - length);
            return match length {
                1 => format!("{name}[{start}]"),
                _ => format!("{name}[{start}..{}]", start + length),
            };
        }
        format!("({name} -> dense({length}))")
    }

    /// One to four stages.
    fn chain(&mut self) -> (String, usize) {
        let value = self.pick();
        let (mut text, mut length) = (value.name, value.length);
        for turn in 0..self.choices.within(1..=4) {
            // Two activations without a layer between are legal, and rare in a network.
            let stage = match turn % 2 == 0 && self.choices.chance(90) {
                true => stages::layer(self, length),
                false => stages::activation(self, length),
            };
            text += &self.arrow(stage, &mut length);
        }
        (text, length)
    }

    fn arrow(&mut self, stage: Stage, length: &mut usize) -> String {
        *length = stage.length;
        if stage.has_parameters && self.choices.chance(15) {
            self.note("label");
            self.labels += 1;
            return format!(" -> part{}: {}", self.labels, stage.text);
        }
        format!(" -> {}", stage.text)
    }

    fn residual(&mut self) -> (String, usize, String) {
        let Value { name, length, .. } = self.pick();
        let activation = stages::activation(self, length).text;
        (
            format!("({name} -> dense({length}) -> {activation})"),
            length,
            name,
        )
    }

    fn residual_sum(&mut self) -> (String, usize) {
        let (branch, length, name) = self.residual();
        (format!("{branch} + {name}"), length)
    }

    fn residual_product(&mut self) -> (String, usize) {
        let (branch, length, name) = self.residual();
        (format!("{name} * 0.5 - tanh{branch} * {name}"), length)
    }

    /// A formula of two values, beside the values themselves: so both matter whatever the formula does.
    fn arithmetic(&mut self) -> (String, usize) {
        let Value { name, length, .. } = self.pick();
        let other = self.pick_of(length);
        let other = match other.starts_with('(') {
            true => format!("tanh{other}"),
            false => other,
        };
        let mut leaves = Vec::from([name.clone(), other.clone()]);
        if self.kinds.contains("const") {
            leaves.push(format!("k * {name}"));
        }
        let formula = self.formula(&leaves, 3);
        (format!("{name} + {other} / 4 + 0.5 * ({formula})"), length)
    }

    /// `[a, b[0], sin(c[1..3])]`
    fn vector(&mut self) -> (String, usize) {
        let mut parts = Vec::new();
        let mut length = 0;
        for _ in 0..self.choices.within(1..=4) {
            if length == LONGEST {
                break;
            }
            let value = self.pick();
            let take = match self.choices.below(3) {
                0 => value.length.min(LONGEST - length),
                1 => 1,
                _ => self.choices.within(1..=value.length).min(LONGEST - length),
            };
            let start = self.choices.within(0..=value.length - take);
            let part = match take {
                1 => format!("{}[{start}]", value.name),
                _ => format!("{}[{start}..{}]", value.name, start + take),
            };
            self.note(if take == 1 { "element" } else { "slice" });
            let text = self
                .choices
                .one_of(&["@", "sin(@)", "@^2 / 2", "0.5 * @", "-@"]);
            parts.push(text.replace('@', &part));
            length += take;
        }
        if parts.len() == 1 {
            let first = parts[0].clone();
            parts.push(format!("tanh({first})"));
            length *= 2;
        }
        (format!("[{}]", parts.join(", ")), length)
    }

    fn concat(&mut self) -> (String, usize) {
        let (first, second) = (self.pick(), self.pick());
        let text = format!("concat({}, {})", first.name, second.name);
        (text, first.length + second.length)
    }

    /// A vector with something that all its elements, or those of another, make.
    fn reduction(&mut self) -> (String, usize) {
        let (value, other) = (self.pick(), self.pick());
        let kind = self.choices.one_of(&["mean", "sum", "max", "logsumexp"]);
        self.note(&format!("{kind} of a value"));
        let (name, other) = (value.name, other.name);
        (
            format!("{name} + tanh({kind}({other})) * {name} / 2 + {other}[0]"),
            value.length,
        )
    }

    fn condition(&mut self) -> (String, usize) {
        let Value { name, length, .. } = self.pick();
        let comparison = self.choices.one_of(&[">", "<", ">=", "<="]);
        self.note(comparison);
        let formula = self.formula(std::slice::from_ref(&name), 2);
        let text = match self.choices.chance(30) {
            true => format!(
                "if mean({name}) {comparison} 0.1 {{ {name} }} else {{ {formula} - {name} }}"
            ),
            false => format!(
                "if {name} {comparison} 0.2 {{ sin({name}) }} else {{ {formula} - {name} }}"
            ),
        };
        (text, length)
    }

    /// What has no slope beside something that has one.
    fn gate(&mut self) -> (String, usize) {
        let Value { name, length, .. } = self.pick();
        self.note("step");
        (format!("{name} * 0.5 + ({name} -> step) * {name}"), length)
    }

    /// All values that nothing has used, end to end.
    fn everything_unused(&mut self) -> (String, usize) {
        let unused: Vec<&Value> = self.values.iter().filter(|value| !value.used).collect();
        match unused.as_slice() {
            [] => {
                let last = self.pick();
                (last.name, last.length)
            }
            [one] => (one.name.clone(), one.length),
            several => {
                let names: Vec<&str> = several.iter().map(|value| value.name.as_str()).collect();
                let length = several.iter().map(|value| value.length).sum();
                (format!("[{}]", names.join(", ")), length)
            }
        }
    }
}

/// Numbers for the parameters of a definition that are not trained; nothing where none is given.
pub(crate) fn arguments(writer: &mut Writer, parameters: &[FormalParameter]) -> String {
    let mut given = Vec::new();
    for parameter in parameters.iter().filter(|parameter| !parameter.learn) {
        if writer.choices.chance(50) {
            given.push(format!("{} = {}", parameter.name, writer.number()));
        }
    }
    match given.is_empty() {
        true => String::new(),
        false => format!("({})", given.join(", ")),
    }
}
