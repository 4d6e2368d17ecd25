//! Elements left out at random while training. Not compiled yet.

use super::super::ValueId;
use super::super::builder::Builder;
use super::super::resolve::not_yet_supported;
use crate::diagnostic::Diagnostics;
use crate::syntax::ast::Stage;

/// `dropout` is refused with the reason.
pub(super) fn dropout(
    builder: &mut Builder<'_>,
    _: ValueId,
    stage: &Stage,
    errors: &mut Diagnostics,
) -> Option<ValueId> {
    builder.stage_name(stage);
    errors.push(not_yet_supported(stage.call.span, "the layer `dropout`"));
    None
}
