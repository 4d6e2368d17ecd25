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

/// What `init` draws for a weight of 3 units and 4 inputs, which lies the other way round in memory: function, shape, number.
fn drawn(init: &str) -> Vec<String> {
    let text = format!("model M {{ input x[4] output x -> dense(3, init = {init}) }}");
    let generated = compile(&Source::new("init.mlp", text))
        .expect("it compiles")
        .rust();
    let code: String = generated.split_whitespace().collect();
    let calls = code.split("initialiser::").skip(1);
    calls
        .map(|call| {
            let (call, _) = call.split_once(";").unwrap_or_default();
            let call = call.replace("&mutnetwork.parameters", "");
            call.replace(",&mutrandom", "").replace(",)", ")")
        })
        .collect()
}

#[test]
fn init_draws_what_the_file_says() {
    let root = f64::sqrt;
    let cases = [
        (
            "xavier_uniform",
            format!("uniform([0..12],{:?})", root(6.0 / 7.0)),
        ),
        (
            "xavier_normal(gain = 2)",
            format!("normal([0..12],{:?})", 2.0 * root(2.0 / 7.0)),
        ),
        (
            "he_uniform(slope = 1)",
            format!("uniform([0..12],{:?})", root(3.0 / 4.0)),
        ),
        (
            "he_normal",
            format!("normal([0..12],{:?})", root(2.0 / 4.0)),
        ),
        (
            "lecun_uniform",
            format!("uniform([0..12],{:?})", root(3.0 / 4.0)),
        ),
        ("lecun_normal", "normal([0..12],0.5)".to_owned()),
        ("orthogonal", "orthogonal([0..12],[4,3],1.0)".to_owned()),
        (
            "orthogonal(gain = 1.4)",
            "orthogonal([0..12],[4,3],1.4)".to_owned(),
        ),
        ("uniform(0.1)", "uniform([0..12],0.1)".to_owned()),
        ("normal(std = 0.1)", "normal([0..12],0.1)".to_owned()),
        (
            "truncated_normal(0.02)",
            "truncated_normal([0..12],0.02)".to_owned(),
        ),
        ("constant(-0.5)", "constant([0..12],-0.5)".to_owned()),
        ("ones", "constant([0..12],1.0)".to_owned()),
    ];
    for (init, expected) in cases {
        assert_eq!(drawn(init), [expected], "{init}");
    }
    assert!(drawn("zeros").is_empty());
    let bias_too = ["uniform([0..12],0.5)", "uniform([12..15],0.5)"];
    assert_eq!(drawn("pytorch"), bias_too);
}

#[test]
fn an_orthogonal_matrix_is_drawn_as_it_lies_in_memory() {
    let text = "model M { input x[40] output x -> dense(64, init = orthogonal) }";
    let source = Source::new("init.mlp", text);
    let generated = compile(&source).expect("it compiles").rust();
    let code: String = generated.split_whitespace().collect();
    assert!(
        code.contains("shape:&[64,40],strides:&[1,64]"),
        "{generated}"
    );
    assert!(code.contains("[0..2560],[40,64],1.0"), "{generated}");
}
