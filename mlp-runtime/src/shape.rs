//! Data that do not fit a network.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

/// Why data and a network, or inputs and targets, do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// Samples have another number of values than the network's input.
    Inputs {
        /// The network's name.
        network: &'static str,
        /// The length of its input.
        expected: usize,
        /// Values per row of the data.
        found: usize,
    },
    /// Targets have another number of values than the network's loss takes.
    Targets {
        /// The network's name.
        network: &'static str,
        /// Values per target that it takes.
        expected: usize,
        /// Values per target in the data.
        found: usize,
    },
    /// A class index the network knows no output for.
    Class {
        /// The network's name.
        network: &'static str,
        /// The row, counted from 0.
        row: usize,
        /// How many outputs the network has.
        outputs: usize,
    },
    /// Samples have another number of values than those a scaling was fitted on.
    Columns {
        /// Values per row of the data it was fitted on.
        expected: usize,
        /// Values per row of the data.
        found: usize,
    },
    /// There are not as many targets as inputs.
    Rows {
        /// Rows of inputs.
        inputs: usize,
        /// Rows of targets.
        targets: usize,
    },
}

impl ShapeError {
    /// The same with the name of the network, where it was found without one.
    #[cfg(feature = "std")]
    pub(crate) fn of_network(mut self, name: &'static str) -> Self {
        match &mut self {
            Self::Inputs { network, .. }
            | Self::Targets { network, .. }
            | Self::Class { network, .. } => *network = name,
            Self::Columns { .. } | Self::Rows { .. } => {}
        }
        self
    }
}

impl Display for ShapeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inputs {
                network,
                expected,
                found,
            } => write!(
                f,
                "the data have {found} inputs a row, but the network {network} takes {expected}"
            ),
            Self::Targets {
                network,
                expected,
                found,
            } => write!(
                f,
                "the data have {found} target values a row, but the loss of the network {network} takes {expected}"
            ),
            Self::Class {
                network,
                row,
                outputs,
            } => write!(
                f,
                "the target of row {row} (counted from 0) is not a class of the network {network}, which has {outputs} \
                 output(s)"
            ),
            Self::Columns { expected, found } => write!(
                f,
                "the data have {found} inputs a row, but the scaling is for {expected}"
            ),
            Self::Rows { inputs, targets } => {
                write!(
                    f,
                    "there are {inputs} rows of inputs, but {targets} targets"
                )
            }
        }
    }
}

impl Error for ShapeError {}
