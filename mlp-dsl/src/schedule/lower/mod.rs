//! Equations into steps. What an element-by-element loop cannot hold, a product with a matrix or a reduction, becomes a
//! step of its own before it.

mod lanes;
mod matrices;
mod softmax;
mod vectors;

use std::collections::BTreeMap;

use self::lanes::Reduced;
use self::vectors::Place;
use super::passes::Offsets;
use super::{Buffer, BufferId, Caption, Function, LoopShape, Operation, Scalar, Step, Storage};
use crate::equations::{Equation, Equations, Expression, Role, Shape, VariableId};

/// The function that computes the equations at `indices` and returns `result`. A statistic of the batch is at its place of
/// `statistics` when another equation uses it; its own equation adds one sample's share.
pub(super) fn lower(
    equations: &Equations,
    indices: &[usize],
    result: Option<VariableId>,
    statistics: &Offsets,
) -> Function {
    let mut lowering = Lowering {
        equations,
        statistics,
        buffers: Vec::new(),
        ids: BTreeMap::new(),
        steps: Vec::new(),
        accumulations: Vec::new(),
        pending: None,
        temporaries: 0,
    };
    lowering.masks(indices);
    for &index in indices {
        lowering.equation(&equations.list[index]);
    }
    let result = result.map(|result| lowering.result(result));
    let mut steps = lowering.steps;
    steps.extend(lowering.accumulations);
    let steps = softmax::fuse(steps, result);
    Function {
        buffers: lowering.buffers,
        steps,
        result,
    }
}

struct Lowering<'a> {
    equations: &'a Equations,
    statistics: &'a Offsets,
    buffers: Vec<Buffer>,
    /// The buffer of each variable met so far.
    ids: BTreeMap<VariableId, BufferId>,
    steps: Vec<Step>,
    /// The steps that add to gradients. They stand last, so that the parameters themselves may be what they change.
    accumulations: Vec<Step>,
    /// The equation whose first step is not written yet.
    pending: Option<Caption>,
    temporaries: usize,
}

impl Lowering<'_> {
    fn equation(&mut self, equation: &Equation) {
        self.pending = Some(Caption {
            equation: self.equations.equation_text(equation),
            section: equation.section,
        });
        let variable = self.equations.variables.get(equation.target);
        if let Role::Adjoint(of) = variable.role
            && let Role::Parameter(tensor) = self.equations.variables.get(of).role
        {
            return self.accumulate(tensor, &equation.value);
        }
        if let Expression::BatchMean(value) = &equation.value {
            return self.accumulate_statistic(self.statistics[&equation.target], value);
        }
        match variable.shape {
            Shape::Scalar => {
                let value = self.reduced_scalar(&equation.value);
                let target = self.new_buffer(equation.target, Storage::Scalar);
                match value {
                    Reduced::Reduction(reduction, length, value) => self.push(Operation::Reduce {
                        target,
                        reduction,
                        length,
                        value,
                    }),
                    Reduced::Value(value) => self.push(Operation::Single { target, value }),
                }
            }
            Shape::Vector(_) | Shape::Matrix(..) | Shape::Band(_) => {
                self.vector(Place::Variable(equation.target), &equation.value);
            }
        }
    }

    /// Makes the buffers of all masks where a batch is gone over several times: each pass draws all of them, in one order,
    /// and so the same ones as the pass before. An underscore marks those that this function only draws.
    fn masks(&mut self, indices: &[usize]) {
        if self.statistics.is_empty() {
            return;
        }
        let equations = self.equations;
        for (id, variable) in equations.variables.iter() {
            let Role::Mask { rate } = variable.role else {
                continue;
            };
            let is_drawn = |equation: &Equation| equation.value.count(id) > 0;
            if !equations.list.iter().any(is_drawn) {
                continue;
            }
            let rate = rate.value();
            let buffer = self.new_buffer(id, Storage::Mask { rate });
            let uses = |index: &usize| equations.list[*index].value.count(id) > 0;
            if !indices.iter().any(uses) {
                self.buffers[buffer.0].symbol.insert(0, '_');
            }
        }
    }

    /// The step that adds to a statistic.
    fn accumulate_statistic(&mut self, offset: usize, value: &Expression) {
        let length = value.length(&self.equations.variables);
        let value = self.lane(value, length);
        let shape = LoopShape::of_elements(length);
        self.push_last(Operation::AccumulateStatistic {
            offset,
            length,
            value,
            shape,
        });
    }

    fn buffer(&mut self, variable: VariableId) -> BufferId {
        if let Some(id) = self.ids.get(&variable) {
            return *id;
        }
        let storage = match self.equations.variables.get(variable).role {
            Role::Input { offset } => Storage::Input { offset },
            Role::Target => Storage::Target,
            Role::Parameter(index) => Storage::Parameter(index),
            Role::Mask { rate } => Storage::Mask { rate: rate.value() },
            Role::Statistic => Storage::Statistic {
                offset: self.statistics.get(&variable).copied().unwrap_or(0),
            },
            Role::State(index) => Storage::State(index),
            // A computed variable has its buffer from its own equation, which comes first.
            Role::Computed | Role::Adjoint(_) => Storage::Array,
        };
        self.new_buffer(variable, storage)
    }

    fn new_buffer(&mut self, variable: VariableId, storage: Storage) -> BufferId {
        let symbol = self.equations.variables.get(variable).symbol.clone();
        let length = self.equations.variables.length(variable);
        let id = self.add(Buffer {
            symbol,
            storage,
            length,
        });
        self.ids.insert(variable, id);
        id
    }

    fn temporary(&mut self, storage: Storage, length: usize) -> BufferId {
        self.temporaries += 1;
        self.add(Buffer {
            symbol: format!("part{}", self.temporaries),
            storage,
            length,
        })
    }

    fn add(&mut self, buffer: Buffer) -> BufferId {
        self.buffers.push(buffer);
        BufferId(self.buffers.len() - 1)
    }

    fn push(&mut self, operation: Operation) {
        self.steps.push(Step {
            captions: self.pending.take().into_iter().collect(),
            operation,
        });
    }

    fn push_last(&mut self, operation: Operation) {
        self.accumulations.push(Step {
            captions: self.pending.take().into_iter().collect(),
            operation,
        });
    }

    /// The buffer to return: an output that is an input is copied.
    fn result(&mut self, variable: VariableId) -> BufferId {
        let id = self.buffer(variable);
        if !matches!(self.buffers[id.0].storage, Storage::Input { .. }) {
            return id;
        }
        let length = self.buffers[id.0].length;
        let target = self.temporary(Storage::Array, length);
        let value = Scalar::Element(id, self.access(id, length));
        self.elementwise(target, value, length);
        target
    }
}
