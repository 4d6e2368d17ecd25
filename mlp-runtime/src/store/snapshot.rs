use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::weights::{inward, outward};
use crate::network::Network;
use crate::optimizer::{Optimizer, StateMut, StateRef};
use crate::scalar::Scalar;

/// What an optimizer remembers, apart from the optimizer: owned, and in the form in which weights are stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot<S> {
    /// The steps taken so far.
    pub steps: u64,
    /// Single numbers by their names.
    pub scalars: Vec<(String, f64)>,
    /// A number for each parameter, by the name of what it is; in the order of [`super::weights`].
    pub tensors: Vec<(String, Vec<S>)>,
}

impl<S: Scalar> Snapshot<S> {
    /// What the optimizer of a network remembers now. `scratch` is a network to work with.
    pub fn of<N: Network<Scalar = S>, O: Optimizer<N> + ?Sized>(
        optimizer: &O,
        scratch: &mut N,
    ) -> Self {
        Self::with(optimizer.state(), |values| outward(values, scratch))
    }

    /// What the optimizer of a flat array remembers now.
    pub fn flat<O: Optimizer<Vec<S>> + ?Sized>(optimizer: &O) -> Self {
        Self::with(optimizer.state(), <[S]>::to_vec)
    }

    fn with(state: StateRef<'_, S>, mut stored: impl FnMut(&[S]) -> Vec<S>) -> Self {
        let scalars = state.scalars.into_iter();
        let tensors = state.tensors.into_iter();
        Self {
            steps: state.steps,
            scalars: scalars
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            tensors: tensors
                .map(|(name, values)| (name.to_owned(), stored(values)))
                .collect(),
        }
    }

    /// Lets the optimizer of a network remember this. `scratch` is a network to work with.
    ///
    /// # Errors
    /// Where the optimizer remembers other things; what differs.
    pub fn put<N: Network<Scalar = S>, O: Optimizer<N> + ?Sized>(
        &self,
        optimizer: &mut O,
        scratch: &mut N,
    ) -> Result<(), String> {
        self.check(&Self::of(&*optimizer, scratch))?;
        self.write(optimizer.state_mut(), |stored, values| {
            inward(stored, scratch, values);
        });
        Ok(())
    }

    /// Lets the optimizer of a flat array remember this.
    ///
    /// # Errors
    /// Where the optimizer remembers other things; what differs.
    pub fn put_flat<O: Optimizer<Vec<S>> + ?Sized>(&self, optimizer: &mut O) -> Result<(), String> {
        self.check(&Self::flat(&*optimizer))?;
        self.write(optimizer.state_mut(), |stored, values| {
            values.copy_from_slice(stored)
        });
        Ok(())
    }

    fn write(&self, state: StateMut<'_, S>, mut put: impl FnMut(&[S], &mut [S])) {
        *state.steps = self.steps;
        for ((_, value), (_, stored)) in state.scalars.into_iter().zip(&self.scalars) {
            *value = *stored;
        }
        for ((_, values), (_, stored)) in state.tensors.into_iter().zip(&self.tensors) {
            put(stored, values);
        }
    }

    /// Whether this can be the memory of an optimizer that remembers `own`; what differs.
    fn check(&self, own: &Self) -> Result<(), String> {
        let names = |snapshot: &Self| {
            let scalars = snapshot.scalars.iter().map(|(name, _)| name.as_str());
            let tensors = snapshot.tensors.iter().map(|(name, _)| name.as_str());
            scalars
                .chain(tensors)
                .map(ToOwned::to_owned)
                .collect::<Vec<_>>()
        };
        let (stored, expected) = (names(self), names(own));
        if stored != expected {
            let shown = |names: Vec<String>| match names.is_empty() {
                true => "nothing".to_owned(),
                false => names.join(", "),
            };
            return Err(format!(
                "the optimizer remembers {}, but there is {}",
                shown(expected),
                shown(stored)
            ));
        }
        let mut pairs = self.tensors.iter().zip(&own.tensors);
        match pairs.find(|((_, stored), (_, own))| stored.len() != own.len()) {
            None => Ok(()),
            Some(((name, stored), (_, own))) => Err(format!(
                "`{name}` has {} values, not {}",
                stored.len(),
                own.len()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{Line, line};
    use crate::optimizer::{Adam, Sgd};

    #[test]
    fn an_optimizer_goes_on_where_another_was() {
        let gradient = line([1.0, -2.0, 0.5]);
        let (mut network, mut first) = (Line::zeros(), Adam::<Line>::new(0.1));
        first.step(&mut network, &gradient);
        let memory = Snapshot::of(&first, &mut Line::zeros());
        assert_eq!(memory.steps, 1);
        let mut second = Adam::<Line>::new(0.1);
        memory
            .put(&mut second, &mut Line::zeros())
            .expect("the same optimizer");
        assert_eq!(first, second);
        let error = memory.put(&mut Sgd::new(0.1), &mut Line::zeros());
        assert_eq!(
            error,
            Err("the optimizer remembers nothing, but there is exp_avg, exp_avg_sq".to_owned())
        );
    }
}
