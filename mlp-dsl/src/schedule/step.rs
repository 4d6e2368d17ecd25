//! The vocabulary of a schedule: functions, buffers, steps.

use super::{Band, Code, Comparison, Extremum, Reduction, ScalarFunction, Section};

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

/// One number, computed at a place i of a loop or outside of any.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A constant.
    Number(f64),
    /// An element of a buffer.
    Element(BufferId, Access),
    /// 1 where i is the target class, else 0.
    IsTarget,
    /// −operand
    Negate(Box<Self>),
    /// left + right
    Add(Box<Self>, Box<Self>),
    /// left − right
    Subtract(Box<Self>, Box<Self>),
    /// left · right
    Multiply(Box<Self>, Box<Self>),
    /// left / right
    Divide(Box<Self>, Box<Self>),
    /// A small whole power, 2 or more.
    WholePower(Box<Self>, u32),
    /// Any other power.
    Power(Box<Self>, f64),
    /// A scalar function.
    Call(ScalarFunction, Box<Self>),
    /// The smaller or the larger of two.
    Extremum(Extremum, Box<Self>, Box<Self>),
    /// 1 where the comparison holds, else 0.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// The second where the first is not 0, else the third.
    Select(Box<[Self; 3]>),
}

/// Which element of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The one at the loop's place.
    Here,
    /// This many places after the loop's.
    Shifted(usize),
    /// The one at this place.
    At(usize),
    /// The only one, of a scalar.
    Whole,
    /// The one at the target class.
    AtTarget,
}

impl Scalar {
    /// The buffers that it reads, some perhaps twice.
    pub(super) fn buffers(&self) -> Vec<BufferId> {
        let mut buffers = Vec::new();
        self.visit(&mut |part| {
            if let Self::Element(buffer, _) = part {
                buffers.push(*buffer);
            }
        });
        buffers
    }

    pub(super) fn uses_class(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| {
            found |= matches!(part, Self::IsTarget | Self::Element(_, Access::AtTarget));
        });
        found
    }

    /// The same expression with each access changed; `None` where `change` has no answer for one.
    pub(super) fn try_map_elements(
        mut self,
        change: &mut impl FnMut(BufferId, Access) -> Option<Access>,
    ) -> Option<Self> {
        let mut is_whole = true;
        self.visit_mut(&mut |part| {
            if let Self::Element(buffer, access) = part {
                match change(*buffer, *access) {
                    Some(changed) => *access = changed,
                    None => is_whole = false,
                }
            }
        });
        is_whole.then_some(self)
    }

    fn visit_mut(&mut self, change: &mut impl FnMut(&mut Self)) {
        change(self);
        match self {
            Self::Number(_) | Self::IsTarget | Self::Element(..) => {}
            Self::Negate(a) | Self::WholePower(a, _) | Self::Power(a, _) | Self::Call(_, a) => {
                a.visit_mut(change);
            }
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Extremum(_, a, b)
            | Self::Compare(_, a, b) => {
                a.visit_mut(change);
                b.visit_mut(change);
            }
            Self::Select(parts) => parts.iter_mut().for_each(|part| part.visit_mut(change)),
        }
    }

    /// Shows every part of the expression, itself first.
    fn visit(&self, look: &mut impl FnMut(&Self)) {
        look(self);
        match self {
            Self::Number(_) | Self::IsTarget | Self::Element(..) => {}
            Self::Negate(a) | Self::WholePower(a, _) | Self::Power(a, _) | Self::Call(_, a) => {
                a.visit(look);
            }
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Extremum(_, a, b)
            | Self::Compare(_, a, b) => {
                a.visit(look);
                b.visit(look);
            }
            Self::Select(parts) => parts.iter().for_each(|part| part.visit(look)),
        }
    }
}
