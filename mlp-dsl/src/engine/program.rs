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
    let learning = match model.target {
        None => {
            "fn loss(_: &Network, _: &Input, _: &Target) -> Option<Real> { None }
fn gradient(_: &Network, _: &[Input], _: &[Target], _: &mut Network) -> Option<Real> { None }
const WORK_BYTES: usize = Network::INFERENCE_BYTES;"
        }
        Some(TargetKind::Vector) => {
            "fn loss(network: &Network, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, target)) }
fn gradient(network: &Network, inputs: &[Input], targets: &[Target], gradient: &mut Network) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
const WORK_BYTES: usize = Network::TRAINING_BYTES;"
        }
        Some(TargetKind::Class) => {
            "fn loss(network: &Network, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, *target)) }
fn gradient(network: &Network, inputs: &[Input], targets: &[Target], gradient: &mut Network) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
const WORK_BYTES: usize = Network::TRAINING_BYTES;"
        }
    };
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
