//! The slope of a function along a line by central differences, or the finding that it has none.
//!
//! Central differences over two steps, h and h/2, are extrapolated (Richardson), which leaves an error of order h⁴.
//! Where the function has a kink within the step, the two disagree, or the bends over h and h/2 do: with a kink of height
//! J at the distance c, the larger of the two disagreements is at least J/6 for c ≤ h/2, and the extrapolated slope is
//! off by no more than the disagreement. A smooth function shows disagreements of order h². So a slope whose
//! disagreement is below half the tolerance is right to within the tolerance, whatever the function is like.
//!
//! Nothing here sees the gradient that is to be checked, except as a scale, where a larger one only lets the slope pass
//! sooner: a wrong gradient cannot make a smooth point look like a kink.

/// The largest difference between a gradient and its differences, relative to the largest entry of the tensor's
/// gradient. Extrapolated differences in `f64` are right to some 1e-10 of the loss; a mistake in a derivative is a
/// matter of percents at least. 1e-6 lies far from both.
pub const DIFFERENCES_TOLERANCE: f64 = 1e-6;

/// The steps, for parameters of the order 1. The first is best for a smooth function: h⁴ and the rounding error ε/h are
/// both some 1e-12. The smaller ones slip between kinks that lie close together, as a wide layer of `relu` has them.
const STEPS: [f64; 4] = [1e-3, 1e-4, 1e-5, 1e-6];

/// How far a computed loss may be from the exact one: some hundred roundings, as many as the layers of a deep network and
/// the cancellation in a `log_softmax` or a `layer_norm` between them come to.
const ROUNDING: f64 = 256.0 * f64::EPSILON;

/// A slope that was measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    /// Its value.
    pub(super) value: f64,
    /// How much of it may be rounding.
    pub(super) noise: f64,
}

/// The slope at 0 of `function`, whose value there is `center`; `scale` is a magnitude to which it matters. `None` where
/// there is a kink or the function is not finite.
pub(super) fn slope<E>(
    center: f64,
    scale: f64,
    mut function: impl FnMut(f64) -> Result<f64, E>,
) -> Result<Option<Slope>, E> {
    for step in STEPS {
        let half_step = step / 2.0;
        let (ahead, behind) = (function(step)?, function(-step)?);
        let (near_ahead, near_behind) = (function(half_step)?, function(-half_step)?);
        let whole = (ahead - behind) / (2.0 * step);
        let half = (near_ahead - near_behind) / step;
        // The difference of the one-sided slopes: proportional to the step, unless there is a kink.
        let bend = (ahead - 2.0 * center + behind) / step;
        let half_bend = (near_ahead - 2.0 * center + near_behind) / half_step;
        let value = (4.0 * half - whole) / 3.0;
        let noise = ROUNDING * center.abs().max(1.0) / step;
        let disagreement = (whole - half).abs().max((bend - 2.0 * half_bend).abs());
        let allowed = 0.5 * DIFFERENCES_TOLERANCE * scale.max(value.abs());
        if value.is_finite() && disagreement <= allowed.max(noise) {
            return Ok(Some(Slope { value, noise }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::slope;

    fn measured(function: impl Fn(f64) -> f64) -> Option<f64> {
        slope(function(0.0), 0.0, |t| Ok::<_, ()>(function(t)))
            .ok()?
            .map(|slope| slope.value)
    }

    #[test]
    fn smooth_functions_have_their_slope() {
        for (function, expected) in [
            (f64::sin as fn(f64) -> f64, 1.0),
            (|t| (3.0 * t + 1.0).exp(), 3.0 * 1.0_f64.exp()),
            (|t| 1e3 + (20.0 * t).tanh(), 20.0),
            (|_| 7.0, 0.0),
            (|t| 1e-3 * t, 1e-3),
        ] {
            let value = measured(function).expect("the function is smooth");
            assert!(
                (value - expected).abs() <= 1e-7 * expected.abs(),
                "{value} {expected}"
            );
        }
    }

    #[test]
    fn a_kink_at_the_point_has_none() {
        assert_eq!(measured(f64::abs), None);
        assert_eq!(measured(|t| t.max(0.0) + t), None);
        assert_eq!(measured(|t| if t > 0.0 { 1.0 } else { 0.0 }), None);
        assert_eq!(measured(|t| t.ln()), None);
    }

    #[test]
    fn a_kink_beside_the_point_does_no_harm() {
        for tenth in 1..200 {
            let distance = f64::from(tenth) * 1e-5;
            let value =
                measured(|t| (t - distance).abs() + t * t).expect("a smaller step is smooth");
            assert!((value + 1.0).abs() < 1e-6, "{distance} {value}");
        }
    }
}
