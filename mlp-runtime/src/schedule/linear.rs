/// A straight line from one factor to another. As PyTorch's `LinearLR`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    /// The factor at time 0, ⅓ in PyTorch.
    pub start_factor: f64,
    /// The factor in the end, 1 in PyTorch.
    pub end_factor: f64,
    /// When the end is reached, 5 in PyTorch.
    pub over: u64,
}

impl Linear {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        if time >= self.over {
            return self.end_factor;
        }
        self.start_factor + (self.end_factor - self.start_factor) * (time as f64 / self.over as f64)
    }
}
