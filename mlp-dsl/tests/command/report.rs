//! `mlp report`.

use std::fs;

use super::folder::{Folder, snapshot};

#[test]
fn a_report_is_one_page() {
    let folder = Folder::with_fixtures(&["digits.mlp"]);
    let run = folder.run(&["report", "digits.mlp", "-o", "digits.html"]);
    assert_eq!(
        (run.code, run.all().as_str()),
        (0, "exit 0\n-- standard output\n-- standard error\n")
    );
    let page = fs::read_to_string(folder.path("digits.html")).expect("a file");
    assert!(page.starts_with("<!DOCTYPE html>") && page.len() < 1_000_000);
    for id in [
        "source",
        "equations",
        "graph",
        "rust",
        "costs",
        "verification",
    ] {
        assert!(page.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
    assert!(!page.contains("id=\"data\""));
}

#[test]
fn weights_and_data_are_observed() {
    let folder = Folder::with_fixtures(&["xor.mlp", "xor.safetensors"]);
    fs::write(folder.path("xor.csv"), "0,0,0\n0,1,1\n1,0,1\n1,1,0\n").expect("a file");
    for data in ["xor.safetensors", "xor.csv"] {
        let report = [
            "report",
            "xor.mlp",
            "--weights",
            "xor.safetensors",
            "--data",
            data,
        ];
        let run = folder.run(&report);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for id in ["data", "surface"] {
            assert!(
                run.stdout.contains(&format!("<section id=\"{id}\"")),
                "{id}"
            );
        }
        assert_eq!(run.stdout, folder.run(&report).stdout, "the same again");
    }
}

#[test]
fn a_model_without_a_loss_takes_data_without_targets() {
    let net = "model Net { input x[3] output x -> dense(2) -> tanh }";
    let folder = Folder::new(&[("net.mlp", net.as_bytes()), ("net.csv", b"1,2,3\n4,5,6\n")]);
    let numbers = |count: usize| vec![0_u8; 4 * count];
    let (weight, bias) = (numbers(6), numbers(2));
    let tensor = |shape: &[usize], data| {
        safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.to_vec(), data)
            .expect("a tensor")
    };
    let tensors = [
        ("dense1.weight", tensor(&[2, 3], &weight)),
        ("dense1.bias", tensor(&[2], &bias)),
    ];
    let bytes = safetensors::serialize(tensors, None).expect("a file");
    fs::write(folder.path("net.safetensors"), bytes).expect("a file");
    let report = [
        "report",
        "net.mlp",
        "--weights",
        "net.safetensors",
        "--data",
        "net.csv",
    ];
    let run = folder.run(&report);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("<p>2 samples."), "{}", run.stdout);
    assert!(!run.stdout.contains("id=\"surface\""));
}

/// What `mlp report` observes is what `mlp predict` and `mlp evaluate` say of the same files: inputs are scaled as the weights
/// say, classes have their names, and a `batch_norm` uses its running statistics.
#[test]
fn a_checkpoint_is_observed_as_it_answers() {
    let net = "model Net { precision f64 input x[2] output x -> dense(4) -> batch_norm -> tanh -> dense(2) -> softmax loss cross_entropy }";
    let mut samples = String::from("x,y,class\n");
    for index in 0..60 {
        let (x, y) = (1000 + index * 7 % 31, index * 5 % 13);
        let class = if x - 1000 > 2 * y { "right" } else { "left" };
        samples += &format!("{x},{y},{class}\n");
    }
    let files = [("net.mlp", net), ("samples.csv", &samples)];
    let folder = Folder::new(&files.map(|(name, text)| (name, text.as_bytes())));
    let data = ["net.mlp", "--data", "samples.csv"];
    let interpreted = ["--engine", "interpreted", "--json"];
    for scale in ["standard", "min-max"] {
        let train = ["--scale", scale, "--epochs", "3", "--save", "w.safetensors"];
        let run = folder.run(&[&["train"], &data[..], &interpreted, &train].concat());
        assert_eq!(run.code, 0, "{}", run.all());
        let answer = |verb: &str, more: &[&str]| {
            let weights = ["--weights", "w.safetensors", "--json"];
            let run = folder.run(&[&[verb], &data[..], &weights, more].concat());
            assert_eq!(run.code, 0, "{}", run.all());
            run.json()
        };
        let observed = &answer("report", &["-o", "net.html"])["observed"];
        assert_eq!(observed["samples"], 60);
        let loss = &answer("evaluate", &interpreted[..2])["loss"];
        assert_eq!((&observed["loss"], loss.is_f64()), (loss, true));
        let predicted = answer("predict", &interpreted[..2]);
        let rows = predicted["predictions"].as_array().expect("predictions");
        let outputs = rows
            .iter()
            .flat_map(|row| row["outputs"].as_array().expect("a row"));
        let outputs: Vec<f64> = outputs
            .map(|value| value.as_f64().expect("a number"))
            .collect();
        let vectors = observed["vectors"].as_array().expect("vectors");
        let output = vectors.last().expect("the output");
        assert_eq!(
            output["minimum"],
            outputs.iter().copied().fold(1.0, f64::min)
        );
        assert_eq!(
            output["maximum"],
            outputs.iter().copied().fold(0.0, f64::max)
        );
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let two =
        "model A { input x[1] output x -> dense(1) } model B { input x[1] output x -> dense(1) }";
    let other = "model Xor { input x[2] output x -> dense(4) -> tanh -> out: dense(1) -> sigmoid loss bce }";
    let files = [("two.mlp", two.as_bytes()), ("other.mlp", other.as_bytes())];
    let folder = Folder::new(&files);
    let fixtures = Folder::with_fixtures(&["xor.safetensors"]);
    fs::copy(
        fixtures.path("xor.safetensors"),
        folder.path("xor.safetensors"),
    )
    .expect("a file");
    snapshot("report_two", folder.run(&["report", "two.mlp"]).all());
    let weights = [
        "report",
        "other.mlp",
        "--weights",
        "xor.safetensors",
        "--data",
        "xor.csv",
    ];
    snapshot("report_weights", folder.run(&weights).all());
    assert_eq!(
        folder
            .run(&["report", "two.mlp", "--weights", "w.safetensors"])
            .code,
        2
    );
}
