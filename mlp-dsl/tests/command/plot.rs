//! `mlp plot`.

use std::fs;

use super::folder::{Folder, snapshot};

#[test]
fn a_plot_is_written_in_the_form_that_its_name_says() {
    let own = "activation bent(x; learn a = 0.25) = max(x, 0) + a * min(x, 0)";
    let folder = Folder::new(&[("own.mlp", own.as_bytes())]);
    let run = folder.run(&["plot", "own.mlp", "--of", "bent"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(
        run.stdout.starts_with("<svg width=\"800\" "),
        "{}",
        run.all()
    );
    let write = |name| folder.run(&["plot", "own.mlp", "--of", "bent", "-o", name]);
    let run = write("bent.svg");
    assert_eq!(
        (run.code, run.all().as_str()),
        (0, "exit 0\n-- standard output\n-- standard error\n")
    );
    assert_eq!(write("bent.png").code, 0);
    let png = fs::read(folder.path("bent.png")).expect("a file");
    assert!(png.starts_with(b"\x89PNG\r\n"));
    snapshot("plot_to_a_jpeg", write("bent.jpeg").all());
    // Nothing but what was asked for is left.
    assert_eq!(fs::read_dir(folder.path("")).expect("a folder").count(), 3);
}

#[test]
fn a_sheet_shows_every_definition() {
    let folder = Folder::new(&[("own.mlp", b"loss quartic(y, t) = mean((y - t)^4)")]);
    let sheet = folder.run(&["plot", "own.mlp", "--all"]).stdout;
    for name in [
        "relu",
        "gelu_tanh",
        "log_softmax",
        "bce, t = 1",
        "quartic, t = 1",
    ] {
        assert!(sheet.contains(&format!("\n{name}\n")), "{name}");
    }
}

#[test]
fn the_numbers_of_a_plot_can_be_read() {
    let folder = Folder::new(&[]);
    let read = |arguments: &[&str]| {
        let json = folder
            .run(&[&["plot", "--json"], arguments].concat())
            .json();
        json["plots"][0].clone()
    };
    let relu = read(&["--of", "relu", "--from", "-1", "--to", "2"]);
    assert_eq!(relu["points"][0], serde_json::json!([-1.0, 0.0, 0.0]));
    assert_eq!(relu["points"][480], serde_json::json!([2.0, 2.0, 1.0]));
    assert_eq!(relu["dead"], serde_json::json!([[-1.0, 0.0]]));
    let mse = read(&["--of", "mse", "--target", "-2", "--from", "-4", "--to", "4"]);
    assert_eq!(mse["against"], "t = -2");
    assert_eq!(mse["points"][0], serde_json::json!([-4.0, 4.0, -4.0]));
}

#[test]
fn what_cannot_be_plotted_is_said() {
    let folder = Folder::new(&[]);
    snapshot("plot_unknown", folder.run(&["plot", "--of", "gleu"]).all());
    let backwards = ["plot", "--of", "gelu", "--from", "3", "--to", "-3"];
    snapshot("plot_backwards", folder.run(&backwards).all());
    for wrong in [["plot"].as_slice(), &["plot", "--of", "gelu", "--all"]] {
        assert_eq!(folder.run(wrong).code, 2);
    }
}
