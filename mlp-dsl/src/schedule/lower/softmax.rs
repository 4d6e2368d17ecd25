//! The exponentials of a softmax and their sum, found in two steps and taken once.

use crate::schedule::{Access, BufferId, Operation, Reduction, Scalar, ScalarFunction, Step};

/// The steps with each s = logsumexp(a) that is followed by z = exp(a − s) made one with it. `result` is what the function
/// returns.
pub(super) fn fuse(steps: Vec<Step>, result: Option<BufferId>) -> Vec<Step> {
    let mut fused: Vec<Step> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let before = fused.last_mut();
        let both = before.and_then(|before| Some((softmax(before, step)?, before)));
        let Some((mut softmax, before)) = both else {
            fused.push(step.clone());
            continue;
        };
        if let Operation::Softmax { total, .. } = &mut softmax {
            let later = &steps[index + 1..];
            let reads = |step: &Step, id| step.operation.operands().contains(&id);
            let is_read = |id| later.iter().any(|step| reads(step, id));
            *total = total.filter(|id| Some(*id) == result || is_read(*id));
        }
        before.operation = softmax;
        before.captions.extend(step.captions.iter().cloned());
    }
    fused
}

/// Two steps as one.
fn softmax(first: &Step, second: &Step) -> Option<Operation> {
    let Operation::Reduce {
        target: total,
        reduction: Reduction::LogSumExp,
        length: summed,
        value: Scalar::Element(vector, Access::Here),
    } = first.operation
    else {
        return None;
    };
    let Operation::Elementwise {
        target,
        exists: false,
        offset: 0,
        length,
        value: Scalar::Call(ScalarFunction::Exp, exponent),
        ..
    } = &second.operation
    else {
        return None;
    };
    let difference = Scalar::Subtract(
        Box::new(Scalar::Element(vector, Access::Here)),
        Box::new(Scalar::Element(total, Access::Whole)),
    );
    (**exponent == difference && *length == summed).then_some(Operation::Softmax {
        target: *target,
        total: Some(total),
        vector,
        length: *length,
    })
}
