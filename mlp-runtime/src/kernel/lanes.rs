//! Vectors as the kernels see them: one trait, which each set of instructions implements.

#[cfg(any(
    test,
    not(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    ))
))]
mod array;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(test)]
pub(super) use array::Array;
#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(super) use avx512::Avx512;

// `Baseline` is what every processor has that the program is compiled for.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
)))]
pub(super) use array::Array as Baseline;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
pub(super) use neon::Neon as Baseline;
#[cfg(target_arch = "x86_64")]
pub(super) use sse2::Sse2 as Baseline;

/// Vectors of numbers of the type `T`, and what can be done with them.
///
/// A value is proof that the processor has the instructions, so that only what reads or writes memory is unsafe.
pub trait Lanes<T>: Copy {
    /// `LANES` numbers.
    type Vector: Copy;
    /// The first few lanes.
    type First: Copy;
    /// Vectors of half the length, or these where there are no shorter ones.
    type Half: Lanes<T>;

    /// The length of a vector.
    const LANES: usize;
    /// How many rows of a product are summed at the same time, 2, 4, 6 or 8 …
    const ROWS: usize;
    /// … and how many vectors in each: together they fill the registers, and are enough for a sum to end before it is
    /// added to again.
    const VECTORS: usize;
    /// [`transpose`](Self::transpose) goes by so many columns.
    const BLOCK: usize;

    /// Vectors of half the length.
    fn half(self) -> Self::Half;

    /// Asks for memory that is soon read and written. Where there is no way to ask, nothing happens.
    fn prefetch(self, from: *const T);

    /// `x` in every lane.
    fn splat(self, x: T) -> Self::Vector;

    /// The first `count` lanes, at most all.
    fn first(self, count: usize) -> Self::First;

    /// The vector that stands in memory.
    ///
    /// # Safety
    /// `LANES` numbers can be read.
    unsafe fn load(self, from: *const T) -> Self::Vector;

    /// Its first lanes alone, 0 in the others.
    ///
    /// # Safety
    /// So many numbers can be read.
    unsafe fn load_first(self, from: *const T, first: Self::First) -> Self::Vector;

    /// Writes the vector to memory.
    ///
    /// # Safety
    /// `LANES` numbers can be written.
    unsafe fn store(self, to: *mut T, vector: Self::Vector);

    /// Writes its first `count` lanes alone, by halves: a masked store is slow on some processors, and what it leaves out
    /// is not at hand for the next load.
    ///
    /// # Safety
    /// So many numbers can be written.
    unsafe fn store_first(self, to: *mut T, count: usize, vector: Self::Vector);

    /// a + b.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// a·b + c, rounded once where the level has an instruction for it.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;

    /// The sum of the lanes of each vector.
    fn sums(self, vectors: [Self::Vector; 4]) -> [T; 4];

    /// Writes `BLOCK` columns of `LANES` rows as so many vectors, each `to_stride` after the one before; the rows are
    /// `stride` apart.
    ///
    /// # Safety
    /// The rows can be read and the vectors written.
    unsafe fn transpose(self, from: *const T, stride: usize, to: *mut T, to_stride: usize);
}

#[cfg(test)]
mod tests;
