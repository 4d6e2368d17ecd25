//! `mlp bench`.

use serde_json::Value;

use super::folder::{Folder, XOR, finished, snapshot};

/// The same text with every number that was measured as `#`, and single spaces.
fn without_figures(text: &str) -> String {
    let mask = |word: &str| match word.parse::<f64>() {
        Ok(_) => "#".to_owned(),
        Err(_) => word.to_owned(),
    };
    let line = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(mask).collect();
        // The unit follows the size of the number.
        let words = words.join(" ") + "\n";
        ["ns", "µs", "ms", "s"].iter().fold(words, |words, unit| {
            words.replace(&format!("# {unit} "), "# ")
        })
    };
    text.lines().map(line).collect()
}

/// The keys of an object, one below the other, with those of the objects in it.
fn keys(value: &Value, depth: usize) -> String {
    let Some(object) = value.as_object() else {
        return String::new();
    };
    let entries = object.iter().map(|(key, value)| {
        let indent = "  ".repeat(depth);
        format!("{indent}{key}\n{}", keys(value, depth + 1))
    });
    entries.collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

const SHORT: [&str; 2] = ["--block-seconds", "0.001"];

#[test]
fn bench_measures_every_function() {
    let trained = XOR.replace(
        "bce\n",
        "bce\n    train { optimizer sgd(lr = 0.5) batch 4 }\n",
    );
    let folder = Folder::new(&[("xor.mlp", trained.as_bytes())]);
    let run = folder.run(&[&["bench", "xor.mlp"], &SHORT[..]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    // The level and the clock are the machine's.
    let level = ["avx512", "avx2"].iter();
    let text = level.fold(run.stdout, |text, level| text.replace(level, "baseline"));
    let text = text.replace(
        "on the wall: other processes add to it",
        "of the thread alone",
    );
    snapshot("bench", without_figures(&text));

    let more = ["--json", "--level", "baseline", "--batch", "70"];
    let run = folder.run(&[&["bench", "xor.mlp"], &SHORT[..], &more].concat());
    let json = run.json();
    snapshot("bench_keys", keys(&json, 0));
    assert_eq!(
        (&json["batch"], &json["threads"], &json["level"]),
        (&70.into(), &1.into(), &"baseline".into())
    );
    for name in ["forward", "forward_batch", "gradient_batch", "train_step"] {
        let times = &json[format!("{name}_ns")];
        let (min, median) = (number(&times["min"]), number(&times["median"]));
        assert!(min > 0.0 && min <= median, "{name}: {times}");
        let operations = number(&json["operations"][name]);
        let gflops = number(&json["gflops"][name]);
        assert!((gflops * min / operations - 1.0).abs() < 1e-9, "{json}");
        let ratio = gflops / number(&json["peak_gflops"]);
        assert!((number(&json["peak_ratio"][name]) / ratio - 1.0).abs() < 1e-9);
    }
    // 16 + 8 multiply-adds and as many additions of a bias as there are units, without the first addition of each sum.
    let operations = number(&json["operations"]["forward"]);
    assert_eq!(
        operations * 70.0,
        number(&json["operations"]["forward_batch"])
    );
    assert!((2.0 * 24.0..100.0).contains(&operations), "{operations}");
    assert!(number(&json["code_bytes"]) > 100.0);
    assert!(number(&json["rustc_seconds"]) > 0.0);
}

#[test]
fn without_a_loss_there_is_nothing_to_train() {
    let text = "model Smallest { precision f32 input x[1] output x -> dense(1) }";
    let folder = Folder::new(&[("answer.mlp", text.as_bytes())]);
    let run = folder.run(&[&["bench", "answer.mlp", "--json"], &SHORT[..]].concat());
    let json = run.json();
    assert!(number(&json["forward_ns"]["min"]) > 0.0);
    assert_eq!(json.get("train_step_ns"), None);
    assert_eq!(json["ram_bytes"]["training"], Value::Null);
    assert_eq!(number(&json["operations"]["forward"]), 2.0);
}

#[test]
fn threads_share_what_pays() {
    let folder = Folder::new(&[("xor.mlp", XOR.as_bytes())]);
    let two = ["bench", "xor.mlp", "--threads", "2"];
    let run = folder.run(&[&two[..], &["--batch", "4"], &SHORT].concat());
    let said = "threads  a batch of 4 is too little work for 2";
    assert!(run.stdout.contains(said), "{}", run.all());
    let large = ["--batch", "300000", "--json"];
    let json = folder.run(&[&two[..], &large, &SHORT].concat()).json();
    assert_eq!(number(&json["threads"]), 2.0);
    assert_eq!(number(&json["threads_of"]["forward_batch"]), 2.0);
    assert_eq!(number(&json["threads_of"]["train_step"]), 2.0);
}

#[test]
fn what_cannot_be_measured_is_explained() {
    let trained = XOR.replace(
        "bce\n",
        "bce\n    train { optimizer sgd(lr = 0.5) batch 4 }\n",
    );
    let two = format!("{XOR}\n{}", XOR.replace("Xor", "Other"));
    let files = [("xor.mlp", trained.as_bytes()), ("two.mlp", two.as_bytes())];
    let folder = Folder::new(&files);
    snapshot("bench_two", folder.run(&["bench", "two.mlp"]).all());
    let mut command = folder.command(&["bench", "xor.mlp"]);
    command.env("RUSTC", "no-such-compiler");
    snapshot("bench_no_compiler", finished(command).all());
    for wrong in [["--batch", "0"], ["--threads", "0"], ["--level", "sse9"]] {
        let run = folder.run(&[&["bench", "xor.mlp"], &wrong[..]].concat());
        assert_eq!(run.code, 2, "{}", run.all());
    }
}
