//! The forward and the backward pass as an algorithm: numbered steps, with a loop where layers repeat.

use super::listing::shape_text;
use super::{Equation, Equations, Fractions, Section};
use crate::equations::expression::Expression;
use crate::equations::notation::{
    Arrangement, Binding, Block, Builder, Content, Index, Line, Notation, Page, Piece, Relation,
    Run, Side, Symbol,
};
use crate::equations::variable::{Role, VariableId, Variables};

/// The letter that counts layers.
const LAYER: char = 'l';

impl Equations {
    /// The forward and the backward pass as numbered steps. Layers of one form stand in a loop, in which the input of
    /// the first is z₀.
    pub fn algorithm(&self, fractions: Fractions) -> Page {
        let mut blocks = vec![Block::new("given", self.shapes(false))];
        let sections = [
            ("forward", vec![Section::Forward, Section::Loss]),
            ("backward", vec![Section::Backward]),
        ];
        let mut first = 1;
        let mut has_start = false;
        for (heading, sections) in sections {
            let own = self.list.iter();
            let own: Vec<&Equation> = own
                .filter(|equation| sections.contains(&equation.section))
                .collect();
            if own.is_empty() {
                continue;
            }
            let lines = self.steps(&own, fractions, &mut has_start);
            let next = first + lines.len();
            blocks.push(Block {
                first: Some(first),
                arrangement: Arrangement::Ragged,
                ..Block::new(heading, lines)
            });
            first = next;
        }
        blocks.push(Block::new("result", self.results()));
        Page {
            title: format!("model {}", self.name),
            blocks,
        }
    }

    /// What the algorithm ends with.
    fn results(&self) -> Vec<Line> {
        let row = |id: VariableId, remark: &str| {
            let symbol = Builder::new(&self.variables, Fractions::Inline).symbol(id);
            Line::of(Content::Row(vec![
                vec![Run::Formula(symbol)],
                vec![Run::words(shape_text(self.variables.get(id).shape))],
                vec![Run::words(remark)],
            ]))
        };
        let mut rows = vec![row(self.output, "output")];
        if let Some(objective) = &self.objective {
            rows.push(row(objective.loss, "loss"));
        }
        for parameter in &self.parameters {
            if let Some(gradient) = parameter.gradient {
                rows.push(row(gradient, &format!("gradient of {}", parameter.name)));
            }
        }
        rows
    }

    fn symbol_text(&self, id: VariableId) -> String {
        self.variables.get(id).symbol.clone()
    }

    fn steps(
        &self,
        equations: &[&Equation],
        fractions: Fractions,
        has_start: &mut bool,
    ) -> Vec<Line> {
        let groups = self.groups(equations);
        let mut lines = Vec::new();
        let mut index = 0;
        while index < groups.len() {
            let run = self.run(&groups[index..], fractions);
            if run < 2 {
                for equation in groups[index].equations.iter() {
                    lines.push(self.step(equation, fractions, None));
                }
                index += 1;
                continue;
            }
            let (first, last) = (groups[index].layer, groups[index + run - 1].layer);
            if !*has_start && let Some(head) = self.head(&groups[index..index + run]) {
                lines.push(head);
                *has_start = true;
            }
            lines.push(Line::of(Content::Words(vec![
                Run::words("for "),
                Run::Formula(Notation::Symbol(Symbol::new(&LAYER.to_string()))),
                Run::words(format!(" = {}", series(first, last))),
            ])));
            for equation in &groups[index].equations {
                let line = self.step(equation, fractions, Some(first));
                lines.push(Line { depth: 1, ..line });
            }
            index += run;
        }
        lines
    }

