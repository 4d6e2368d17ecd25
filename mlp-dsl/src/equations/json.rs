//! Equations for programs: every equation with its expression as a tree, its place in the source, its shape and cost.

use serde_json::{Value, json};

use super::expression::{Expression, Extremum};
use super::notation::{Block, Content, Fractions, Page};
use super::variable::{Role, Shape, Variable, VariableId};
use super::{Comparison, Definition, Equation, Equations, Section, TargetKind, latex, text};
use crate::model::Function;
use crate::source::{Source, Span};

impl Equations {
    /// The model as JSON; `source` is the text that it was compiled from.
    pub fn json(&self, source: &Source) -> Value {
        let list = &self.list;
        let flops = |section: Section| -> usize {
            let own = list.iter().filter(|equation| equation.section == section);
            own.map(|equation| self.flops(equation)).sum()
        };
        let all = list
            .iter()
            .map(|equation| self.equation_json(equation, source));
        let variables = self.variables.iter();
        let variables = variables.filter_map(|(id, variable)| self.variable_json(id, variable));
        let gradients = self.parameters.iter().map(|parameter| {
            json!({
                "name": parameter.name,
                "symbol": self.symbol(parameter.variable),
                "shape": parameter.shape,
                "gradient": parameter.gradient.map(|gradient| self.symbol(gradient)),
            })
        });
        json!({
            "name": self.name,
            "precision": match self.precision {
                super::Precision::F32 => "f32",
                super::Precision::F64 => "f64",
            },
            "output": self.symbol(self.output),
            "loss": self.objective.as_ref().map(|objective| self.symbol(objective.loss)),
            "parameters": gradients.collect::<Vec<_>>(),
            "variables": variables.collect::<Vec<_>>(),
            "equations": all.collect::<Vec<_>>(),
            "flops": {
                "forward": flops(Section::Forward),
                "loss": flops(Section::Loss),
                "backward": flops(Section::Backward),
            },
        })
    }

    /// A variable that no equation computes.
    fn variable_json(&self, id: VariableId, variable: &Variable) -> Option<Value> {
        let role = match variable.role {
            Role::Input { .. } => "input",
            Role::Target => match self.objective.as_ref()?.target_kind {
                TargetKind::Vector => "target",
                TargetKind::Class => "class",
            },
            Role::Mask { .. } => "mask",
            Role::Parameter(_) => "parameter",
            Role::State(_) => "state",
            Role::Computed | Role::Statistic | Role::Adjoint(_) => return None,
        };
        Some(json!({
            "symbol": self.symbol(id),
            "role": role,
            "shape": shape(variable.shape),
        }))
    }

    fn equation_json(&self, equation: &Equation, source: &Source) -> Value {
        let line = text::relation(&self.equation_line(equation, Fractions::Inline));
        let (target, value) = line.split_once(" = ").unwrap_or(("", &line));
        let stacked = self.equation_line(equation, Fractions::Stacked);
        json!({
            "target": target,
            "value": value,
            "latex": latex::line(&stacked),
            "section": match equation.section {
                Section::Forward => "forward",
                Section::Loss => "loss",
                Section::Backward => "backward",
            },
            "note": equation.note,
            "definition": equation.definition.as_ref().map(|definition| match definition {
                Definition::Activation(name, argument) => json!({
                    "op": "activation", "name": name, "operands": [self.variable(*argument)],
                }),
                Definition::Formula(formula) => self.tree(formula),
            }),
            "expression": self.tree(&equation.value),
            "shape": shape(self.variables.get(equation.target).shape),
            "flops": self.flops(equation),
            "origin": equation.origin.map(|origin| place(origin, source)),
        })
    }

    fn symbol(&self, id: VariableId) -> &str {
        &self.variables.get(id).symbol
    }

    fn variable(&self, id: VariableId) -> Value {
        json!({ "op": "variable", "symbol": self.symbol(id) })
    }

