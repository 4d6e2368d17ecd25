//! Files that stand alone: they compile by themselves, wherever they stand, and compute the same bits as the code that
//! leans on the runtime.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use mlp_dsl::{Source, compile};
use tempfile::TempDir;

include!("standalone/numbers.rs");
include!("standalone/training_numbers.rs");

/// The code that leans on the runtime.
#[allow(unreachable_pub, reason = "its place is a library")]
mod ordinary {
    include!("generated/xor.rs");
    include!("generated/own_activation.rs");
    include!("generated/scalar_chain.rs");
    include!("generated/masked.rs");
}

fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

fn standalone(name: &str, text: impl Into<String>) -> String {
    let source = Source::new(format!("{name}.mlp"), text);
    compile(&source)
        .unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
        .standalone()
}

fn fixture(name: &str) -> String {
    let path = tests().join(format!("fixtures/{name}.mlp"));
    standalone(name, fs::read_to_string(path).expect("a fixture"))
}

fn rustc(folder: &TempDir, file: &str, arguments: &[&str]) -> Output {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(compiler);
    command
        .args(["--edition", "2024", "-Dwarnings", file])
        .args(arguments);
    command
        .current_dir(folder.path())
        .output()
        .expect("rustc runs")
}

/// The text as a processor sees it for which there is nothing of its own: no condition that names one of these holds, and
/// what such a condition should stand before does not compile.
fn for_any_processor(code: &str) -> String {
    code.replace("x86_64", "absent")
        .replace("aarch64", "absent")
}

/// Compiles a library as far as errors and warnings go.
fn check(code: &str) {
    check_for(code, &[]);
}

/// As [`check`], with these arguments too.
fn check_for(code: &str, arguments: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("lib.rs"), code).expect("a file");
    let library = ["--crate-type=lib", "--emit=metadata"];
    let output = rustc(&folder, "lib.rs", &[&library, arguments].concat());
    assert!(
        output.status.success(),
        "{}\n{code}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_fixture_compiles_on_core_alone() {
    for entry in fs::read_dir(tests().join("fixtures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "mlp") {
            let name = path.file_stem().expect("a name").to_string_lossy();
            check(&format!(
                "#![no_std]\n#![deny(unsafe_code)]\n{}",
                fixture(&name)
            ));
        }
    }
}

#[test]
fn files_compile_for_processors_of_other_kinds() {
    let code = format!("#![no_std]\n{}", standalone("everything", EVERYTHING));
    check(&for_any_processor(&code));
    let folder = tempfile::tempdir().expect("a folder");
    for target in [
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
        "aarch64-unknown-none-softfloat",
        "armv7-unknown-linux-gnueabihf",
        "thumbv7em-none-eabihf",
        "wasm32-unknown-unknown",
    ] {
        let arguments = ["--print=target-libdir", "--target", target];
        let output = rustc(&folder, "-", &arguments);
        let libraries = String::from_utf8_lossy(&output.stdout).into_owned();
        if Path::new(libraries.trim()).is_dir() {
            check_for(&code, &["--target", target]);
        } else {
            println!("left out: {target} is not installed");
        }
    }
}

/// Every kernel and every initialiser, in both precisions.
const EVERYTHING: &str = "
activation everything(x; learn a = 0.5) = exp(x) + ln(x * x + 1) + sqrt(abs(x) + a) + sign(x) + step(x) + sin(x) + cos(x)
    + tanh(x) + sigmoid(x) + erf(x) + softplus(x) + min(x, a) + max(x, a) + (abs(x) + 1) ^ 2.5
model Single { input x[3] output x -> dense(9) -> everything -> dense(3, init = he_normal) -> softmax loss cross_entropy }
model Orthogonal {
    input x[4]
    output x -> local(2, init = orthogonal) -> dense(5, init = orthogonal(gain = 1.4)) -> dense(1, init = truncated_normal(0.02))
    loss mse
}
model DoublePrecision {
    precision f64
    input x[3]
    output x -> dense(9, init = xavier_uniform) -> dropout(0.5) -> everything -> dense(1) -> sigmoid
    loss bce
}
model answer { input x[2] output x -> softsign }
";

