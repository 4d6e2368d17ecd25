//! A function for many samples at once: blocks of rows go through it stage by stage. A product with a matrix is one stage,
//! in which the runtime's kernel works on all rows of the block, so that a weight that was read serves all of them; the
//! steps between two products are one stage together, a loop over the rows.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Program;
use super::step::{Buffer, BufferId, Function, Storage};

/// How a function runs over blocks of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// The most rows of one block.
    pub rows: usize,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The buffers that hold a value for each row of the block: those that more than one stage uses.
    pub kept: BTreeSet<BufferId>,
    /// How many numbers all kept buffers hold for one row.
    pub row: usize,
}

/// A stage of a function for blocks of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// One step, which a kernel does for all rows.
    Kernel(usize),
    /// Steps, all of them for one row after the other.
    Rows(Range<usize>),
}

impl Blocks {
    /// How many numbers the kept buffers of a whole block hold.
    pub const fn scratch(&self) -> usize {
        self.rows * self.row
    }
}

impl Stage {
    /// The indices of its steps.
    pub fn steps(&self) -> Range<usize> {
        match self {
            Self::Kernel(step) => *step..*step + 1,
            Self::Rows(steps) => steps.clone(),
        }
    }
}

/// Bytes that the kept buffers may take: they live on the stack, and a thread has 2 MB.
const MOST_BYTES: usize = 512 << 10;
/// More rows in a block gain nothing: the weights that they share are a small part of the work by then.
const MOST_ROWS: usize = 64;

impl Program {
    /// How a function of this program runs over blocks of rows; `None` where no step has a kernel, and rows gain nothing
    /// from each other.
    pub fn blocks(&self, function: &Function) -> Option<Blocks> {
        // Statistics of the batch are taken a row at a time.
        if function.uses_statistics() {
            return None;
        }
        if !function.steps.iter().any(|step| step.operation.is_kernel()) {
            return None;
        }
        let accumulates = |step: usize| function.steps[step].operation.target().is_none();
        let mut stages: Vec<Stage> = Vec::new();
        for (index, step) in function.steps.iter().enumerate() {
            match stages.last_mut() {
                _ if step.operation.is_kernel() => stages.push(Stage::Kernel(index)),
                // What changes a gradient has stages of its own: it may change the parameters that the others read.
                Some(Stage::Rows(steps)) if accumulates(steps.start) == accumulates(index) => {
                    steps.end = index + 1;
                }
                _ => stages.push(Stage::Rows(index..index + 1)),
            }
        }
        let kept: BTreeSet<BufferId> = (0..function.buffers.len())
            .map(BufferId)
            .filter(|buffer| self.is_kept(function, *buffer, &stages))
            .collect();
        let lengths = kept.iter().map(|buffer| function.buffer(*buffer).length);
        let row = lengths.sum();
        let rows = MOST_BYTES / self.precision.bytes() / usize::max(row, 1);
        Some(Blocks {
            rows: (rows / 8 * 8).clamp(8, MOST_ROWS),
            stages,
            kept,
            row,
        })
    }

    /// Whether a buffer must hold a value for each row of a block.
    fn is_kept(&self, function: &Function, id: BufferId, stages: &[Stage]) -> bool {
        let Buffer {
            storage, length, ..
        } = function.buffer(id);
        let uses = |step: usize| {
            let operation = &function.steps[step].operation;
            operation.target() == Some(id) || operation.operands().contains(&id)
        };
        let mut using = stages
            .iter()
            .filter(|stage| stage.steps().any(uses))
            .peekable();
        match storage {
            Storage::Parameter(_)
            | Storage::Statistic { .. }
            | Storage::State(_)
            | Storage::Target => false,
            // A kernel takes whole rows: those of the batch, or copies of the part that is one input of several.
            Storage::Input { .. } => {
                *length < self.inputs && using.any(|stage| matches!(stage, Stage::Kernel(_)))
            }
            Storage::Mask { .. } => true,
            Storage::Array | Storage::Scalar => {
                let in_kernel = using
                    .peek()
                    .is_some_and(|stage| matches!(stage, Stage::Kernel(_)));
                in_kernel || using.count() > 1
            }
        }
    }
}
