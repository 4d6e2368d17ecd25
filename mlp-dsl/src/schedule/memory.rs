//! How much stack a model's functions take: what the constants of its type are made of. Counted are arrays: those of the
//! steps, the blocks of rows, and what kernels lay together. Frames of calls, saved registers and what a compiler that does
//! not optimise copies come on top.

use std::collections::BTreeSet;

use super::{
    Blocks, Buffer, BufferId, Function, LoopShape, Operation, Orientation, Passes, Program, Storage,
};

/// The numbers that a kernel of the runtime lays together for a small matrix …
const SMALL_SPACE: usize = 1024;

/// … and for a larger one.
const LARGE_SPACE: usize = 4096;

impl Program {
    /// The bytes of all arrays that `forward` takes.
    pub fn forward_stack(&self) -> usize {
        self.precision.bytes() * alone(&self.forward)
    }

    /// The bytes of all arrays that the output takes, for one sample or for any number.
    pub fn inference_stack(&self) -> usize {
        let at_once = self.precision.bytes() * self.at_once(&self.forward, 0);
        usize::max(self.forward_stack(), at_once)
    }

    /// The bytes of all arrays that a loss, a gradient or a step takes beside a workspace; `None` without a loss.
    pub fn training_stack(&self) -> Option<usize> {
        let gradient = self.gradient.as_ref()?;
        let stepping = self.training.as_ref().unwrap_or(gradient);
        // What a step has in its workspace others have on the stack.
        let workspace = self
            .blocks(stepping)
            .map_or(0, |blocks| blocks.workspace_scratch());
        let functions = [gradient].into_iter().chain(&self.training);
        let all = functions.flat_map(|function| {
            let few = self
                .few(function)
                .map(|few| FRAMES * few.scratch() + beside(function, &few));
            [
                alone(function),
                few.unwrap_or(0),
                self.at_once(function, workspace),
            ]
        });
        let loss = self.loss.iter().map(alone);
        let passes = self.passes.iter().map(Passes::stack);
        let numbers = all.chain(loss).chain(passes).max().unwrap_or(0);
        Some(self.precision.bytes() * numbers)
    }

    /// The numbers of a function over blocks of rows, without as many of the kept ones as are elsewhere.
    fn at_once(&self, function: &Function, elsewhere: usize) -> usize {
        self.blocks(function).map_or(0, |blocks| {
            blocks.scratch().saturating_sub(elsewhere) + beside(function, &blocks)
        })
    }
}

impl Passes {
    /// The numbers of the statistics, which go from pass to pass, and those of the largest pass.
    fn stack(&self) -> usize {
        let functions = self.list.iter().map(|pass| &pass.function);
        let largest = functions.chain([&self.forward]).map(alone).max();
        4 * self.length + largest.unwrap_or(0)
    }
}

/// The code for the least level of vector instructions stands in the function that chooses the level, and that for the
/// others is called from there: arrays of the code have two frames.
const FRAMES: usize = 2;

/// The numbers of a function for one sample, with the result of a kernel that is on its way.
fn alone(function: &Function) -> usize {
    let own = function.buffers.iter().filter(|buffer| is_own(buffer));
    let largest = own.map(|buffer| buffer.length).max();
    FRAMES * function.local_scalars() + largest.unwrap_or(0)
}

/// Whether a function makes a buffer.
fn is_own(buffer: &Buffer) -> bool {
    matches!(
        buffer.storage,
        Storage::Array | Storage::Scalar | Storage::Mask { .. }
    )
}

/// The numbers of a function over blocks of rows beside those that are kept: of one row, of a register full of rows, or of all
/// where their number is fixed.
fn beside(function: &Function, blocks: &Blocks) -> usize {
    let kept: &BTreeSet<BufferId> = &blocks.kept;
    let buffers = function.buffers.iter().enumerate();
    let own = buffers.filter(|(index, buffer)| is_own(buffer) && !kept.contains(&BufferId(*index)));
    let lengths = own.map(|(_, buffer)| match blocks.is_fixed {
        true => buffer.length * blocks.rows,
        false => buffer.length.max(blocks.lanes),
    });
    FRAMES * lengths.sum::<usize>() + space(function)
}

/// The most numbers that one of the kernels for many rows lays together: as the files of the kernels say.
fn space(function: &Function) -> usize {
    let spaces = function.steps.iter().map(|step| match &step.operation {
        Operation::MatrixVector {
            shape: LoopShape::Kernel,
            orientation,
            dimensions,
            ..
        } => match (orientation, dimensions.0 * dimensions.1) {
            (Orientation::Plain, 0..=8192) => 0,
            (Orientation::Transposed, 0..=1024) => SMALL_SPACE,
            _ => LARGE_SPACE,
        },
        Operation::AccumulateOuter {
            shape: LoopShape::Kernel,
            dimensions,
            ..
        } => match dimensions.0 * dimensions.1 {
            0..=8192 => SMALL_SPACE,
            _ => LARGE_SPACE,
        },
        _ => 0,
    });
    spaces.max().unwrap_or(0)
}
