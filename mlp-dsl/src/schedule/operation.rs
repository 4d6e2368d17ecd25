//! What a step does, and in which form it is written.

use super::{Band, BufferId, Code, Reduction, Scalar};

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// target = matrix · vector + bias, or target = matrixᵀ · vector
    MatrixVector {
        /// The new array.
        target: BufferId,
        /// A trained matrix.
        matrix: BufferId,
        /// Its rows and columns, as they are stored.
        dimensions: (usize, usize),
        /// Where the stored part of each row stands, if that is not the whole row.
        band: Option<Band>,
        /// Whether the matrix is transposed.
        orientation: Orientation,
        /// The vector.
        vector: BufferId,
        /// What is added.
        bias: Option<BufferId>,
        /// How it is computed.
        shape: LoopShape,
    },
    /// A new array of zeros.
    Zeros {
        /// The array.
        target: BufferId,
    },
    /// A new array, element by element.
    List {
        /// The array.
        target: BufferId,
        /// Its elements.
        values: Vec<Scalar>,
    },
    /// `target[offset + i]` = value at i
    Elementwise {
        /// The array.
        target: BufferId,
        /// Whether an earlier step made the array.
        exists: bool,
        /// The first element that is set.
        offset: usize,
        /// How many elements are set.
        length: usize,
        /// What each element becomes.
        value: Scalar,
        /// How it is computed.
        shape: LoopShape,
    },
    /// target = value
    Single {
        /// The new scalar.
        target: BufferId,
        /// Its value.
        value: Scalar,
    },
    /// target = reduction over i of the value at i
    Reduce {
        /// The new scalar.
        target: BufferId,
        /// How the elements are combined.
        reduction: Reduction,
        /// The number of elements.
        length: usize,
        /// What each of them is; for a log-sum-exp, an element of one array.
        value: Scalar,
    },
    /// target = softmax(vector) and total = logsumexp(vector)
    Softmax {
        /// The new array.
        target: BufferId,
        /// The new scalar; `None` where no other step reads it.
        total: Option<BufferId>,
        /// A whole array.
        vector: BufferId,
        /// The number of elements.
        length: usize,
    },
    /// gradient of a tensor += share · left · rightᵀ
    AccumulateOuter {
        /// The tensor.
        tensor: usize,
        /// As many elements as the tensor has rows.
        left: BufferId,
        /// As many elements as the tensor has columns.
        right: BufferId,
        /// The rows and columns that are stored.
        dimensions: (usize, usize),
        /// Where the stored part of each row stands, if that is not the whole row.
        band: Option<Band>,
        /// How it is computed.
        shape: LoopShape,
    },
    /// gradient of a tensor += share · value at i
    Accumulate {
        /// The tensor.
        tensor: usize,
        /// The number of elements.
        length: usize,
        /// What is added to each.
        value: Scalar,
        /// How it is computed.
        shape: LoopShape,
    },
    /// `sums[offset + i]` += share · value at i
    AccumulateStatistic {
        /// The first element among the statistics of the batch.
        offset: usize,
        /// The number of elements.
        length: usize,
        /// What is added to each.
        value: Scalar,
        /// How it is computed.
        shape: LoopShape,
    },
}

impl Operation {
    /// The buffers that the step makes or changes; none where it adds to a gradient or a statistic.
    pub fn targets(&self) -> Vec<BufferId> {
        match self {
            Self::MatrixVector { target, .. }
            | Self::Zeros { target }
            | Self::List { target, .. }
            | Self::Elementwise { target, .. }
            | Self::Single { target, .. }
            | Self::Reduce { target, .. } => Vec::from([*target]),
            Self::Softmax { target, total, .. } => [*target].into_iter().chain(*total).collect(),
            Self::AccumulateOuter { .. }
            | Self::Accumulate { .. }
            | Self::AccumulateStatistic { .. } => Vec::new(),
        }
    }

    /// Whether the step adds to a gradient or a statistic.
    pub fn is_accumulation(&self) -> bool {
        self.targets().is_empty()
    }

    /// The buffers that the step reads, some perhaps twice.
    pub fn operands(&self) -> Vec<BufferId> {
        let mut operands = Vec::new();
        match self {
            Self::MatrixVector {
                matrix,
                vector,
                bias,
                ..
            } => {
                operands.extend([*matrix, *vector]);
                operands.extend(bias);
            }
            Self::Zeros { .. } => {}
            Self::List { values, .. } => {
                operands.extend(values.iter().flat_map(Scalar::buffers));
            }
            Self::Elementwise { value, .. }
            | Self::Single { value, .. }
            | Self::Reduce { value, .. }
            | Self::Accumulate { value, .. }
            | Self::AccumulateStatistic { value, .. } => operands.extend(value.buffers()),
            Self::Softmax { vector, .. } => operands.push(*vector),
            Self::AccumulateOuter { left, right, .. } => operands.extend([*left, *right]),
        }
        operands
    }

    /// Whether the step asks which class the target is.
    pub fn uses_class(&self) -> bool {
        match self {
            Self::MatrixVector { .. }
            | Self::Softmax { .. }
            | Self::AccumulateOuter { .. }
            | Self::Zeros { .. } => false,
            Self::List { values, .. } => values.iter().any(Scalar::uses_class),
            Self::Elementwise { value, .. }
            | Self::Single { value, .. }
            | Self::Reduce { value, .. }
            | Self::Accumulate { value, .. }
            | Self::AccumulateStatistic { value, .. } => value.uses_class(),
        }
    }

    /// Whether a kernel of the runtime does the step for many rows at once.
    pub fn is_kernel(&self) -> bool {
        matches!(
            self,
            Self::MatrixVector {
                shape: LoopShape::Kernel,
                ..
            } | Self::AccumulateOuter {
                shape: LoopShape::Kernel,
                ..
            } | Self::Accumulate {
                shape: LoopShape::Kernel,
                ..
            }
        )
    }
}

/// Whether a matrix is used as it lies or transposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// matrix · vector
    Plain,
    /// matrixᵀ · vector
    Transposed,
}

/// How a step is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopShape {
    /// Every element on a line of its own.
    Straight,
    /// A loop of constant length.
    Loop,
    /// A call of the runtime's kernel for it, which keeps sums in vector registers.
    Kernel,
}

impl LoopShape {
    /// More multiply-adds than this in one matrix product are not written out.
    pub(super) const MOST_STRAIGHT_PRODUCTS: usize = 8;
    /// More elements than this in one step without a product go into a loop.
    pub(super) const MOST_STRAIGHT_ELEMENTS: usize = 4;

    /// The shape of a product with a matrix of these rows and columns, or of its gradient: what the model chooses, else what
    /// suits its size. A band has no kernel.
    pub(super) fn of_product(
        (rows, columns): (usize, usize),
        is_band: bool,
        code: Option<Code>,
    ) -> Self {
        match code {
            Some(Code::Unrolled) => return Self::Straight,
            Some(Code::Kernel) if !is_band => return Self::Kernel,
            Some(Code::Loop | Code::Kernel) => return Self::Loop,
            None => {}
        }
        if rows * columns <= Self::MOST_STRAIGHT_PRODUCTS {
            Self::Straight
        } else if is_band {
            Self::Loop
        } else {
            Self::Kernel
        }
    }

    /// The shape of an element-by-element step.
    pub(super) fn of_elements(length: usize) -> Self {
        if length <= Self::MOST_STRAIGHT_ELEMENTS {
            Self::Straight
        } else {
            Self::Loop
        }
    }
}
