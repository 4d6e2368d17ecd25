//! Order, buffers and loop shapes. The equations of a model come in; the steps of its functions go out, over named
//! buffers of known length. Afterwards each step is one loop nest or one row of straight-line code, and nothing is left
//! to decide. No mathematics changes here: an equation that a function does not need is left out, and that is all.

mod blocks;
mod explain;
mod lower;
mod memory;
mod operation;
mod passes;
mod scalar;
mod step;

pub use blocks::{Blocks, Stage};
pub use explain::{Choice, Explanation};
pub use passes::{Pass, Passes};

pub use operation::{LoopShape, Operation, Orientation};
pub use scalar::{Access, Scalar};
pub use step::{Buffer, BufferId, Caption, Function, Step, Storage};

pub use crate::equations::{
    Band, Code, Comparison, Decision, Extremum, Function as ScalarFunction, Initial, Precision,
    Reduction, Section, TargetKind,
};

use std::collections::BTreeSet;

use crate::equations::{Equations, Objective, Shape, VariableId};

/// The functions of one model, ready to be written down.
#[derive(Clone, Debug)]
pub struct Program {
    /// The model's name.
    pub name: String,
    /// The lines of the model's `///` comments.
    pub documentation: Vec<String>,
    /// The type of every number.
    pub precision: Precision,
    /// The length of a sample's input row.
    pub inputs: usize,
    /// The length of the output.
    pub outputs: usize,
    /// The trained tensors in the order in which they lie in memory.
    pub tensors: Vec<Tensor>,
    /// What training tracks beside them, in the order in which it lies in memory.
    pub state: Vec<State>,
    /// What a target is; `None` for a model that only answers.
    pub target: Option<TargetKind>,
    /// What the outputs say about classes.
    pub decision: Decision,
    /// How many samples a step of training takes, where the model says so.
    pub batch: Option<usize>,
    /// The equations as text.
    pub equations: String,
    /// The output for one sample.
    pub forward: Function,
    /// The loss of one sample.
    pub loss: Option<Function>,
    /// The loss of one sample; adds to the gradient.
    pub gradient: Option<Function>,
    /// The same while training, where that differs: with elements left out at random, with statistics of the batch.
    pub training: Option<Function>,
    /// The passes over the batch that come before `training`.
    pub passes: Option<Passes>,
}

/// A running average of a statistic of the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// `stage.running_mean`, `stage.running_var`
    pub name: String,
    /// The number of elements.
    pub length: usize,
    /// The index of its first element among the whole state.
    pub offset: usize,
    /// The index of the first element of the statistic among those of the batch.
    pub statistic: usize,
    /// The value of every element before the first batch.
    pub initial: f64,
    /// After each batch the average is (1 − momentum)·average + momentum·statistic.
    pub momentum: f64,
    /// Whether it averages n/(n − 1) times the statistic of n samples.
    pub unbiased: bool,
}

/// A trained tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// `stage.tensor`
    pub name: String,
    /// As the equations write it: `W1`.
    pub symbol: String,
    /// Its shape; empty for a scalar.
    pub shape: Vec<usize>,
    /// How it lies in memory.
    pub layout: Layout,
    /// The index of its first element among all parameters.
    pub offset: usize,
    /// How it starts.
    pub initial: Initial,
}

impl Tensor {
    /// The number of elements.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// How far apart neighbours along each dimension are in memory.
    pub fn strides(&self) -> Vec<usize> {
        let row_major = |shape: &[usize]| -> Vec<usize> {
            (0..shape.len())
                .map(|dimension| shape[dimension + 1..].iter().product())
                .collect()
        };
        match self.layout {
            Layout::RowMajor => row_major(&self.shape),
            Layout::ColumnMajor => {
                let reversed: Vec<usize> = self.shape.iter().rev().copied().collect();
                row_major(&reversed).into_iter().rev().collect()
            }
        }
    }

    /// Where each element, in row-major order, stands from `offset` on.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        let strides = self.strides();
        (0..self.elements()).map(move |index| {
            let mut rest = index;
            let dimensions = self.shape.iter().zip(&strides).rev();
            dimensions.fold(0, |place, (length, stride)| {
                let along = rest % length;
                rest /= length;
                place + along * stride
            })
        })
    }
}

/// How a tensor lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The last index runs fastest, as PyTorch has it.
    RowMajor,
    /// The first index runs fastest: a matrix as the kernels read it, all rows of one column together. A product with it
    /// then takes one element of the vector after the other and adds to all sums at once, which needs no sum across a
    /// vector register.
    ColumnMajor,
}

