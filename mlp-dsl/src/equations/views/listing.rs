//! All equations: forward, then backward, one equation a line, and the shapes of what they start from.

use std::fmt;

use super::{Definition, Equation, Equations, Fractions, Function, Section, TargetKind};
use crate::equations::expression::Expression;
use crate::equations::notation::{
    Arrangement, Block, Builder, Content, Line, Notation, Page, Run, Side,
};
use crate::equations::text;
use crate::equations::variable::{Role, Shape, Variable, VariableId};
use crate::number::Number;

impl fmt::Display for Equations {
    /// The forward and the backward equations and the shapes of what they start from.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&text::page(&self.page(Fractions::Inline)))
    }
}

impl Equations {
    /// All equations and the shapes of what they start from.
    pub fn page(&self, fractions: Fractions) -> Page {
        let lines = |backward: bool| -> Vec<Line> {
            let own = |equation: &&Equation| (equation.section == Section::Backward) == backward;
            let equations = self.list.iter().filter(own);
            equations
                .map(|equation| self.equation_line(equation, fractions))
                .collect()
        };
        let mut blocks = vec![Block::new("forward", lines(false))];
        let backward = lines(true);
        if !backward.is_empty() {
            blocks.push(Block {
                arrangement: Arrangement::Ragged,
                ..Block::new("backward", backward)
            });
        }
        blocks.push(Block::new("shapes", self.shapes(true)));
        Page {
            title: format!("model {}", self.name),
            blocks,
        }
    }

    /// One equation as a line, without indentation and remark: `a1 = W1·x + b1`.
    pub fn equation_text(&self, equation: &Equation) -> String {
        text::relation(&self.equation_line(equation, Fractions::Inline))
    }

    /// One equation: the textbook form, then the computed one where they differ.
    pub fn equation_line(&self, equation: &Equation, fractions: Fractions) -> Line {
        let builder = Builder::new(&self.variables, fractions);
        let value = builder.notation(&equation.value);
        let textbook = self.textbook(equation, &builder);
        let textbook = textbook.filter(|textbook| *textbook != value);
        let last = match &equation.note {
            Some(note) => Side::remarked(value, note),
            None => Side::plain(value),
        };
        let sides = textbook.into_iter().map(Side::plain).chain([last]);
        Line::equation(builder.symbol(equation.target), sides.collect())
    }

    /// The textbook form of an equation where that differs: `z1 = tanh(a1) = tanh(a1)` would say nothing twice.
    pub(in crate::equations) fn textbook(
        &self,
        equation: &Equation,
        builder: &Builder<'_>,
    ) -> Option<Notation> {
        match (equation.definition.as_ref()?, &equation.value) {
            (Definition::Activation(name, _), Expression::Unary(function, _))
                if Function::named(name) == Some(*function) =>
            {
                None
            }
            (Definition::Activation(name, argument), _) => {
                let argument = builder.notation(&Expression::Variable(*argument));
                Some(Notation::Call(name.clone(), vec![argument]))
            }
            (Definition::Formula(formula), _) => Some(builder.notation(formula)),
        }
    }

    /// The shapes of inputs, target and parameters, and of the output where asked for, a line each.
    pub(in crate::equations) fn shapes(&self, output: bool) -> Vec<Line> {
        let rows = self.variables.iter().filter_map(|(id, variable)| {
            let remark = match variable.role {
                Role::Computed if output && id == self.output => "output".to_owned(),
                _ => self.remark(id, variable)?,
            };
            let symbol = Builder::new(&self.variables, Fractions::Inline).symbol(id);
            Some(vec![
                vec![Run::Formula(symbol)],
                vec![Run::words(shape_text(variable.shape))],
                vec![Run::words(remark)],
            ])
        });
        let mut rows: Vec<Line> = rows.map(|cells| Line::of(Content::Row(cells))).collect();
        if self.statistics().next().is_some() {
            let any = Notation::BatchMean(Box::new(Notation::name("·")));
            rows.push(Line::of(Content::Row(vec![
                vec![Run::Formula(any)],
                vec![],
                vec![Run::words("the mean over the batch")],
            ])));
        }
        rows
    }

    /// What a variable that no equation computes stands for.
    fn remark(&self, id: VariableId, variable: &Variable) -> Option<String> {
        match variable.role {
            Role::Input { .. } => Some("input".to_owned()),
            Role::Target => Some(match &self.objective {
                Some(objective) if objective.target_kind == TargetKind::Class => {
                    format!("target, a class below {}", self.output_length())
                }
                _ => "target".to_owned(),
            }),
            Role::Parameter(index) => Some(self.parameters[index].name.clone()),
            Role::Mask { rate } => {
                let kept = Number::ONE / (Number::ONE - rate);
                Some(format!(
                    "while training 0 with probability {rate}, else {kept}; otherwise 1"
                ))
            }
            Role::State(index) => Some(self.state[index].name.clone()),
            Role::Statistic => {
                let state = self.state.iter().find(|state| state.variable == id)?;
                Some(format!("{} once training is over", state.name))
            }
            Role::Computed | Role::Adjoint(_) => None,
        }
    }
}

/// The rows and columns of a shape.
pub(in crate::equations) fn shape_text(shape: Shape) -> String {
    match shape {
        Shape::Scalar => "1".to_owned(),
        Shape::Vector(length) => length.to_string(),
        Shape::Matrix(rows, columns) => format!("{rows}×{columns}"),
        Shape::Band(band) => format!(
            "{}×{}, a band of {}",
            band.rows(),
            band.columns(),
            band.window
        ),
    }
}
