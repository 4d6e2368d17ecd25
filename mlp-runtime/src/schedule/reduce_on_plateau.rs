/// Less each time that the loss has not fallen for a while. As PyTorch's `ReduceLROnPlateau`, without its `eps`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReduceOnPlateau {
    /// What the learning rate is multiplied by, 0.1 in PyTorch.
    pub factor: f64,
    /// How many losses in a row may be no better before it is, 10 in PyTorch.
    pub patience: u64,
    /// By what share a loss must fall below the best to be better, 10⁻⁴ in PyTorch.
    pub threshold: f64,
    /// How many losses are not counted after it was, 0 in PyTorch.
    pub cooldown: u64,
    /// The least factor on the learning rate, 0 in PyTorch.
    pub least: f64,
    /// What was seen so far.
    pub seen: Plateau,
}

/// What [`ReduceOnPlateau`] remembers of the losses it saw: what a checkpoint must keep of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// The best loss; infinite before the first.
    pub best: f64,
    /// How many losses in a row were no better.
    pub waited: u64,
    /// How many losses more are not counted.
    pub cooldown: u64,
    /// The factor on the learning rate.
    pub factor: f64,
}

impl Default for Plateau {
    fn default() -> Self {
        Self {
            best: f64::INFINITY,
            waited: 0,
            cooldown: 0,
            factor: 1.0,
        }
    }
}

impl Default for ReduceOnPlateau {
    fn default() -> Self {
        Self {
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            cooldown: 0,
            least: 0.0,
            seen: Plateau::default(),
        }
    }
}

impl ReduceOnPlateau {
    /// Takes the loss after an epoch into account, on data that is not trained on where there is such. NaN is no better
    /// than any.
    pub fn observe(&mut self, loss: f64) {
        let seen = &mut self.seen;
        if loss < seen.best * (1.0 - self.threshold) {
            seen.best = loss;
            seen.waited = 0;
        } else {
            seen.waited += 1;
        }
        if seen.cooldown > 0 {
            seen.cooldown -= 1;
            seen.waited = 0;
        }
        if seen.waited > self.patience {
            seen.factor = (seen.factor * self.factor).max(self.least);
            seen.cooldown = self.cooldown;
            seen.waited = 0;
        }
    }

    /// The factor on the learning rate.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.seen.factor
    }
}
