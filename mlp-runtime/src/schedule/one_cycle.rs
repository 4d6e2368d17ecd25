use super::cosine::half_wave;

/// Up to the whole learning rate and down to almost nothing, each along half a cosine wave.
///
/// The way up takes `rise`·`total` − 1, and the way down the rest up to `total` − 1. As PyTorch's `OneCycleLR`, where the
/// learning rate that was chosen is its `max_lr`. Smith and Topin, 2018 (<https://arxiv.org/abs/1708.07120>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneCycle {
    /// For how long there is training.
    pub total: u64,
    /// The share of it on the way up, 0.3 in PyTorch (`pct_start`).
    pub rise: f64,
    /// The factor at time 0, 1/25 in PyTorch (1/`div_factor`).
    pub start_factor: f64,
    /// The factor in the end, 1/250,000 in PyTorch (1/(`div_factor`·`final_div_factor`)).
    pub end_factor: f64,
}

impl OneCycle {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        let time = time as f64;
        let top = self.rise * self.total as f64 - 1.0;
        let end = self.total as f64 - 1.0;
        if time >= end {
            self.end_factor
        } else if time < top {
            half_wave(self.start_factor, 1.0, time / top)
        } else {
            half_wave(1.0, self.end_factor, (time - top) / (end - top))
        }
    }
}
