//! Random losses, each with an output that suits it.

use super::network::Writer;

/// How a model ends.
pub(crate) struct Head {
    /// An item that the text needs before the model.
    pub(crate) definition: Option<String>,
    /// The length of the output.
    pub(crate) length: usize,
    /// Whether a dense layer must come before the stage.
    pub(crate) dense: bool,
    /// The last stage, with its arrow; empty for none.
    pub(crate) stage: String,
    /// The loss and its arguments.
    pub(crate) loss: String,
}

/// What a loss asks of the output.
#[derive(Clone, Copy)]
enum Needs {
    Nothing,
    /// Classes: more than one.
    Classes,
    /// A last stage of this name, with so many elements at least.
    Last(&'static str, usize),
}

/// Every loss that trains: the argument that it may be given, and what it needs.
const LOSSES: [(&str, Option<&str>, Needs); 15] = [
    ("mse", None, Needs::Nothing),
    ("l1", None, Needs::Nothing),
    ("huber", Some("delta"), Needs::Nothing),
    ("smooth_l1", Some("beta"), Needs::Nothing),
    ("half_squared", None, Needs::Nothing),
    ("bce", None, Needs::Last("sigmoid", 1)),
    ("bce_with_logits", None, Needs::Nothing),
    (
        "cross_entropy",
        Some("label_smoothing"),
        Needs::Last("softmax", 2),
    ),
    (
        "cross_entropy_with_logits",
        Some("label_smoothing"),
        Needs::Classes,
    ),
    ("soft_cross_entropy", None, Needs::Last("softmax", 2)),
    ("nll", None, Needs::Last("log_softmax", 2)),
    ("hinge", None, Needs::Nothing),
    ("squared_hinge", None, Needs::Nothing),
    ("kl_div", None, Needs::Last("log_softmax", 2)),
    ("poisson_nll", None, Needs::Nothing),
];

/// Losses of a text's own, without `loss own`.
const OWN: [&str; 4] = [
    "(y, t) = mean(abs(y - t)^3)",
    "(y, t; c = 0.5) = sum(ln(1 + c * (y - t)^2))",
    "(y, t) = max(abs(y - t)) + mean(y)^2",
    "(y, t) = logsumexp(y) - y[t] + mean(y^2) / 8",
];

/// A loss and what comes before it.
pub(crate) fn head(writer: &mut Writer) -> Head {
    let length = writer.length();
    if writer.choices.chance(12) {
        writer.note("own loss");
        let definition = writer.choices.one_of(&OWN);
        return Head {
            definition: Some(format!("loss own{definition}\n")),
            length: length.max(2),
            dense: false,
            stage: String::new(),
            loss: "own".to_owned(),
        };
    }
    let (name, argument, needs) = writer.choices.one_of(&LOSSES);
    writer.note(name);
    let loss = match argument {
        Some(argument) if writer.choices.chance(50) => {
            let value = match argument {
                "label_smoothing" => "0.1",
                _ => writer.number(),
            };
            format!("{name}({argument} = {value})")
        }
        _ => name.to_owned(),
    };
    let (least, stage) = match needs {
        Needs::Nothing => (1, String::new()),
        Needs::Classes => (2, String::new()),
        Needs::Last(last, least) => (least, format!(" -> {last}")),
    };
    Head {
        definition: None,
        length: length.max(least),
        // What the loss asks for must not be there already.
        dense: !stage.is_empty() || name.ends_with("_with_logits"),
        stage,
        loss,
    }
}

/// The names of all losses that train.
pub(crate) fn losses() -> impl Iterator<Item = &'static str> {
    LOSSES.iter().map(|(name, ..)| *name)
}
