//! Settings that are chosen by name, as a `train` block or a command line does: which there are, what they may be, and
//! what they are where nothing is said.

use core::error::Error;
use core::fmt::{self, Display, Formatter};

/// A rule that can be chosen by its name, such as an optimizer, with what it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its settings, in order.
    pub settings: &'static [Setting],
}

/// A number that a rule takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it is where nothing is said; `None` where something must be.
    pub default: Option<f64>,
    /// What it may be.
    pub range: Range,
}

impl Setting {
    pub(crate) const fn new(name: &'static str, default: f64, range: Range) -> Self {
        Self {
            name,
            default: Some(default),
            range,
        }
    }

    pub(crate) const fn needed(name: &'static str, range: Range) -> Self {
        Self {
            name,
            default: None,
            range,
        }
    }
}

/// What a number may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 0 or more, and finite.
    NotNegative,
    /// Above 0, and finite.
    Positive,
    /// 0 or more, and less than 1.
    Fraction,
    /// A whole number, 0 or more.
    Count,
    /// A whole number, 1 or more.
    PositiveCount,
    /// 0 for no, 1 for yes.
    Flag,
}

impl Range {
    /// Whether `value` may be.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        // Whole numbers up to 2⁵³ are exact.
        let whole = (0.0..=9.0e15).contains(&value) && value == (value as u64) as f64;
        match self {
            Self::NotNegative => value >= 0.0 && value.is_finite(),
            Self::Positive => value > 0.0 && value.is_finite(),
            Self::Fraction => (0.0..1.0).contains(&value),
            Self::Count => whole,
            Self::PositiveCount => whole && value > 0.0,
            Self::Flag => value == 0.0 || value == 1.0,
        }
    }
}

impl Display for Range {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotNegative => "a finite number from 0 on",
            Self::Positive => "a finite number above 0",
            Self::Fraction => "a number from 0 to below 1",
            Self::Count => "a whole number from 0 on",
            Self::PositiveCount => "a whole number from 1 on",
            Self::Flag => "0 for no or 1 for yes",
        })
    }
}

/// Why a rule cannot be made of a name and arguments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingError<'a> {
    /// No rule of this sort has this name.
    Unknown {
        /// What was looked for: "optimizer".
        what: &'static str,
        /// The name that was given.
        name: &'a str,
    },
    /// The rule has no such setting.
    UnknownSetting {
        /// The rule.
        kind: &'static str,
        /// The name that was given.
        name: &'a str,
    },
    /// A setting without a default was not given.
    Missing {
        /// The rule.
        kind: &'static str,
        /// Its setting.
        name: &'static str,
    },
    /// A number is not what it may be.
    OutOfRange {
        /// The rule.
        kind: &'static str,
        /// Its setting.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is needed.
        range: Range,
    },
    /// Two settings of which each is right exclude each other.
    Conflict {
        /// The rule.
        kind: &'static str,
        /// Why.
        reason: &'static str,
    },
}

impl Display for SettingError<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { what, name } => write!(formatter, "there is no {what} `{name}`"),
            Self::UnknownSetting { kind, name } => {
                write!(formatter, "`{kind}` has no setting `{name}`")
            }
            Self::Missing { kind, name } => write!(formatter, "`{kind}` needs `{name}`"),
            Self::OutOfRange {
                kind,
                name,
                value,
                range,
            } => write!(
                formatter,
                "`{name}` of `{kind}` must be {range}, not {value}"
            ),
            Self::Conflict { kind, reason } => write!(formatter, "`{kind}`: {reason}"),
        }
    }
}

impl Error for SettingError<'_> {}

/// The settings of one rule: those that are given, checked, and the defaults of the others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) kind: &'static Kind,
    arguments: &'a [(&'a str, f64)],
}

impl<'a> Given<'a> {
    /// Looks `name` up in `table` and checks what is given; of an argument that is given twice, the last counts.
    pub(crate) fn new(
        what: &'static str,
        table: &'static [Kind],
        name: &'a str,
        arguments: &'a [(&'a str, f64)],
    ) -> Result<Self, SettingError<'a>> {
        let found = table.iter().find(|kind| kind.name == name);
        let kind = found.ok_or(SettingError::Unknown { what, name })?;
        for &(name, value) in arguments {
            let setting = kind.settings.iter().find(|setting| setting.name == name);
            let &Setting { name, range, .. } = setting.ok_or(SettingError::UnknownSetting {
                kind: kind.name,
                name,
            })?;
            if !range.contains(value) {
                return Err(SettingError::OutOfRange {
                    kind: kind.name,
                    name,
                    value,
                    range,
                });
            }
        }
        let given = Self { kind, arguments };
        let missing = kind
            .settings
            .iter()
            .find(|setting| given.get(setting).is_none());
        match missing {
            Some(setting) => Err(SettingError::Missing {
                kind: kind.name,
                name: setting.name,
            }),
            None => Ok(given),
        }
    }

    fn get(&self, setting: &Setting) -> Option<f64> {
        let mut newest_first = self.arguments.iter().rev();
        let found = newest_first.find(|(name, _)| *name == setting.name);
        found.map(|&(_, value)| value).or(setting.default)
    }

    /// A setting that the rule has.
    pub(crate) fn number(&self, name: &str) -> f64 {
        let setting = self
            .kind
            .settings
            .iter()
            .find(|setting| setting.name == name);
        let value = setting.and_then(|setting| self.get(setting));
        value.expect("the rule has this setting, and all settings are given")
    }

    /// A setting that the rule has, and which is 0 or 1.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.number(name) != 0.0
    }
}

/// `value`, which must be at least 0 and finite.
#[track_caller]
pub(crate) fn not_negative(name: &str, value: f64) -> f64 {
    assert!(
        value >= 0.0 && value.is_finite(),
        "{name} must be at least 0 and finite, not {value}"
    );
    value
}

/// `value`, which must lie in [0, 1).
#[track_caller]
pub(crate) fn fraction(name: &str, value: f64) -> f64 {
    assert!(
        (0.0..1.0).contains(&value),
        "{name} must lie in 0 .. 1, not {value}"
    );
    value
}
