//! What holds for every report: it is one well-formed page, small, needs nothing from elsewhere, and its parts are linked.

mod numbers;

use std::collections::BTreeSet;

use super::{Findings, page};
use crate::equations::Section;
use crate::{Compiled, Source, compile, verify};

const NETWORKS: [&str; 7] = [
    "/// Eight & <two>: \"a small one\".\nmodel A { input x[8] hidden = x -> dense(4) -> silu output hidden -> dense(2) -> softmax loss cross_entropy }",
    "model B { input x[3] h = x -> dense(3) -> tanh output h + x -> layer_norm -> dense(1) loss mse }",
    "model C { input x[6] output x -> local(3, stride = 3) -> prelu -> dropout(0.5) -> dense(1) -> sigmoid loss bce }",
    "model D { input x[2] input y[2] output [x[0], y[1], x[0] * y[1]] -> dense(1) }",
    "activation bent(x; learn a = 0.25) = if x < 0 { a * x } else { x } model E { precision f64 input x[4] output x -> repeat(3, dense(4) -> bent) -> dense(1) loss huber }",
    "model G { input x[4] output x -> dense(6) -> batch_norm -> relu -> dense(3) -> softmax loss cross_entropy }",
    "model F { input größe[2] output größe -> dense(2) -> softplus -> last: dense(2) -> log_softmax loss nll }",
];

fn compiled(text: &str) -> Compiled {
    compile(&Source::new("nets/net.mlp", text)).expect("the text is right")
}

/// The page of the first model of a text, without data.
fn report(text: &str) -> (Compiled, String) {
    let compiled = compiled(text);
    let (model, equations) = (&compiled.checked.models[0], &compiled.models[0]);
    let verification = verify::differences(model, equations);
    let page = page(&Findings {
        source: &compiled.source,
        model,
        equations,
        rust: &compiled.rust(),
        verification: &verification,
        observed: None,
        surface: None,
    });
    (compiled, page)
}

/// The section with this id.
fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let start = page
        .find(&format!("<section id=\"{id}\""))
        .expect("there is such a section");
    let rest = &page[start..];
    &rest[..rest.find("</section>").expect("it ends")]
}

/// The variables that the elements of a part name.
fn named(part: &str) -> BTreeSet<usize> {
    let lists = part.split(" data-variable=\"").skip(1);
    let lists = lists.filter_map(|rest| rest.split('"').next());
    lists
        .flat_map(|list| {
            list.split(' ')
                .map(|number| number.parse().expect("a number"))
        })
        .collect()
}

/// Fails where an element is not closed by its own end.
fn assert_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "before {}",
                rest.chars().take(60).collect::<String>()
            );
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let is_void = ["!DOCTYPE", "meta", "link", "br"].contains(&name) || tag.ends_with('/');
        if !is_void {
            open.push(name);
        }
        if let "script" | "style" = name {
            rest = &rest[rest.find(&format!("</{name}>")).expect("it ends")..];
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
}

#[test]
fn a_page_is_well_formed_and_needs_nothing_from_elsewhere() {
    for text in NETWORKS {
        let (_, page) = report(text);
        assert_well_formed(&page);
        let without_namespace = page.replace("http://www.w3.org/2000/svg", "");
        for foreign in [
            "http:", "https:", "//cdn", " src=", "@import", "url(http", "fetch(",
        ] {
            assert!(!without_namespace.contains(foreign), "{foreign} in {text}");
        }
        let links = page.matches(" href=").count();
        assert_eq!(links, page.matches(" href=\"data:,\"").count());
        assert!(page.len() < 300_000, "{} bytes for {text}", page.len());
    }
}

#[test]
fn every_equation_is_linked_to_source_graph_and_code() {
    for text in NETWORKS {
        let (compiled, page) = report(text);
        let equations = &compiled.models[0];
        let [source, listed, graph, rust] =
            ["source", "equations", "graph", "rust"].map(|id| named(section(&page, id)));
        for equation in &equations.list {
            let target = equation.target.0;
            let symbol = &equations.variables.get(equation.target).symbol;
            assert!(listed.contains(&target), "{symbol} is not listed in {text}");
            assert!(
                source.contains(&target),
                "{symbol} comes from nowhere in {text}"
            );
            assert!(rust.contains(&target), "{symbol} has no code in {text}");
        }
        for parameter in &equations.parameters {
            let number = parameter.variable.0;
            assert!(
                graph.contains(&number) && source.contains(&number),
                "{}",
                parameter.name
            );
        }
        // The graph shows values as their author wrote them, and no part that two of them share.
        let shown = equations
            .list
            .iter()
            .filter(|equation| graph.contains(&equation.target.0));
        assert!(shown.count() * 2 > equations.list.len());
        for number in graph.iter().chain(&rust).chain(&listed) {
            assert!(*number < equations.variables.iter().count());
        }
    }
}

#[test]
fn the_source_is_shown_as_it_is() {
    for text in NETWORKS {
        let (_, page) = report(text);
        let shown = section(&page, "source");
        let start = shown.find("<code>").expect("there is code") + "<code>".len();
        let mut plain = String::new();
        let mut in_tag = false;
        for character in shown[start..shown.rfind("</code>").expect("it ends")].chars() {
            match character {
                '<' => in_tag = true,
                '>' => in_tag = false,
                other if !in_tag => plain.push(other),
                _ => {}
            }
        }
        let plain = plain
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        assert_eq!(plain, text);
    }
}

#[test]
fn costs_add_up() {
    for text in NETWORKS {
        let compiled = compiled(text);
        let (model, equations) = (&compiled.checked.models[0], &compiled.models[0]);
        let layers = super::layers::layers(&compiled.source, model, equations);
        let total = layers
            .iter()
            .fold(super::layers::Cost::default(), |total, layer| {
                total.plus(layer.cost)
            });
        assert_eq!(total.parameters, equations.parameter_count());
        let flops = |forward: bool| -> usize {
            let list = equations.list.iter();
            let own = list.filter(|equation| (equation.section == Section::Forward) == forward);
            own.map(|equation| equations.flops(equation)).sum()
        };
        assert_eq!((total.forward, total.backward), (flops(true), flops(false)));
    }
}

#[test]
fn a_large_model_has_a_small_page() {
    let (_, page) = report(
        "model Large { input x[3] output x -> repeat(249, dense(3) -> tanh -> dense(3) -> silu) -> dense(2) }",
    );
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert_well_formed(&page);
    assert!(page.contains("<code>mlp build net.mlp</code>"));
}

#[test]
fn what_cannot_be_verified_says_why() {
    let (_, page) = report(NETWORKS[3]);
    assert!(section(&page, "verification").contains("Nothing was verified: `D` has no loss"));
    let (_, page) = report(NETWORKS[0]);
    assert!(section(&page, "verification").contains(">Passed</strong>"));
}
