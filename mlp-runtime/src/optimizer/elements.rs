//! Rules that treat each parameter by itself, for all of them: by vector instructions, and by several threads.

use crate::kernel::vectorise;
use crate::scalar::Scalar;

/// Parameters that are computed together: a vector of the longest kind, of `f32`.
const LANES: usize = 16;

/// Fewer parameters than so many are no work for a thread of its own.
#[cfg(feature = "std")]
const SHARED: usize = 1 << 16;

/// Bytes of stack for a thread, which needs next to nothing.
#[cfg(feature = "std")]
const STACK: usize = 1 << 20;

/// Replaces each of `weights` by what `rule` makes of it, of its gradient, and of what is remembered of it in each array of
/// `memory`, which `rule` may change. Shared by at most `threads` threads, where there is enough for them.
///
/// Let `rule` be `#[inline(always)]`.
#[inline]
pub(super) fn each<S: Scalar, const K: usize>(
    weights: &mut [S],
    gradient: &[S],
    memory: [&mut [S]; K],
    threads: usize,
    rule: impl Fn(S, S, &mut [S; K]) -> S + Sync,
) {
    #[cfg(feature = "std")]
    if threads > 1 && weights.len() >= SHARED {
        let length = weights.len().div_ceil(threads).next_multiple_of(LANES);
        let mut memory = memory.map(|values| values.chunks_mut(length));
        let parts = weights.chunks_mut(length).zip(gradient.chunks(length));
        let parts = parts.map(|(weights, gradient)| {
            let memory = memory.each_mut();
            (
                weights,
                gradient,
                memory.map(|values| values.next().unwrap_or_default()),
            )
        });
        return crate::kernel::pool::share(parts, STACK, |(weights, gradient, memory)| {
            alone(weights, gradient, memory, &rule);
        });
    }
    let _ = threads;
    alone(weights, gradient, memory, &rule);
}

/// [`each`] in this thread.
#[inline]
fn alone<S: Scalar, const K: usize>(
    weights: &mut [S],
    gradient: &[S],
    mut memory: [&mut [S]; K],
    rule: &impl Fn(S, S, &mut [S; K]) -> S,
) {
    vectorise(
        #[inline(always)]
        |_| {
            let whole = weights.len() / LANES * LANES;
            for start in (0..whole).step_by(LANES) {
                block::<S, K, LANES>(weights, gradient, &mut memory, start, rule);
            }
            for start in whole..weights.len() {
                block::<S, K, 1>(weights, gradient, &mut memory, start, rule);
            }
        },
    );
}

/// [`each`] for `N` parameters.
#[inline(always)]
fn block<S: Scalar, const K: usize, const N: usize>(
    weights: &mut [S],
    gradient: &[S],
    memory: &mut [&mut [S]; K],
    start: usize,
    rule: &impl Fn(S, S, &mut [S; K]) -> S,
) {
    // Copies, so that nothing is seen to overlap.
    let (mut w, mut g, mut m) = ([S::ZERO; N], [S::ZERO; N], [[S::ZERO; N]; K]);
    w.copy_from_slice(&weights[start..start + N]);
    g.copy_from_slice(&gradient[start..start + N]);
    for (m, memory) in m.iter_mut().zip(&*memory) {
        m.copy_from_slice(&memory[start..start + N]);
    }
    for lane in 0..N {
        let mut own = [S::ZERO; K];
        for k in 0..K {
            own[k] = m[k][lane];
        }
        w[lane] = rule(w[lane], g[lane], &mut own);
        for k in 0..K {
            m[k][lane] = own[k];
        }
    }
    weights[start..start + N].copy_from_slice(&w);
    for (m, memory) in m.iter().zip(memory) {
        memory[start..start + N].copy_from_slice(m);
    }
}
