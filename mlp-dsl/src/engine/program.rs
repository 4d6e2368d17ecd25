//! The program around models: the file that stands alone, what the rest needs to know of each, and [`CHILD`].

use super::Optimization;
use super::error::EngineError;
use super::protocol::VERSION;
use crate::rust::{self, Foundation, standalone};
use crate::schedule::{Precision, Program, TargetKind};

/// What is the same in every program.
const CHILD: &str = include_str!("child.rs");

/// The text of this file and of those that write files which stand alone: another text may make another program.
const COPYING: [&str; 8] = [
    include_str!("program.rs"),
    include_str!("../rust/standalone/mod.rs"),
    include_str!("../rust/standalone/conditions.rs"),
    include_str!("../rust/standalone/expansion.rs"),
    include_str!("../rust/standalone/library.rs"),
    include_str!("../rust/standalone/needs.rs"),
    include_str!("../rust/standalone/paths.rs"),
    include_str!("../rust/standalone/rewriting.rs"),
];

/// A file of a program: where it stands below the program's folder, and its text.
pub(super) type File = (String, String);

/// What decides the program for some models, without the time that writing it takes: the models' own code, what stands
/// around them, the whole runtime, and the text of what copies out of it.
pub(super) fn ingredients(
    models: &[Program],
    optimization: Optimization,
) -> Result<Vec<File>, EngineError> {
    for (index, model) in models.iter().enumerate() {
        if models[..index].iter().any(|other| other.name == model.name) {
            return Err(no_program(format!(
                "two models are called `{}`",
                model.name
            )));
        }
    }
    let copying = COPYING.iter().map(|text| ("copying", *text));
    let runtime = mlp_runtime::source::FILES.iter().copied();
    let texts = copying.chain(runtime).chain([("child", CHILD)]);
    let mut ingredients: Vec<File> = texts
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    ingredients.push((
        format!("{:?}", foundation(optimization)),
        rust::tokens(models, "").to_string(),
    ));
    ingredients.extend(models.iter().map(|model| (sizes(model), network(model))));
    Ok(ingredients)
}

const fn foundation(optimization: Optimization) -> Foundation {
    match optimization {
        Optimization::None => Foundation::StdApart,
        Optimization::Full => Foundation::Std,
    }
}

/// A mistake of ours.
pub(super) fn no_program(reason: String) -> EngineError {
    EngineError::Failed {
        reason: "there is no program for it".to_owned(),
        messages: Vec::from([reason]),
    }
}

/// The whole program for some models, which differ in their names. What a comment in a model's text says does not matter
/// to it.
pub(super) fn source(
    models: &[Program],
    optimization: Optimization,
) -> Result<String, EngineError> {
    let origin = models.first().map_or("", |model| &model.name);
    let file = standalone(models, None, "", origin, foundation(optimization));
    let file = file.map_err(|error| no_program(error.to_string()))?;
    let networks: Vec<String> = models.iter().map(network).collect();
    let runs = models.iter().map(|model| {
        let (name, sizes) = (&model.name, sizes(model));
        format!("|| run({sizes}, || Box::new(model::{name}::zeros())),\n")
    });
    Ok(format!(
        "mod model {{
{file}
}}

const VERSION: u32 = {VERSION};

/// What runs each model.
const MODELS: &[fn() -> std::process::ExitCode] = &[
{}];

{}
{CHILD}",
        runs.collect::<String>(),
        networks.join("\n"),
    ))
}

fn sizes(model: &Program) -> String {
    let name = &model.name;
    let real = real(model);
    let (targets, work) = match model.target {
        None => ("0", "INFERENCE_BYTES"),
        Some(TargetKind::Vector) => ("VECTORS", "TRAINING_BYTES"),
        Some(TargetKind::Class) => ("CLASSES", "TRAINING_BYTES"),
    };
    format!(
        "Sizes {{ inputs: model::{name}::INPUTS, outputs: model::{name}::OUTPUTS, \
         parameters: model::{name}::PARAMETERS, number: size_of::<{real}>(), targets: {targets}, \
         work: model::{name}::{work} }}"
    )
}

fn real(model: &Program) -> &'static str {
    match model.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    }
}

/// The functions of a model's type, with everything flat.
fn network(model: &Program) -> String {
    let (name, real) = (&model.name, real(model));
    let (inputs, outputs) = (model.inputs, model.outputs);
    // How the targets are taken, and one of them is.
    let targets = match model.target {
        None => None,
        Some(TargetKind::Vector) => Some((
            format!("batch.vectors.as_chunks::<{outputs}>().0"),
            "target",
        )),
        Some(TargetKind::Class) => Some(("batch.classes.as_slice()".to_owned(), "*target")),
    };
    let random = format!("&mut model::{name}Random::new(0)");
    // With statistics of the batch a network is what its training sees, and it has a loss for a whole batch alone.
    let (forward, gradient) = match &model.passes {
        None => (
            "self.forward_batch(inputs, &mut outputs)".to_owned(),
            "self.gradient_batch(inputs, targets, &mut sum)".to_owned(),
        ),
        Some(_) => (
            format!("self.training_forward_batch(inputs, &mut outputs, {random})"),
            format!("self.training_gradient_batch(inputs, targets, &mut sum, {random})"),
        ),
    };
    let losses = |target: &str| match &model.passes {
        None => format!(
            "inputs.iter().zip(targets).map(|(input, target)| self.loss(input, {target})).collect()"
        ),
        Some(_) => format!("{{ let mut sum = Box::new(Self::zeros()); vec![{gradient}] }}"),
    };
    let learning = match targets {
        None => format!(
            "fn losses(&self, _: &Batch<{real}>) -> Option<Vec<{real}>> {{ None }}
    fn gradient(&self, _: &Batch<{real}>) -> Option<({real}, Vec<{real}>)> {{ None }}"
        ),
        Some((targets, target)) => format!(
            "fn losses(&self, batch: &Batch<{real}>) -> Option<Vec<{real}>> {{
        let ((inputs, _), targets) = (batch.inputs.as_chunks(), {targets});
        Some({})
    }}
    fn gradient(&self, batch: &Batch<{real}>) -> Option<({real}, Vec<{real}>)> {{
        let ((inputs, _), targets) = (batch.inputs.as_chunks(), {targets});
        let mut sum = Box::new(Self::zeros());
        let loss = {gradient};
        Some((loss, model::{name}::parameters(&sum).to_vec()))
    }}",
            losses(target)
        ),
    };
    let state = match model.state.is_empty() {
        true => "&mut []",
        false => "self.state_mut()",
    };
    format!(
        "impl Network<{real}> for model::{name} {{
    fn parameters(&mut self) -> &mut [{real}] {{ self.parameters_mut() }}
    fn state(&mut self) -> &mut [{real}] {{ {state} }}
    fn outputs(&self, batch: &Batch<{real}>) -> Vec<{real}> {{
        let (inputs, _) = batch.inputs.as_chunks::<{inputs}>();
        let mut outputs = vec![[0.0; {outputs}]; batch.rows];
        {forward};
        outputs.into_flattened()
    }}
    {learning}
}}
"
    )
}
