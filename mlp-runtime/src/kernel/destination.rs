//! Where a pass over samples leaves their gradient.

/// Where the gradient of a network goes that is read meanwhile.
#[derive(Debug)]
pub enum Destination<'a, N> {
    /// It is added to another network's numbers.
    Gradient {
        /// The network whose gradient it is.
        network: &'a N,
        /// What it is added to.
        gradient: &'a mut N,
    },
    /// It is added to the network's own numbers, once they have been read for the last time: a step of plain gradient
    /// descent, which needs no array for the gradient.
    Network(&'a mut N),
}

impl<N> Destination<'_, N> {
    /// The network that is read.
    #[inline(always)]
    pub const fn network(&self) -> &N {
        match self {
            Self::Gradient { network, .. } => network,
            Self::Network(network) => network,
        }
    }

    /// What the gradient is added to.
    #[inline(always)]
    pub const fn target(&mut self) -> &mut N {
        match self {
            Self::Gradient { gradient, .. } => gradient,
            Self::Network(network) => network,
        }
    }
}
