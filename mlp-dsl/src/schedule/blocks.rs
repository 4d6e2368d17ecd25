//! A function for many samples at once: blocks of rows go through it stage by stage. A product with a matrix is one stage,
//! in which the runtime's kernel works on all rows of the block, so that a weight that was read serves all of them; the
//! steps between two products are one stage together, a loop over the rows.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Access, Buffer, BufferId, Function, LoopShape, Operation, Program, Step, Storage};

/// How a function runs over blocks of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// The most rows of one block on the stack; where the number is fixed, the rows of every block.
    pub rows: usize,
    /// The most rows of one block in a workspace, which lives wherever its owner wants it.
    pub workspace_rows: usize,
    /// Whether every block has that many rows.
    pub is_fixed: bool,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The buffers that hold a value for each row of the block: those that more than one stage uses.
    pub kept: BTreeSet<BufferId>,
    /// How many numbers all kept buffers hold for one row.
    pub row: usize,
    /// The numbers of the widest vector register.
    pub lanes: usize,
}

/// How many rows the blocks of a function have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// As many as there are, up to what fits the stack.
    Any,
    /// So many.
    Fixed(usize),
}

/// A stage of a function for blocks of rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// One step, which a kernel does for all rows.
    Kernel(usize),
    /// Steps, all of them for one row after the other.
    Rows(Range<usize>),
    /// Steps whose rows fill no vector register, for the numbers of all rows end to end.
    Flat {
        /// The indices of the steps.
        range: Range<usize>,
        /// The numbers of a row.
        length: usize,
        /// The numbers that the steps take at once.
        lanes: usize,
        /// The same steps for so many numbers, whichever rows they are of.
        steps: Vec<Step>,
    },
}

impl Blocks {
    /// How many numbers the kept buffers of a whole block on the stack hold.
    pub const fn scratch(&self) -> usize {
        self.rows * self.row
    }

    /// How many numbers the kept buffers of a whole block in a workspace hold.
    pub const fn workspace_scratch(&self) -> usize {
        self.workspace_rows * self.row
    }

    /// Whether some stage works on the numbers of all rows end to end: the kept buffers then have a multiple of
    /// [`Blocks::lanes`] rows, so that the last step of a loop may go past the last row.
    pub fn is_padded(&self) -> bool {
        let is_flat = |stage: &Stage| matches!(stage, Stage::Flat { .. });
        !self.is_fixed && self.stages.iter().any(is_flat)
    }

    /// How many rows the kept buffers need for `rows` rows.
    pub fn padded(&self, rows: usize) -> usize {
        if self.is_padded() {
            rows.next_multiple_of(self.lanes)
        } else {
            rows
        }
    }
}

impl Stage {
    /// The indices of its steps.
    pub fn steps(&self) -> Range<usize> {
        match self {
            Self::Kernel(step) => *step..*step + 1,
            Self::Rows(steps) | Self::Flat { range: steps, .. } => steps.clone(),
        }
    }
}

/// Bytes that the kept buffers may take on the stack: a thread has 2 MB.
const MOST_BYTES: usize = 512 << 10;
/// Bytes that they may take in a workspace.
const MOST_WORKSPACE_BYTES: usize = 8 << 20;
/// The bytes of the widest vector register.
const REGISTER_BYTES: usize = 64;
/// A row that fills more registers than this leaves little of the last one unused.
const MOST_FLAT_REGISTERS: usize = 4;
/// A block of a fixed number of rows is written out for them alone, which pays while calls of kernels take longer than
/// what they do: up to so many rows,
const MOST_FIXED_ROWS: usize = 16;
/// and so many multiply-adds in one pass forward.
const MOST_FIXED_PRODUCTS: usize = 512;
/// More rows in a block gain nothing: the weights that they share are a small part of the work by then.
const MOST_ROWS: usize = 64;
/// The same where the weights leave the first cache, of so many bytes.
const MOST_ROWS_OF_LARGE: usize = 256;
/// See `MOST_ROWS_OF_LARGE`.
const LARGE_BYTES: usize = 32 << 10;

impl Program {
    /// How a function of this program runs over blocks of rows; `None` where no step has a kernel, and rows gain nothing
    /// from each other.
    pub fn blocks(&self, function: &Function) -> Option<Blocks> {
        self.blocks_of(function, Rows::Any)
    }

    /// How a function of this program runs over the few rows of a step of training as the model states it; `None` where
    /// they are not few, or [`Program::blocks`] is none.
    pub fn few(&self, function: &Function) -> Option<Blocks> {
        let rows = self
            .batch
            .filter(|rows| (2..=MOST_FIXED_ROWS).contains(rows))?;
        let products = rows * self.parameter_count();
        (products <= MOST_FIXED_PRODUCTS)
            .then(|| self.blocks_of(function, Rows::Fixed(rows)))
            .flatten()
    }

