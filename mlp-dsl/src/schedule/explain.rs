//! Which code was chosen for each step of each function, and why: what [`Blocks`] and [`LoopShape`] decided, in words.

use super::{Blocks, Function, LoopShape, Operation, Program, Stage, Step};

/// A function and the code of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The generated functions that are made of it.
    pub functions: String,
    /// How it goes over the rows of a batch; `None` for a single sample.
    pub rows: Option<String>,
    /// Its steps in order.
    pub steps: Vec<Choice>,
}

/// The code of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The equation that it begins to compute; `None` where it goes on with the one before.
    pub equation: Option<String>,
    /// The form of the code.
    pub code: &'static str,
    /// What decided it.
    pub reason: String,
}

impl Program {
    /// The code of every function that runs often.
    pub fn explain(&self) -> Vec<Explanation> {
        let mut explanations = vec![single("forward", &self.forward)];
        explanations.push(self.batch("forward_batch", &self.forward));
        let any = match &self.training {
            Some(_) => "gradient_batch",
            None => "gradient_batch, descend, step",
        };
        if let Some(function) = &self.gradient {
            explanations.extend(self.ways("gradient", any, function));
        }
        let passes = self.passes.iter().flat_map(|passes| &passes.list);
        explanations.extend(passes.enumerate().map(|(index, pass)| {
            let name = format!("statistics of the batch, pass {}", index + 1);
            self.batch(&name, &pass.function)
        }));
        if let Some(function) = &self.training {
            let any = "training_gradient_batch, descend, step";
            explanations.extend(self.ways("the same of one sample", any, function));
        }
        explanations
    }

    /// A function that adds to a gradient: over one sample, over the few of a step as the model states it, and over any
    /// number.
    fn ways(&self, one: &str, any: &str, function: &Function) -> Vec<Explanation> {
        if self.blocks(function).is_none() {
            return vec![self.batch(any, function)];
        }
        let few = self.few(function).map(|blocks| Explanation {
            functions: format!("{any} of {} samples", blocks.rows),
            rows: Some("written out for them, with no call of a kernel".to_owned()),
            steps: staged(function, &blocks),
        });
        let mut ways = vec![single(one, function)];
        ways.extend(few);
        ways.push(self.batch(any, function));
        ways
    }

    /// A function over the rows of a batch.
    fn batch(&self, functions: &str, function: &Function) -> Explanation {
        let Some(blocks) = self.blocks(function) else {
            let reason = match function.uses_statistics() {
                true => "statistics of the batch are taken a row at a time",
                false => "no product is large enough for a kernel",
            };
            return Explanation {
                rows: Some(format!("row by row: {reason}")),
                ..single(functions, function)
            };
        };
        let mut steps = function.steps.iter();
        let in_workspace = match steps.any(|step| step.operation.is_accumulation()) {
            true if blocks.workspace_rows != blocks.rows => {
                format!(" ({} in a workspace)", blocks.workspace_rows)
            }
            _ => String::new(),
        };
        Explanation {
            functions: functions.to_owned(),
            rows: Some(format!(
                "in blocks of {} rows{in_workspace}, with {} numbers kept for each",
                blocks.rows, blocks.row
            )),
            steps: staged(function, &blocks),
        }
    }
}

/// The steps of a function stage by stage.
fn staged(function: &Function, blocks: &Blocks) -> Vec<Choice> {
    let stages = blocks.stages.iter();
    let steps = stages.flat_map(|stage| {
        let steps = function.steps[stage.steps()].iter();
        steps.flat_map(move |step| in_stage(step, stage))
    });
    steps.collect()
}

/// A function for one sample.
fn single(functions: &str, function: &Function) -> Explanation {
    Explanation {
        functions: functions.to_owned(),
        rows: None,
        steps: function.steps.iter().flat_map(alone).collect(),
    }
}

