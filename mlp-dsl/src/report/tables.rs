//! The tables of the report: costs, verification, and what was observed on data.

use super::charts;
use super::html::{about, escaped, grouped, short};
use super::layers::{Cost, Layer};
use super::observe::{Observed, Units};
use crate::equations::{Equations, Expression, expression_text};
use crate::verify::{self, VerifyError};

/// What each layer costs, and all of them.
pub(super) fn costs(layers: &[Layer]) -> String {
    let mut rows = String::new();
    let mut total = Cost::default();
    for layer in layers {
        total = total.plus(layer.cost);
        let stage = match &layer.stage {
            Some(stage) => format!(" <small>{}</small>", escaped(stage)),
            None => String::new(),
        };
        rows += &format!(
            "<tr class=\"link\" tabindex=\"0\"{}><th scope=\"row\"><code>{}</code>{stage}</th>{}</tr>\n",
            about(&layer.variables),
            escaped(&layer.text),
            cells(layer.cost),
        );
    }
    format!(
        "<table class=\"numbers\">\n<thead><tr><th scope=\"col\">layer</th><th scope=\"col\">parameters</th><th scope=\"col\">flops, output</th><th scope=\"col\">flops, loss and gradient</th><th scope=\"col\">bytes of parameters</th><th scope=\"col\">RAM for values</th><th scope=\"col\">RAM for gradients</th></tr></thead>\n<tbody>{rows}</tbody>\n<tfoot><tr><th scope=\"row\">all</th>{}</tr></tfoot>\n</table>\n",
        cells(total),
    )
}

fn cells(cost: Cost) -> String {
    let numbers = [
        cost.parameters,
        cost.forward,
        cost.backward,
        cost.parameter_bytes,
        cost.forward_bytes,
        cost.backward_bytes,
    ];
    let cells = numbers.map(|number| match number {
        0 => "<td>–</td>".to_owned(),
        number => format!("<td>{}</td>", grouped(number)),
    });
    cells.concat()
}

/// The largest errors of each tensor against central differences.
pub(super) fn verification(
    verification: &Result<verify::Report, VerifyError>,
    equations: &Equations,
) -> String {
    let report = match verification {
        Ok(report) => report,
        Err(error) => {
            return format!(
                "<p>Nothing was verified: {}.</p>\n",
                escaped(&error.to_string())
            );
        }
    };
    let rows = report.tensors.iter().map(|tensor| {
        let name = tensor.name.strip_prefix("grad.").unwrap_or(&tensor.name);
        let parameter = equations.parameters.iter().find(|parameter| parameter.name == name);
        let variables: Vec<_> = (parameter.into_iter())
            .flat_map(|parameter| [Some(parameter.variable), parameter.gradient])
            .flatten()
            .collect();
        let class = if tensor.verdict.fails() { "bad" } else { "good" };
        format!(
            "<tr class=\"link\" tabindex=\"0\"{}><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td class=\"{class}\">{}</td></tr>\n",
            about(&variables),
            escaped(&tensor.name),
            short(tensor.max_abs_error),
            short(tensor.max_rel_error),
            escaped(&tensor.verdict.to_string()),
        )
    });
    let rows: String = rows.collect();
    let (class, word) = if report.passed {
        ("good", "Passed")
    } else {
        ("bad", "Failed")
    };
    format!(
        "<p><strong class=\"{class}\">{word}</strong>: the gradient of every tensor against central differences; {} of the largest entry is allowed.</p>\n<div class=\"wide\"><table class=\"numbers\">\n<thead><tr><th scope=\"col\">tensor</th><th scope=\"col\">largest error</th><th scope=\"col\">relative</th><th scope=\"col\"></th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n",
        short(report.tolerance),
    )
}

/// Histograms and dead units of each layer.
pub(super) fn observed(observed: &Observed, equations: &Equations) -> String {
    let rows: String = observed
        .units
        .iter()
        .map(|units| row(units, equations))
        .collect();
    let loss = match observed.loss {
        Some(loss) => format!(", mean loss {}", short(loss)),
        None => String::new(),
    };
    format!(
        "<p>{} samples{loss}. A unit is dead where no sample gives it a gradient: what leads to it does not learn from this data.</p>\n<div class=\"wide\"><table class=\"observed\">\n<thead><tr><th scope=\"col\"></th><th scope=\"col\">values</th><th scope=\"col\">gradient, sample by sample</th><th scope=\"col\">dead units</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n",
        grouped(observed.samples),
    )
}

fn row(units: &Units, equations: &Equations) -> String {
    let symbol = |id| expression_text(&Expression::Variable(id), &equations.variables);
    let mut about_these = vec![units.variable];
    let (gradient, dead) = match &units.gradient {
        None => (String::new(), String::new()),
        Some(gradient) => {
            about_these.push(gradient.variable);
            let length = equations.variables.length(units.variable);
            let names: Vec<String> = gradient.dead.iter().map(ToString::to_string).collect();
            let class = if names.is_empty() { "good" } else { "bad" };
            let mut dead = format!("<span class=\"{class}\">{} of {length}</span>", names.len());
            if !names.is_empty() {
                dead += &format!("<br><small>{}</small>", names.join(", "));
            }
            let name = escaped(&symbol(gradient.variable));
            (
                format!(
                    "<small>{name}</small>{}",
                    charts::histogram(&gradient.values, "gradient")
                ),
                dead,
            )
        }
    };
    format!(
        "<tr class=\"link\" tabindex=\"0\"{}><th scope=\"row\">{}</th><td>{}</td><td>{gradient}</td><td>{dead}</td></tr>\n",
        about(&about_these),
        escaped(&symbol(units.variable)),
        charts::histogram(&units.values, "values"),
    )
}