impl Program {
    /// The program of a model.
    pub fn new(equations: &Equations) -> Self {
        let mut offset = 0;
        let tensors = equations.parameters.iter().map(|parameter| {
            let start = offset;
            offset += parameter.elements();
            Tensor {
                name: parameter.name.clone(),
                symbol: equations.variables.get(parameter.variable).symbol.clone(),
                shape: parameter.shape.clone(),
                layout: layout(
                    equations.variables.get(parameter.variable).shape,
                    parameter.code,
                ),
                offset: start,
                initial: parameter.initial,
            }
        });
        let tensors = tensors.collect();
        let answering = equations.answering();
        let as_answering = answering.as_ref().unwrap_or(equations);
        let loss = equations.objective.as_ref().map(|objective| objective.loss);
        let gradients = equations
            .parameters
            .iter()
            .filter_map(|parameter| parameter.gradient);
        let all: Option<Vec<VariableId>> =
            loss.map(|loss| std::iter::once(loss).chain(gradients).collect());
        Self {
            name: equations.name.clone(),
            documentation: equations.documentation.clone(),
            precision: equations.precision,
            inputs: equations.input_length(),
            outputs: equations.output_length(),
            tensors,
            state: state(equations),
            target: equations
                .objective
                .as_ref()
                .map(|objective| objective.target_kind),
            decision: (equations.objective.as_ref())
                .map_or(Decision::default(), Objective::decision),
            batch: equations.batch,
            equations: equations.to_string(),
            forward: function(as_answering, &[equations.output], Section::Forward),
            loss: loss.map(|loss| function(as_answering, &[loss], Section::Loss)),
            gradient: all
                .as_ref()
                .map(|all| function(as_answering, all, Section::Backward)),
            training: (all.as_ref().filter(|_| answering.is_some()))
                .map(|all| function(equations, all, Section::Backward)),
            passes: all.and_then(|all| Passes::new(equations, &all)),
        }
    }

    /// The number of scalars that training tracks beside the parameters.
    pub fn state_count(&self) -> usize {
        self.state.iter().map(|state| state.length).sum()
    }

    /// The number of trained scalars.
    pub fn parameter_count(&self) -> usize {
        self.tensors.iter().map(Tensor::elements).sum()
    }
}

fn layout(shape: Shape, code: Option<Code>) -> Layout {
    match shape {
        Shape::Matrix(rows, columns)
            if LoopShape::of_product((rows, columns), false, code) == LoopShape::Kernel =>
        {
            Layout::ColumnMajor
        }
        Shape::Matrix(..) | Shape::Band(_) | Shape::Scalar | Shape::Vector(_) => Layout::RowMajor,
    }
}

/// The function that computes the equations that `results` depend on and returns the first of them.
fn function(equations: &Equations, results: &[VariableId], last: Section) -> Function {
    let (offsets, _) = passes::offsets(equations);
    let given = offsets.keys().copied().collect();
    let indices = needed(equations, results, last, &given);
    lower::lower(equations, &indices, Some(results[0]), &offsets)
}

/// The state, one part after the other.
fn state(equations: &Equations) -> Vec<State> {
    let (statistics, _) = passes::offsets(equations);
    let mut offset = 0;
    let state = equations.state.iter().map(|state| {
        let (start, length) = (offset, equations.variables.length(state.variable));
        offset += length;
        State {
            name: state.name.clone(),
            length,
            offset: start,
            statistic: statistics.get(&state.variable).copied().unwrap_or(0),
            initial: state.initial,
            momentum: state.momentum,
            unbiased: state.unbiased,
        }
    });
    state.collect()
}

/// The indices of the equations that `results` depend on, among the sections up to `last`, without those of what is
/// `given` already.
fn needed(
    equations: &Equations,
    results: &[VariableId],
    last: Section,
    given: &BTreeSet<VariableId>,
) -> Vec<usize> {
    let mut wanted: BTreeSet<VariableId> = results.iter().copied().collect();
    let mut indices = Vec::new();
    for (index, equation) in equations.list.iter().enumerate().rev() {
        let is_wanted = wanted.contains(&equation.target) && !given.contains(&equation.target);
        if equation.section <= last && is_wanted {
            indices.push(index);
            let used = equations
                .variables
                .iter()
                .map(|(id, _)| id)
                .filter(|id| equation.value.count(*id) > 0);
            wanted.extend(used);
        }
    }
    indices.reverse();
    indices
}
