//! The equations as a table, a row each.

use super::html::{about, escaped};
use crate::equations::notation::{Content, Fractions, Run};
use crate::equations::{Equation, Equations, Role, Section, VariableId, html};

/// The equations of all sections.
pub(super) fn equations(equations: &Equations) -> String {
    let sections = [
        ("forward", Section::Forward),
        ("loss", Section::Loss),
        ("backward", Section::Backward),
    ];
    let mut text = String::new();
    for (name, section) in sections {
        let own = equations
            .list
            .iter()
            .filter(|equation| equation.section == section);
        let rows: String = own.map(|equation| row(equations, equation)).collect();
        if !rows.is_empty() {
            text += &format!("<h3>{name}</h3>\n<table class=\"equations\">\n{rows}</table>\n");
        }
    }
    text
}

/// What an equation is about: what it computes, and the parameter whose gradient that is.
pub(super) fn subjects(equations: &Equations, equation: &Equation) -> Vec<VariableId> {
    let mut subjects = vec![equation.target];
    if let Role::Adjoint(of) = equations.variables.get(equation.target).role
        && matches!(equations.variables.get(of).role, Role::Parameter(_))
    {
        subjects.push(of);
    }
    subjects
}

fn row(equations: &Equations, equation: &Equation) -> String {
    let line = equations.equation_line(equation, Fractions::Stacked);
    let Content::Relation { left, sides, .. } = &line.content else {
        return String::new();
    };
    let forms = sides.iter().map(|side| {
        let remark: String = side.remark.iter().map(run).collect();
        let remark = match remark.as_str() {
            "" => String::new(),
            remark => format!(" <small>{remark}</small>"),
        };
        format!("<div>= {}{remark}</div>", html::formula(&side.formula))
    });
    let forms: String = forms.collect();
    let about = about(&subjects(equations, equation));
    let left = html::formula(left);
    format!("<tr class=\"link\" tabindex=\"0\"{about}><td>{left}</td><td>{forms}</td></tr>\n")
}

fn run(run: &Run) -> String {
    match run {
        Run::Words(words) => escaped(words),
        Run::Formula(formula) => html::formula(formula),
    }
}