    /// Where a loop takes the input of the first layer, that needs the name that the loop gives it.
    fn head(&self, groups: &[Group<'_>]) -> Option<Line> {
        let input = self.start()?;
        let mut equations = groups.iter().flat_map(|group| &group.equations);
        let is_used = equations.any(|equation| equation.value.count(input) > 0);
        is_used.then(|| {
            Line::of(Content::Relation {
                left: Notation::name("z0"),
                relation: Relation::Becomes,
                sides: vec![Side::plain(Notation::name(&self.symbol_text(input)))],
            })
        })
    }

    /// The value that the first layer takes, where that is no layer's.
    fn start(&self) -> Option<VariableId> {
        let is_first = |equation: &&Equation| self.symbol_text(equation.target) == "a1";
        let first = self.list.iter().find(is_first)?;
        let parts = first.value.clone().terms();
        let input = parts.iter().find_map(|part| match part {
            Expression::MatrixVector(_, vector) => match **vector {
                Expression::Variable(id) => Some(id),
                _ => None,
            },
            _ => None,
        })?;
        let free = !self.variables.has_symbol("z0");
        (free && self.inputs.contains(&input)).then_some(input)
    }

    /// Neighbouring equations of one layer.
    fn groups<'e>(&self, equations: &[&'e Equation]) -> Vec<Group<'e>> {
        let mut groups: Vec<Group<'e>> = Vec::new();
        for equation in equations {
            let layer = self.layer(equation.target).unwrap_or(0);
            match groups.last_mut() {
                Some(group) if group.layer == layer && layer > 0 => group.equations.push(equation),
                _ => groups.push(Group {
                    layer,
                    equations: vec![equation],
                }),
            }
        }
        groups
    }

    /// The layer whose value or derivative a variable is.
    fn layer(&self, id: VariableId) -> Option<usize> {
        match self.variables.get(id).role {
            Role::Adjoint(of) => self.layer(of),
            _ => layer(&self.variables.get(id).symbol).map(|(_, number)| number),
        }
    }

    /// How many of these groups say the same of one layer after the other.
    fn run(&self, groups: &[Group<'_>], fractions: Fractions) -> usize {
        let Some(first) = groups.first().filter(|group| group.layer > 0) else {
            return 0;
        };
        let general = |group: &Group<'_>| -> Vec<Line> {
            let equations = group.equations.iter();
            equations
                .map(|equation| self.step(equation, fractions, Some(group.layer)))
                .collect()
        };
        let form = general(first);
        let second = groups.get(1).map_or(0, |group| group.layer);
        let mut length = 1;
        for group in &groups[1..] {
            let expected = if second > first.layer {
                first.layer.checked_add(length)
            } else {
                first.layer.checked_sub(length)
            };
            if expected != Some(group.layer) || general(group) != form {
                break;
            }
            length += 1;
        }
        length
    }

    /// One equation as a step; within a loop, with layers counted from the loop's.
    fn step(&self, equation: &Equation, fractions: Fractions, layer: Option<usize>) -> Line {
        let builder = self.relative(&self.variables, fractions, layer);
        let textbook = self.textbook(equation, &builder);
        let textbook = textbook.filter(|_| equation.section != Section::Loss);
        let value = textbook.unwrap_or_else(|| builder.notation(&equation.value));
        Line::of(Content::Relation {
            left: builder
                .piece(&Expression::Variable(equation.target))
                .notation,
            relation: Relation::Becomes,
            sides: vec![Side::plain(value)],
        })
    }

    fn relative<'v>(
        &self,
        variables: &'v Variables,
        fractions: Fractions,
        layer: Option<usize>,
    ) -> Builder<'v> {
        let mut builder = Builder::new(variables, fractions);
        let Some(current) = layer else {
            return builder;
        };
        let start = self.start();
        for (id, variable) in variables.iter() {
            let notation = if Some(id) == start {
                Some(counted("z", 0, current))
            } else {
                general(&variable.symbol, current)
            };
            if let Some(notation) = notation {
                let piece = Piece {
                    notation,
                    binding: Binding::Atom,
                    is_vector: variable.shape.elements() > 1,
                };
                builder.write(id, piece);
            }
        }
        builder
    }
}

/// Neighbouring equations of one layer; layer 0 is none.
struct Group<'e> {
    layer: usize,
    equations: Vec<&'e Equation>,
}

/// The letters and the number of a layer's symbol.
fn layer(symbol: &str) -> Option<(&str, usize)> {
    let letters = symbol.trim_end_matches(|c: char| c.is_ascii_digit());
    let known = ["a", "b", "z", "W", "δ"].contains(&letters);
    let number = symbol[letters.len()..].parse().ok()?;
    known.then_some((letters, number))
}

/// A layer's symbol as the layer that is counted, or one before or after it.
fn general(symbol: &str, current: usize) -> Option<Notation> {
    if let Some(of) = symbol.strip_prefix("∂L/∂") {
        return Some(Notation::partial(
            Notation::name("L"),
            general(of, current)?,
        ));
    }
    let (letters, number) = layer(symbol)?;
    Some(counted(letters, number, current))
}

fn counted(letters: &str, number: usize, current: usize) -> Notation {
    let shift = number as isize - current as isize;
    Notation::Symbol(Symbol::new(letters).at([Index::Letter(LAYER, shift)]))
}

/// 1, 2, …, 9
fn series(first: usize, last: usize) -> String {
    let second = if last > first { first + 1 } else { first - 1 };
    match first.abs_diff(last) {
        1 => format!("{first}, {last}"),
        2 => format!("{first}, {second}, {last}"),
        _ => format!("{first}, {second}, …, {last}"),
    }
}
