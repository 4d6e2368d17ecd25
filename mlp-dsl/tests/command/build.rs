//! `mlp build`.

use std::fs;
use std::io::Write;
use std::process::Command;

use super::folder::{Folder, finished, snapshot};

#[test]
fn build_writes_and_checks() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let printed = folder.run(&["build", "xor.mlp"]);
    assert!(
        printed.stdout.contains("pub struct Xor"),
        "{}",
        printed.all()
    );

    let check = ["build", "xor.mlp", "-o", "xor.rs", "--check"];
    snapshot("build_check_missing", folder.run(&check).all());

    let run = folder.run(&["build", "xor.mlp", "-o", "xor.rs"]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
    let written = fs::read_to_string(folder.path("xor.rs")).expect("a file");
    assert_eq!(written, printed.stdout);
    assert_eq!(
        fs::read_dir(folder.path("")).expect("a folder").count(),
        2,
        "a temporary file is left"
    );
    snapshot("build_check_good", folder.run(&check).all());

    // Line ends may be another system's.
    fs::write(folder.path("xor.rs"), written.replace('\n', "\r\n")).expect("a file");
    assert_eq!(folder.run(&check).code, 0);

    let mut file = fs::File::options()
        .append(true)
        .open(folder.path("xor.rs"))
        .expect("a file");
    file.write_all(b"// edited\n").expect("a line");
    snapshot("build_check_stale", folder.run(&check).all());
    let json = folder.run(&["build", "xor.mlp", "-o", "xor.rs", "--check", "--json"]);
    assert_eq!(json.code, 1);
    assert_eq!(json.json()["diagnostics"][0]["file"], "xor.rs");

    assert_eq!(folder.run(&["build", "xor.mlp", "-o", "xor.rs"]).code, 0);
    assert_eq!(folder.run(&check).code, 0);
}

#[test]
fn a_file_that_stands_alone_names_core_alone() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let build = ["build", "xor.mlp", "--standalone", "-o", "alone.rs"];
    let run = folder.run(&build);
    assert_eq!(
        (run.code, run.all().as_str()),
        (0, "exit 0\n-- standard output\n-- standard error\n")
    );
    let text = fs::read_to_string(folder.path("alone.rs")).expect("a file");
    assert!(
        text.contains("mod xor_runtime {") && !text.contains("mlp_runtime"),
        "{text}"
    );
    let mut check = build.to_vec();
    check.push("--check");
    assert_eq!(folder.run(&check).code, 0);
    fs::write(folder.path("alone.rs"), "").expect("a file");
    let stale = folder.run(&check);
    assert!(
        stale
            .stderr
            .contains("mlp build xor.mlp -o alone.rs --standalone"),
        "{}",
        stale.stderr
    );
}

#[test]
fn build_says_why_it_cannot_write() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    fs::create_dir(folder.path("generated")).expect("a folder");
    snapshot(
        "build_directory",
        folder.run(&["build", "xor.mlp", "-o", "generated"]).all(),
    );
    snapshot(
        "build_nowhere",
        folder
            .run(&["build", "xor.mlp", "-o", "absent/xor.rs"])
            .all(),
    );
}

#[test]
fn build_explains_the_code() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let run = folder.run(&["build", "xor.mlp", "--explain"]);
    snapshot("build_explain", run.all());
    let json = folder
        .run(&["build", "xor.mlp", "--explain", "--json"])
        .json();
    let step = &json["functions"][0]["steps"][0];
    assert_eq!(
        (&json["model"], &step["equation"], &step["code"]),
        (&"Xor".into(), &"a1 = W1·x + b1".into(), &"kernel".into())
    );

    // Statistics of the batch, windows, and a stage that chooses.
    let text = "model Several {
    input  x[6]
    output x -> local(3, stride = 3, units = 4) -> batch_norm -> tanh -> dense(3, code = unrolled) -> softmax
    loss   cross_entropy
}
";
    fs::write(folder.path("several.mlp"), text).expect("a file");
    let run = folder.run(&["build", "several.mlp", "--explain"]);
    snapshot("build_explain_several", run.all());
    let run = folder.run(&["build", "xor.mlp", "--explain", "-o", "xor.rs"]);
    assert_eq!(run.code, 2);
}

/// Weights, running statistics, scaling and names of classes.
const TRAINED: &str = "model Side {
    input  p[2]
    output p -> dense(16) -> batch_norm -> tanh -> dense(3) -> softmax
    loss   cross_entropy
    train  { optimizer adam(lr = 1e-2)  batch 16  epochs 3  seed 3 }
}
model Other { precision f64 input x[1] output x -> dense(1) loss mse }
";

/// Answers to each line of two numbers as `mlp predict` does.
const PROGRAM: &str = "
use side::Side;

