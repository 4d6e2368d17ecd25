//! What there is to say of a word of the language, or of something that a text defines.

use crate::Definition;
use crate::model::{
    self, Activation, Checked, ChoiceKind, Function, LAYERS, Layer, Loss, NamedScheme, OPTIMIZERS,
    Reduction, SCHEDULES, SETTINGS,
};

/// A description, in two parts: how it is written, and what it is, as Markdown.
#[derive(Clone, Debug)]
pub(super) struct Description {
    pub(super) usage: String,
    pub(super) text: String,
}

impl Description {
    pub(super) fn new(usage: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            usage: usage.into(),
            text: text.into(),
        }
    }

    /// Both parts as Markdown.
    pub(super) fn markdown(&self) -> String {
        let usage = block("mlp", &self.usage);
        match self.text.as_str() {
            "" => usage,
            text => format!("{usage}\n{text}"),
        }
    }
}

/// Lines that are shown as they are.
pub(super) fn block(language: &str, lines: &str) -> String {
    format!("```{language}\n{}\n```\n", lines.trim_end())
}

/// A layer: its formula and the tensors that it owns.
pub(super) fn layer(layer: &Layer) -> Description {
    let mut text = format!("{}\n{}", block("text", layer.formula), layer.documentation);
    if !layer.tensors.is_empty() {
        let tensors: Vec<String> = (layer.tensors.iter())
            .map(|tensor| format!("`{tensor}`"))
            .collect();
        text += &format!("\n\nParameters: {}", tensors.join(", "));
    }
    Description::new(layer.usage(), text)
}

/// The layer called `name`.
pub(super) fn layer_named(name: &str) -> Option<&'static Layer> {
    LAYERS.into_iter().find(|layer| layer.name == name)
}

/// An activation: its formula and the derivative that the compiler derives.
pub(super) fn activation(activation: &Activation) -> Description {
    let names = std::iter::once(activation.argument.clone());
    let usage = format!(
        "activation {}({})",
        activation.name,
        signature(names, &activation.parameters)
    );
    let equations = Definition::Activation(activation).text();
    Description::new(usage, documented(&activation.documentation, &equations))
}

/// A loss: its formula and the derivative that the compiler derives.
pub(super) fn loss(loss: &Loss) -> Description {
    let names = [loss.output.clone(), loss.target.clone()];
    let usage = format!("loss {}({})", loss.name, signature(names, &loss.parameters));
    let equations = Definition::Loss(loss).text();
    Description::new(usage, documented(&loss.documentation, &equations))
}

fn signature(
    names: impl IntoIterator<Item = String>,
    parameters: &[model::FormalParameter],
) -> String {
    let names: Vec<String> = names.into_iter().collect();
    let parameters: Vec<String> = parameters.iter().map(parameter).collect();
    match parameters.as_slice() {
        [] => names.join(", "),
        parameters => format!("{}; {}", names.join(", "), parameters.join(", ")),
    }
}

/// A parameter of a definition, as it is written there.
pub(super) fn parameter(parameter: &model::FormalParameter) -> String {
    let learn = if parameter.learn { "learn " } else { "" };
    format!("{learn}{} = {}", parameter.name, parameter.default)
}

fn documented(documentation: &[String], equations: &str) -> String {
    let mut text = block("text", equations);
    if !documentation.is_empty() {
        text += &format!("\n{}", paragraphs(documentation));
    }
    text
}

/// Lines of documentation as Markdown.
pub(super) fn paragraphs(documentation: &[String]) -> String {
    let lines: Vec<&str> = documentation.iter().map(|line| line.trim()).collect();
    lines.join("\n")
}

/// A function of the language, or π.
pub(super) fn function(checked: &Checked, name: &str) -> Option<Description> {
    if let Some(function) = Function::named(name) {
        // What is an activation, too, is described as one.
        let same = checked.activations.iter().find(|known| known.name == name);
        let text = match (same, function) {
            (Some(same), _) => block("text", &Definition::Activation(same).text()),
            (None, Function::Exp) => "eˣ".to_owned(),
            (None, Function::Ln) => "The natural logarithm.".to_owned(),
            (None, Function::Sqrt) => "The square root.".to_owned(),
            (None, Function::Abs) => "The absolute value.".to_owned(),
            (None, Function::Sign) => "−1, 0 or 1.".to_owned(),
            (None, Function::Step) => "1 above zero, else 0.".to_owned(),
            (None, Function::Sin) => "The sine.".to_owned(),
            (None, Function::Cos) => "The cosine.".to_owned(),
            (None, Function::Tanh) => "The hyperbolic tangent.".to_owned(),
            (None, Function::Sigmoid) => "1 / (1 + e⁻ˣ)".to_owned(),
            (None, Function::Erf) => "The error function.".to_owned(),
            (None, Function::Softplus) => "ln(1 + eˣ)".to_owned(),
        };
        return Some(Description::new(format!("{name}(x)"), text));
    }
    let (usage, text) = match (name, Reduction::named(name)) {
        (_, Some(Reduction::Sum)) => ("sum(v)", "The sum of the elements."),
        (_, Some(Reduction::Mean)) => ("mean(v)", "The arithmetic mean of the elements."),
        (_, Some(Reduction::Max)) => (
            "max(v), max(a, b)",
            "The largest element; of two arguments the larger one, element by element.",
        ),
        (_, Some(Reduction::LogSumExp)) => (
            "logsumexp(v)",
            "ln Σ exp(vᵢ), computed so that no element overflows.",
        ),
        ("min", _) => ("min(a, b)", "The smaller one, element by element."),
        ("concat", _) => ("concat(a, b, …)", "Scalars and vectors end to end."),
        ("pi", _) => ("pi", "π"),
        _ => return None,
    };
    Some(Description::new(usage, text))
}

/// The names of all functions, and of π.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    let functions = Function::ALL.into_iter().map(|(name, _)| name);
    let reductions = Reduction::ALL.into_iter().map(|(name, _)| name);
    functions.chain(reductions).chain(["min", "concat", "pi"])
}

/// A setting of a `train` block.
pub(super) fn setting(name: &str) -> Option<Description> {
    let (name, text) = SETTINGS.into_iter().find(|(known, _)| *known == name)?;
    Some(Description::new(name, text))
}

/// What a setting chooses from; `None` for one that takes a number.
pub(super) fn choices(setting: &str) -> Option<&'static [ChoiceKind]> {
    match setting {
        "optimizer" => Some(OPTIMIZERS),
        "schedule" => Some(SCHEDULES),
        _ => None,
    }
}

/// An optimizer or a schedule with what it takes.
pub(super) fn choice(kind: &ChoiceKind) -> Description {
    let takes: Vec<&str> = (kind.parameters.iter())
        .map(|parameter| parameter.name)
        .collect();
    let text = match takes.as_slice() {
        [] => "It takes no arguments.".to_owned(),
        takes => {
            let takes: Vec<String> = takes.iter().map(|name| format!("`{name}`")).collect();
            format!("It takes {}.", takes.join(", "))
        }
    };
    Description::new(format!("{}({})", kind.name, takes.join(", ")), text)
}

/// A way to draw initial weights.
pub(super) fn scheme(scheme: &NamedScheme) -> Description {
    Description::new(format!("init = {}", scheme.usage()), scheme.formula)
}
