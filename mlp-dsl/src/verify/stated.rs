//! What lies behind a derivative that the text states. The gradient of such a tensor is not the slope of the loss, by
//! the will of its author, so differences say nothing about it.

use std::collections::BTreeSet;

use crate::model::{Formula, Model, ParameterId, Symbol, ValueId, ValueKind};

/// The parameters from which a way to the loss leads through a stated derivative.
pub(super) fn behind_stated(model: &Model) -> BTreeSet<ParameterId> {
    let mut behind = Behind::default();
    if let Some(objective) = &model.objective {
        behind.formula(&objective.formula);
    }
    // In reverse: every use of a value is seen before the value itself.
    for (index, value) in model.values.iter().enumerate().rev() {
        let is_behind = behind.values.contains(&ValueId(index));
        match &value.kind {
            ValueKind::Input => {}
            ValueKind::Affine {
                input,
                weight,
                bias,
                ..
            } => {
                if is_behind {
                    behind.values.insert(*input);
                    behind.parameters.insert(*weight);
                    behind.parameters.extend(bias);
                }
            }
            ValueKind::Dropout { input, .. } => {
                if is_behind {
                    behind.values.insert(*input);
                }
            }
            ValueKind::Activation { formula, .. }
            | ValueKind::Arithmetic(formula)
            | ValueKind::BatchMean(formula) => {
                if is_behind {
                    behind.everything_in(formula);
                } else {
                    behind.formula(formula);
                }
            }
        }
    }
    behind.parameters
}

#[derive(Default)]
struct Behind {
    values: BTreeSet<ValueId>,
    parameters: BTreeSet<ParameterId>,
}

impl Behind {
    /// Adds what lies behind the stated derivatives in a formula whose own derivative is not behind one.
    fn formula(&mut self, formula: &Formula<Symbol>) {
        if let Formula::Stated(stated) = formula {
            self.everything_in(&stated.argument);
            // What else the value is made of, the trained scalars of the activation, has its derivative derived.
            self.formula(&stated.value);
            return;
        }
        for part in formula.parts() {
            self.formula(part);
        }
    }

    /// Adds all symbols of a formula.
    fn everything_in(&mut self, formula: &Formula<Symbol>) {
        match formula {
            Formula::Symbol(Symbol::Value(id)) => {
                self.values.insert(*id);
            }
            Formula::Symbol(Symbol::Learned(id)) => {
                self.parameters.insert(*id);
            }
            _ => formula
                .parts()
                .into_iter()
                .for_each(|part| self.everything_in(part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::behind_stated;
    use crate::Source;

    fn behind(body: &str) -> Vec<String> {
        let definitions = "
            activation fire(x) = step(x) derivative 1
            activation gate(x; learn a = 1) = a * step(x) derivative exp(-x^2)
        ";
        let text = format!("{definitions} model M {{ input x[2] {body} loss mse }}");
        let compiled = crate::compile(&Source::new("m.mlp", text)).expect("the text is right");
        let model = &compiled.checked.models[0];
        let names = behind_stated(model).into_iter();
        names.map(|id| model.parameter(id).name.clone()).collect()
    }

    #[test]
    fn only_what_comes_before_is_behind() {
        assert_eq!(
            behind("output x -> dense(3) -> fire -> dense(2)"),
            ["dense1.weight", "dense1.bias"]
        );
        assert!(behind("output x -> dense(3) -> tanh -> dense(2)").is_empty());
    }

    #[test]
    fn a_way_around_does_not_help() {
        assert_eq!(
            behind("h = x -> dense(2, bias = false) output (h -> fire) + h -> dense(2)"),
            ["dense1.weight"]
        );
    }

    #[test]
    fn a_trained_scalar_of_the_activation_itself_is_derived() {
        assert_eq!(
            behind("output x -> dense(3, bias = false) -> prelu -> gate -> dense(1)"),
            ["dense1.weight", "prelu1.a"]
        );
    }
}
