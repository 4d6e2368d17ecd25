//! What equations are about: variables with a symbol, a shape and a role.

use crate::number::Number;

/// A variable of a system of equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub usize);

/// The number of rows and columns of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One number.
    Scalar,
    /// A column of this length.
    Vector(usize),
    /// Rows and columns.
    Matrix(usize, usize),
    /// A matrix that is zero outside a band of blocks.
    Band(Band),
}

/// A matrix made of blocks of `units` × `window` elements, each `stride` columns right of the one above it, and zero
/// elsewhere: the weight of a locally connected layer. Only the blocks are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The number of blocks.
    pub positions: usize,
    /// The rows of a block.
    pub units: usize,
    /// The columns of a block.
    pub window: usize,
    /// How far each block is right of the one above it.
    pub stride: usize,
}

impl Band {
    /// The number of rows.
    pub fn rows(self) -> usize {
        self.positions * self.units
    }

    /// The number of columns.
    pub fn columns(self) -> usize {
        (self.positions - 1) * self.stride + self.window
    }

    /// The column at which the stored part of a row begins.
    pub fn start(self, row: usize) -> usize {
        row / self.units * self.stride
    }
}

impl Shape {
    /// The number of elements.
    pub fn elements(self) -> usize {
        match self {
            Self::Scalar => 1,
            Self::Vector(length) => length,
            Self::Matrix(rows, columns) => rows * columns,
            Self::Band(band) => band.rows() * band.window,
        }
    }
}

/// What a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An input, at this place of the sample's row.
    Input {
        /// The index of its first element.
        offset: usize,
    },
    /// The target of a sample.
    Target,
    /// What a `dropout` leaves of a vector: while training each element is 0 with the probability `rate` and else
    /// 1 / (1 − rate); otherwise all are 1.
    Mask {
        /// The probability of 0.
        rate: Number,
    },
    /// A trained tensor, by its index among the parameters.
    Parameter(usize),
    /// Computed from earlier variables.
    Computed,
    /// Computed from means over the batch and parameters alone: the same for all samples.
    Statistic,
    /// The running average that stands in for a statistic, by its index among the state.
    State(usize),
    /// The derivative of the loss with respect to a variable.
    Adjoint(VariableId),
}

/// A variable: its printed symbol, shape and role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// As printed: `a1`, `W1`, `δ1`, `∂L/∂W1`.
    pub symbol: String,
    /// Its shape.
    pub shape: Shape,
    /// What it stands for.
    pub role: Role,
}

/// The variables of a system of equations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(Vec<Variable>);

impl Variables {
    /// Adds a variable.
    pub fn add(&mut self, symbol: impl Into<String>, shape: Shape, role: Role) -> VariableId {
        self.0.push(Variable {
            symbol: symbol.into(),
            shape,
            role,
        });
        VariableId(self.0.len() - 1)
    }

    /// The variable with this id.
    pub fn get(&self, id: VariableId) -> &Variable {
        &self.0[id.0]
    }

    /// Gives a variable another symbol.
    pub(super) fn rename(&mut self, id: VariableId, symbol: String) {
        self.0[id.0].symbol = symbol;
    }

    /// Gives a variable another role.
    pub(super) fn assign(&mut self, id: VariableId, role: Role) {
        self.0[id.0].role = role;
    }

    /// All variables with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (VariableId, &Variable)> {
        self.0
            .iter()
            .enumerate()
            .map(|(index, variable)| (VariableId(index), variable))
    }

    /// The number of elements of a variable.
    pub fn length(&self, id: VariableId) -> usize {
        self.get(id).shape.elements()
    }

    /// Whether a symbol is taken.
    pub(super) fn has_symbol(&self, symbol: &str) -> bool {
        self.0.iter().any(|variable| variable.symbol == symbol)
    }
}
