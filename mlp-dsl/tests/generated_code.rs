//! The code that is generated, as golden files: what a reviewer reads here is compiled by the tests of the macro crate.
//! With `UPDATE_GENERATED=1` in the environment the files are written anew.

use std::fs;
use std::path::Path;

use mlp_dsl::{Source, compile};

fn check(name: &str) {
    check_text(&format!("fixtures/{name}.mlp"), name);
}

fn check_text(path: &str, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let text = fs::read_to_string(folder.join(path)).expect("the text is there");
    let source = Source::new(format!("{name}.mlp"), text);
    let generated = compile(&source)
        .unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
        .rust();
    let golden = folder.join(format!("generated/{name}.rs"));
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&golden, &generated).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        generated == expected,
        "{} is stale: review the change and run with UPDATE_GENERATED=1",
        golden.display()
    );
}

#[test]
fn xor_is_a_page_for_students() {
    check("xor");
}

#[test]
fn own_activation_has_a_learned_scalar() {
    check("own_activation");
}

#[test]
fn scalar_chain_is_straight_line_code() {
    check("scalar_chain");
}

#[test]
fn training_goes_over_the_batch_for_each_statistic() {
    check_text("generated/masked.mlp", "masked");
}

#[test]
fn the_file_differs_from_the_tokens_by_comments_alone() {
    for name in ["xor", "digits", "own_activation", "smooth_activations"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/{name}.mlp"));
        let source = Source::new(
            name,
            fs::read_to_string(path).expect("the fixture is there"),
        );
        let compiled = compile(&source).expect("the fixture compiles");
        let file: syn::File = syn::parse_str(&compiled.rust()).expect("the file is Rust");
        let tokens: syn::File = syn::parse2(compiled.tokens()).expect("the tokens are items");
        assert_eq!(
            prettyplease::unparse(&file),
            prettyplease::unparse(&tokens),
            "{name}"
        );
    }
}
