//! The program around a model: the runtime that its code leans on, the generated code, the types that the rest needs to
//! know, [`CHILD`] and [`LEARNER`]. One crate holds it all, which calls itself by the runtime's name, so that the code is
//! what users compile.

use super::error::EngineError;
use super::protocol::VERSION;
use crate::rust;
use crate::schedule::{Precision, Program, TargetKind};

/// What is the same in every program.
const CHILD: &str = include_str!("child.rs");

/// What is the same in every program for a model that has a loss.
const LEARNER: &str = include_str!("learner_child.rs");

/// In its place, for a model that has none.
const NO_LEARNER: &str = "pub struct Learner;
impl Learner {
    pub fn new() -> Self { Self }
    pub fn answer(&mut self, _: &mut crate::Model, _: u8, _: &[u8]) -> Option<std::vec::Vec<u8>> { None }
}";

/// A file of a program: where it stands below the program's folder, and its text.
pub(super) type File = (String, String);

/// The files of the program for a model, the root first. What a comment in the model's text says does not matter to it.
pub(super) fn files(model: &Program) -> Result<Vec<File>, EngineError> {
    let runtime = mlp_runtime::source::FILES.iter();
    let mut files: Vec<File> = runtime
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let [(_, root), ..] = files.as_mut_slice() else {
        return Err(no_program("the runtime has no text".to_owned()));
    };
    // The rest of the program needs what `std` brings along.
    *root = root.replace("#![no_std]\n", "");
    *root += &own(model);
    let code = rust::file(std::slice::from_ref(model), "", &model.name);
    let code = code.map_err(|error| no_program(error.to_string()))?;
    let learner = match model.target {
        Some(_) => LEARNER,
        None => NO_LEARNER,
    };
    files.extend([
        ("model.rs".to_owned(), code),
        ("child.rs".to_owned(), CHILD.to_owned()),
        ("learner.rs".to_owned(), learner.to_owned()),
    ]);
    Ok(files)
}

fn no_program(message: String) -> EngineError {
    EngineError::Failed {
        reason: "there is no program for it".to_owned(),
        messages: Vec::from([message]),
    }
}

/// The root of the crate, after that of the runtime.
fn own(model: &Program) -> String {
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
            "fn loss(_: &Model, _: &Input, _: &Target) -> Option<Real> { None }
fn gradient(_: &Model, _: &[Input], _: &[Target], _: &mut Model) -> Option<Real> { None }
const WORK_BYTES: usize = Model::INFERENCE_BYTES;"
        }
        Some(TargetKind::Vector) => {
            "fn loss(network: &Model, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, target)) }
fn gradient(network: &Model, inputs: &[Input], targets: &[Target], gradient: &mut Model) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
const WORK_BYTES: usize = Model::TRAINING_BYTES;"
        }
        Some(TargetKind::Class) => {
            "fn loss(network: &Model, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, *target)) }
fn gradient(network: &Model, inputs: &[Input], targets: &[Target], gradient: &mut Model) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
const WORK_BYTES: usize = Model::TRAINING_BYTES;"
        }
    };
    let name = &model.name;
    format!(
        "
extern crate self as mlp_runtime;

mod child;
mod learner;
mod model;

type Model = model::{name};
type Real = {real};
type Input = [Real; Model::INPUTS];
type Output = [Real; Model::OUTPUTS];
type Target = {target};
const TARGET_KIND: u64 = {kind};
const VERSION: u32 = {VERSION};

{learning}

fn main() -> std::process::ExitCode {{
    child::main()
}}
"
    )
}
