//! How outputs decide for classes.

/// What the outputs of a network say about classes, which depends on its loss.
///
/// Of several outputs the largest decides, whatever they are; a single one stands for the classes 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Decision {
    /// How probable a class is, as after `sigmoid`, or a value learned from 0 and 1: class 1 is above ½.
    #[default]
    Probability,
    /// The logarithm of the odds of a class, as `bce_with_logits` takes it: class 1 is above 0, where the odds are even.
    Logit,
    /// On which side of a boundary a sample lies and how far, as `hinge` takes it: class 1 is above 0. The targets are −1
    /// and 1.
    Margin,
}

impl Decision {
    /// A single output above this decides for class 1, any other for class 0.
    #[must_use]
    pub const fn threshold(self) -> f64 {
        match self {
            Self::Probability => 0.5,
            Self::Logit | Self::Margin => 0.0,
        }
    }

    /// What an output of another class than the sample's should be; that of its own class should be 1.
    #[must_use]
    pub const fn otherwise(self) -> f64 {
        match self {
            Self::Probability | Self::Logit => 0.0,
            Self::Margin => -1.0,
        }
    }
}
