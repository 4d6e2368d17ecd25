//! The equations of single elements: ∂L/∂W1ⱼᵢ = δ1ⱼ·xᵢ = (Σₖ W2ₖⱼ·δ2ₖ)·(1 − z1ⱼ²)·xᵢ. Places count from 0, as in the
//! language.

use super::elements::{At, element, sides};
use super::{Comparison, Equation, Equations, Fractions, Section};
use crate::equations::expression::Expression;
use crate::equations::notation::{
    Arrangement, Block, Index, Line, Notation, Page, Run, Side, symbol_notation,
};
use crate::equations::variable::VariableId;
use crate::number::Number;

impl Equations {
    /// All equations, each for one element of its target.
    pub fn indexed(&self, fractions: Fractions) -> Page {
        let lines = |backward: bool| -> Vec<Line> {
            let own = |equation: &&Equation| (equation.section == Section::Backward) == backward;
            let equations = self.list.iter().filter(own);
            equations
                .map(|equation| self.element_line(equation, fractions))
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
        Page {
            title: format!("model {}", self.name),
            blocks,
        }
    }

    fn element_line(&self, equation: &Equation, fractions: Fractions) -> Line {
        let at = At::of(self.variables.get(equation.target).shape);
        let mut values = vec![equation.value.clone()];
        values.extend(self.written_out(equation));
        let sides = values.iter();
        let sides = sides.map(|value| Side::plain(element(value, at, &self.variables, fractions)));
        let mut sides: Vec<Side> = sides.collect();
        if let Some(last) = sides.last_mut() {
            last.remark = self.range(equation.target, at);
        }
        let left = symbol_notation(&self.variables.get(equation.target).symbol);
        Line::equation(at.written(left), sides)
    }

    /// The gradient of a matrix with δ written out.
    fn written_out(&self, equation: &Equation) -> Option<Expression> {
        if !matches!(equation.value, Expression::Outer(..)) {
            return None;
        }
        let (delta, _) = self.variables.iter().find(|(id, variable)| {
            variable.symbol.starts_with('δ') && equation.value.count(*id) > 0
        })?;
        let value = &self.equation(delta)?.value;
        Some(equation.value.clone().replace(delta, value))
    }

    /// Where the indices of a target go: `j < 8, i < 2`.
    fn range(&self, target: VariableId, at: At) -> Vec<Run> {
        let (rows, columns) = sides(self.variables.get(target).shape);
        let places = [(at.row, rows), (at.column, columns)];
        let mut runs = Vec::new();
        for (index, count) in places {
            if let Some(Index::Letter(letter, _)) = index {
                let start = if runs.is_empty() { "" } else { ", " };
                runs.push(Run::words(start));
                runs.push(Run::Formula(Notation::Comparison(
                    Comparison::Less,
                    Box::new(Notation::name(&letter.to_string())),
                    Box::new(Notation::Number(Number::count(count))),
                )));
            }
        }
        runs
    }
}
