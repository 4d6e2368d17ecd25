//! The program around a model: the file that stands alone, the types that the rest needs to know, and [`CHILD`].

use super::error::EngineError;
use super::protocol::VERSION;
use crate::rust::{Foundation, standalone};
use crate::schedule::{Precision, Program, TargetKind};

/// What is the same in every program.
const CHILD: &str = include_str!("child.rs");

/// The whole program for a model. What a comment in the model's text says does not matter to it.
pub(super) fn source(model: &Program) -> Result<String, EngineError> {
    let programs = std::slice::from_ref(model);
    let file = standalone(programs, "", &model.name, Foundation::Std);
    let file = file.map_err(|error| EngineError::Failed {
        reason: "there is no program for it".to_owned(),
        messages: Vec::from([error.to_string()]),
    })?;
    let real = match model.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    };
    let (target, kind) = match model.target {
        None => ("()".to_owned(), 0),
        Some(TargetKind::Vector) => (format!("[{real}; {}]", model.outputs), 1),
        Some(TargetKind::Class) => ("usize".to_owned(), 2),
    };
    let target_of_one = match model.target {
        Some(TargetKind::Class) => "*target",
        Some(TargetKind::Vector) | None => "target",
    };
    // With statistics of the batch a network is what its training sees, and it has a loss for a whole batch alone.
    let (outputs, loss, gradient) = match (model.target, &model.passes) {
        (None, _) => ("network.forward_batch(inputs, outputs)", "None".to_owned(), "None"),
        (Some(_), None) => (
            "network.forward_batch(inputs, outputs)",
            format!(
                "let share = 1.0 / inputs.len() as Real;
    Some(inputs.iter().zip(targets).map(|(input, target)| share * network.loss(input, {target_of_one})).sum())"
            ),
            "Some(network.gradient_batch(inputs, targets, gradient))",
        ),
        (Some(_), Some(_)) => (
            "network.training_forward_batch(inputs, outputs, &mut Random::new(0))",
            "gradient(network, inputs, targets, &mut Box::new(Network::zeros()))".to_owned(),
            "Some(network.training_gradient_batch(inputs, targets, gradient, &mut Random::new(0)))",
        ),
    };
    let state = match model.state.is_empty() {
        true => "&mut []",
        false => "network.state_mut()",
    };
    let random = match model.passes {
        None => String::new(),
        Some(_) => format!("use model::{}Random as Random;", model.name),
    };
    let work = match model.target {
        None => "INFERENCE_BYTES",
        Some(_) => "TRAINING_BYTES",
    };
    let learning = format!(
        "{random}
const WORK_BYTES: usize = Network::{work};

fn state(network: &mut Network) -> &mut [Real] {{
    {state}
}}

fn outputs(network: &Network, inputs: &[Input], outputs: &mut [Output]) {{
    {outputs}
}}

fn loss(network: &Network, inputs: &[Input], targets: &[Target]) -> Option<Real> {{
    {loss}
}}

fn gradient(network: &Network, inputs: &[Input], targets: &[Target], gradient: &mut Network) -> Option<Real> {{
    {gradient}
}}"
    );
    let name = &model.name;
    Ok(format!(
        "mod model {{
{file}
}}

type Network = model::{name};
type Real = {real};
type Input = [Real; Network::INPUTS];
type Output = [Real; Network::OUTPUTS];
type Target = {target};
const TARGET_KIND: u64 = {kind};
const VERSION: u32 = {VERSION};

{learning}

{CHILD}"
    ))
}
