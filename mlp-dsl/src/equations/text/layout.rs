//! A whole system of equations as text: forward, then backward, one equation a line.

use std::fmt::{self, Write as _};

use super::expression::expression_text;
use crate::equations::expression::{Expression, Role, Shape, VariableId};
use crate::equations::{Definition, Equation, Equations, Function, Section, TargetKind};
use crate::number::Number;

/// The column at which remarks start.
const REMARK_COLUMN: usize = 36;

/// A line longer than this is broken before its second `=`.
const LONGEST_LINE: usize = 60;

impl fmt::Display for Equations {
    /// The forward and the backward equations and the shapes of what they start from.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (backward, forward): (Vec<&Equation>, Vec<&Equation>) = self
            .list
            .iter()
            .partition(|equation| equation.section == Section::Backward);
        let width = |equation: &Equation| self.symbol(equation.target).chars().count();
        let widest = forward
            .iter()
            .map(|equation| width(equation))
            .max()
            .unwrap_or(0);
        writeln!(formatter, "forward")?;
        for equation in forward {
            formatter.write_str(&self.line(equation, widest))?;
        }
        if !backward.is_empty() {
            writeln!(formatter, "backward")?;
        }
        for equation in backward {
            formatter.write_str(&self.line(equation, 0))?;
        }
        writeln!(formatter, "shapes")?;
        formatter.write_str(&self.shapes())
    }
}

impl Equations {
    /// One equation as a line, without indentation and remark: `a1 = W1·x + b1`.
    pub fn equation_text(&self, equation: &Equation) -> String {
        let sides = self.sides(equation);
        format!("{} = {}", self.symbol(equation.target), sides.join(" = "))
    }

    fn symbol(&self, id: VariableId) -> &str {
        &self.variables.get(id).symbol
    }

    /// What stands right of the first `=`: the textbook form, then the computed one where they differ.
    fn sides(&self, equation: &Equation) -> Vec<String> {
        let value = expression_text(&equation.value, &self.variables);
        let definition = equation
            .definition
            .as_ref()
            .map(|definition| match definition {
                Definition::Activation(name, argument) => {
                    format!("{name}({})", self.symbol(*argument))
                }
                Definition::Formula(formula) => expression_text(formula, &self.variables),
            });
        // `z1 = tanh(a1) = tanh(a1)` would say nothing twice.
        let is_function = match (&equation.definition, &equation.value) {
            (Some(Definition::Activation(name, _)), Expression::Unary(function, _)) => {
                Function::named(name) == Some(*function)
            }
            _ => false,
        };
        match definition {
            Some(definition) if definition != value && !is_function => vec![definition, value],
            _ => vec![value],
        }
    }

    fn line(&self, equation: &Equation, width: usize) -> String {
        let symbol = self.symbol(equation.target);
        let sides = self.sides(equation);
        let indent = width.max(symbol.chars().count());
        let mut line = format!("  {symbol:<indent$} = {}", sides.join(" = "));
        let mut lines = String::new();
        if sides.len() > 1 && line.chars().count() > LONGEST_LINE {
            let _ = writeln!(lines, "  {symbol:<indent$} = {}", sides[0]);
            line = format!("  {:<indent$} = {}", "", sides[1]);
        }
        if let Some(note) = &equation.note {
            let padding = REMARK_COLUMN.saturating_sub(line.chars().count()).max(2);
            let _ = write!(line, "{:padding$}{note}", "");
        }
        lines + &line + "\n"
    }

    /// The shapes of inputs, target and parameters, a line each.
    fn shapes(&self) -> String {
        let mut rows: Vec<(String, String, String)> = Vec::new();
        for (id, variable) in self.variables.iter() {
            let remark = match variable.role {
                Role::Input { .. } => "input".to_owned(),
                Role::Target => match self
                    .objective
                    .as_ref()
                    .map(|objective| objective.target_kind)
                {
                    Some(TargetKind::Class) => {
                        format!("target, a class below {}", self.output_length())
                    }
                    _ => "target".to_owned(),
                },
                Role::Parameter(index) => self.parameters[index].name.clone(),
                Role::Mask { rate } => {
                    let kept = Number::ONE / (Number::ONE - rate);
                    format!("while training 0 with probability {rate}, else {kept}; otherwise 1")
                }
                Role::Computed if id == self.output => "output".to_owned(),
                Role::State(index) => self.state[index].name.clone(),
                Role::Statistic => match self.state.iter().find(|state| state.variable == id) {
                    Some(state) => format!("{} once training is over", state.name),
                    None => continue,
                },
                Role::Computed | Role::Adjoint(_) => continue,
            };
            let shape = match variable.shape {
                Shape::Scalar => "1".to_owned(),
                Shape::Vector(length) => length.to_string(),
                Shape::Matrix(rows, columns) => format!("{rows}×{columns}"),
                Shape::Band(band) => format!(
                    "{}×{}, a band of {}",
                    band.rows(),
                    band.columns(),
                    band.window
                ),
            };
            rows.push((variable.symbol.clone(), shape, remark));
        }
        if self.statistics().next().is_some() {
            let meaning = "the mean over the batch".to_owned();
            rows.push(("E[·]".to_owned(), String::new(), meaning));
        }
        let widest = |column: fn(&(String, String, String)) -> &String| {
            rows.iter()
                .map(|row| column(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (symbols, shapes) = (widest(|row| &row.0), widest(|row| &row.1));
        rows.iter()
            .map(|(symbol, shape, remark)| {
                format!("  {symbol:<symbols$}  {shape:<shapes$}  {remark}\n")
            })
            .collect()
    }
}
