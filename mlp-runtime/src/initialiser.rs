//! How parameters get their first values; generated `init` calls these for one tensor after the other.

use crate::kernel::f64::sqrt;
use crate::random::Random;
use crate::scalar::Scalar;

/// Fills `values` from the uniform distribution over [−`bound`, `bound`).
///
/// PyTorch's `kaiming_uniform_` has the bound gain·√(3 / fan), `xavier_uniform_` gain·√(6 / (in + out)), and its
/// `nn.Linear` 1 / √in.
pub fn uniform<S: Scalar>(values: &mut [S], bound: f64, random: &mut Random) {
    for value in values {
        *value = S::from_f64(bound * (2.0 * random.uniform() - 1.0));
    }
}

/// Fills `values` from the normal distribution with mean 0 and the given standard deviation.
///
/// PyTorch's `kaiming_normal_` has the deviation gain / √fan, `xavier_normal_` gain·√(2 / (in + out)).
pub fn normal<S: Scalar>(values: &mut [S], standard_deviation: f64, random: &mut Random) {
    for value in values {
        *value = S::from_f64(standard_deviation * random.normal());
    }
}

/// Fills `values` from the normal distribution with mean 0 and the given standard deviation, without what lies outside ±2
/// standard deviations; that leaves about 0.88 of the deviation.
///
/// As PyTorch's `trunc_normal_`, with bounds of twice the deviation.
pub fn truncated_normal<S: Scalar>(values: &mut [S], standard_deviation: f64, random: &mut Random) {
    for value in values {
        let mut drawn = random.normal();
        while !(-2.0..=2.0).contains(&drawn) {
            drawn = random.normal();
        }
        *value = S::from_f64(standard_deviation * drawn);
    }
}

/// Fills `values`, one or more matrices of `[rows, columns]` one after the other, with random orthogonal ones: rows, or
/// columns where there are fewer, are at right angles and as long as `gain`. All such matrices are equally likely.
///
/// As PyTorch's `orthogonal_`: the factor Q, with the signs that make the diagonal of R positive, of a matrix of normal
/// numbers. Here it is made in place, by the method of Gram and Schmidt with each projection taken twice. Saxe,
/// McClelland and Ganguli, 2014 (<https://arxiv.org/abs/1312.6120>).
pub fn orthogonal<S: Scalar>(
    values: &mut [S],
    [rows, columns]: [usize; 2],
    gain: f64,
    random: &mut Random,
) {
    for matrix in values.chunks_exact_mut((rows * columns).max(1)) {
        // Vectors are rows or columns; where each begins, and how far apart its elements are.
        let (count, length, begin, step) = match rows <= columns {
            true => (rows, columns, columns, 1),
            false => (columns, rows, 1, columns),
        };
        for vector in 0..count {
            let mut size = 0.0;
            // By chance, what is drawn may lie where all before it do.
            while size < 1e-3 {
                for index in 0..length {
                    matrix[vector * begin + index * step] = S::from_f64(random.normal());
                }
                for earlier in (0..vector).chain(0..vector) {
                    project_out(matrix, vector * begin, earlier * begin, step, length);
                }
                size = sqrt(product(
                    matrix,
                    vector * begin,
                    vector * begin,
                    step,
                    length,
                ));
            }
            let factor = S::from_f64(1.0 / size);
            for index in 0..length {
                matrix[vector * begin + index * step] *= factor;
            }
        }
        let gain = S::from_f64(gain);
        for value in matrix {
            *value *= gain;
        }
    }
}

/// Takes from the vector that begins at `vector` its part along the one of length 1 that begins at `unit`.
fn project_out<S: Scalar>(
    matrix: &mut [S],
    vector: usize,
    unit: usize,
    step: usize,
    length: usize,
) {
    let part = S::from_f64(product(matrix, vector, unit, step, length));
    for index in 0..length {
        let along = part * matrix[unit + index * step];
        matrix[vector + index * step] -= along;
    }
}

/// The scalar product of two vectors, in double precision.
fn product<S: Scalar>(
    matrix: &[S],
    first: usize,
    second: usize,
    step: usize,
    length: usize,
) -> f64 {
    let mut sum = 0.0;
    for index in 0..length {
        sum += matrix[first + index * step].to_f64() * matrix[second + index * step].to_f64();
    }
    sum
}

