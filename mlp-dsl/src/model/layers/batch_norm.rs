//! Mean 0 and variance 1 over the samples of a batch. Not compiled yet.

use super::super::ValueId;
use super::super::builder::Builder;
use super::super::resolve::not_yet_supported;
use crate::diagnostic::Diagnostics;
use crate::syntax::ast::Stage;

/// `batch_norm` is refused with the reason.
pub(super) fn batch_norm(
    builder: &mut Builder<'_>,
    _: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    builder.stage_name(stage);
    errors.push(not_yet_supported(stage.call.span, "the layer `batch_norm`"));
    None
}
