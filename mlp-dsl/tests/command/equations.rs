//! `mlp equations`.

use serde_json::Value;

use super::folder::{Folder, snapshot};

#[test]
fn equations_are_printed() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let run = folder.run(&["equations", "xor.mlp"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    snapshot("equations_xor", run.stdout);
    let json = folder.run(&["equations", "xor.mlp", "--json"]).json();
    let model = &json["models"][0];
    assert_eq!(model["name"], "Xor");
    let first = &model["equations"][0];
    assert_eq!(
        (&first["target"], &first["value"]),
        (&"a1".into(), &"W1·x + b1".into())
    );
    assert_eq!(
        (&first["section"], &first["note"]),
        (&"forward".into(), &Value::Null)
    );
    let delta = &model["equations"][5];
    assert_eq!(
        (&delta["target"], &delta["value"]),
        (&"δ2".into(), &"z2 − t".into())
    );
    assert_eq!(
        (&delta["section"], &delta["note"]),
        (&"backward".into(), &"sigmoid with bce".into())
    );
}

#[test]
fn several_models_are_headed_by_their_names() {
    let two = "model A { input x[1] output x -> dense(1) }
               model B { input x[1] output x -> dense(1) -> relu }";
    let folder = Folder::new(&[("two.mlp", two.as_bytes())]);
    snapshot(
        "equations_two",
        folder.run(&["equations", "two.mlp"]).stdout,
    );
    let one = folder.run(&["equations", "two.mlp", "--model", "B"]);
    assert!(one.stdout.starts_with("forward\n"), "{}", one.stdout);
    snapshot(
        "equations_unknown_model",
        folder.run(&["equations", "two.mlp", "--model", "C1"]).all(),
    );
}

#[test]
fn one_definition_is_shown() {
    let own = "activation swash(x) = x^2 * exp(x)";
    let folder = Folder::new(&[("own.mlp", own.as_bytes())]);
    let run = folder.run(&["equations", "--of", "silu"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "z = silu(x) = x·σ(x)\ndz/dx = σ(x) + z·(1 − σ(x))\n")
    );
    let run = folder.run(&["equations", "own.mlp", "--of", "swash"]);
    assert!(run.stdout.starts_with("z = swash(x) = "), "{}", run.all());
    let json = folder.run(&["equations", "--of", "silu", "--json"]).json();
    assert_eq!(json["equations"][0], "z = silu(x) = x·σ(x)");
    snapshot(
        "equations_of_unknown",
        folder.run(&["equations", "--of", "sliu"]).all(),
    );
}

#[test]
fn a_definition_is_derived_step_by_step() {
    let folder = Folder::new(&[]);
    let run = folder.run(&["equations", "--of", "silu", "--steps"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[2].ends_with("product rule"), "{}", run.all());
    assert!(lines[3].ends_with("d/dx[x] = 1"), "{}", run.all());
    assert_eq!(
        lines.last(),
        Some(&"      = σ(x) + z·(1 − σ(x))               reuse of a known value")
    );
    let json = folder
        .run(&["equations", "--of", "silu", "--steps", "--json"])
        .json();
    let remarks = &json["page"]["blocks"][0]["lines"][1]["remarks"];
    assert_eq!(remarks[1], "product rule");
    assert_eq!(folder.run(&["equations", "xor.mlp", "--steps"]).code, 2);
}

#[test]
fn every_view_comes_in_every_format() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    for view in [
        None,
        Some("--expanded"),
        Some("--index"),
        Some("--algorithm"),
    ] {
        let print = |format: &str| {
            let arguments = ["equations", "xor.mlp", "--format", format];
            let run = folder.run(&arguments.into_iter().chain(view).collect::<Vec<_>>());
            assert_eq!(
                (run.code, run.stderr.as_str()),
                (0, ""),
                "{view:?} {format}"
            );
            run.stdout
        };
        assert!(print("latex").contains("\\begin{align*}\n"));
        assert!(print("html").starts_with("<!DOCTYPE html>\n"));
        let json: Value = serde_json::from_str(&print("json")).expect("JSON");
        assert_eq!(json["models"][0]["name"], "Xor");
    }
    let run = folder.run(&["equations", "xor.mlp", "--format", "latex-document"]);
    assert!(run.stdout.starts_with("\\documentclass"), "{}", run.all());
    let two = folder.run(&["equations", "xor.mlp", "--index", "--expanded"]);
    assert_eq!(two.code, 2, "{}", two.all());
}

#[test]
fn json_says_where_an_equation_comes_from_and_what_it_costs() {
    let folder = Folder::with_fixtures(&["xor.mlp"]);
    let json = folder.run(&["equations", "xor.mlp", "--json"]).json();
    let first = &json["models"][0]["equations"][0];
    assert_eq!(first["latex"], "a_{1} = W_{1}\\,x + b_{1}");
    assert_eq!(first["expression"]["operands"][0]["op"], "matrix_vector");
    assert_eq!(
        (&first["shape"], &first["flops"]),
        (&serde_json::json!([8]), &32.into())
    );
    assert!(first["origin"]["line"].is_u64() && first["origin"]["start"].is_u64());
}
