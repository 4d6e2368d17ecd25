//! `mlp equations`: the forward and backward equations of models, or one definition with its derivative.

use std::path::PathBuf;

use clap::ValueEnum;
use mlp_dsl::Compiled;
use mlp_dsl::equations::notation::{Fractions, Page};
use mlp_dsl::equations::{Equations, html, latex, page_json, text};
use mlp_dsl::model::Model;
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::input;

/// Print the equations of the forward and the backward pass.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file with the models; with --of it may be left out.
    #[arg(value_name = "FILE", required_unless_present = "of")]
    file: Option<PathBuf>,
    /// Show one activation or loss and its derivative instead, of the file or built in.
    #[arg(long, value_name = "NAME", conflicts_with = "model")]
    of: Option<String>,
    /// With --of: show every rule that leads to the derivative.
    #[arg(long, requires = "of")]
    steps: bool,
    /// Show only the model of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Show the network as one formula and each derivative as its chain of factors.
    #[arg(long, group = "view", conflicts_with = "of")]
    expanded: bool,
    /// Show the equations of single elements, in index notation.
    #[arg(long, group = "view", conflicts_with = "of")]
    index: bool,
    /// Show the forward and the backward pass as numbered steps.
    #[arg(long, group = "view", conflicts_with = "of")]
    algorithm: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// LaTeX to be put into a document with the packages amsmath and amssymb.
    Latex,
    /// LaTeX, a whole document.
    LatexDocument,
    /// A page with MathML, which needs no network.
    Html,
    /// JSON, as with --json.
    Json,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let compiled = match &arguments.file {
        Some(path) => input::compile(path)?,
        None => input::built_in()?,
    };
    match &arguments.of {
        Some(name) => of(&compiled, name, arguments),
        None => all(&compiled, arguments),
    }
}

fn of(compiled: &Compiled, name: &str, arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let definition = input::definition(compiled, name)?;
    let view = definition.view();
    let page = |fractions| match arguments.steps {
        true => view.steps(fractions),
        false => view.page(fractions),
    };
    let text = text::page(&page(Fractions::Inline));
    let equations: Vec<&str> = text.lines().collect();
    let json = json!({
        "name": name,
        "equations": equations,
        "page": page_json(&page(Fractions::Inline), &page(Fractions::Stacked)),
    });
    Ok(answer(&[&page], json, arguments))
}

fn all(compiled: &Compiled, arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    let models = input::models(compiled, arguments.model.as_deref())?;
    let pages: Vec<_> = models
        .iter()
        .map(|(model, equations)| move |fractions| page(model, equations, fractions, arguments))
        .collect();
    let pages: Vec<&dyn Fn(Fractions) -> Page> = pages.iter().map(|page| page as _).collect();
    let json: Vec<Value> = models
        .iter()
        .zip(&pages)
        .map(|((_, equations), page)| {
            if arguments.expanded || arguments.index || arguments.algorithm {
                let page = page_json(&page(Fractions::Inline), &page(Fractions::Stacked));
                json!({ "name": equations.name, "page": page })
            } else {
                equations.json(&compiled.source)
            }
        })
        .collect();
    Ok(answer(&pages, json!({ "models": json }), arguments))
}

fn page(model: &Model, equations: &Equations, fractions: Fractions, arguments: &Arguments) -> Page {
    if arguments.expanded {
        Equations::expanded(model, fractions)
    } else if arguments.index {
        equations.indexed(fractions)
    } else if arguments.algorithm {
        equations.algorithm(fractions)
    } else {
        equations.page(fractions)
    }
}

/// The pages in the format that was asked for.
fn answer(pages: &[&dyn Fn(Fractions) -> Page], json: Value, arguments: &Arguments) -> Answer {
    let built = |fractions| -> Vec<Page> { pages.iter().map(|page| page(fractions)).collect() };
    let text = match arguments.format {
        Format::Text => match built(Fractions::Inline).as_slice() {
            [one] => text::page(one),
            several => {
                let texts = several
                    .iter()
                    .map(|page| format!("{}\n{}", page.title, text::page(page)));
                texts.collect::<Vec<_>>().join("\n")
            }
        },
        Format::Latex => {
            let pages = built(Fractions::Stacked);
            let pages: Vec<String> = pages.iter().map(latex::page).collect();
            pages.join("\n")
        }
        Format::LatexDocument => latex::document(&built(Fractions::Stacked)),
        Format::Html => {
            let pages = built(Fractions::Stacked);
            let titles: Vec<&str> = pages.iter().map(|page| page.title.as_str()).collect();
            html::document(&titles.join(", "), &pages)
        }
        Format::Json => format!("{json}\n"),
    };
    Answer::good(text, json)
}
