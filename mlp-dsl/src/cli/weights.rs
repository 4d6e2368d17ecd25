//! Files of weights from the command line.

use std::path::Path;

use mlp_dsl::Diagnostic;
use mlp_dsl::equations::Equations;
use mlp_dsl::verify::Reference;
use mlp_runtime::Scalar;
use mlp_runtime::store::{NamedTensor, Origin, StoreError, Stored};

use super::answer::Problem;

/// The names and shapes of a model's tensors: the parameters, and then the state.
pub(crate) fn tensors(model: &Equations) -> Vec<(String, Vec<usize>)> {
    let parameters = model.parameters.iter();
    let parameters = parameters.map(|parameter| (parameter.name.clone(), parameter.shape.clone()));
    let state = model.state.iter();
    let state = state.map(|state| {
        let length = model.variables.length(state.variable);
        (state.name.clone(), Vec::from([length]))
    });
    parameters.chain(state).collect()
}

/// A file of weights, and the weights for a model in the order of its tensors.
pub(crate) fn load<S: Scalar>(
    path: &Path,
    model: &Equations,
) -> Result<(Stored<S>, Vec<S>), Box<Problem>> {
    let stored = Stored::<S>::load(path).map_err(|error| problem(path, &error))?;
    let weights = stored.weights_for(&model.name, &tensors(model));
    let weights = weights.map_err(|error| problem(path, &error))?;
    Ok((stored, weights))
}

/// The weights that a reference has, in the order of the model's tensors. State that it has none of is as before the first
/// batch.
pub(crate) fn of_reference<S: Scalar>(
    reference: &Reference,
    model: &Equations,
) -> Result<Vec<S>, StoreError> {
    let mut tensors: Vec<NamedTensor<S>> = (reference.parameters.iter())
        .map(|(name, array)| NamedTensor {
            name: name.clone(),
            shape: array.shape().to_vec(),
            values: array.iter().map(|value| S::from_f64(*value)).collect(),
        })
        .collect();
    for state in &model.state {
        if !reference.parameters.contains_key(&state.name) {
            let length = model.variables.length(state.variable);
            tensors.push(NamedTensor {
                name: state.name.clone(),
                shape: vec![length],
                values: vec![S::from_f64(state.initial); length],
            });
        }
    }
    let stored = Stored {
        tensors,
        origin: Origin::default(),
        progress: None,
    };
    stored.weights_for(&model.name, &self::tensors(model))
}

/// Weights as the equations take them: each tensor by itself.
pub(crate) fn by_tensor<S: Scalar>(model: &Equations, weights: &[S]) -> Vec<Vec<f64>> {
    let mut rest = weights;
    let tensors = tensors(model).into_iter().map(|(_, shape)| {
        let count = shape.iter().product::<usize>();
        let (values, others) = rest.split_at(count.min(rest.len()));
        rest = others;
        values.iter().map(|value| value.to_f64()).collect()
    });
    tensors.collect()
}

/// Why a file of weights cannot be used.
pub(crate) fn problem(path: &Path, error: &StoreError) -> Box<Problem> {
    let shown = path.display().to_string();
    let diagnostic = match error {
        StoreError::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            Diagnostic::whole("there is no such file")
        }
        StoreError::File { source, .. } => Diagnostic::whole(source.to_string()),
        StoreError::Format { reason, .. } => {
            Diagnostic::whole("this is not a file of weights").note(reason)
        }
        StoreError::Mismatch {
            network,
            differences,
        } => {
            let problem =
                Diagnostic::whole(format!("the weights do not fit the model `{network}`"));
            differences.iter().fold(problem, Diagnostic::note)
        }
        other => Diagnostic::whole(other.to_string()),
    };
    Problem::about(shown, diagnostic)
}
