//! The published workloads in generated code: nanoseconds per step or per call, one line each.
//!
//! ```text
//! cargo run --release -p benches [-- [--data FOLDER] [--threads COUNT] [WORKLOAD…]]
//! ```
//!
//! With `--data`, the weights, samples and targets of each workload are written to `FOLDER/WORKLOAD.safetensors`, for the
//! peers beside this program to start from. With `--threads`, at most so many share a batch, as in `fit`, and the clock counts.

mod timing;
mod workloads;

use std::error::Error;
use std::path::PathBuf;
use std::thread;

use mlp_runtime::kernel::Level;

/// Bytes of stack: networks and optimizers are values, and T4's are several megabytes each.
const STACK: usize = 64 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut folder, mut threads, mut wanted) = (None, 1, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--data" => {
                let path = arguments.next().ok_or("--data needs a folder")?;
                folder = Some(PathBuf::from(path));
            }
            "--threads" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                let count = count.filter(|count| *count > 0);
                threads = count.ok_or("--threads needs a number above 0")?;
            }
            name if workloads::ALL.iter().any(|(known, _)| *known == name) => {
                wanted.push(argument);
            }
            _ => return Err(format!("there is no workload or option `{argument}`").into()),
        }
    }
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder)?;
    }
    println!("# {}", Level::best().name());
    println!(
        "workload\tmin ns\tmedian ns\tloss, and after {} steps",
        workloads::STEPS
    );
    for (name, run) in workloads::ALL {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            let file = folder
                .as_ref()
                .map(|folder| folder.join(format!("{name}.safetensors")));
            let thread = thread::Builder::new().stack_size(STACK);
            let thread = thread.spawn(move || run(file.as_deref(), threads))?;
            let (times, losses) = thread.join().map_err(|_| format!("{name} panicked"))??;
            println!("{name}\t{:.1}\t{:.1}\t{losses}", times.min, times.median);
        }
    }
    Ok(())
}
