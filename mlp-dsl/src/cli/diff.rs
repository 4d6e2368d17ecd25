//! `mlp diff`: what changed from one model to another.

use std::fmt::Write as _;
use std::path::PathBuf;

use mlp_dsl::equations::{Change, Cost, Difference, Equations};
use mlp_dsl::model::Model;
use mlp_dsl::{Compiled, Diagnostic};
use serde_json::{Value, json};

use super::answer::{Answer, Problem};
use super::input;

/// Show what changed between the models of two files: equations, shapes and cost.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file before the change.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The file after the change.
    #[arg(value_name = "B")]
    after: PathBuf,
    /// Compare only the models of this name.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

/// Runs the verb.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Box<Problem>> {
    if [&arguments.before, &arguments.after]
        .into_iter()
        .all(|path| input::is_standard(path))
    {
        let twice = Diagnostic::whole("standard input cannot be read twice")
            .help("give one of the two models as a file");
        return Err(Problem::about("-", twice));
    }
    let before = input::compile(&arguments.before)?;
    let after = input::compile(&arguments.after)?;
    let (before, after) = (
        models(&before, arguments.model.as_deref())?,
        models(&after, arguments.model.as_deref())?,
    );
    let mut texts = Vec::new();
    let mut json = Vec::new();
    for (before, after) in pairs(&before, &after) {
        let (text, value) = match (before, after) {
            (Some(before), Some(after)) => both(before, after),
            (Some(before), None) => only(before, "removed"),
            (None, Some(after)) => only(after, "added"),
            (None, None) => continue,
        };
        texts.push(text);
        json.push(value);
    }
    Ok(Answer::good(texts.join("\n"), json!({ "models": json })))
}

fn models<'a>(
    compiled: &'a Compiled,
    name: Option<&str>,
) -> Result<Vec<&'a Equations>, Box<Problem>> {
    let models: Vec<(&Model, &Equations)> = input::models(compiled, name)?;
    Ok(models.into_iter().map(|(_, equations)| equations).collect())
}

/// Models of one name belong together; so do the only ones of two files, whatever they are called.
fn pairs<'a>(
    before: &[&'a Equations],
    after: &[&'a Equations],
) -> Vec<(Option<&'a Equations>, Option<&'a Equations>)> {
    if let ([before], [after]) = (before, after) {
        return vec![(Some(before), Some(after))];
    }
    let find = |models: &[&'a Equations], name: &str| {
        models.iter().copied().find(|model| model.name == name)
    };
    let kept = before
        .iter()
        .map(|model| (Some(*model), find(after, &model.name)));
    let added = after
        .iter()
        .filter(|model| find(before, &model.name).is_none());
    kept.chain(added.map(|model| (None, Some(*model))))
        .collect()
}

fn both(before: &Equations, after: &Equations) -> (String, Value) {
    let difference = Difference::between(before, after);
    let title = if before.name == after.name {
        format!("model {}\n", after.name)
    } else {
        format!("model {} → {}\n", before.name, after.name)
    };
    let body = if difference.is_empty() {
        "  nothing changed\n".to_owned()
    } else {
        changes_text("equations", &difference.equations)
            + &changes_text("shapes", &difference.shapes)
            + &costs_text(&difference.costs)
    };
    let costs = difference
        .costs
        .iter()
        .map(|cost| json!({ "what": cost.what, "before": cost.before, "after": cost.after }));
    let json = json!({
        "before": before.name,
        "after": after.name,
        "same": difference.is_empty(),
        "equations": changes_json(&difference.equations),
        "shapes": changes_json(&difference.shapes),
        "costs": costs.collect::<Vec<_>>(),
    });
    (title + &body, json)
}

fn only(model: &Equations, what: &str) -> (String, Value) {
    let removed = what == "removed";
    let json = json!({
        "before": removed.then_some(&model.name),
        "after": (!removed).then_some(&model.name),
        "same": false,
    });
    (format!("model {}\n  {what}\n", model.name), json)
}

fn changes_text(heading: &str, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let lines = changes.iter().map(|change| match change {
        Change::Removed(line) => format!("- {line}\n"),
        Change::Added(line) => format!("+ {line}\n"),
    });
    format!("{heading}\n{}", lines.collect::<String>())
}

fn costs_text(costs: &[Cost]) -> String {
    let mut text = "cost\n".to_owned();
    let width = |number: usize| number.to_string().len();
    let before = costs.iter().map(|cost| width(cost.before)).max();
    let after = costs.iter().map(|cost| width(cost.after)).max();
    let (before, after) = (before.unwrap_or(0), after.unwrap_or(0));
    for cost in costs {
        let Cost { what, .. } = cost;
        let _ = write!(
            text,
            "  {what:<21}  {:>before$} → {:>after$}",
            cost.before, cost.after
        );
        // A cost that was nothing has no ratio.
        if cost.before != cost.after && cost.before > 0 {
            let ratio = cost.after as f64 / cost.before as f64;
            let _ = write!(text, "  × {ratio:.2}");
        }
        text.push('\n');
    }
    text
}

fn changes_json(changes: &[Change]) -> Vec<Value> {
    let changes = changes.iter().map(|change| match change {
        Change::Removed(line) => json!({ "removed": line }),
        Change::Added(line) => json!({ "added": line }),
    });
    changes.collect()
}
