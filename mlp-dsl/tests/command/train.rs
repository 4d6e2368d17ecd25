//! `mlp train`, `mlp predict` and `mlp evaluate`: from a model file and a data file to a network and its answers.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::folder::{Folder, Run};

/// Two classes, above and below a parabola.
const MODEL: &str = "model Above {
    input  p[2]
    output p -> dense(8) -> tanh -> dense(2) -> softmax
    loss   cross_entropy
    train  { optimizer adam(lr = 1e-2)  batch 16  epochs 12  seed 3 }
}
";

/// Points with the names of their classes.
fn points(count: u32) -> String {
    let mut text = String::from("x,y,class\n");
    for index in 0..count {
        let (x, y) = (
            f64::from(index % 20) / 10.0 - 1.0,
            f64::from(index * 7 % 23) / 11.0 - 1.0,
        );
        let class = if y > x * x - 0.4 { "above" } else { "below" };
        text += &format!("{x},{y},{class}\n");
    }
    text
}

fn folder() -> Folder {
    Folder::new(&[
        ("net.mlp", MODEL.as_bytes()),
        ("points.csv", points(400).as_bytes()),
    ])
}

const TRAIN: [&str; 4] = ["train", "net.mlp", "--data", "points.csv"];

fn train(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&TRAIN, more].concat())
}

#[test]
fn a_network_is_trained_and_answers() {
    let folder = folder();
    let run = train(
        &folder,
        &["--save", "w.safetensors", "--json", "--test", "points.csv"],
    );
    assert_eq!(run.code, 0, "{}", run.all());
    let answer = run.json();
    assert_eq!(answer["engine"], "compiled");
    assert_eq!(answer["epochs"].as_array().map(Vec::len), Some(12));
    assert_eq!(
        (&answer["samples"], &answer["held_out"]),
        (&320.into(), &80.into())
    );
    let tested = answer["test"]["accuracy"].as_f64().expect("a fraction");
    assert!(tested > 0.9, "{answer}");

    let weights = ["--weights", "w.safetensors", "--data", "points.csv"];
    let evaluate = folder.run(&[&["evaluate", "net.mlp", "--json"], &weights[..]].concat());
    assert_eq!(evaluate.json()["accuracy"].as_f64(), Some(tested));
    let held_out = [
        &["evaluate", "net.mlp", "--json", "--held-out"],
        &weights[..],
    ]
    .concat();
    let held_out = folder.run(&held_out).json();
    assert_eq!(held_out["samples"], 80);
    let kept = answer["kept_epoch"].as_u64().expect("an epoch") as usize;
    let metric = &answer["epochs"][kept - 1]["validation_metric"];
    assert_eq!(&held_out["accuracy"], metric);

    let predict = [&["predict", "net.mlp", "-o", "out.csv"], &weights[..]].concat();
    assert_eq!(folder.run(&predict).code, 0);
    let predicted = fs::read_to_string(folder.path("out.csv")).expect("the predictions");
    let truth = points(400);
    let lines = predicted.lines().zip(truth.lines());
    assert_eq!(predicted.lines().next(), Some("class,above,below"));
    let right = lines
        .skip(1)
        .filter(|(predicted, truth)| predicted.split(',').next() == truth.split(',').next_back());
    assert_eq!(right.count() as f64 / 400.0, tested);
}

