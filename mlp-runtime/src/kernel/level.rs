//! The level of the processor's vector instructions, and code compiled for it.

#[cfg(all(feature = "detect", target_arch = "x86_64"))]
use core::sync::atomic::{AtomicU8, Ordering};

/// A level of the processor's vector instructions.
///
/// A value is proof that the processor has it: no other can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(Set);

/// The levels, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Set {
    /// Plain arrays, as on a processor without code of its own: for tests alone.
    #[cfg(test)]
    Arrays,
    /// What every processor of this architecture has: SSE2 on x86-64, NEON on AArch64.
    Baseline,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F, BW, DQ and VL, on top of AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// Its name: what the environment variable `MLP_LEVEL` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            #[cfg(test)]
            Set::Arrays => "arrays",
            Set::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "avx512",
        }
    }

    /// The best level of this processor.
    ///
    /// With the feature `detect` the processor is asked when the program runs, once, and the environment variable
    /// `MLP_LEVEL` (`baseline`, `avx2`, `avx512`) can hold it at a lower level; any other value changes nothing. Without
    /// it, it is the level that the whole program is compiled for, such as by `-C target-cpu=native`.
    #[inline]
    #[must_use]
    pub fn best() -> Self {
        #[cfg(all(feature = "detect", target_arch = "x86_64"))]
        {
            const BASELINE: u8 = Set::Baseline as u8;
            const AVX2: u8 = Set::Avx2 as u8;
            const AVX512: u8 = Set::Avx512 as u8;
            let set = match BEST.load(Ordering::Relaxed) {
                BASELINE => Set::Baseline,
                AVX2 => Set::Avx2,
                AVX512 => Set::Avx512,
                _ => detected(),
            };
            Self(set)
        }
        #[cfg(all(not(feature = "detect"), target_arch = "x86_64"))]
        {
            let avx2 = cfg!(all(target_feature = "avx2", target_feature = "fma"));
            let avx512 = cfg!(all(
                target_feature = "avx512f",
                target_feature = "avx512bw",
                target_feature = "avx512dq",
                target_feature = "avx512vl"
            ));
            Self(match (avx2, avx512) {
                (true, true) => Set::Avx512,
                (true, false) => Set::Avx2,
                (false, _) => Set::Baseline,
            })
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self(Set::Baseline)
    }

    /// Every level up to the best, the least first: what a test or a benchmark goes through.
    pub fn available() -> impl Iterator<Item = Self> {
        let levels = [
            #[cfg(test)]
            Set::Arrays,
            Set::Baseline,
            #[cfg(target_arch = "x86_64")]
            Set::Avx2,
            #[cfg(target_arch = "x86_64")]
            Set::Avx512,
        ];
        let best = Self::best();
        levels
            .into_iter()
            .map(Self)
            .filter(move |level| *level <= best)
    }

    /// Runs `body` compiled for this level: [`vectorise`] with the choice of the level left to the caller.
    #[inline(always)]
    pub fn run<R>(self, body: impl FnOnce(Self) -> R) -> R {
        // Without a choice the whole program is compiled for the level.
        #[cfg(not(feature = "detect"))]
        {
            body(self)
        }
        #[cfg(feature = "detect")]
        match self.0 {
            #[cfg(test)]
            Set::Arrays => body(Self(Set::Arrays)),
            Set::Baseline => body(Self(Set::Baseline)),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the level is proof that the processor has these instructions.
            Set::Avx2 => unsafe { in_avx2(body) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Set::Avx512 => unsafe { in_avx512(body) },
        }
    }

    /// Whether it has an instruction for a·b + c that rounds once, and the code for it is there.
    #[inline(always)]
    pub(super) const fn is_fused(self) -> bool {
        match self.0 {
            #[cfg(test)]
            Set::Arrays => false,
            Set::Baseline => cfg!(all(target_arch = "aarch64", target_feature = "neon")),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 | Set::Avx512 => true,
        }
    }

    /// The level for kernels whose numbers lie side by side in so many bytes: longer vectors would stay half empty.
    #[inline(always)]
    pub(super) const fn suited_to(self, bytes: usize) -> Self {
        #[cfg(target_arch = "x86_64")]
        if bytes <= 32 && matches!(self.0, Set::Avx512) {
            return Self(Set::Avx2);
        }
        let _ = bytes;
        self
    }

    /// The set of instructions.
    #[inline(always)]
    pub(super) const fn set(self) -> Set {
        self.0
    }
}

/// Runs `body` compiled for the best level of this processor.
///
/// Let the closure be `#[inline(always)]`: it is then compiled once for each level, its plain loops become vector
/// instructions of that level, and what it asks of the level it is given is decided when it is compiled.
///
/// ```
/// use mlp_runtime::kernel::{f32::tanh, vectorise};
///
/// let mut values = [0.0, 0.5, 1.0];
/// vectorise(
///     #[inline(always)]
///     |_| values.iter_mut().for_each(|value| *value = tanh(*value)),
/// );
/// assert_eq!(values[0], 0.0);
/// ```
#[inline(always)]
pub fn vectorise<R>(body: impl FnOnce(Level) -> R) -> R {
    Level::best().run(body)
}

/// `body` compiled for AVX2 and FMA. The level is a constant in there, so that what depends on it is decided.
#[cfg(all(feature = "detect", target_arch = "x86_64"))]
#[target_feature(enable = "avx2,fma")]
#[inline]
fn in_avx2<R>(body: impl FnOnce(Level) -> R) -> R {
    body(Level(Set::Avx2))
}

/// `body` compiled for AVX-512.
#[cfg(all(feature = "detect", target_arch = "x86_64"))]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
#[inline]
fn in_avx512<R>(body: impl FnOnce(Level) -> R) -> R {
    body(Level(Set::Avx512))
}

/// What [`Level::best`] has found; before that none of the levels.
#[cfg(all(feature = "detect", target_arch = "x86_64"))]
static BEST: AtomicU8 = AtomicU8::new(u8::MAX);

/// Asks the processor and the environment, and remembers the answer.
#[cfg(all(feature = "detect", target_arch = "x86_64"))]
#[cold]
fn detected() -> Set {
    let avx2 = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
    let avx512 = avx2
        && std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512vl");
    let best = match (avx2, avx512) {
        (true, true) => Set::Avx512,
        (true, false) => Set::Avx2,
        (false, _) => Set::Baseline,
    };
    let wanted = match std::env::var_os("MLP_LEVEL") {
        Some(name) if name == "baseline" => Set::Baseline,
        Some(name) if name == "avx2" => Set::Avx2,
        _ => best,
    };
    let set = wanted.min(best);
    BEST.store(set as u8, Ordering::Relaxed);
    set
}
