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
