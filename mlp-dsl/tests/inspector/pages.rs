//! The examples of lectures as they come out.

use mlp_dsl::equations::notation::Fractions;
use mlp_dsl::equations::{Equations, html, latex, text};

use crate::models::Case;

fn steps(name: &str) -> String {
    let case = Case::new("const nothing = 0");
    let definition = case.compiled.definition(name).expect("it is built in");
    text::page(&definition.view().steps(Fractions::Inline))
}

#[test]
fn derivations() {
    let names = [
        "sigmoid", "silu", "softsign", "relu", "gelu", "mse", "softmax",
    ];
    let all: Vec<String> = names.iter().map(|name| steps(name)).collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// Three sigmoid units in a row, w₁ to w₃ and a bias: each derivative is its chain.
#[test]
fn the_chain_of_three_units() {
    let case = Case::fixture("scalar_chain");
    insta::assert_snapshot!(text::page(&Equations::expanded(
        case.model(),
        Fractions::Inline
    )));
}

/// ŷ = relu(x·w + b)
#[test]
fn the_smallest_layer() {
    let case =
        Case::new("model Unit { input x[3] ŷ = x -> dense(1) -> relu output ŷ loss half_squared }");
    insta::assert_snapshot!(text::page(&Equations::expanded(
        case.model(),
        Fractions::Inline
    )));
}

#[test]
fn xor_in_index_notation() {
    let case = Case::fixture("xor");
    insta::assert_snapshot!(text::page(&case.equations().indexed(Fractions::Inline)));
}

#[test]
fn a_hidden_layer_in_index_notation() {
    let case = Case::fixture("digits");
    insta::assert_snapshot!(text::page(&case.equations().indexed(Fractions::Inline)));
}

#[test]
fn a_branch_comes_together() {
    let case = Case::fixture("residual");
    insta::assert_snapshot!(text::page(&Equations::expanded(
        case.model(),
        Fractions::Inline
    )));
}

/// The forward and the backward algorithm of a network of any depth.
#[test]
fn many_layers_are_a_loop() {
    let case = Case::new(
        "model Deep { input x[3] output x -> repeat(5, dense(4) -> tanh) -> dense(1) loss mse }",
    );
    insta::assert_snapshot!(text::page(&case.equations().algorithm(Fractions::Inline)));
}

#[test]
fn latex_of_xor() {
    let case = Case::fixture("xor");
    insta::assert_snapshot!(latex::page(&case.equations().page(Fractions::Stacked)));
}

#[test]
fn names_of_users_are_escaped() {
    let case = Case::new("model Names { input größe_1[2] output größe_1 -> dense(1) loss mse }");
    let page = case.equations().page(Fractions::Stacked);
    let printed = latex::page(&page);
    assert!(printed.contains("\\textit{größe\\_1}^{\\top}"), "{printed}");
    assert!(html::page(&page).contains("<mi>größe_1</mi>"));
    assert!(html::document("a < b & c", &[]).contains("<title>a &lt; b &amp; c</title>"));
}

/// Every element that is opened is closed in its turn, and nothing is loaded.
#[test]
fn html_is_well_formed() {
    for case in crate::models::all() {
        let model = case.model();
        let equations = case.equations();
        let pages = [
            equations.page(Fractions::Stacked),
            equations.indexed(Fractions::Stacked),
            equations.algorithm(Fractions::Stacked),
            Equations::expanded(model, Fractions::Stacked),
        ];
        let document = html::document("all", &pages);
        assert!(!document.contains("://") && !document.contains("src="));
        let body = document.split("<body>").nth(1).expect("a body");
        let mut open: Vec<&str> = Vec::new();
        for tag in body.split('<').skip(1) {
            let tag = tag.split('>').next().expect("a tag");
            let name = tag
                .trim_start_matches('/')
                .split(' ')
                .next()
                .expect("a name");
            if tag.starts_with('/') {
                let expected = open.pop();
                assert!(
                    expected == Some(name) || ["body", "html"].contains(&name),
                    "{tag} closes {expected:?}"
                );
            } else if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn an_equation_knows_its_place_and_cost() {
    let case = Case::new(
        "model Place {\n    input x[3]\n    output x -> dense(2) -> tanh\n    loss mse\n}",
    );
    let model = case.equations().json(&case.compiled.source);
    let place = |index: usize| {
        let origin = &model["equations"][index]["origin"];
        let (start, end) = (origin["start"].as_u64(), origin["end"].as_u64());
        let (start, end) = (
            start.expect("a start") as usize,
            end.expect("an end") as usize,
        );
        (
            case.compiled.source.text[start..end].to_owned(),
            origin["line"].clone(),
            origin["column"].clone(),
        )
    };
    assert_eq!(place(0), ("dense(2)".to_owned(), 3.into(), 17.into()));
    assert_eq!(place(1), ("tanh".to_owned(), 3.into(), 29.into()));
    let flops: Vec<u64> = model["equations"]
        .as_array()
        .expect("equations")
        .iter()
        .map(|equation| equation["flops"].as_u64().expect("a cost"))
        .collect();
    // W·x + b: 2·(3 multiplications and 2 additions) and 2 more additions; tanh: 2; mean((z − t)²): 2 + 2 + 2.
    assert_eq!(flops[..3], [12, 2, 6]);
    assert_eq!(model["equations"][0]["shape"], serde_json::json!([2]));
}
