use crate::network::Network;
use crate::scalar::Scalar;

/// Numbers in one flat array: what an optimizer changes, and the form of what it remembers.
///
/// Every network is such an array. With the feature `std`, so is a `Vec`, for networks whose size is known only when the
/// program runs.
pub trait Parameters {
    /// The precision of the numbers.
    type Scalar: Scalar;

    /// All numbers.
    fn values(&self) -> &[Self::Scalar];

    /// All numbers, to be written to.
    fn values_mut(&mut self) -> &mut [Self::Scalar];
}

impl<N: Network> Parameters for N {
    type Scalar = N::Scalar;

    fn values(&self) -> &[N::Scalar] {
        self.parameters()
    }

    fn values_mut(&mut self) -> &mut [N::Scalar] {
        self.parameters_mut()
    }
}

#[cfg(any(test, feature = "std"))]
impl<S: Scalar> Parameters for std::vec::Vec<S> {
    type Scalar = S;

    fn values(&self) -> &[S] {
        self
    }

    fn values_mut(&mut self) -> &mut [S] {
        self
    }
}
