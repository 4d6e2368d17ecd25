//! Arrays, for processors whose vector instructions have no file here: the compiler makes vectors of them where it can.

use super::Lanes;

/// Arrays of the length of a 128-bit vector.
#[derive(Clone, Copy)]
pub(in crate::kernel) struct Array;

macro_rules! array {
    ($float:ident) => {
        impl Lanes<$float> for Array {
            type Vector = [$float; 16 / size_of::<$float>()];
            type First = usize;
            type Half = Self;

            const LANES: usize = 16 / size_of::<$float>();
            const ROWS: usize = 4;
            const VECTORS: usize = 4;
            const BLOCK: usize = 16 / size_of::<$float>();

            #[inline(always)]
            fn half(self) -> Self {
                self
            }

            #[inline(always)]
            fn prefetch(self, _from: *const $float) {}

            #[inline(always)]
            fn splat(self, x: $float) -> Self::Vector {
                [x; <Self as Lanes<$float>>::LANES]
            }

            #[inline(always)]
            fn first(self, count: usize) -> usize {
                count
            }

            #[inline(always)]
            unsafe fn load(self, from: *const $float) -> Self::Vector {
                // SAFETY: the caller sees to it that so many numbers are there; an array needs no other alignment.
                unsafe { *from.cast() }
            }

            #[inline(always)]
            unsafe fn load_first(self, from: *const $float, first: usize) -> Self::Vector {
                core::array::from_fn(|lane| {
                    if lane < first {
                        // SAFETY: the caller sees to the first lanes.
                        unsafe { *from.add(lane) }
                    } else {
                        0.0
                    }
                })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $float, vector: Self::Vector) {
                // SAFETY: as for `load`.
                unsafe { *to.cast() = vector };
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $float, count: usize, vector: Self::Vector) {
                for (lane, value) in vector.into_iter().enumerate() {
                    if lane < count {
                        // SAFETY: the caller sees to the first lanes.
                        unsafe { *to.add(lane) = value };
                    }
                }
            }

            #[inline(always)]
            fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
                core::array::from_fn(|lane| a[lane] + b[lane])
            }

            #[inline(always)]
            fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
                core::array::from_fn(|lane| a[lane] * b[lane] + c[lane])
            }

            #[inline(always)]
            fn sums(self, vectors: [Self::Vector; 4]) -> [$float; 4] {
                vectors.map(|vector| vector.into_iter().sum())
            }

            #[inline(always)]
            unsafe fn transpose(
                self,
                from: *const $float,
                stride: usize,
                to: *mut $float,
                to_stride: usize,
            ) {
                for row in 0..<Self as Lanes<$float>>::LANES {
                    for column in 0..<Self as Lanes<$float>>::BLOCK {
                        // SAFETY: the caller sees to the rows and the vectors.
                        unsafe {
                            *to.add(column * to_stride + row) = *from.add(row * stride + column)
                        };
                    }
                }
            }
        }
    };
}

array!(f32);
array!(f64);
