//! Programs around a model and the runtime that its code leans on. One crate holds it all, which calls itself by the
//! runtime's name, so that the code is what users compile.

use super::error::EngineError;
use super::program::{File, no_program};
use super::protocol::{Sizes, VERSION};
use crate::rust;
use crate::schedule::Program;

/// How every such program answers requests.
const EXCHANGE: &str = include_str!("exchange_child.rs");

/// The files of a program for a model, the root first: `child` has its `main` and answers the requests. What a comment in
/// the model's text says does not matter to it.
pub(super) fn files(model: &Program, child: &str) -> Result<Vec<File>, EngineError> {
    let runtime = mlp_runtime::source::FILES.iter();
    let mut files: Vec<File> = runtime
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let [(_, root), ..] = files.as_mut_slice() else {
        return Err(no_program("the runtime has no text".to_owned()));
    };
    // The rest of the program needs what `std` brings along.
    *root = root.replace("#![no_std]\n", "");
    let kind = Sizes::of(model).target_kind();
    *root += &format!(
        "
extern crate self as mlp_runtime;

mod child;
mod exchange;
mod generated;

const TARGET_KIND: u64 = {kind};
const VERSION: u32 = {VERSION};

fn main() -> std::process::ExitCode {{
    child::main()
}}
"
    );
    let code = rust::file(std::slice::from_ref(model), None, "", &model.name);
    let mut code = code.map_err(|error| no_program(error.to_string()))?;
    if model.name != "Model" {
        code += &format!("\npub use {} as Model;\n", model.name);
    }
    files.extend([
        ("generated.rs".to_owned(), code),
        ("child.rs".to_owned(), child.to_owned()),
        ("exchange.rs".to_owned(), EXCHANGE.to_owned()),
    ]);
    Ok(files)
}