/// A step as it is for one row: a line for each of its equations, or one that goes on with the equation before.
fn alone(step: &Step) -> Vec<Choice> {
    let (code, reason) = match &step.operation {
        // What sums up rows has nothing to sum up.
        Operation::Accumulate {
            length,
            shape: LoopShape::Kernel,
            ..
        } => {
            let size = count(*length, "element");
            ("loop", above(size, LoopShape::MOST_STRAIGHT_ELEMENTS))
        }
        operation => described(operation),
    };
    let line = |equation| Choice {
        equation,
        code,
        reason: reason.clone(),
    };
    let equations = step.captions.iter();
    let lines = equations.map(|caption| line(Some(caption.equation.clone())));
    match step.captions.is_empty() {
        true => Vec::from([line(None)]),
        false => lines.collect(),
    }
}

/// A step as it is for a block of rows, line by line.
fn in_stage(step: &Step, stage: &Stage) -> Vec<Choice> {
    let mut lines = alone(step);
    for line in &mut lines {
        *line = all_rows(line.clone(), step, stage);
    }
    lines
}

fn all_rows(own: Choice, step: &Step, stage: &Stage) -> Choice {
    match stage {
        Stage::Kernel(_) => Choice {
            code: "kernel, all rows",
            reason: described(&step.operation).1,
            ..own
        },
        Stage::Rows(_) => Choice {
            code: match own.code {
                "straight-line" => "row by row, straight-line",
                "kernel" => "row by row, kernel",
                _ => "row by row, loop",
            },
            ..own
        },
        Stage::Flat { length, lanes, .. } => Choice {
            code: "loop, rows end to end",
            reason: format!("{} a row, {lanes} at once", count(*length, "number")),
            ..own
        },
    }
}

/// The form of an operation's code, and why.
fn described(operation: &Operation) -> (&'static str, String) {
    match operation {
        Operation::MatrixVector {
            dimensions,
            band,
            shape,
            ..
        }
        | Operation::AccumulateOuter {
            dimensions,
            band,
            shape,
            ..
        } => {
            let size = count(dimensions.0 * dimensions.1, "multiply-add");
            let suits = LoopShape::of_product(*dimensions, band.is_some(), None);
            let reason = match (shape, band) {
                _ if *shape != suits => format!("{size}, as `code` says"),
                (LoopShape::Straight, _) => within(size, LoopShape::MOST_STRAIGHT_PRODUCTS),
                (_, Some(_)) => format!("{size} in windows, for which there is no kernel"),
                (_, None) => above(size, LoopShape::MOST_STRAIGHT_PRODUCTS),
            };
            (name(*shape), reason)
        }
        Operation::Elementwise { length, shape, .. }
        | Operation::AccumulateStatistic { length, shape, .. }
        | Operation::Accumulate { length, shape, .. } => {
            let size = count(*length, "element");
            let reason = match shape {
                LoopShape::Straight => within(size, LoopShape::MOST_STRAIGHT_ELEMENTS),
                LoopShape::Loop => above(size, LoopShape::MOST_STRAIGHT_ELEMENTS),
                LoopShape::Kernel => format!("{size}, each a sum over all rows"),
            };
            (name(*shape), reason)
        }
        Operation::Reduce { length, .. } => {
            ("loop", format!("{} to one", count(*length, "element")))
        }
        Operation::Softmax { length, .. } => {
            let reason = format!("{} and their sum, at once", count(*length, "element"));
            ("loop", reason)
        }
        Operation::Single { .. } => ("straight-line", count(1, "element")),
        Operation::List { values, .. } => {
            let size = count(values.len(), "element");
            ("straight-line", format!("{size}, each of its own form"))
        }
        Operation::Zeros { .. } => ("straight-line", "zeros to begin with".to_owned()),
    }
}

fn name(shape: LoopShape) -> &'static str {
    match shape {
        LoopShape::Straight => "straight-line",
        LoopShape::Loop => "loop",
        LoopShape::Kernel => "kernel",
    }
}

fn within(size: String, most: usize) -> String {
    format!("{size}, of at most {most}")
}

fn above(size: String, most: usize) -> String {
    format!("{size}, above {most}")
}

fn count(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
