//! Every set of vectors against plain loops.

use std::vec::Vec;

use super::{Array, Baseline, Lanes};
#[cfg(target_arch = "x86_64")]
use super::{Avx2, Avx512};
use crate::kernel::level::{Level, Set};
use crate::scalar::Scalar;

/// What every set of vectors has to do.
fn check<T: Scalar, L: Lanes<T>>(lanes: L) {
    let number = |index: usize| T::from_f64(1.0 + index as f64);
    let numbers: Vec<T> = (0..L::LANES).map(number).collect();
    let vector = |factor: f64| {
        let numbers: Vec<T> = (0..L::LANES)
            .map(|lane| number(lane) * T::from_f64(factor))
            .collect();
        // SAFETY: as many numbers as there are lanes.
        unsafe { lanes.load(numbers.as_ptr()) }
    };
    let read = |vector: L::Vector| {
        let mut numbers = Vec::from([T::ZERO]).repeat(L::LANES);
        // SAFETY: likewise.
        unsafe { lanes.store(numbers.as_mut_ptr(), vector) };
        numbers
    };
    assert_eq!(read(vector(1.0)), numbers);
    assert!(read(lanes.splat(T::ONE)).iter().all(|lane| *lane == T::ONE));
    let two: Vec<T> = numbers.iter().map(|lane| *lane + *lane).collect();
    assert_eq!(read(lanes.add(vector(1.0), vector(1.0))), two);
    assert_eq!(
        read(lanes.mul_add(lanes.splat(T::ONE), vector(1.0), vector(1.0))),
        two
    );

    let total: T = numbers.iter().fold(T::ZERO, |total, lane| total + *lane);
    let sums = lanes.sums([vector(1.0), vector(2.0), vector(3.0), vector(4.0)]);
    for (factor, sum) in sums.into_iter().enumerate() {
        assert_eq!(sum, total * number(factor));
    }

    for count in 0..=L::LANES {
        let mut written = Vec::from([T::ZERO]).repeat(L::LANES);
        // SAFETY: the slices end where the first lanes do, so that Miri would see a number too many.
        let loaded = unsafe {
            let loaded = lanes.load_first(numbers[..count].as_ptr(), lanes.first(count));
            lanes.store_first(written[..count].as_mut_ptr(), count, vector(1.0));
            loaded
        };
        let mut first = numbers.clone();
        first[count..].fill(T::ZERO);
        assert_eq!(read(loaded), first);
        assert_eq!(written, first);
    }

    let matrix: Vec<T> = (0..L::LANES * L::BLOCK).map(number).collect();
    let mut transposed = Vec::from([T::ZERO]).repeat(matrix.len());
    // SAFETY: both have as many numbers.
    unsafe { lanes.transpose(matrix.as_ptr(), L::BLOCK, transposed.as_mut_ptr(), L::LANES) };
    for row in 0..L::LANES {
        for column in 0..L::BLOCK {
            assert_eq!(
                transposed[column * L::LANES + row],
                matrix[row * L::BLOCK + column]
            );
        }
    }
}

#[test]
fn every_set_of_vectors_does_what_plain_loops_do() {
    for level in Level::available() {
        std::println!("this processor has {}", level.name());
        match level.set() {
            Set::Arrays => {
                check::<f32, _>(Array);
                check::<f64, _>(Array);
            }
            Set::Baseline => {
                check::<f32, _>(Baseline);
                check::<f64, _>(Baseline);
            }
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => {
                // SAFETY: the level is proof of the instructions.
                let lanes = unsafe { Avx2::new() };
                check::<f32, _>(lanes);
                check::<f64, _>(lanes);
            }
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => {
                // SAFETY: likewise.
                let lanes = unsafe { Avx512::new() };
                check::<f32, _>(lanes);
                check::<f64, _>(lanes);
            }
        }
    }
}
