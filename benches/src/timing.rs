//! How long one call takes: blocks of calls, each at least a fifth of a second. Of one thread its own time counts, so that
//! what other processes do meanwhile hardly does; of several the clock.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// Nanoseconds per call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// Of the fastest block.
    pub(crate) min: f64,
    /// Of the median block.
    pub(crate) median: f64,
}

const BLOCKS: usize = 9;
const BLOCK: Duration = Duration::from_millis(200);

/// Times `call`, which takes so many threads, after a warm-up that finds how many calls fill a block.
pub(crate) fn time(threads: usize, mut call: impl FnMut()) -> Times {
    let mut elapsed = |calls: u32| {
        let (own, clock) = (ThreadTime::now(), Instant::now());
        (0..calls).for_each(|_| call());
        match threads {
            1 => own.elapsed(),
            _ => clock.elapsed(),
        }
    };
    let mut calls: u32 = 1;
    loop {
        let elapsed = elapsed(calls);
        if elapsed >= BLOCK {
            break;
        }
        let factor = BLOCK.as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
        calls = (f64::from(calls) * factor.clamp(1.1, 10.0)).ceil() as u32;
    }
    let mut blocks: Vec<f64> = (0..BLOCKS)
        .map(|_| elapsed(calls).as_secs_f64() * 1e9 / f64::from(calls))
        .collect();
    blocks.sort_by(f64::total_cmp);
    Times {
        min: blocks[0],
        median: blocks[BLOCKS / 2],
    }
}
