//! The named parts of a network's flat parameters.

use core::fmt;
use core::ops::Deref;

/// One named part of a network's flat array of parameters.
///
/// Names and shapes are PyTorch's. In memory a dense weight can lie the other way round, all units of one input together,
/// because that is the order in which it is used fast; `strides` says so, in elements, as in ndarray or NumPy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tensor {
    /// `stage.tensor`, as in `dense1.weight`.
    pub name: &'static str,
    /// The lengths of its dimensions, the slowest of PyTorch's order first: `[out, in]` for a dense weight.
    pub shape: &'static [usize],
    /// How far apart neighbours along each dimension are in memory: `[in, 1]` row by row, `[1, out]` column by column.
    pub strides: &'static [usize],
    /// Where it begins in [`Network::parameters`](crate::Network::parameters).
    pub offset: usize,
}

impl Tensor {
    /// How many values it has: the product of its shape, so 1 for a scalar, whose shape is empty.
    #[must_use]
    pub const fn len(&self) -> usize {
        let mut length = 1;
        let mut dimension = 0;
        while dimension < self.shape.len() {
            length *= self.shape[dimension];
            dimension += 1;
        }
        length
    }

    /// Whether it has no values at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the value stands, from `offset` on, that is the `index`-th when the tensor is read row by row.
    #[must_use]
    pub const fn place(&self, index: usize) -> usize {
        let (mut rest, mut place) = (index, 0);
        let mut dimension = self.shape.len();
        while dimension > 0 {
            dimension -= 1;
            place += rest % self.shape[dimension] * self.strides[dimension];
            rest /= self.shape[dimension];
        }
        place
    }
}

/// A tensor and its values, which are read row by row, whatever their order in memory.
#[derive(Clone, Copy, PartialEq)]
pub struct TensorView<'a, S> {
    tensor: &'static Tensor,
    memory: &'a [S],
}

impl<'a, S: Copy> TensorView<'a, S> {
    /// The part of all `parameters` that `tensor` describes; `None` where they end before it.
    #[must_use]
    pub fn new(tensor: &'static Tensor, parameters: &'a [S]) -> Option<Self> {
        let memory = parameters.get(tensor.offset..tensor.offset + tensor.len())?;
        Some(Self { tensor, memory })
    }

    /// The values row by row, as PyTorch orders them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = S> + use<'a, S> {
        let Self { tensor, memory } = *self;
        (0..memory.len()).map(move |index| memory[tensor.place(index)])
    }

    /// The value that is the `index`-th row by row; `None` past the last.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<S> {
        (index < self.memory.len()).then(|| self.memory[self.tensor.place(index)])
    }

    /// The values as they lie in memory.
    #[must_use]
    pub const fn memory(&self) -> &'a [S] {
        self.memory
    }
}

impl<S> Deref for TensorView<'_, S> {
    type Target = Tensor;

    fn deref(&self) -> &Tensor {
        self.tensor
    }
}

impl<S: Copy + fmt::Debug> fmt::Debug for TensorView<'_, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// [`TensorView`], to be written to.
#[derive(Debug)]
pub struct TensorViewMut<'a, S> {
    tensor: &'static Tensor,
    memory: &'a mut [S],
}

impl<'a, S: Copy> TensorViewMut<'a, S> {
    /// The part of all `parameters` that `tensor` describes; `None` where they end before it.
    #[must_use]
    pub fn new(tensor: &'static Tensor, parameters: &'a mut [S]) -> Option<Self> {
        let memory = parameters.get_mut(tensor.offset..tensor.offset + tensor.len())?;
        Some(Self { tensor, memory })
    }

    /// Takes over values that come row by row, as PyTorch orders them.
    ///
    /// # Panics
    /// Where there are not as many values as the tensor has.
    pub fn copy_from_slice(&mut self, values: &[S]) {
        assert!(
            values.len() == self.memory.len(),
            "{} values for the {} of {}",
            values.len(),
            self.memory.len(),
            self.tensor.name
        );
        for (index, value) in values.iter().enumerate() {
            self.memory[self.tensor.place(index)] = *value;
        }
    }

    /// The values as they lie in memory.
    #[must_use]
    pub const fn memory(&mut self) -> &mut [S] {
        self.memory
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::vec::Vec;

    use super::*;

    static BY_COLUMNS: Tensor = Tensor {
        name: "dense1.weight",
        shape: &[2, 3],
        strides: &[1, 2],
        offset: 1,
    };

    #[test]
    fn a_tensor_has_as_many_values_as_its_shape_says() {
        let tensor = |shape| Tensor {
            name: "",
            shape,
            strides: &[],
            offset: 0,
        };
        assert_eq!(tensor(&[2, 3]).len(), 6);
        assert_eq!(tensor(&[]).len(), 1);
        assert!(tensor(&[4, 0]).is_empty() && !tensor(&[4]).is_empty());
    }

    #[test]
    fn values_are_read_and_written_row_by_row() {
        let mut parameters = [0; 8];
        let mut view = TensorViewMut::new(&BY_COLUMNS, &mut parameters).expect("it fits");
        view.copy_from_slice(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(parameters, [0, 1, 4, 2, 5, 3, 6, 0]);
        let view = TensorView::new(&BY_COLUMNS, &parameters).expect("it fits");
        assert_eq!(view.iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!((view.get(1), view.get(6)), (Some(2), None));
        assert_eq!(format!("{view:?}"), "[1, 2, 3, 4, 5, 6]");
    }

    #[test]
    fn a_tensor_past_the_end_is_none() {
        assert_eq!(TensorView::new(&BY_COLUMNS, &[0; 6]), None);
    }

    #[test]
    #[should_panic(expected = "5 values for the 6 of dense1.weight")]
    fn too_few_values_panic() {
        TensorViewMut::new(&BY_COLUMNS, &mut [0; 8])
            .expect("it fits")
            .copy_from_slice(&[0; 5]);
    }
}
