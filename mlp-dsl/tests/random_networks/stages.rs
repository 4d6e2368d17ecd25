//! Random stages: layers and activations.

use super::network::{LONGEST, Writer, arguments};

/// A stage for a value of known length.
pub(crate) struct Stage {
    pub(crate) text: String,
    /// The length of its answer.
    pub(crate) length: usize,
    /// Whether it can have a label.
    pub(crate) has_parameters: bool,
}

/// A way to write a layer for a value of the given length; `None` where none fits.
type Layer = fn(&mut Writer, usize) -> Option<Stage>;

/// Every layer, by name. A new one is one more line.
const LAYERS: [(&str, Layer); 8] = [
    ("dense", dense),
    ("dense without bias", dense_without_bias),
    ("dense with init", dense_with_init),
    ("local", local),
    ("layer_norm", layer_norm),
    ("batch_norm", batch_norm),
    ("repeat", repeat),
    ("dropout", dropout),
];

/// The kinds of all layers.
pub(crate) fn layers() -> impl Iterator<Item = &'static str> {
    LAYERS.iter().map(|(name, _)| *name)
}

/// A layer that fits a value of this length.
pub(crate) fn layer(writer: &mut Writer, length: usize) -> Stage {
    let (name, layer) = writer.choices.one_of(&LAYERS);
    match layer(writer, length) {
        Some(stage) => {
            writer.note(name);
            stage
        }
        None => with_parameters("dense(3)".to_owned(), 3),
    }
}

fn with_parameters(text: String, length: usize) -> Stage {
    Stage {
        text,
        length,
        has_parameters: true,
    }
}

fn dense(writer: &mut Writer, _: usize) -> Option<Stage> {
    let units = writer.length();
    Some(with_parameters(format!("dense({units})"), units))
}

fn dense_without_bias(writer: &mut Writer, _: usize) -> Option<Stage> {
    let units = writer.length();
    Some(with_parameters(
        format!("dense({units}, bias = false)"),
        units,
    ))
}

fn dense_with_init(writer: &mut Writer, _: usize) -> Option<Stage> {
    let units = writer.length();
    let init = writer
        .choices
        .one_of(&["xavier_uniform", "he_normal", "zeros"]);
    Some(with_parameters(
        format!("dense({units}, init = {init})"),
        units,
    ))
}

fn local(writer: &mut Writer, length: usize) -> Option<Stage> {
    let window = writer.choices.within(1..=length.min(5));
    let strides: Vec<usize> = (1..=window)
        .filter(|stride| (length - window).is_multiple_of(*stride))
        .collect();
    let stride = writer.choices.one_of(&strides);
    let positions = (length - window) / stride + 1;
    let units = writer.choices.within(1..=3);
    let text = match (stride, units) {
        (1, 1) => format!("local({window})"),
        _ => format!("local(window = {window}, stride = {stride}, units = {units})"),
    };
    let length = positions * units;
    (length <= LONGEST).then(|| with_parameters(text, length))
}

fn layer_norm(writer: &mut Writer, length: usize) -> Option<Stage> {
    let text = writer
        .choices
        .one_of(&["layer_norm", "layer_norm(eps = 0.01)"]);
    // Of two elements it leaves the signs alone, which gives next to no gradient.
    (length > 2).then(|| with_parameters(text.to_owned(), length))
}

fn batch_norm(writer: &mut Writer, length: usize) -> Option<Stage> {
    let text = writer
        .choices
        .one_of(&["batch_norm", "batch_norm(eps = 0.01)"]);
    Some(with_parameters(text.to_owned(), length))
}

fn repeat(writer: &mut Writer, length: usize) -> Option<Stage> {
    let times = writer.choices.within(1..=3);
    let length = length.min(8);
    let activation = activation(writer, length).text;
    // The first stage of the first turn may change the length: the later turns keep it.
    (writer.choices.below(2) == 0).then(|| Stage {
        text: format!("dense({length}) -> repeat({times}, dense({length}) -> {activation})"),
        length,
        has_parameters: true,
    })
}

fn dropout(writer: &mut Writer, length: usize) -> Option<Stage> {
    let rate = writer.choices.one_of(&["0.5", "0.1"]);
    Some(Stage {
        text: format!("dropout({rate})"),
        length,
        has_parameters: false,
    })
}

/// An activation, built in or the text's own.
pub(crate) fn activation(writer: &mut Writer, length: usize) -> Stage {
    let stage = |text: String| Stage {
        text,
        length,
        has_parameters: false,
    };
    if !writer.own.is_empty() && writer.choices.chance(30) {
        let index = writer.choices.below(writer.own.len());
        let name = writer.own[index].clone();
        writer.note("use of an own activation");
        let argument = if writer.choices.chance(30) {
            "(c = 0.8)"
        } else {
            ""
        };
        return stage(format!("{name}{argument}"));
    }
    let activations = writer.activations;
    let activation = &activations[writer.choices.below(activations.len())];
    let name = activation.name.as_str();
    match name {
        // It has no slope: where it can stand is a definition's business.
        "step" => stage("tanh".to_owned()),
        // Of one element they are constant.
        "softmax" | "log_softmax" if length == 1 => stage("tanh".to_owned()),
        _ => {
            writer.note(name);
            let arguments = arguments(writer, &activation.parameters);
            stage(format!("{name}{arguments}"))
        }
    }
}
