//! Training with statistics of the batch: which of them are computed in which pass over the samples. A mean over the
//! batch needs a pass of its own, after those that compute what it is made of; the last pass adds up the gradient.

use std::collections::{BTreeMap, BTreeSet};

use super::{Function, lower, needed};
use crate::equations::{Equations, Expression, Section, VariableId};

/// The passes over a batch before the last.
#[derive(Clone, Debug)]
pub struct Passes {
    /// The length of the flat array that holds all statistics.
    pub length: usize,
    /// In their order: each adds a sample's share to the statistics that later ones read.
    pub list: Vec<Pass>,
    /// The output for one sample, from the statistics.
    pub forward: Function,
}

/// One pass over a batch.
#[derive(Clone, Debug)]
pub struct Pass {
    /// What is done for one sample.
    pub function: Function,
    /// Whether the output needs its statistics, and not the gradient alone.
    pub is_forward: bool,
}

/// Where the statistics are in their flat array.
pub(super) type Offsets = BTreeMap<VariableId, usize>;

/// The place of each statistic of `equations`, and the length of all.
pub(super) fn offsets(equations: &Equations) -> (Offsets, usize) {
    let mut length = 0;
    let offsets = equations.statistics().map(|equation| {
        let start = length;
        length += equations.variables.length(equation.target);
        (equation.target, start)
    });
    (offsets.collect(), length)
}

impl Passes {
    /// The passes that come before `results`; `None` where no statistic is needed.
    pub(super) fn new(equations: &Equations, results: &[VariableId]) -> Option<Self> {
        let (offsets, length) = offsets(equations);
        let statistics = by_pass(equations, results);
        if statistics.is_empty() {
            return None;
        }
        let known: BTreeSet<VariableId> = offsets.keys().copied().collect();
        let list = statistics.into_iter().map(|((section, _), pass)| {
            let is_given = |id: &VariableId| known.contains(id) && !pass.contains(id);
            let given = known.iter().copied().filter(is_given).collect();
            let indices = needed(equations, &pass, section, &given);
            Pass {
                function: lower::lower(equations, &indices, None, &offsets),
                is_forward: section == Section::Forward,
            }
        });
        let list = list.collect();
        let output = equations.output;
        let indices = needed(equations, &[output], Section::Forward, &known);
        Some(Self {
            length,
            list,
            forward: lower::lower(equations, &indices, Some(output), &offsets),
        })
    }
}

/// The statistics that `results` need, by the part of the computation and the pass in which they are complete.
fn by_pass(
    equations: &Equations,
    results: &[VariableId],
) -> BTreeMap<(Section, usize), Vec<VariableId>> {
    // After how many passes each variable can be computed.
    let mut ready: BTreeMap<VariableId, usize> = BTreeMap::new();
    let mut passes: BTreeMap<(Section, usize), Vec<VariableId>> = BTreeMap::new();
    for index in needed(equations, results, Section::Backward, &BTreeSet::new()) {
        let equation = &equations.list[index];
        let used = ready
            .iter()
            .filter(|(id, _)| equation.value.count(**id) > 0);
        let mut after = used.map(|(_, after)| *after).max().unwrap_or(0);
        if matches!(equation.value, Expression::BatchMean(_)) {
            after += 1;
            let section = match equation.section {
                Section::Forward => Section::Forward,
                Section::Loss | Section::Backward => Section::Backward,
            };
            let pass = passes.entry((section, after)).or_default();
            pass.push(equation.target);
        }
        ready.insert(equation.target, after);
    }
    passes
}
