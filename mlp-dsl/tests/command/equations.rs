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
