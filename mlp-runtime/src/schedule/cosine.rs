use core::f64::consts::PI;

use super::Linear;
use crate::kernel;

/// Half a cosine wave from 1 to `end`, after a linear warm-up.
///
/// With w = `warm_up` and n = `total` − w, the factor is (t + 1)/(w + 1) while t < w, then
/// end + (1 − end)·½(1 + cos(π(t − w)/n)), and `end` from `total` on. As PyTorch's `LinearLR` from 1/(w + 1) followed by its
/// `CosineAnnealingLR`: at no time is it 0, so that no step is wasted. Loshchilov and Hutter, 2017
/// (<https://arxiv.org/abs/1608.03983>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cosine {
    /// When the warm-up ends; 0 for none.
    pub warm_up: u64,
    /// When the end is reached.
    pub total: u64,
    /// The factor in the end, 0 in PyTorch.
    pub end: f64,
}

impl Cosine {
    /// The factor on the learning rate at this time.
    #[must_use]
    pub fn factor(&self, time: u64) -> f64 {
        if time < self.warm_up {
            let warm_up = Linear {
                start_factor: 1.0 / (self.warm_up as f64 + 1.0),
                end_factor: 1.0,
                over: self.warm_up,
            };
            return warm_up.factor(time);
        }
        if time >= self.total {
            return self.end;
        }
        let passed = (time - self.warm_up) as f64 / (self.total - self.warm_up) as f64;
        half_wave(1.0, self.end, passed)
    }
}

/// From `start` to `end` along half a cosine wave, of which the share `passed` lies behind.
pub(super) fn half_wave(start: f64, end: f64, passed: f64) -> f64 {
    end + (start - end) * 0.5 * (1.0 + kernel::f64::cos(PI * passed))
}
