//! The vocabulary of a schedule: functions, buffers, steps.

use super::{LoopShape, Operation, Section};

/// One function of a model: its steps in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Everything that the steps read and write.
    pub buffers: Vec<Buffer>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What the function returns; `None` where it only adds to statistics.
    pub result: Option<BufferId>,
}

impl Function {
    /// The buffer with this id.
    pub fn buffer(&self, id: BufferId) -> &Buffer {
        &self.buffers[id.0]
    }

    /// Whether it draws what a `dropout` leaves.
    pub fn has_masks(&self) -> bool {
        let is_mask = |buffer: &Buffer| matches!(buffer.storage, Storage::Mask { .. });
        self.buffers.iter().any(is_mask)
    }

    /// Whether it reads statistics of the batch or adds to them.
    pub fn uses_statistics(&self) -> bool {
        let is_statistic = |buffer: &Buffer| matches!(buffer.storage, Storage::Statistic { .. });
        self.result.is_none() || self.buffers.iter().any(is_statistic)
    }

    /// Whether any step is more than straight-line code.
    pub fn has_loops(&self) -> bool {
        self.steps.iter().any(|step| match step.operation {
            Operation::MatrixVector { shape, .. }
            | Operation::Elementwise { shape, .. }
            | Operation::AccumulateOuter { shape, .. }
            | Operation::Accumulate { shape, .. }
            | Operation::AccumulateStatistic { shape, .. } => shape != LoopShape::Straight,
            Operation::Reduce { .. } | Operation::Softmax { .. } => true,
            Operation::Zeros { .. } | Operation::List { .. } | Operation::Single { .. } => false,
        })
    }

    /// The scalars that the function keeps in variables of its own while it runs.
    pub fn local_scalars(&self) -> usize {
        let local = self.buffers.iter().filter(|buffer| {
            matches!(
                buffer.storage,
                Storage::Array | Storage::Scalar | Storage::Mask { .. }
            )
        });
        local.map(|buffer| buffer.length).sum()
    }
}

/// A buffer of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BufferId(pub usize);

/// Something that steps read or write.
#[derive(Clone, Debug, PartialEq)]
pub struct Buffer {
    /// As the equations write it: `a1`, `δ1`.
    pub symbol: String,
    /// Where its elements are.
    pub storage: Storage,
    /// The number of elements.
    pub length: usize,
}

/// Where the elements of a buffer are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Storage {
    /// In the sample's row, from this place.
    Input {
        /// The index of the first element.
        offset: usize,
    },
    /// In the sample's target.
    Target,
    /// In an array that is drawn anew each time: 0 with the probability `rate`, else 1 / (1 − rate).
    Mask {
        /// The probability of 0.
        rate: f64,
    },
    /// In the trained tensor with this index.
    Parameter(usize),
    /// Among the statistics of the batch, from this place.
    Statistic {
        /// The index of the first element.
        offset: usize,
    },
    /// In the running average with this index.
    State(usize),
    /// In an array of the function.
    Array,
    /// In a variable of the function: one number.
    Scalar,
}

/// One step: an operation, and the equations that it begins to compute.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// An equation, at the first of its steps; two where the step computes both.
    pub captions: Vec<Caption>,
    /// What is done.
    pub operation: Operation,
}

/// An equation that a step begins to compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The equation as text.
    pub equation: String,
    /// The part of the computation that it belongs to.
    pub section: Section,
}