    fn blocks_of(&self, function: &Function, rows: Rows) -> Option<Blocks> {
        // Statistics of the batch are taken a row at a time.
        if function.uses_statistics() {
            return None;
        }
        if !function.steps.iter().any(|step| step.operation.is_kernel()) {
            return None;
        }
        let accumulates = |step: usize| function.steps[step].operation.is_accumulation();
        let lanes = REGISTER_BYTES / self.precision.bytes();
        let mut stages: Vec<Stage> = Vec::new();
        for (index, step) in function.steps.iter().enumerate() {
            let flat = function.flat(step, lanes, rows);
            match (stages.last_mut(), flat) {
                (
                    Some(Stage::Flat {
                        range,
                        length,
                        steps,
                        ..
                    }),
                    Some((own, step)),
                ) if *length == own => {
                    range.end = index + 1;
                    steps.push(step);
                }
                (_, Some((length, step))) => stages.push(Stage::Flat {
                    range: index..index + 1,
                    length,
                    lanes: rows.lanes(lanes, length),
                    steps: Vec::from([step]),
                }),
                _ if step.operation.is_kernel() && rows == Rows::Any => {
                    stages.push(Stage::Kernel(index))
                }
                // What changes a gradient has stages of its own: it may change the parameters that the others read.
                (Some(Stage::Rows(steps)), None)
                    if accumulates(steps.start) == accumulates(index) =>
                {
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
        let (bytes, is_fixed) = (self.precision.bytes(), rows != Rows::Any);
        let most = match self.parameter_count() * bytes > LARGE_BYTES {
            true => MOST_ROWS_OF_LARGE,
            false => MOST_ROWS,
        };
        // Whole registers, as a padded buffer has them.
        let within = |limit: usize, most: usize| {
            let fitting = limit / bytes / usize::max(row, 1);
            (fitting / lanes * lanes).clamp(lanes, most)
        };
        let batch = self.batch.unwrap_or(MOST_ROWS).next_multiple_of(lanes);
        let (rows, workspace_rows) = match rows {
            Rows::Any => (
                within(MOST_BYTES, most),
                within(MOST_WORKSPACE_BYTES, batch.min(most)),
            ),
            Rows::Fixed(rows) => (rows, rows),
        };
        Some(Blocks {
            rows,
            workspace_rows,
            is_fixed,
            stages,
            kept,
            row,
            lanes,
        })
    }

    /// Whether a buffer must hold a value for each row of a block.
    fn is_kept(&self, function: &Function, id: BufferId, stages: &[Stage]) -> bool {
        let Buffer {
            storage, length, ..
        } = function.buffer(id);
        let uses = |step: usize| {
            let operation = &function.steps[step].operation;
            operation.targets().contains(&id) || operation.operands().contains(&id)
        };
        let mut using = stages
            .iter()
            .filter(|stage| stage.steps().any(uses))
            .peekable();
        let in_flat = using
            .clone()
            .any(|stage| matches!(stage, Stage::Flat { .. }));
        match storage {
            Storage::Parameter(_) | Storage::Statistic { .. } | Storage::State(_) => false,
            Storage::Target => in_flat,
            // A kernel takes whole rows: those of the batch, or copies of the part that is one input of several.
            Storage::Input { .. } => {
                let in_kernel = using.any(|stage| matches!(stage, Stage::Kernel(_)));
                in_flat || (*length < self.inputs && in_kernel)
            }
            Storage::Mask { .. } => true,
            Storage::Array | Storage::Scalar => {
                let in_kernel = using
                    .peek()
                    .is_some_and(|stage| matches!(stage, Stage::Kernel(_)));
                let is_result = function.result == Some(id) && in_flat;
                in_kernel || is_result || using.count() > 1
            }
        }
    }
}

impl Rows {
    /// The numbers that steps over rows of `length` numbers take at once: a register of `lanes`, or all of them.
    const fn lanes(self, lanes: usize, length: usize) -> usize {
        match self {
            Self::Any => lanes,
            Self::Fixed(rows) => rows * length,
        }
    }
}

impl Function {
    /// A step as it is for the numbers of whichever rows, and the length of its rows; `None` for one that is better off
    /// row by row, or cannot be otherwise.
    fn flat(&self, step: &Step, lanes: usize, rows: Rows) -> Option<(usize, Step)> {
        let (target, exists, length, value) = match &step.operation {
            Operation::Elementwise {
                target,
                exists,
                offset: 0,
                length,
                value,
                ..
            } => (*target, *exists, *length, value),
            Operation::Single { target, value } => (*target, false, 1, value),
            _ => return None,
        };
        let is_narrow = !length.is_multiple_of(lanes) && length <= MOST_FLAT_REGISTERS * lanes;
        if !is_narrow || self.buffer(target).length != length || value.uses_class() {
            return None;
        }
        let value = value.clone().try_map_elements(&mut |id, access| {
            let buffer = self.buffer(id);
            match (access, buffer.storage) {
                (Access::Whole, Storage::Parameter(_)) => Some(Access::Whole),
                (_, Storage::Parameter(_) | Storage::Statistic { .. } | Storage::State(_)) => None,
                (Access::Here, _) if buffer.length == length => Some(Access::Here),
                (Access::Whole, _) if length == 1 => Some(Access::Here),
                _ => None,
            }
        })?;
        let operation = Operation::Elementwise {
            target,
            exists,
            offset: 0,
            length: rows.lanes(lanes, length),
            value,
            shape: LoopShape::Loop,
        };
        let captions = step.captions.clone();
        Some((
            length,
            Step {
                captions,
                operation,
            },
        ))
    }
}
