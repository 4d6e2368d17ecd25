use crate::kernel;

/// (1 − t / over)^power, and 0 from then on. As PyTorch's `PolynomialLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polynomial {
    /// When 0 is reached, 5 in PyTorch.
    pub over: u64,
    /// The exponent, 1 in PyTorch.
    pub power: f64,
}

impl Polynomial {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        if time >= self.over {
            return 0.0;
        }
        kernel::f64::power(1.0 - time as f64 / self.over as f64, self.power)
    }
}