/// Fills `values` with one value.
pub fn constant<S: Scalar>(values: &mut [S], value: f64) {
    values.fill(S::from_f64(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_fills_its_interval() {
        let mut values = [9.0_f32; 2000];
        uniform(&mut values, 0.25, &mut Random::new(1));
        let (low, high) = values.iter().fold((0.0_f32, 0.0_f32), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
        assert!((-0.25..-0.24).contains(&low) && (0.24..=0.25).contains(&high));
    }

    #[test]
    fn normal_has_its_deviation() {
        let mut values = [9.0_f64; 5000];
        normal(&mut values, 3.0, &mut Random::new(1));
        let variance = values.iter().map(|x| x * x).sum::<f64>() / 5000.0;
        assert!((variance.sqrt() - 3.0).abs() < 0.1);
    }

    #[test]
    fn a_truncated_normal_has_its_bounds_and_moments() {
        let mut values = [9.0_f64; 20_000];
        truncated_normal(&mut values, 0.5, &mut Random::new(1));
        let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        assert!((0.99..=1.0).contains(&largest), "{largest}");
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|x| x * x).sum::<f64>() / 20_000.0;
        // 1 − 4φ(2) / (2Φ(2) − 1) of the variance is left.
        assert!(mean.abs() < 1e-2, "{mean}");
        assert!((variance / 0.25 - 0.773_741).abs() < 2e-2, "{variance}");
    }

    /// The largest error of AAᵀ = gain², or AᵀA = gain² of a tall matrix.
    fn error<S: Scalar>(matrix: &[S], rows: usize, columns: usize, gain: f64) -> f64 {
        let (count, length) = (rows.min(columns), rows.max(columns));
        let at = |vector: usize, index: usize| {
            let (row, column) = match rows <= columns {
                true => (vector, index),
                false => (index, vector),
            };
            matrix[row * columns + column].to_f64()
        };
        let mut largest = 0.0_f64;
        for first in 0..count {
            for second in 0..count {
                let product: f64 = (0..length).map(|i| at(first, i) * at(second, i)).sum();
                let expected = if first == second { gain * gain } else { 0.0 };
                largest = largest.max((product - expected).abs());
            }
        }
        largest
    }

    #[test]
    fn orthogonal_matrices_are() {
        for [rows, columns] in [[1, 1], [1, 9], [9, 1], [16, 16], [12, 40], [40, 12], [0, 3]] {
            let size = rows * columns;
            let mut double = std::vec![9.0_f64; 2 * size];
            orthogonal(&mut double, [rows, columns], 1.4, &mut Random::new(3));
            let mut single = std::vec![9.0_f32; 2 * size];
            orthogonal(&mut single, [rows, columns], 1.4, &mut Random::new(3));
            for part in [0..size, size..2 * size] {
                let double = error(&double[part.clone()], rows, columns, 1.4);
                let single = error(&single[part], rows, columns, 1.4);
                assert!(double < 1e-14, "{rows}×{columns}: {double:e}");
                assert!(single < 2e-6, "{rows}×{columns}: {single:e}");
            }
            assert!(size < 2 || double[..size] != double[size..]);
        }
    }

    #[test]
    fn orthogonal_matrices_have_no_favourite_direction() {
        let mut values = [9.0_f64; 4 * 3000];
        orthogonal(&mut values, [2, 2], 1.0, &mut Random::new(5));
        for element in 0..4 {
            let all = values.iter().skip(element).step_by(4);
            let mean = all.clone().sum::<f64>() / 3000.0;
            let variance = all.map(|x| x * x).sum::<f64>() / 3000.0;
            assert!(
                mean.abs() < 0.05 && (variance - 0.5).abs() < 0.03,
                "{mean}, {variance}"
            );
        }
    }

    #[test]
    fn constant_is_everywhere_and_seeds_repeat() {
        let mut values = [0.0_f32; 3];
        constant(&mut values, 0.25);
        assert_eq!(values, [0.25; 3]);
        let (mut first, mut second) = ([0.0_f32; 8], [0.0_f32; 8]);
        normal(&mut first, 1.0, &mut Random::new(4));
        normal(&mut second, 1.0, &mut Random::new(4));
        assert_eq!(first, second);
    }
}
