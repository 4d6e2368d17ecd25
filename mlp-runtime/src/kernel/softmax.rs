//! Exponentials that are summed up: `logsumexp` and `softmax`.

macro_rules! softmax {
    ($float:ident) => {
        // Plain loops: a closure in a function of the library is compiled for no level.

        /// What is left beside whole groups of eight, filled up with values that count for nothing.
        #[inline(always)]
        fn filled_up(rest: &[$float]) -> [$float; 8] {
            let mut last = [<$float>::NEG_INFINITY; 8];
            for (lane, value) in last.iter_mut().zip(rest) {
                *lane = *value;
            }
            last
        }

        /// The largest value, which the exponents are counted from so that none overflows and not all are lost.
        #[inline(always)]
        fn shift(rows: &[[$float; 8]], last: &[$float; 8]) -> $float {
            let mut largest = *last;
            for row in rows {
                for (lane, value) in largest.iter_mut().zip(row) {
                    *lane = if *value > *lane { *value } else { *lane };
                }
            }
            for half in [4, 2, 1] {
                for lane in 0..half {
                    let (a, b) = (largest[lane], largest[lane + half]);
                    largest[lane] = if b > a { b } else { a };
                }
            }
            // ∞ − ∞ would be NaN; unshifted, the sum is 0 or ∞, and its logarithm is right.
            if largest[0].is_finite() {
                largest[0]
            } else {
                0.0
            }
        }

        #[inline(always)]
        fn total(mut sums: [$float; 8]) -> $float {
            for half in [4, 2, 1] {
                for lane in 0..half {
                    sums[lane] += sums[lane + half];
                }
            }
            sums[0]
        }

        #[inline(always)]
        fn logsumexp_with<const FUSED: bool>(values: &[$float]) -> $float {
            let (rows, rest) = values.as_chunks::<8>();
            let last = filled_up(rest);
            let shift = shift(rows, &last);
            let mut sums = [0.0; 8];
            for (sum, value) in sums.iter_mut().zip(&last) {
                *sum = exp_with::<FUSED>(value - shift);
            }
            for row in rows {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += exp_with::<FUSED>(value - shift);
                }
            }
            shift + ln_with::<FUSED>(total(sums))
        }

        /// ln Σ e^xᵢ = m + ln Σ e^(xᵢ − m) with m = max xᵢ, which neither overflows nor loses every term.
        ///
        /// −∞ for an empty slice and where all entries are −∞, ∞ where one is ∞, NaN where one is NaN. The sum runs in
        /// eight lanes, in an order that depends on the length alone.
        #[inline]
        pub fn logsumexp(values: &[$float]) -> $float {
            logsumexp_with::<false>(values)
        }

        /// [`logsumexp`] with the fused multiply-add that `level` may have.
        #[inline(always)]
        pub fn logsumexp_at(level: Level, values: &[$float]) -> $float {
            if level.is_fused() {
                logsumexp_with::<true>(values)
            } else {
                logsumexp_with::<false>(values)
            }
        }

        #[inline(always)]
        fn softmax_with<const FUSED: bool>(values: &[$float], result: &mut [$float]) -> $float {
            let (rows, rest) = values.as_chunks::<8>();
            let (results, last_results) = result.as_chunks_mut::<8>();
            let mut last = filled_up(rest);
            let shift = shift(rows, &last);
            for lane in &mut last {
                *lane = exp_with::<FUSED>(*lane - shift);
            }
            let mut sums = last;
            for (row, result) in rows.iter().zip(&mut *results) {
                for lane in 0..8 {
                    let exponential = exp_with::<FUSED>(row[lane] - shift);
                    result[lane] = exponential;
                    sums[lane] += exponential;
                }
            }
            let sum = total(sums);
            for result in results {
                for lane in result {
                    *lane /= sum;
                }
            }
            for lane in &mut last {
                *lane /= sum;
            }
            for (result, value) in last_results.iter_mut().zip(&last) {
                *result = *value;
            }
            shift + ln_with::<FUSED>(sum)
        }

        /// e^xᵢ / Σ e^xⱼ of each value as e^(xᵢ − m) / Σ e^(xⱼ − m) with m = max xᵢ, and the values' [`logsumexp`]. Each
        /// exponential is taken once, and the logarithm is needed for none of them.
        ///
        /// Where a value is ∞ or NaN, or all are −∞, some results are NaN.
        ///
        /// # Panics
        /// If `values` and `result` differ in length.
        #[inline]
        pub fn softmax(values: &[$float], result: &mut [$float]) -> $float {
            assert_eq!(values.len(), result.len(), "a result for each value");
            softmax_with::<false>(values, result)
        }

        /// [`softmax`] with the fused multiply-add that `level` may have.
        #[inline(always)]
        pub fn softmax_at<const N: usize>(
            level: Level,
            values: &[$float; N],
            result: &mut [$float; N],
        ) -> $float {
            if level.is_fused() {
                softmax_with::<true>(values, result)
            } else {
                softmax_with::<false>(values, result)
            }
        }
    };
}

pub(crate) use softmax;
