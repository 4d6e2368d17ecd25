// Measures how long the functions of the model take, as requests say, until standard input ends; `protocol.rs` says what
// they are.

use std::boxed::Box;
use std::hint::black_box;
use std::time::Instant;
use std::vec;
use std::vec::Vec;

use crate::exchange::{Decode, Real, serve_with_stack, text};
use crate::generated::Model as Network;
use crate::kernel::{Level, multiply_adds};
use crate::network::Network as _;
use crate::parallel;
use crate::random::Random;
use crate::row::Row as _;
use crate::training;

pub type Input = <Network as crate::Network>::Input;
type Output = <Network as crate::Network>::Output;

/// How long is measured.
pub struct Blocks {
    count: usize,
    /// The least that each takes.
    seconds: f64,
}

/// What measures time.
#[derive(Clone, Copy)]
pub enum Clock {
    /// How long this thread has worked: what other processes do meanwhile hardly counts.
    Thread,
    /// How long it is since some moment.
    Wall,
}

impl Clock {
    /// That of the thread, where the system has one that safe code can read: Linux.
    pub fn best() -> Self {
        worked().map_or(Self::Wall, |_| Self::Thread)
    }

    /// How many seconds `work` takes.
    fn time(self, work: impl FnOnce()) -> f64 {
        let (start, before) = (Instant::now(), self.worked());
        work();
        match (before, self.worked()) {
            (Some(before), Some(after)) => after - before,
            _ => start.elapsed().as_secs_f64(),
        }
    }

    fn worked(self) -> Option<f64> {
        match self {
            Self::Thread => worked(),
            Self::Wall => None,
        }
    }
}

/// For how many seconds this thread has worked. The system counts anew where a thread yields, else a few times in a hundredth
/// of a second.
fn worked() -> Option<f64> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

impl Blocks {
    /// Nanoseconds a call in each block, where `calls` makes so many: after a warm-up that finds how many fill a block.
    pub fn time(&self, clock: Clock, mut calls: impl FnMut(u64)) -> Vec<f64> {
        let mut seconds = |count: u64| clock.time(|| calls(count));
        let mut count = 1;
        loop {
            let elapsed = seconds(count);
            if elapsed >= self.seconds {
                break;
            }
            let factor = (self.seconds / elapsed.max(1e-9)).clamp(1.1, 10.0);
            count = (count as f64 * factor).ceil() as u64;
        }
        let blocks = (0..self.count).map(|_| seconds(count) * 1e9 / count as f64);
        blocks.collect()
    }

    /// Nanoseconds a call in this thread.
    pub fn time_each(&self, mut call: impl FnMut()) -> Vec<f64> {
        self.time(Clock::best(), |count| (0..count).for_each(|_| call()))
    }
}

/// What a request asks for.
pub struct Wanted<'a> {
    pub blocks: Blocks,
    pub threads: usize,
    pub network: Box<Network>,
    pub inputs: Vec<Input>,
    pub random: Random,
    /// The settings of the optimizer.
    pub settings: Vec<(&'a str, f64)>,
}

/// Rows of numbers from 0 to 1.
fn inputs(rows: usize, random: &mut Random) -> Vec<Input> {
    let numbers = (0..rows * Network::INPUTS).map(|_| random.uniform() as Real);
    let numbers: Vec<Real> = numbers.collect();
    Input::rows(&numbers).unwrap_or_default().to_vec()
}

fn outputs(wanted: &Wanted<'_>) -> Vec<f64> {
    let (network, inputs) = (&wanted.network, &wanted.inputs);
    let mut outputs: Vec<Output> = vec![Output::zeros(); inputs.len()];
    if parallel::sharing::<Network>(inputs.len(), wanted.threads) > 1 {
        return wanted.blocks.time(Clock::Wall, |count| {
            for _ in 0..count {
                let inputs = black_box(inputs);
                parallel::forward_batch(&**network, inputs, &mut outputs, wanted.threads);
                black_box(&outputs);
            }
        });
    }
    wanted.blocks.time_each(|| {
        network.forward_batch(black_box(inputs), &mut outputs);
        black_box(&outputs);
    })
}

fn output(wanted: &Wanted<'_>) -> Option<Vec<f64>> {
    let (network, input) = (&wanted.network, wanted.inputs.first()?);
    Some(wanted.blocks.time_each(|| {
        black_box(network.forward(black_box(input)));
    }))
}

/// For one multiply-add.
fn peak(blocks: &Blocks) -> Vec<f64> {
    const STEPS: usize = 1000;
    let level = Level::best();
    let count = multiply_adds::<Real>(level, STEPS) as f64;
    let times = blocks.time_each(|| {
        multiply_adds::<Real>(level, STEPS);
    });
    times.into_iter().map(|time| time / count).collect()
}

fn facts(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let batch = usize::decode(&mut bytes)?;
    let threads = usize::decode(&mut bytes)?;
    let mut answer = Vec::new();
    for number in [
        size_of::<Network>(),
        Network::INFERENCE_BYTES,
        training::BYTES,
        training::WORKSPACE,
        training::sharing(batch, threads),
        parallel::sharing::<Network>(batch, threads),
        matches!(Clock::best(), Clock::Thread).into(),
    ] {
        answer.extend((number as u64).to_le_bytes());
    }
    answer.extend(Level::best().name().bytes());
    bytes.is_empty().then_some(answer)
}

fn measure(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let what = u64::decode(&mut bytes)?;
    let batch = usize::decode(&mut bytes)?;
    let threads = usize::decode(&mut bytes)?;
    let blocks = Blocks {
        count: usize::decode(&mut bytes)?,
        seconds: f64::decode(&mut bytes)?,
    };
    let mut settings = Vec::new();
    for _ in 0..usize::decode(&mut bytes)? {
        settings.push((text(&mut bytes)?, f64::decode(&mut bytes)?));
    }
    let mut random = Random::new(1);
    let wanted = Wanted {
        blocks,
        threads,
        network: Box::new(Network::init(7)),
        inputs: inputs(batch, &mut random),
        random,
        settings,
    };
    let times = match what {
        0 => output(&wanted)?,
        1 => outputs(&wanted),
        2 => training::gradient(wanted)?,
        3 => training::step(wanted)?,
        4 => peak(&wanted.blocks),
        _ => return None,
    };
    Some(times.iter().flat_map(|time| time.to_le_bytes()).collect())
}

pub fn main() -> std::process::ExitCode {
    // Networks, gradients and optimizers are made on the stack before they are moved, and a model may be large.
    let stack = (16 << 20) + 16 * Network::INFERENCE_BYTES + 16 * training::BYTES;
    serve_with_stack(stack, || {
        |kind, request: &[u8]| match kind {
            14 => facts(request),
            15 => measure(request),
            _ => None,
        }
    })
}
