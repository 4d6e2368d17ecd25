use core::array::IntoIter;
use core::iter::Flatten;

/// What an optimizer carries from one step to the next, apart from its settings and its learning rate: all that a
/// checkpoint must keep so that training goes on to the same bits.
///
/// Names are those of PyTorch's `state_dict`. Each tensor is one flat array, as long as the parameters and in their order
/// in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct State<Count, Number, Tensor> {
    /// The steps taken so far.
    pub steps: Count,
    /// Single numbers.
    pub scalars: Entries<Number>,
    /// Flat arrays with a number for each parameter.
    pub tensors: Entries<Tensor>,
}

/// A [`State`] to be read, and to be put into a checkpoint.
pub type StateRef<'a, S> = State<u64, f64, &'a [S]>;

/// A [`State`] to be written to, from a checkpoint.
pub type StateMut<'a, S> = State<&'a mut u64, &'a mut f64, &'a mut [S]>;

impl<Count, Number, Tensor> State<Count, Number, Tensor> {
    /// The state of an optimizer that remembers nothing but the number of its steps.
    pub(super) const fn new(steps: Count) -> Self {
        Self {
            steps,
            scalars: Entries::new(),
            tensors: Entries::new(),
        }
    }

    /// With one number more.
    pub(super) fn scalar(mut self, name: &'static str, value: Number) -> Self {
        self.scalars.add(name, value);
        self
    }

    /// With one flat array more.
    pub(super) fn tensor(mut self, name: &'static str, values: Tensor) -> Self {
        self.tensors.add(name, values);
        self
    }
}

/// Parts of a [`State`] by their names; iterate over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T> {
    list: [Option<(&'static str, T)>; MOST],
}

/// How many entries of a kind an optimizer has at most.
const MOST: usize = 3;

impl<T> Entries<T> {
    const fn new() -> Self {
        Self {
            list: [const { None }; MOST],
        }
    }

    fn add(&mut self, name: &'static str, value: T) {
        let free = self.list.iter_mut().find(|entry| entry.is_none());
        *free.expect("an optimizer has few entries") = Some((name, value));
    }
}

impl<T> IntoIterator for Entries<T> {
    type Item = (&'static str, T);
    type IntoIter = Flatten<IntoIter<Option<Self::Item>, MOST>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter().flatten()
    }
}
