use super::{
    Cosine, Exponential, KINDS, Linear, OneCycle, Plateau, Polynomial, ReduceOnPlateau, Step,
};
use crate::setting::{Given, SettingError};

/// A schedule that is chosen while the program runs. Time is counted in the steps of the optimizer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    kind: Kind,
    steps_per_epoch: u64,
}

/// How much training there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Passes over the data.
    pub epochs: u64,
    /// Steps of the optimizer in each; 0 counts as 1.
    pub steps_per_epoch: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Constant,
    // Of epochs: they change after each.
    Step(Step),
    Exponential(Exponential),
    ReduceOnPlateau(ReduceOnPlateau),
    // Of steps: they change with each.
    Cosine(Cosine),
    OneCycle(OneCycle),
    Linear(Linear),
    Polynomial(Polynomial),
}

impl Schedule {
    /// A learning rate that stays.
    pub const CONSTANT: Self = Self {
        kind: Kind::Constant,
        steps_per_epoch: 1,
    };

    /// The schedule called `name` in [`KINDS`], with these settings and the defaults of the others, for so much training.
    ///
    /// Settings that are times are in epochs. `step`, `exponential` and `reduce_on_plateau` change the learning rate after
    /// an epoch, the others with each step.
    ///
    /// ```
    /// use mlp_runtime::schedule::{Length, Schedule};
    ///
    /// let length = Length { epochs: 30, steps_per_epoch: 100 };
    /// let schedule = Schedule::named("step", &[("every", 10.0), ("gamma", 0.5)], length)?;
    /// assert_eq!([0, 999, 1000, 2999].map(|step| schedule.factor(step)), [1.0, 1.0, 0.5, 0.25]);
    /// # Ok::<(), mlp_runtime::SettingError>(())
    /// ```
    ///
    /// # Errors
    /// Where a name is unknown, a number out of its range, or one without a default is missing.
    pub fn named<'a>(
        name: &'a str,
        settings: &'a [(&'a str, f64)],
        length: Length,
    ) -> Result<Self, SettingError<'a>> {
        let given = Given::new("schedule", KINDS, name, settings)?;
        let steps_per_epoch = length.steps_per_epoch.max(1);
        let total = length.epochs.saturating_mul(steps_per_epoch);
        // To the nearest step; what is too large for a u64 becomes its largest.
        let steps = |name| (given.number(name) * steps_per_epoch as f64 + 0.5) as u64;
        let kind = match given.kind.name {
            "constant" => Kind::Constant,
            "step" => Kind::Step(Step {
                every: given.number("every") as u64,
                gamma: given.number("gamma"),
            }),
            "exponential" => Kind::Exponential(Exponential {
                gamma: given.number("gamma"),
            }),
            "cosine" => Kind::Cosine(Cosine {
                warm_up: steps("warm_up"),
                total,
                end: given.number("end"),
            }),
            "one_cycle" => Kind::OneCycle(OneCycle {
                total,
                rise: given.number("rise"),
                start_factor: given.number("start_factor"),
                end_factor: given.number("end_factor"),
            }),
            "linear" => Kind::Linear(Linear {
                start_factor: given.number("start_factor"),
                end_factor: given.number("end_factor"),
                over: steps("over"),
            }),
            "polynomial" => Kind::Polynomial(Polynomial {
                over: steps("over").min(total),
                power: given.number("power"),
            }),
            _ => Kind::ReduceOnPlateau(ReduceOnPlateau {
                factor: given.number("factor"),
                patience: given.number("patience") as u64,
                threshold: given.number("threshold"),
                cooldown: given.number("cooldown") as u64,
                least: given.number("least"),
                seen: Plateau::default(),
            }),
        };
        Ok(Self {
            kind,
            steps_per_epoch,
        })
    }

    /// The factor on the learning rate for this step, counted from 0 through all epochs.
    #[must_use]
    pub fn factor(&self, step: u64) -> f64 {
        let epoch = step / self.steps_per_epoch;
        match &self.kind {
            Kind::Constant => 1.0,
            Kind::Step(schedule) => schedule.factor(epoch),
            Kind::Exponential(schedule) => schedule.factor(epoch),
            Kind::ReduceOnPlateau(schedule) => schedule.factor(),
            Kind::Cosine(schedule) => schedule.factor(step),
            Kind::OneCycle(schedule) => schedule.factor(step),
            Kind::Linear(schedule) => schedule.factor(step),
            Kind::Polynomial(schedule) => schedule.factor(step),
        }
    }

    /// Tells the loss after an epoch, to which `reduce_on_plateau` listens.
    pub fn observe(&mut self, loss: f64) {
        if let Kind::ReduceOnPlateau(schedule) = &mut self.kind {
            schedule.observe(loss);
        }
    }

    /// What a checkpoint must keep: what `reduce_on_plateau` saw; `None` for the others, which remember nothing.
    #[must_use]
    pub fn seen(&self) -> Option<&Plateau> {
        match &self.kind {
            Kind::ReduceOnPlateau(schedule) => Some(&schedule.seen),
            _ => None,
        }
    }

    /// The same, to be written to.
    pub fn seen_mut(&mut self) -> Option<&mut Plateau> {
        match &mut self.kind {
            Kind::ReduceOnPlateau(schedule) => Some(&mut schedule.seen),
            _ => None,
        }
    }
}
