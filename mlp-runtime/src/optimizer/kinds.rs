use crate::setting::{Kind, Range, Setting};

/// The optimizers that [`Choice::named`](super::Choice::named) knows. Names and defaults are PyTorch's, with `beta1` and `beta2` for its pair;
/// `lion` is optax's, with the learning rate of its paper.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "sgd",
        settings: &[
            rate(1e-3),
            fraction("momentum", 0.0),
            fraction("dampening", 0.0),
            weight_decay(0.0),
            flag("nesterov"),
        ],
    },
    Kind {
        name: "adam",
        settings: &[
            rate(1e-3),
            fraction("beta1", 0.9),
            fraction("beta2", 0.999),
            epsilon(1e-8),
            weight_decay(0.0),
            flag("amsgrad"),
        ],
    },
    Kind {
        name: "adamw",
        settings: &[
            rate(1e-3),
            fraction("beta1", 0.9),
            fraction("beta2", 0.999),
            epsilon(1e-8),
            weight_decay(1e-2),
            flag("amsgrad"),
        ],
    },
    Kind {
        name: "nadam",
        settings: &[
            rate(2e-3),
            fraction("beta1", 0.9),
            fraction("beta2", 0.999),
            epsilon(1e-8),
            weight_decay(0.0),
            Setting::new("momentum_decay", 4e-3, Range::NotNegative),
            flag("decoupled_weight_decay"),
        ],
    },
    Kind {
        name: "radam",
        settings: &[
            rate(1e-3),
            fraction("beta1", 0.9),
            fraction("beta2", 0.999),
            epsilon(1e-8),
            weight_decay(0.0),
            flag("decoupled_weight_decay"),
        ],
    },
    Kind {
        name: "rmsprop",
        settings: &[
            rate(1e-2),
            fraction("alpha", 0.99),
            epsilon(1e-8),
            weight_decay(0.0),
            fraction("momentum", 0.0),
            flag("centered"),
        ],
    },
    Kind {
        name: "adagrad",
        settings: &[
            rate(1e-2),
            Setting::new("lr_decay", 0.0, Range::NotNegative),
            weight_decay(0.0),
            Setting::new("initial_accumulator_value", 0.0, Range::NotNegative),
            epsilon(1e-10),
        ],
    },
    Kind {
        name: "adadelta",
        settings: &[
            rate(1.0),
            fraction("rho", 0.9),
            epsilon(1e-6),
            weight_decay(0.0),
        ],
    },
    Kind {
        name: "lion",
        settings: &[
            rate(1e-4),
            fraction("beta1", 0.9),
            fraction("beta2", 0.99),
            weight_decay(1e-3),
        ],
    },
];

const fn rate(default: f64) -> Setting {
    Setting::new("lr", default, Range::NotNegative)
}

const fn weight_decay(default: f64) -> Setting {
    Setting::new("weight_decay", default, Range::NotNegative)
}

const fn epsilon(default: f64) -> Setting {
    Setting::new("eps", default, Range::NotNegative)
}

const fn fraction(name: &'static str, default: f64) -> Setting {
    Setting::new(name, default, Range::Fraction)
}

const fn flag(name: &'static str) -> Setting {
    Setting::new(name, 0.0, Range::Flag)
}
