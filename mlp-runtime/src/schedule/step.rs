use crate::whole_power::whole_power;

/// γ^⌊t / every⌋: the same for a while, then γ of it. As PyTorch's `StepLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// How long it stays the same; 0 counts as 1.
    pub every: u64,
    /// What it is multiplied by, 0.1 in PyTorch.
    pub gamma: f64,
}

impl Step {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        whole_power(self.gamma, time / self.every.max(1))
    }
}
