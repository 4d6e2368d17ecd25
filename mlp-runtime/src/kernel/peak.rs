//! What the processor can do: multiply-adds in registers alone. A benchmark compares with it.

use core::hint::black_box;

use super::lanes::Lanes;
use super::level::Level;
use super::real::{Kernel, Real};
use super::tile::repeat;
use crate::scalar::Scalar;

/// So many vectors, in two halves, are each multiplied and added to: enough for none to wait for itself, and registers for
/// all.
const SUMS: usize = 2 * HALF;
const HALF: usize = 6;

/// Multiplies and adds in as many vectors as keep the processor busy, `steps` times in each, without memory. Returns how many
/// multiply-adds of single numbers that were; each is two floating-point operations.
pub fn multiply_adds<T: Real>(level: Level, steps: usize) -> usize {
    let kernel = Sums {
        factor: black_box(T::from_f64(0.999)),
        steps,
    };
    level.run(
        #[inline(always)]
        |level| {
            // SAFETY: the kernel names no memory.
            unsafe { T::inline(level, kernel) }
        },
    );
    let (lanes, _) = T::widths(level);
    SUMS * steps * lanes
}

/// s ← s·factor + factor, which stays finite.
#[derive(Clone, Copy)]
struct Sums<T> {
    factor: T,
    steps: usize,
}

impl<T: Scalar> Kernel<T> for Sums<T> {
    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let factor = lanes.splat(self.factor);
        let (mut left, mut right) = ([lanes.splat(T::ONE); HALF], [lanes.splat(T::ONE); HALF]);
        for _ in 0..self.steps {
            repeat::<HALF>(
                #[inline(always)]
                |sum| {
                    left[sum] = lanes.mul_add(left[sum], factor, factor);
                    right[sum] = lanes.mul_add(right[sum], factor, factor);
                },
            );
        }
        black_box((left, right));
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, multiply_adds};

    #[test]
    fn wider_vectors_hold_more() {
        let counts = Level::available().map(|level| multiply_adds::<f32>(level, 3));
        let counts: std::vec::Vec<usize> = counts.collect();
        assert_eq!(counts[0], 12 * 3 * 4);
        assert!(counts.is_sorted());
        assert_eq!(
            multiply_adds::<f64>(Level::best(), 3) * 2,
            counts[counts.len() - 1]
        );
    }
}