#[test]
fn a_run_that_is_killed_and_resumed_ends_with_the_same_bytes() {
    let folder = folder();
    let whole = train(&folder, &["--epochs", "60", "--save", "whole.safetensors"]);
    assert_eq!(whole.code, 0, "{}", whole.all());
    let arguments = [
        &TRAIN[..],
        &["--epochs", "60", "--save", "w.safetensors", "--resume"],
    ]
    .concat();
    // From before the first checkpoint to shortly before the end, on whatever machine.
    for wait in [1, 20, 45, 70, 100] {
        let mut command = folder.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        sleep(Duration::from_millis(wait));
        child.kill().expect("the command is killed");
        child.wait().expect("the command has ended");
    }
    let run = folder.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.all());
    let bytes = |name| fs::read(folder.path(name)).expect("a file of weights");
    assert!(bytes("w.safetensors") == bytes("whole.safetensors"));
    // Part by part, too.
    for epochs in ["7", "31", "60"] {
        let part = train(
            &folder,
            &[
                "--epochs",
                epochs,
                "--save",
                "parts.safetensors",
                "--resume",
            ],
        );
        assert_eq!(part.code, 0, "{}", part.all());
    }
    assert!(bytes("parts.safetensors") == bytes("whole.safetensors"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_was_learned() {
    let folder = folder();
    let arguments = [
        &TRAIN[..],
        &["--epochs", "100000", "--save", "w.safetensors"],
    ]
    .concat();
    let mut command = folder.command(&arguments);
    command.stdout(Stdio::piped());
    let child = command.spawn().expect("the command starts");
    while !folder.path("w.safetensors").exists() {
        sleep(Duration::from_millis(5));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("kill runs").success());
    let output = child.wait_with_output().expect("the command ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("interrupted") && text.contains("checkpoint saved to w.safetensors"),
        "{text}"
    );
}

#[test]
fn without_a_compiler_the_interpreter_trains() {
    let folder = folder();
    let mut command = folder.command(&[&TRAIN[..], &["--json"]].concat());
    command.env("RUSTC", "no-such-compiler");
    let run = crate::folder::finished(command);
    assert_eq!(run.json()["engine"], "interpreted");
    assert!(
        run.stderr.contains("so the interpreter trains"),
        "{}",
        run.stderr
    );
    let epochs = run.json()["epochs"].clone();
    let loss = |epoch: usize| epochs[epoch]["loss"].as_f64().expect("a loss");
    assert!(loss(11) < 0.7 * loss(0), "{epochs}");
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    fs::write(folder.path("ragged.csv"), "1,2,0\n1,0\n").expect("a file");
    fs::write(folder.path("wide.csv"), "1,2,3,0\n").expect("a file");
    fs::write(folder.path("nan.csv"), "1,2,0\n1,nan,1\n").expect("a file");
    fs::write(folder.path("third.csv"), "1,2,0\n1,1,2\n").expect("a file");
    for (arguments, expected) in [
        (&["--data", "no.csv"][..], "cannot read no.csv"),
        (
            &["--data", "ragged.csv"],
            "line 2: 2 columns, but the first row has 3",
        ),
        (
            &["--data", "wide.csv"],
            "the data have 3 inputs a row, but the model `Above` takes 2",
        ),
        (
            &["--data", "nan.csv"],
            "line 2, column 2: `nan` is not a finite number",
        ),
        (
            &["--data", "third.csv"],
            "sample 2 is of class 2, but the model `Above` has 2 classes",
        ),
        (
            &["--data", "points.xls"],
            "the format of the data is unknown",
        ),
        (
            &["--data", "points.csv", "--optimizer", "adm"],
            "there is no optimizer `adm`",
        ),
        (&["--data", "points.csv", "--batch", "0"], "the batch is 0"),
        (
            &["--data", "points.csv", "--hold-out", "1"],
            "the share to hold out is 1",
        ),
        (
            &["--data", "points.csv", "--optimizer", "sgd", "--lr", "1e60"],
            "at a learning rate of",
        ),
    ] {
        let run = folder.run(&[&["train", "net.mlp"], arguments].concat());
        assert_eq!(run.code, 1, "{}", run.all());
        assert!(run.stderr.contains(expected), "{expected}\n{}", run.stderr);
    }
    train(&folder, &["--epochs", "1", "--save", "w.safetensors"]);
    let other = train(
        &folder,
        &["--save", "w.safetensors", "--resume", "--batch", "8"],
    );
    assert!(
        other.stderr.contains("batch is 8, was 16"),
        "{}",
        other.stderr
    );
    fs::write(
        folder.path("other.mlp"),
        MODEL.replace("dense(8)", "dense(9)"),
    )
    .expect("a file");
    let arguments = [
        "predict",
        "other.mlp",
        "--weights",
        "w.safetensors",
        "--data",
        "points.csv",
    ];
    let misfit = folder.run(&arguments).stderr;
    assert!(
        misfit.contains("`dense1.weight` has the shape [8, 2], not [9, 2]"),
        "{misfit}"
    );
}

/// Three quarters of the points are of class 1: a boundary at the wrong place decides many of them wrongly.
fn half_planes(classes: [&str; 2]) -> String {
    let rows = (0..300_u32).map(|index| {
        let (x, y) = (
            f64::from(index % 20) / 10.0 - 0.95,
            f64::from(index * 7 % 23) / 11.0 - 1.0,
        );
        format!("{x},{y},{}\n", classes[usize::from(x + 0.2 * y > -0.5)])
    });
    rows.collect()
}

#[test]
fn a_single_output_decides_where_its_loss_does() {
    for (loss, end, threshold, classes, engine) in [
        ("bce", " -> sigmoid", 0.5, ["0", "1"], "interpreted"),
        ("bce_with_logits", "", 0.0, ["0", "1"], "interpreted"),
        ("bce_with_logits", "", 0.0, ["left", "right"], "interpreted"),
        ("hinge", "", 0.0, ["-1", "1"], "interpreted"),
        ("squared_hinge", "", 0.0, ["left", "right"], "compiled"),
    ] {
        let model = format!(
            "model Side {{ input p[2] output p -> dense(1){end} loss {loss}
                train {{ optimizer adam(lr = 3e-2) batch 16 epochs 15 seed 1 }} }}"
        );
        let data = half_planes(classes);
        let folder = Folder::new(&[
            ("net.mlp", model.as_bytes()),
            ("points.csv", data.as_bytes()),
        ]);
        let run = train(
            &folder,
            &["--save", "w.safetensors", "--json", "--engine", engine],
        );
        assert_eq!(run.code, 0, "{loss} {classes:?}: {}", run.all());
        assert_eq!(run.json()["metric"], "accuracy");
        let arguments = [
            "net.mlp",
            "--json",
            "--weights",
            "w.safetensors",
            "--data",
            "points.csv",
        ];
        let measured = folder
            .run(&[&["evaluate", "--engine", engine], &arguments[..]].concat())
            .json();
        let predicted = folder
            .run(&[&["predict", "--engine", engine], &arguments[..]].concat())
            .json();
        let outputs = predicted["predictions"].as_array().expect("a list").iter();
        let decided = outputs.map(|row| row["outputs"][0].as_f64().expect("a number") > threshold);
        let truth = data
            .lines()
            .map(|line| line.ends_with(classes[1]) && !line.ends_with("-1"));
        let right = decided
            .zip(truth)
            .filter(|(decided, truth)| decided == truth);
        let accuracy = right.count() as f64 / 300.0;
        assert_eq!(
            measured["accuracy"].as_f64(),
            Some(accuracy),
            "{loss} {classes:?}"
        );
        assert!(accuracy > 0.95, "{loss} {classes:?}: {accuracy}");
    }
}

