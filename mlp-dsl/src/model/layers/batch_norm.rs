//! Mean 0 and variance 1 over the samples of a batch. Not compiled yet.

use super::super::ValueId;
use super::super::builder::Builder;
use super::super::resolve::not_yet_supported;
use super::layer::{Layer, LayerParameter, Takes};
use crate::diagnostic::Diagnostics;
use crate::syntax::ast::Stage;

/// The layer.
pub(super) const LAYER: Layer = Layer {
    name: "batch_norm",
    documentation: "Mean 0 and variance 1 over the samples of a batch, then a trained scale and shift. Not compiled yet.",
    formula: "γ ⊙ (x − mean(x)) / √(var(x) + eps) + β",
    tensors: &["weight [in]", "bias [in]"],
    parameters: &[
        LayerParameter::optional("momentum", Takes::Number, "0.1"),
        LayerParameter::optional("eps", Takes::Number, "1e-5"),
    ],
    add: batch_norm,
};

/// `batch_norm` is refused with the reason.
fn batch_norm(
    builder: &mut Builder<'_>,
    _: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    builder.stage_name(stage);
    errors.push(not_yet_supported(stage.call.span, "the layer `batch_norm`"));
    None
}
