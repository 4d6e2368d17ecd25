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
    pub fn answer(&mut self, _: &mut crate::own::Model, _: u8, _: &[u8]) -> Option<std::vec::Vec<u8>> { None }
}";

/// What follows the root of the runtime.
const ROOT: &str = "
extern crate self as mlp_runtime;

mod child;
mod learner;
mod model;
mod own;

fn main() -> std::process::ExitCode {
    child::main()
}
";

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
    *root += ROOT;
    let code = rust::file(std::slice::from_ref(model), "", &model.name);
    let code = code.map_err(|error| no_program(error.to_string()))?;
    let learner = match model.target {
        Some(_) => LEARNER,
        None => NO_LEARNER,
    };
    files.extend([
        ("model.rs".to_owned(), code),
        ("own.rs".to_owned(), own(model)),
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

/// What the rest of the program needs to know of the model.
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
            "pub fn loss(_: &Model, _: &Input, _: &Target) -> Option<Real> { None }
pub fn gradient(_: &Model, _: &[Input], _: &[Target], _: &mut Model) -> Option<Real> { None }
pub const WORK_BYTES: usize = Model::INFERENCE_BYTES;"
        }
        Some(TargetKind::Vector) => {
            "pub fn loss(network: &Model, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, target)) }
pub fn gradient(network: &Model, inputs: &[Input], targets: &[Target], gradient: &mut Model) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
pub const WORK_BYTES: usize = Model::TRAINING_BYTES;"
        }
        Some(TargetKind::Class) => {
            "pub fn loss(network: &Model, input: &Input, target: &Target) -> Option<Real> { Some(network.loss(input, *target)) }
pub fn gradient(network: &Model, inputs: &[Input], targets: &[Target], gradient: &mut Model) -> Option<Real> { Some(network.gradient_batch(inputs, targets, gradient)) }
pub const WORK_BYTES: usize = Model::TRAINING_BYTES;"
        }
    };
    let name = &model.name;
    format!(
        "use crate::model;

pub type Model = model::{name};
pub type Real = {real};
pub type Input = [Real; Model::INPUTS];
pub type Output = [Real; Model::OUTPUTS];
pub type Target = {target};
pub const TARGET_KIND: u64 = {kind};
pub const VERSION: u32 = {VERSION};

{learning}
"
    )
}
