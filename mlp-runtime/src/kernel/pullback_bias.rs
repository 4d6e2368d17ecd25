//! The sum of the rows of δ: what X·W + b hands back to its bias.

use super::lanes::Lanes;
use super::level::Level;
use super::real::{Kernel, Real};
use crate::scalar::Scalar;

/// Adds factor times the sum of the rows of δ to the gradient of the bias.
#[inline]
pub fn pullback_bias<const OUT: usize, T: Real>(
    level: Level,
    factor: T,
    cotangents: &[[T; OUT]],
    gradient: &mut [T; OUT],
) {
    let kernel = PullbackBias {
        rows: cotangents.len(),
        outputs: OUT,
        factor,
        cotangent: cotangents.as_ptr().cast(),
        gradient: gradient.as_mut_ptr(),
    };
    // SAFETY: the slice and the array have these lengths.
    unsafe { T::pullback_bias(level, kernel) };
}

/// The sum of the rows of δ.
#[derive(Clone, Copy)]
pub struct PullbackBias<T> {
    rows: usize,
    outputs: usize,
    factor: T,
    cotangent: *const T,
    gradient: *mut T,
}

impl<T: Scalar> Kernel<T> for PullbackBias<T> {
    #[inline(always)]
    fn width(self) -> usize {
        self.outputs
    }

    #[inline(always)]
    unsafe fn run<L: Lanes<T>>(self, lanes: L) {
        let mut column = 0;
        while column < self.outputs {
            let width = L::LANES.min(self.outputs - column);
            let first = lanes.first(width);
            // SAFETY: as for this function.
            unsafe {
                let from = self.cotangent.add(column);
                let mut sums = [lanes.splat(T::ZERO); 4];
                let mut row = 0;
                while row + 4 <= self.rows {
                    for next in 0..4 {
                        let cotangent =
                            lanes.load_first(from.add((row + next) * self.outputs), first);
                        sums[next] = lanes.add(sums[next], cotangent);
                    }
                    row += 4;
                }
                while row < self.rows {
                    let cotangent = lanes.load_first(from.add(row * self.outputs), first);
                    sums[0] = lanes.add(sums[0], cotangent);
                    row += 1;
                }
                let sum = lanes.add(lanes.add(sums[0], sums[1]), lanes.add(sums[2], sums[3]));
                let to = self.gradient.add(column);
                let gradient = lanes.load_first(to, first);
                lanes.store_first(
                    to,
                    first,
                    lanes.mul_add(lanes.splat(self.factor), sum, gradient),
                );
            }
            column += width;
        }
    }
}