    /// An expression as a tree: each node has its operation under `op` and its operands in order.
    fn tree(&self, expression: &Expression) -> Value {
        let operands = || -> Vec<Value> {
            let operands = expression.operands().into_iter();
            operands.map(|operand| self.tree(operand)).collect()
        };
        match expression {
            // Also as it is printed: a fraction is exact there.
            Expression::Number(number) => {
                json!({ "op": "number", "value": number.value(), "text": number.to_string() })
            }
            Expression::Pi => json!({ "op": "pi" }),
            Expression::Variable(id) => self.variable(*id),
            Expression::Sum(_) => json!({ "op": "sum", "operands": operands() }),
            Expression::Product(_) => json!({ "op": "product", "operands": operands() }),
            Expression::Power(_, exponent) => {
                json!({ "op": "power", "exponent": exponent.value(), "operands": operands() })
            }
            Expression::Unary(function, _) => {
                json!({ "op": function_name(*function), "operands": operands() })
            }
            Expression::Extremum(which, ..) => {
                let name = match which {
                    Extremum::Minimum => "minimum",
                    Extremum::Maximum => "maximum",
                };
                json!({ "op": name, "operands": operands() })
            }
            Expression::Compare(comparison, ..) => {
                let name = match comparison {
                    Comparison::Less => "less",
                    Comparison::LessOrEqual => "less_or_equal",
                    Comparison::Greater => "greater",
                    Comparison::GreaterOrEqual => "greater_or_equal",
                    Comparison::Equal => "equal",
                    Comparison::NotEqual => "not_equal",
                };
                json!({ "op": name, "operands": operands() })
            }
            Expression::Select(_) => json!({ "op": "select", "operands": operands() }),
            Expression::Reduce(reduction, _) => {
                let name = match reduction {
                    super::Reduction::Sum => "sum_of_elements",
                    super::Reduction::Mean => "mean_of_elements",
                    super::Reduction::Max => "maximum_of_elements",
                    super::Reduction::LogSumExp => "logsumexp_of_elements",
                };
                json!({ "op": name, "operands": operands() })
            }
            Expression::ElementAtTarget(_) => {
                json!({ "op": "element_at_target", "operands": operands() })
            }
            Expression::OneHotTarget(length) => json!({ "op": "one_hot_target", "length": length }),
            Expression::Slice(_, start, end) => {
                json!({ "op": "slice", "start": start, "end": end, "operands": operands() })
            }
            Expression::Join(_) => json!({ "op": "join", "operands": operands() }),
            Expression::Pad(padded) => json!({
                "op": "pad",
                "before": padded.before,
                "length": padded.length,
                "after": padded.after,
                "operands": operands(),
            }),
            Expression::MatrixVector(matrix, _) => json!({
                "op": "matrix_vector", "matrix": self.symbol(*matrix), "operands": operands(),
            }),
            Expression::TransposedMatrixVector(matrix, _) => json!({
                "op": "transposed_matrix_vector",
                "matrix": self.symbol(*matrix),
                "operands": operands(),
            }),
            Expression::Outer(..) => json!({ "op": "outer", "operands": operands() }),
            Expression::BatchMean(_) => json!({ "op": "batch_mean", "operands": operands() }),
            Expression::Stated(stated) => self.tree(&stated.0),
        }
    }
}

/// Any page: each line as text and as LaTeX, with what is remarked. `inline` and `stacked` are one page, built for
/// either kind of fractions.
pub fn page_json(inline: &Page, stacked: &Page) -> Value {
    let blocks = inline.blocks.iter().zip(&stacked.blocks);
    let blocks = blocks.map(|(inline, stacked)| block_json(inline, stacked));
    json!({ "title": inline.title, "blocks": blocks.collect::<Vec<_>>() })
}

fn block_json(inline: &Block, stacked: &Block) -> Value {
    let lines = inline.lines.iter().zip(&stacked.lines);
    let lines = lines.map(|(inline, stacked)| {
        let remarks: Vec<String> = match &inline.content {
            Content::Relation { sides, .. } => {
                sides.iter().map(|side| text::words(&side.remark)).collect()
            }
            Content::Words(_) | Content::Row(_) => Vec::new(),
        };
        json!({
            "depth": inline.depth,
            "text": text::relation(inline),
            "latex": latex::line(stacked),
            "remarks": remarks,
        })
    });
    json!({ "heading": inline.heading, "lines": lines.collect::<Vec<_>>() })
}

/// The rows and columns that a value has; a band is stored as positions, units and window.
fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Scalar => json!([]),
        Shape::Vector(length) => json!([length]),
        Shape::Matrix(rows, columns) => json!([rows, columns]),
        Shape::Band(band) => json!({
            "positions": band.positions,
            "units": band.units,
            "window": band.window,
            "stride": band.stride,
        }),
    }
}

/// The bytes of a place, its line and its column, both from 1, columns in characters.
fn place(span: Span, source: &Source) -> Value {
    let ((line, column), (end_line, end_column)) =
        (source.position(span.start), source.position(span.end));
    json!({
        "start": span.start,
        "end": span.end,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Sqrt => "sqrt",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Step => "step",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tanh => "tanh",
        Function::Sigmoid => "sigmoid",
        Function::Erf => "erf",
        Function::Softplus => "softplus",
    }
}