#[test]
fn files_mean_the_same_wherever_they_stand() {
    let shadowed = format!(
        "#![no_std]
#![no_implicit_prelude]
#![deny(unsafe_code)]
#![deny(warnings, missing_docs, unused, unreachable_pub)]
//! Names that the code uses are taken.

/// They are.
#[allow(non_camel_case_types, dead_code, reason = \"the names are what matters\")]
pub mod shadowed {{
    mod core {{}}
    mod std {{}}
    mod mlp_runtime {{}}
    mod runtime {{}}
    mod kernel {{}}
    struct Vec;
    struct Option;
    struct Clone;
    struct f32;
    struct f64;
    struct usize;
    struct str;
    fn tanh() {{}}
    fn matrix() {{}}
    {}
    {}
    {}
}}
",
        fixture("xor"),
        fixture("own_activation"),
        standalone("everything", EVERYTHING),
    );
    check(&shadowed);
}

#[test]
fn the_bits_are_those_of_ordinary_code() {
    use mlp_runtime::Network;
    let expected = [
        numbers!(ordinary::Xor, f32, |row| [(row % 2) as f32]),
        numbers!(ordinary::Own, f32, |row| std::array::from_fn(
            |column| (row + column) as f32
        )),
        numbers!(ordinary::Chain, f64, |row| std::array::from_fn(
            |column| (row + column) as f64
        )),
        training_numbers!(ordinary::Masked, mlp_runtime::Random),
    ];
    let program = format!(
        "{}\n{}\nmod alone {{\n{}\n{}\n{}\n{}\n}}
fn main() {{
    print!(\"{{}}\", numbers!(alone::Xor, f32, |row| [(row % 2) as f32]));
    print!(\"{{}}\", numbers!(alone::Own, f32, |row| std::array::from_fn(|column| (row + column) as f32)));
    print!(\"{{}}\", numbers!(alone::Chain, f64, |row| std::array::from_fn(|column| (row + column) as f64)));
    print!(\"{{}}\", training_numbers!(alone::Masked, alone::MaskedRandom));
}}",
        include_str!("standalone/numbers.rs"),
        include_str!("standalone/training_numbers.rs"),
        fixture("xor"),
        fixture("own_activation"),
        fixture("scalar_chain"),
        standalone("masked", include_str!("generated/masked.mlp")),
    );
    let printed = printed(&program);
    assert!(expected[0].lines().count() > 33 + 33);
    assert_eq!(printed, expected.concat());
}

#[test]
fn a_processor_without_code_of_its_own_computes_the_same() {
    use mlp_runtime::Network;
    let expected = [
        numbers!(ordinary::Xor, f32, |row| [(row % 2) as f32]),
        numbers!(ordinary::Chain, f64, |row| std::array::from_fn(
            |column| (row + column) as f64
        )),
    ];
    let program = format!(
        "{}\nmod other {{\n{}\n{}\n}}
fn main() {{
    print!(\"{{}}\", numbers!(other::Xor, f32, |row| [(row % 2) as f32]));
    print!(\"{{}}\", numbers!(other::Chain, f64, |row| std::array::from_fn(|column| (row + column) as f64)));
}}",
        include_str!("standalone/numbers.rs"),
        for_any_processor(&fixture("xor")),
        for_any_processor(&fixture("scalar_chain")),
    );
    let printed = printed(&program);
    let lines: Vec<&str> = printed.lines().collect();
    let (single, double) = lines.split_at(expected[0].lines().count());
    let bits = |line: &str| u64::from_str_radix(line, 16).expect("bits");
    let of_single = |line: &str| f64::from(f32::from_bits(bits(line) as u32));
    assert_close(single, &expected[0], of_single, 1e-5);
    assert_close(
        double,
        &expected[1],
        |line| f64::from_bits(bits(line)),
        1e-13,
    );
}

/// Holds numbers, a line each, against others by the largest of them.
fn assert_close(found: &[&str], expected: &str, read: impl Fn(&str) -> f64, tolerance: f64) {
    let found: Vec<f64> = found.iter().map(|line| read(line)).collect();
    let expected: Vec<f64> = expected.lines().map(&read).collect();
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0_f64, |m, value| m.max(value.abs()));
    for (found, expected) in found.iter().zip(&expected) {
        let error = (found - expected).abs();
        assert!(error <= tolerance * largest, "{found}, not {expected}");
    }
}

/// What a program prints, compiled for this processor.
fn printed(program: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("main.rs"), program).expect("a file");
    let output = rustc(
        &folder,
        "main.rs",
        &["-Copt-level=2", "-Ctarget-cpu=native", "-o", "program"],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = Command::new(folder.path().join("program"))
        .output()
        .expect("it runs");
    String::from_utf8(printed.stdout).expect("it is text")
}
