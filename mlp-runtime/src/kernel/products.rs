//! The products of matrices against plain loops in double precision, at every level.

use std::vec::Vec;

use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use proptest::test_runner::TestCaseError;

use super::affine::Affine;
use super::level::Level;
use super::pack::{Buffer, LARGE, SMALL, Space};
use super::pullback_bias::PullbackBias;
use super::pullback_input::PullbackInput;
use super::pullback_weight::PullbackWeight;
use super::real::Real;
use crate::random::Random;

/// So many numbers before and after what a kernel writes have to stay as they are.
const FRAME: usize = 64;

/// Numbers to compute with.
fn numbers<T: Real>(length: usize, random: &mut Random) -> Vec<T> {
    (0..length)
        .map(|_| T::from_f64(random.uniform() - 0.5))
        .collect()
}

/// A row-major matrix of double precision.
struct Matrix<'a, T> {
    values: &'a [T],
    columns: usize,
}

impl<T: Real> Matrix<'_, T> {
    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column].to_f64()
    }
}

/// Runs a kernel at every level and compares what it writes.
fn check<T: Real>(
    name: &str,
    before: &[T],
    terms: usize,
    expected: impl Fn(usize) -> f64,
    run: impl Fn(Level, *mut T),
) -> Result<(), TestCaseError> {
    let length = before.len();
    let epsilon = if size_of::<T>() == 4 {
        f32::EPSILON.into()
    } else {
        f64::EPSILON
    };
    let tolerance = epsilon * (terms as f64 + 8.0);
    for level in Level::available() {
        let mut framed: Vec<T> = Vec::from([T::from_f64(7.0)]).repeat(length + 2 * FRAME);
        framed[FRAME..][..length].copy_from_slice(before);
        run(level, framed[FRAME..].as_mut_ptr());
        let level = level.name();
        for (index, value) in framed.iter().enumerate() {
            let (value, index) = (value.to_f64(), index.wrapping_sub(FRAME));
            if index < length {
                let expected = expected(index);
                prop_assert!(
                    (value - expected).abs() <= tolerance,
                    "{name}, {level}: {value} in place of {expected} at {index}"
                );
            } else {
                prop_assert!(
                    value == 7.0,
                    "{name}, {level}: wrote to {index} of {length}"
                );
            }
        }
    }
    Ok(())
}

/// Every kernel for one shape.
fn check_shape<T: Real>(
    rows: usize,
    inputs: usize,
    outputs: usize,
    seed: u64,
) -> Result<(), TestCaseError> {
    let random = &mut Random::new(seed);
    let (x, w) = (
        numbers::<T>(rows * inputs, random),
        numbers::<T>(inputs * outputs, random),
    );
    let (d, b) = (
        numbers::<T>(rows * outputs, random),
        numbers::<T>(outputs, random),
    );
    let input = Matrix {
        values: &x,
        columns: inputs,
    };
    let weight = Matrix {
        values: &w,
        columns: outputs,
    };
    let cotangent = Matrix {
        values: &d,
        columns: outputs,
    };
    let factor = 0.25;

    let zeros: Vec<T> = Vec::from([T::ZERO]).repeat(rows * inputs.max(outputs));
    let (mut small, mut large) = (Buffer::<T, SMALL>::uninit(), Buffer::<T, LARGE>::uninit());
    let (small, large) = (Space::of(&mut small), Space::of(&mut large));
    for (bias, space) in [(Some(b.as_ptr()), Space::NONE), (None, large)] {
        let expected = |index: usize| {
            let (row, column) = (index / outputs, index % outputs);
            let terms = (0..inputs).map(|i| input.at(row, i) * weight.at(i, column));
            terms.sum::<f64>() + bias.map_or(0.0, |_| b[column].to_f64())
        };
        let run = |level, output| {
            let affine = Affine {
                rows,
                inputs,
                outputs,
                input: x.as_ptr(),
                weight: w.as_ptr(),
                bias,
                output,
            };
            // SAFETY: the matrices have these lengths.
            unsafe { affine.run(level, space) };
        };
        check("affine", &zeros[..rows * outputs], inputs, expected, run)?;
    }

    let expected = |index: usize| {
        let (row, column) = (index / inputs, index % inputs);
        (0..outputs)
            .map(|o| cotangent.at(row, o) * weight.at(column, o))
            .sum()
    };
    for space in [small, large] {
        let run = |level, input| {
            let pullback = PullbackInput {
                rows,
                inputs,
                outputs,
                cotangent: d.as_ptr(),
                weight: w.as_ptr(),
                input,
            };
            // SAFETY: as above.
            unsafe { pullback.run(level, space) };
        };
        check(
            "pullback to inputs",
            &zeros[..rows * inputs],
            outputs,
            expected,
            run,
        )?;
    }

    let before = numbers::<T>(inputs * outputs, random);
    let expected = |index: usize| {
        let (row, column) = (index / outputs, index % outputs);
        let sum: f64 = (0..rows)
            .map(|r| input.at(r, row) * cotangent.at(r, column))
            .sum();
        before[index].to_f64() + factor * sum
    };
    for space in [Space::NONE, large] {
        let run = |level, gradient| {
            let pullback = PullbackWeight {
                rows,
                inputs,
                outputs,
                factor: T::from_f64(factor),
                input: x.as_ptr(),
                cotangent: d.as_ptr(),
                gradient,
            };
            // SAFETY: as above.
            unsafe { pullback.run(level, space) };
        };
        check("pullback to weights", &before, rows, expected, run)?;
    }

    let before = numbers::<T>(outputs, random);
    let expected = |column: usize| {
        let sum: f64 = (0..rows).map(|r| cotangent.at(r, column)).sum();
        before[column].to_f64() + factor * sum
    };
    let run = |level, gradient| {
        let pullback = PullbackBias {
            rows,
            outputs,
            factor: T::from_f64(factor),
            cotangent: d.as_ptr(),
            gradient,
        };
        // SAFETY: as above.
        unsafe { pullback.run(level) };
    };
    check("pullback to the bias", &before, rows, expected, run)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn products_are_those_of_plain_loops(
        rows in 0_usize..70,
        inputs in 1_usize..70,
        outputs in 1_usize..70,
        seed in 0_u64..1000,
    ) {
        check_shape::<f32>(rows, inputs, outputs, seed)?;
        check_shape::<f64>(rows, inputs, outputs, seed)?;
    }
}

#[test]
fn every_width_and_number_of_rows_up_to_seventy() -> Result<(), TestCaseError> {
    for length in 1..=70 {
        let (one, other) = (1 + length * 7 % 19, 1 + length * 11 % 23);
        for (rows, inputs, outputs) in [
            (length, one, other),
            (one, length, other),
            (one, other, length),
            (1, length, other),
            (1, other, length),
            (length, other, 1),
            (one, length, 1),
        ] {
            check_shape::<f32>(rows, inputs, outputs, length as u64)?;
            check_shape::<f64>(rows, inputs, outputs, length as u64)?;
        }
    }
    Ok(())
}

#[test]
fn products_beyond_every_buffer() -> Result<(), TestCaseError> {
    // Longer than a packed panel is deep, in each of the three directions.
    for (rows, inputs, outputs) in [(33, 300, 70), (17, 70, 1100), (300, 40, 70), (9, 600, 3)] {
        check_shape::<f32>(rows, inputs, outputs, 1)?;
        check_shape::<f64>(rows, inputs, outputs, 2)?;
    }
    Ok(())
}
