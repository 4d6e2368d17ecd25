//! How long rustc takes for each workload: a release build of a program that trains it, and `mlp!` alone.
//!
//! ```text
//! cargo run --release -p benches --example compile_time
//! ```
//!
//! Each program is built in a package of its own with all dependencies built before; the time of a network is what it adds
//! to the smallest one. What `mlp!` takes is what a check of a program with many copies of the network takes longer than
//! one of as many copies of the code that `mlp build` writes, for each of them. Median of several.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Each file of `workloads/`, the type in it, and an optimizer.
const WORKLOADS: [(&str, &str, &str); 7] = [
    ("matexp", "MatrixExponential", "Adam::<Network>::new(1e-3)"),
    ("xor", "Xor", "Sgd::new(0.5)"),
    ("mnist", "Mnist", "Sgd::new(0.1)"),
    ("mnist_big", "MnistBig", "Adam::<Network>::new(1e-3)"),
    ("online", "Online", "Sgd::new(0.01)"),
    ("small", "Small", "Sgd::new(0.01)"),
    ("tiny", "Tiny", "Sgd::new(0.01)"),
];

const SMALLEST: &str = "model Smallest {
    input  x[1]
    output x -> dense(1)
    loss   mse
}
";

const RUNS: usize = 5;

/// A single expansion would drown in what one call of cargo differs from the next.
const COPIES: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Package::new(benches)?;
    fs::write(package.0.join("src/model.mlp"), SMALLEST)?;
    let [least, ..] = package.times("Smallest", "Sgd::new(0.1)", benches)?;
    println!("network\trelease build of a program with it\tover the smallest\tmlp!");
    println!("smallest\t{least:.2} s\t\t");
    for (file, name, optimizer) in WORKLOADS {
        let model = benches.join(format!("workloads/{file}.mlp"));
        fs::copy(model, package.0.join("src/model.mlp"))?;
        let [build, macro_alone] = package.times(name, optimizer, benches)?;
        let (added, macro_alone) = (build - least, macro_alone * 1e3);
        println!("{file}\t{build:.2} s\t{added:.2} s\t{macro_alone:.0} ms");
    }
    Ok(())
}

/// A package outside of the workspace, below its folder of build products.
struct Package(PathBuf);

impl Package {
    fn new(benches: &Path) -> Result<Self, Box<dyn Error>> {
        let root = benches.parent().ok_or("the workspace has no folder")?;
        let folder = root.join("target/compile_time");
        fs::create_dir_all(folder.join("src"))?;
        let [macros, runtime] = ["mlp-macros", "mlp-runtime"].map(|name| root.join(name));
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"compile-time\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
                 [dependencies]\nmlp-macros.path = {macros:?}\nmlp-runtime.path = {runtime:?}\n"
            ),
        )?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self(folder))
    }

    /// Seconds: a release build of a program with the network, and `mlp!` alone.
    fn times(
        &self,
        name: &str,
        optimizer: &str,
        benches: &Path,
    ) -> Result<[f64; 2], Box<dyn Error>> {
        let main = self.0.join("src/main.rs");
        let expanded = self.0.join("src/expanded.rs");
        let mut mlp = Command::new(env!("CARGO"));
        mlp.current_dir(benches).args([
            "run",
            "--quiet",
            "--release",
            "-p",
            "mlp-dsl",
            "--",
            "build",
        ]);
        run(mlp
            .arg(self.0.join("src/model.mlp"))
            .arg("-o")
            .arg(&expanded))?;
        let by_macro = "mlp_macros::mlp!(\"model.mlp\");";
        let program = program(by_macro, name, optimizer);
        let macros = copies(&format!("{{ {by_macro} }}"), "");
        let written = copies(";", "#[path = \"expanded.rs\"]");
        let (mut builds, mut differences) = (Vec::new(), Vec::new());
        // The first turn has all dependencies to build.
        for turn in 0..=RUNS {
            let timed = |content: &str, arguments: &[&str]| {
                fs::write(&main, format!("{content}// {turn}\n"))?;
                self.cargo(arguments)
            };
            let build = timed(&program, &["build", "--release"])?;
            let expanding = timed(&macros, &["check", "--release"])?;
            let bare = timed(&written, &["check", "--release"])?;
            if turn > 0 {
                builds.push(build);
                differences.push((expanding - bare) / COPIES as f64);
            }
        }
        Ok([builds, differences].map(median))
    }

    /// The seconds that a command of cargo takes.
    fn cargo(&self, arguments: &[&str]) -> Result<f64, Box<dyn Error>> {
        let start = Instant::now();
        run(Command::new(env!("CARGO"))
            .current_dir(&self.0)
            .args(arguments)
            .arg("--quiet"))?;
        Ok(start.elapsed().as_secs_f64())
    }
}

/// A program with modules of a content, each after some attributes.
fn copies(content: &str, attributes: &str) -> String {
    let modules = (0..COPIES).map(|copy| format!("{attributes}\nmod copy{copy} {content}\n"));
    modules.collect::<String>() + "fn main() {}\n"
}

/// A program that does everything with a network.
fn program(network: &str, name: &str, optimizer: &str) -> String {
    format!(
        "use mlp_runtime::{{Random, Trainable}};

{network}

type Network = {name};

fn main() {{
    let mut network = Box::new(Network::init(7));
    let inputs = vec![[0.5; Network::INPUTS]; 4];
    let targets = vec![Default::default(); 4];
    let mut optimizer = Box::new(mlp_runtime::optimizer::{optimizer});
    let mut workspace = Box::new(Network::workspace());
    let loss = network.step(&inputs, &targets, &mut *optimizer, &mut workspace, &mut Random::new(1));
    let mut outputs = vec![[0.0; Network::OUTPUTS]; 4];
    network.forward_batch(&inputs, &mut outputs);
    println!(\"{{loss}} {{outputs:?}} {{:?}}\", network.forward(&inputs[0]));
}}
"
    )
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed ({}):\n{said}", output.status).into())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
