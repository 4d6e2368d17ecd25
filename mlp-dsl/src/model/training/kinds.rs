//! The optimizers and schedules that a `train` block can name, and what each takes. The runtime makes them of these names
//! and numbers; its defaults hold for what is not given.

/// An optimizer or a schedule.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in order; those that must be given come first.
    pub parameters: &'static [Parameter],
    /// How many must be given.
    pub required: usize,
}

/// What an optimizer or a schedule takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub range: Range,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// 0 or more.
    NotNegative,
    /// Above 0.
    Positive,
    /// 0 or more, and less than 1.
    Fraction,
    /// A whole number, 0 or more.
    Count,
    /// A whole number, 1 or more.
    PositiveCount,
    /// `true` or `false`.
    Flag,
}

impl Range {
    /// Whether a number may be.
    pub(super) fn contains(self, value: f64) -> bool {
        // As far as whole numbers are exact in floats.
        let whole = value.fract() == 0.0 && value <= 9.0e15;
        match self {
            Self::NotNegative => value >= 0.0,
            Self::Positive => value > 0.0,
            Self::Fraction => (0.0..1.0).contains(&value),
            Self::Count => whole && value >= 0.0,
            Self::PositiveCount => whole && value >= 1.0,
            Self::Flag => value == 0.0 || value == 1.0,
        }
    }

    /// What is needed, for messages.
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Self::NotNegative => "a number from 0 on is needed",
            Self::Positive => "a number above 0 is needed",
            Self::Fraction => "a number from 0 to below 1 is needed",
            Self::Count => "a whole number from 0 on is needed",
            Self::PositiveCount => "a whole number from 1 on is needed",
            Self::Flag => "`true` or `false` is needed",
        }
    }
}

const fn number(name: &'static str) -> Parameter {
    of(name, Range::NotNegative)
}

const fn fraction(name: &'static str) -> Parameter {
    of(name, Range::Fraction)
}

const fn flag(name: &'static str) -> Parameter {
    of(name, Range::Flag)
}

const fn of(name: &'static str, range: Range) -> Parameter {
    Parameter { name, range }
}

/// The optimizers. PyTorch's names, apart from `lion` (Chen et al., 2023), with `beta1` and `beta2` for its pair.
pub const OPTIMIZERS: &[Kind] = &[
    Kind {
        name: "sgd",
        parameters: &[
            number("lr"),
            fraction("momentum"),
            fraction("dampening"),
            number("weight_decay"),
            flag("nesterov"),
        ],
        required: 0,
    },
    Kind {
        name: "adam",
        parameters: &[
            number("lr"),
            fraction("beta1"),
            fraction("beta2"),
            number("eps"),
            number("weight_decay"),
            flag("amsgrad"),
        ],
        required: 0,
    },
    Kind {
        name: "adamw",
        parameters: &[
            number("lr"),
            fraction("beta1"),
            fraction("beta2"),
            number("eps"),
            number("weight_decay"),
            flag("amsgrad"),
        ],
        required: 0,
    },
    Kind {
        name: "nadam",
        parameters: &[
            number("lr"),
            fraction("beta1"),
            fraction("beta2"),
            number("eps"),
            number("weight_decay"),
            number("momentum_decay"),
            flag("decoupled_weight_decay"),
        ],
        required: 0,
    },
    Kind {
        name: "radam",
        parameters: &[
            number("lr"),
            fraction("beta1"),
            fraction("beta2"),
            number("eps"),
            number("weight_decay"),
            flag("decoupled_weight_decay"),
        ],
        required: 0,
    },
    Kind {
        name: "rmsprop",
        parameters: &[
            number("lr"),
            fraction("alpha"),
            number("eps"),
            number("weight_decay"),
            fraction("momentum"),
            flag("centered"),
        ],
        required: 0,
    },
    Kind {
        name: "adagrad",
        parameters: &[
            number("lr"),
            number("lr_decay"),
            number("weight_decay"),
            number("initial_accumulator_value"),
            number("eps"),
        ],
        required: 0,
    },
    Kind {
        name: "adadelta",
        parameters: &[
            number("lr"),
            fraction("rho"),
            number("eps"),
            number("weight_decay"),
        ],
        required: 0,
    },
    Kind {
        name: "lion",
        parameters: &[
            number("lr"),
            fraction("beta1"),
            fraction("beta2"),
            number("weight_decay"),
        ],
        required: 0,
    },
];

/// How the learning rate can change. Times are in epochs.
pub const SCHEDULES: &[Kind] = &[
    Kind {
        name: "constant",
        parameters: &[],
        required: 0,
    },
    Kind {
        name: "step",
        parameters: &[
            of("every", Range::PositiveCount),
            of("gamma", Range::Positive),
        ],
        required: 1,
    },
    Kind {
        name: "exponential",
        parameters: &[of("gamma", Range::Positive)],
        required: 1,
    },
    Kind {
        name: "cosine",
        parameters: &[number("warm_up"), number("end")],
        required: 0,
    },
    Kind {
        name: "one_cycle",
        parameters: &[
            fraction("rise"),
            of("start_factor", Range::Positive),
            number("end_factor"),
        ],
        required: 0,
    },
    Kind {
        name: "linear",
        parameters: &[
            of("start_factor", Range::Positive),
            number("end_factor"),
            number("over"),
        ],
        required: 0,
    },
    Kind {
        name: "polynomial",
        parameters: &[number("over"), of("power", Range::Positive)],
        required: 0,
    },
    Kind {
        name: "reduce_on_plateau",
        parameters: &[
            fraction("factor"),
            of("patience", Range::Count),
            fraction("threshold"),
            of("cooldown", Range::Count),
            number("least"),
        ],
        required: 0,
    },
];

#[cfg(test)]
mod tests {
    use super::{Kind, OPTIMIZERS, SCHEDULES};

    type Described = (String, Vec<(String, String)>, usize);

    fn described(table: &[Kind]) -> Vec<Described> {
        let parameter = |parameter: &super::Parameter| {
            let range = format!("{:?}", parameter.range);
            (parameter.name.to_owned(), range)
        };
        table
            .iter()
            .map(|kind| {
                let parameters = kind.parameters.iter().map(parameter).collect();
                (kind.name.to_owned(), parameters, kind.required)
            })
            .collect()
    }

    fn of_the_runtime(table: &[mlp_runtime::setting::Kind]) -> Vec<Described> {
        table
            .iter()
            .map(|kind| {
                let settings = kind.settings.iter();
                let needed = settings.clone().filter(|setting| setting.default.is_none());
                let required = needed.count();
                let settings = settings
                    .map(|setting| (setting.name.to_owned(), format!("{:?}", setting.range)));
                (kind.name.to_owned(), settings.collect(), required)
            })
            .collect()
    }

    #[test]
    fn the_runtime_makes_what_can_be_named_here() {
        let optimizers = of_the_runtime(mlp_runtime::optimizer::KINDS);
        assert_eq!(described(OPTIMIZERS), optimizers);
        let schedules = of_the_runtime(mlp_runtime::schedule::KINDS);
        assert_eq!(described(SCHEDULES), schedules);
    }
}