fn main() {
    println!(\"class,{}\", Side::LABELS.join(\",\"));
    let rows = include_str!(\"points.csv\").lines().skip(1);
    let inputs: Vec<[f32; 2]> = rows
        .map(|line| {
            let mut numbers = line.split(',').map(|number| number.parse().unwrap_or(f32::NAN));
            Side::scaled(&std::array::from_fn(|_| numbers.next().unwrap_or(f32::NAN)))
        })
        .collect();
    let mut outputs = vec![[0.0; 3]; inputs.len()];
    Side::TRAINED.forward_batch(&inputs, &mut outputs);
    for output in outputs {
        let best = (0..3).fold(0, |best, class| if output[class] > output[best] { class } else { best });
        let output = output.map(|value| value.to_string()).join(\",\");
        println!(\"{},{output}\", Side::LABELS[best]);
    }
}
";

fn points() -> String {
    let mut text = String::from("x,y,side\n");
    for index in 0..90 {
        let (x, y) = (f64::from(index % 9) * 3.0, f64::from(index % 10) / 7.0);
        let side = ["left", "middle", "far right"][(index % 9 / 3) as usize];
        text += &format!("{x},{y},{side}\n");
    }
    text
}

/// Compiles what `arguments` say, without a warning.
fn rustc(folder: &Folder, arguments: &[&str]) {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2024", "-Ctarget-cpu=native", "-Dwarnings"]);
    command.args(arguments).current_dir(folder.path(""));
    let run = finished(command);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_trained_network_is_one_file_that_answers_as_the_command_does() {
    let folder = Folder::new(&[
        ("side.mlp", TRAINED.as_bytes()),
        ("points.csv", points().as_bytes()),
        ("main.rs", PROGRAM.as_bytes()),
    ]);
    let one = ["--model", "Side"];
    let data = ["side.mlp", "--data", "points.csv"];
    let train = [&["train"], &data[..], &one, &["--save", "w.safetensors"]].concat();
    assert_eq!(folder.run(&train).code, 0, "{}", folder.run(&train).all());
    let weights = ["--weights", "w.safetensors"];
    let build = ["build", "side.mlp", "--standalone", "-o", "side.rs"];
    let build = [&build[..], &one, &weights].concat();
    let run = folder.run(&build);
    assert_eq!(run.code, 0, "{}", run.all());
    let stale = [&build[..], &["--check"]].concat();
    assert_eq!(folder.run(&stale).code, 0);

    let file = fs::read_to_string(folder.path("side.rs")).expect("a file");
    fs::write(folder.path("lib.rs"), format!("#![no_std]\n{file}")).expect("a file");
    rustc(
        &folder,
        &["lib.rs", "--crate-type=rlib", "--crate-name=side"],
    );
    rustc(
        &folder,
        &["main.rs", "--extern=side=libside.rlib", "-o", "program"],
    );
    let answers = finished(Command::new(folder.path("program"))).stdout;
    let predict = folder.run(&[&["predict"], &data[..], &one, &weights].concat());
    assert_eq!(answers, predict.stdout, "{}", predict.stderr);
    assert_eq!(answers.lines().count(), 91);
}

#[test]
fn a_network_that_was_trained_on_inputs_as_they_are_leaves_them_so() {
    let folder = Folder::new(&[
        ("side.mlp", TRAINED.as_bytes()),
        ("line.csv", b"1,2\n2,4\n3,6\n"),
    ]);
    let train = [
        "train",
        "side.mlp",
        "--model",
        "Other",
        "--data",
        "line.csv",
        "--save",
        "w.safetensors",
    ];
    let plainly = [
        "--engine",
        "interpreted",
        "--scale",
        "none",
        "--hold-out",
        "0",
        "--epochs",
        "1",
    ];
    let run = folder.run(&[&train[..], &plainly].concat());
    assert_eq!(run.code, 0, "{}", run.all());
    let build = [
        "build",
        "side.mlp",
        "--standalone",
        "--model",
        "Other",
        "--weights",
        "w.safetensors",
    ];
    let file = folder.run(&build).stdout;
    assert!(!file.contains("LABELS"));
    let used = "pub const UNCHANGED: bool = Other::scaled(&[2.5])[0] == 2.5 && Other::TRAINED.parameters()[0] != 0.0;";
    let library =
        format!("#![no_std]\n{file}\n/// It is.\n{used}\nconst _: () = assert!(UNCHANGED);");
    fs::write(folder.path("lib.rs"), library).expect("a file");
    rustc(&folder, &["lib.rs", "--crate-type=lib", "--emit=metadata"]);
}

#[test]
fn weights_of_another_model_are_refused() {
    let folder = Folder::new(&[
        ("side.mlp", TRAINED.as_bytes()),
        ("points.csv", points().as_bytes()),
    ]);
    let train = ["train", "side.mlp", "--model", "Side", "--epochs", "1"];
    let train = [
        &train[..],
        &["--data", "points.csv", "--save", "w.safetensors"],
    ]
    .concat();
    assert_eq!(folder.run(&train).code, 0);
    let weights = ["--weights", "w.safetensors"];
    snapshot(
        "build_weights_several",
        folder
            .run(&[&["build", "side.mlp"], &weights[..]].concat())
            .all(),
    );
    fs::write(
        folder.path("other.mlp"),
        TRAINED.replace("dense(16)", "dense(5)"),
    )
    .expect("a file");
    let build = ["build", "other.mlp", "--model", "Side"];
    snapshot(
        "build_weights_of_another",
        folder.run(&[&build[..], &weights].concat()).all(),
    );
    fs::write(folder.path("no.safetensors"), "").expect("a file");
    let build = [
        "build",
        "side.mlp",
        "--model",
        "Other",
        "--weights",
        "no.safetensors",
    ];
    snapshot("build_weights_that_are_none", folder.run(&build).all());
}
