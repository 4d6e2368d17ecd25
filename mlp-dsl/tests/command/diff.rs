//! `mlp diff`.

use super::folder::{Folder, snapshot};

#[test]
fn changes_are_shown() {
    let before = "model A { input x[2] output x -> dense(8) -> tanh -> dense(1) loss mse }";
    let after = "model A { input x[2] output x -> dense(16) -> relu -> dense(1) loss mse }
                 model B { input x[1] output x -> dense(1) }";
    let only = "model C { input x[2] output x -> dense(8) -> tanh -> dense(1) loss mse }";
    let folder = Folder::new(&[
        ("before.mlp", before.as_bytes()),
        ("after.mlp", after.as_bytes()),
        ("renamed.mlp", only.as_bytes()),
    ]);
    snapshot(
        "diff",
        folder.run(&["diff", "before.mlp", "after.mlp"]).all(),
    );
    let renamed = folder.run(&["diff", "before.mlp", "renamed.mlp"]);
    assert_eq!(
        (renamed.code, renamed.stdout.as_str()),
        (0, "model A → C\n  nothing changed\n")
    );
    let json = folder
        .run(&["diff", "before.mlp", "after.mlp", "--json"])
        .json();
    assert_eq!(json["models"][0]["same"], false);
    assert_eq!(
        json["models"][0]["equations"][0]["removed"],
        "z1 = tanh(a1)"
    );
    assert_eq!(json["models"][0]["costs"][0]["after"], 65);
    assert_eq!(json["models"][1]["after"], "B");
    assert_eq!(folder.run(&["diff", "-", "-"]).code, 1);
}
