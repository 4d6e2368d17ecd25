use crate::setting::{Kind, Range, Setting};

/// The schedules that [`Schedule::named`](super::Schedule::named) knows. Times are in epochs; formulas and defaults are
/// PyTorch's, but that `polynomial` goes on to the end of training unless `over` says when it ends.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "constant",
        settings: &[],
    },
    Kind {
        name: "step",
        settings: &[
            Setting::needed("every", Range::PositiveCount),
            Setting::new("gamma", 0.1, Range::Positive),
        ],
    },
    Kind {
        name: "exponential",
        settings: &[Setting::needed("gamma", Range::Positive)],
    },
    Kind {
        name: "cosine",
        settings: &[
            Setting::new("warm_up", 0.0, Range::NotNegative),
            Setting::new("end", 0.0, Range::NotNegative),
        ],
    },
    Kind {
        name: "one_cycle",
        settings: &[
            Setting::new("rise", 0.3, Range::Fraction),
            Setting::new("start_factor", 0.04, Range::Positive),
            Setting::new("end_factor", 4e-6, Range::NotNegative),
        ],
    },
    Kind {
        name: "linear",
        settings: &[
            Setting::new("start_factor", 1.0 / 3.0, Range::Positive),
            Setting::new("end_factor", 1.0, Range::NotNegative),
            Setting::new("over", 5.0, Range::NotNegative),
        ],
    },
    Kind {
        name: "polynomial",
        settings: &[
            Setting::new("over", f64::INFINITY, Range::NotNegative),
            Setting::new("power", 1.0, Range::Positive),
        ],
    },
    Kind {
        name: "reduce_on_plateau",
        settings: &[
            Setting::new("factor", 0.1, Range::Fraction),
            Setting::new("patience", 10.0, Range::Count),
            Setting::new("threshold", 1e-4, Range::Fraction),
            Setting::new("cooldown", 0.0, Range::Count),
            Setting::new("least", 0.0, Range::NotNegative),
        ],
    },
];
