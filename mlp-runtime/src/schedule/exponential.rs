use crate::whole_power::whole_power;

/// γᵗ. As PyTorch's `ExponentialLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    /// What it is multiplied by from one time to the next.
    pub gamma: f64,
}

impl Exponential {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        whole_power(self.gamma, time)
    }
}
