use std::string::String;
use std::vec::Vec;

/// How [`read_csv`](super::read_csv) reads a file; the default is no header, commas, and a class in the last column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// Whether the first line holds names.
    pub header: Header,
    /// What stands between two fields, such as `b','` or `b';'`.
    pub delimiter: u8,
    /// Which columns are targets.
    pub targets: TargetColumns,
    /// The names of the classes in their order, as an earlier file had them; empty to take them from this one.
    pub labels: Vec<String>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            header: Header::Absent,
            delimiter: b',',
            targets: TargetColumns::LastIsClass,
            labels: Vec::new(),
        }
    }
}

/// Whether the first line of a file holds the names of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Header {
    /// The first line is a row of data.
    #[default]
    Absent,
    /// The first line holds names.
    Present,
    /// The first line holds names if none of its fields is a number.
    Detected,
}

/// Which columns of a CSV file are targets; all others are inputs, in their order.
///
/// A class is a whole number from 0 on, or a name. Where the first row has a name, all classes are names, numbered in
/// alphabetical order; [`Dataset::labels`](super::super::Dataset::labels) holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetColumns {
    /// There are none: all columns are inputs.
    None,
    /// The last column is a class.
    LastIsClass,
    /// The first column is a class.
    FirstIsClass,
    /// The column of this name is a class.
    ClassNamed(String),
    /// So many columns at the end are target values.
    LastAreValues(usize),
    /// So many columns at the beginning are target values.
    FirstAreValues(usize),
    /// The columns of these names are target values, in this order.
    ValuesNamed(Vec<String>),
}

impl TargetColumns {
    /// Whether the target is one class.
    pub(super) const fn is_class(&self) -> bool {
        matches!(
            self,
            Self::LastIsClass | Self::FirstIsClass | Self::ClassNamed(_)
        )
    }

    /// The names that are asked for.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::ClassNamed(name) => std::slice::from_ref(name),
            Self::ValuesNamed(names) => names,
            _ => &[],
        }
    }

    /// The indices of the targets among so many columns; of columns with names where `names` are given.
    ///
    /// Those that do not exist are left out: with as many targets as columns there is no row to read, anyway.
    pub(super) fn indices(&self, columns: usize, names: &[String]) -> Vec<usize> {
        match self {
            Self::None => Vec::new(),
            Self::FirstIsClass => Vec::from([0]),
            Self::LastIsClass => Vec::from([columns.saturating_sub(1)]),
            Self::FirstAreValues(count) => (0..*count).collect(),
            Self::LastAreValues(count) => (columns.saturating_sub(*count)..columns).collect(),
            Self::ClassNamed(_) | Self::ValuesNamed(_) => {
                let position = |wanted: &String| names.iter().position(|name| name == wanted);
                self.names().iter().filter_map(position).collect()
            }
        }
    }
}
