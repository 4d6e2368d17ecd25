//! Targets of data as the loss of a model takes them.

use mlp_runtime::data::Targets;
use mlp_runtime::{Decision, Scalar};
use ndarray::Array2;

use crate::equations::{self, Equations, Objective, TargetKind, Targets as Wanted};

/// What the outputs of a model say about classes, by its loss.
pub fn decision(equations: &Equations) -> Decision {
    let decision = equations.objective.as_ref().map(Objective::decision);
    match decision.unwrap_or_default() {
        equations::Decision::Probability => Decision::Probability,
        equations::Decision::Logit => Decision::Logit,
        equations::Decision::Margin => Decision::Margin,
    }
}

/// Targets as the equations take them.
pub fn wanted<S: Scalar>(equations: &Equations, targets: &Targets<S>) -> Wanted<f64> {
    let objective = equations.objective.as_ref();
    let is_class = objective.is_some_and(|objective| objective.target_kind == TargetKind::Class);
    match targets {
        Targets::Classes(classes) if is_class => Wanted::Classes(classes.clone()),
        Targets::Values(values) if is_class => {
            Wanted::Classes(values.iter().map(|value| value.to_f64() as usize).collect())
        }
        Targets::Classes(classes) => {
            let outputs = equations.output_length();
            Wanted::Vectors(hot(classes, outputs, decision(equations)))
        }
        Targets::Values(values) => Wanted::Vectors(values.mapv(Scalar::to_f64)),
    }
}

/// A row for each class, 1 at its index; a single output stands for the classes 0 and 1.
fn hot(classes: &[usize], outputs: usize, decision: Decision) -> Array2<f64> {
    let first = usize::from(outputs == 1);
    Array2::from_shape_fn((classes.len(), outputs), |(row, output)| {
        if classes[row] == output + first {
            1.0
        } else {
            decision.otherwise()
        }
    })
}