#[test]
fn the_interpreter_trains_as_generated_code_does() {
    // A matrix that lies by columns and one that lies by rows, a mask, and statistics of the batch.
    let model = "model Above {
        precision f64
        input  p[2]
        output p -> dense(8, init = orthogonal) -> batch_norm -> tanh -> dropout(0.2) -> dense(3) -> dropout(0.1)
            -> dense(2) -> softmax
        loss   cross_entropy
        train  { optimizer adam(lr = 1e-2)  batch 16  epochs 3  seed 3 }
    }";
    let without_state = model
        .replace("-> batch_norm", "")
        .replace("batch 16", "batch 100");
    for model in [model, &without_state] {
        let folder = folder();
        fs::write(folder.path("net.mlp"), model).expect("a file");
        let losses = |engine: &str| -> Vec<f64> {
            let run = train(&folder, &["--json", "--engine", engine]);
            assert_eq!(run.code, 0, "{}", run.all());
            assert_eq!(run.json()["engine"], engine);
            let epochs = run.json()["epochs"].as_array().expect("a list").clone();
            let both = epochs.iter().flat_map(|epoch| {
                [&epoch["loss"], &epoch["validation_loss"]].map(|loss| loss.as_f64())
            });
            both.map(|loss| loss.expect("a loss")).collect()
        };
        let (compiled, interpreted) = (losses("compiled"), losses("interpreted"));
        assert_eq!(compiled.len(), 6);
        for (compiled, interpreted) in compiled.iter().zip(&interpreted) {
            let error = (compiled - interpreted).abs();
            assert!(error < 1e-9 * compiled, "{compiled} {interpreted}");
        }
    }
}

#[test]
fn the_curve_is_written_in_the_form_that_its_name_says() {
    let folder = folder();
    let draw = |name| {
        train(
            &folder,
            &["--engine", "interpreted", "--epochs", "3", "--curve", name],
        )
    };
    for (name, start) in [
        ("curve.svg", &b"<svg width=\"800\""[..]),
        ("curve.png", b"\x89PNG\r\n"),
    ] {
        let run = draw(name);
        assert_eq!(run.code, 0, "{}", run.all());
        assert!(
            fs::read(folder.path(name))
                .expect("a picture")
                .starts_with(start)
        );
    }
    let refused = draw("curve.jpeg");
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("neither SVG nor PNG"),
        "{}",
        refused.stderr
    );
}

#[test]
fn every_format_serves_to_train_and_to_test() {
    // Of IDX, eight images of two pixels that a bright left or right pixel tells apart.
    let images = |count: u32| {
        let pixels = (0..count).flat_map(|row| if row % 2 == 0 { [200, 10] } else { [10, 200] });
        let shape = [count, 1, 2].map(u32::to_be_bytes).concat();
        [&[0, 0, 8, 3], &shape[..], &pixels.collect::<Vec<u8>>()].concat()
    };
    let classes = |count: u32| {
        let labels: Vec<u8> = (0..count).map(|row| (row % 2) as u8).collect();
        [&[0, 0, 8, 1], &count.to_be_bytes()[..], &labels].concat()
    };
    let folder = Folder::new(&[
        ("net.mlp", MODEL.as_bytes()),
        ("train-images-idx3-ubyte", &images(40)),
        ("train-labels-idx1-ubyte", &classes(40)),
        ("test-images-idx3-ubyte", &images(8)),
        ("test-labels-idx1-ubyte", &classes(8)),
        ("points.csv", points(400).as_bytes()),
    ]);
    let data = ["train", "net.mlp", "--json", "--engine", "interpreted"];
    let samples = [
        "--data",
        "train-images-idx3-ubyte",
        "--targets",
        "train-labels-idx1-ubyte",
    ];
    let data = [&data[..], &samples].concat();
    let test = ["--test", "test-images-idx3-ubyte"];
    let targets = ["--test-targets", "test-labels-idx1-ubyte"];
    let run = folder.run(&[&data[..], &test, &targets].concat());
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(run.json()["test"]["samples"], 8);
    assert_eq!(run.json()["test"]["accuracy"], 1.0);
    let run = folder.run(&[&data[..], &test].concat());
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("--test-targets"), "{}", run.all());
}
