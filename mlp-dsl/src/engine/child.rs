// Answers requests about a model on standard output until standard input ends; `protocol.rs` says what they are.

use std::boxed::Box;
use std::format;
use std::io::{self, Read, Write};
use std::vec;
use std::vec::Vec;

use crate::learner::Learner;
use crate::network::Network as _;
use crate::own::{Input, Model as Network, Output, Real, TARGET_KIND, Target, VERSION, WORK_BYTES};
use crate::own::{gradient, loss};

/// What a request is made of.
pub trait Decode: Sized {
    fn decode(bytes: &mut &[u8]) -> Option<Self>;
}

/// What a number is and how it is sent.
macro_rules! number {
    ($type:ident) => {
        impl Decode for $type {
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                let (number, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*number))
            }
        }
    };
}

number!(f32);
number!(f64);
number!(u64);

impl Decode for usize {
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        u64::decode(bytes)?.try_into().ok()
    }
}

impl Decode for () {
    fn decode(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl<const LENGTH: usize> Decode for [Real; LENGTH] {
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        let mut row = [0.0; LENGTH];
        for number in &mut row {
            *number = Real::decode(bytes)?;
        }
        Some(row)
    }
}

pub fn decode_rows<T: Decode>(bytes: &mut &[u8], count: usize) -> Option<Vec<T>> {
    (0..count).map(|_| T::decode(bytes)).collect()
}

pub fn encode(numbers: &[Real]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// A batch: its inputs, and its targets where a request has them.
fn batch(mut bytes: &[u8], with_targets: bool) -> Option<(Vec<Input>, Vec<Target>)> {
    let count = usize::decode(&mut bytes)?;
    let inputs = decode_rows(&mut bytes, count)?;
    let targets = decode_rows(&mut bytes, if with_targets { count } else { 0 })?;
    bytes.is_empty().then_some((inputs, targets))
}

/// The answer to one request; `None` where it is not one.
fn answer(
    network: &mut Network,
    learner: &mut Learner,
    kind: u8,
    mut bytes: &[u8],
) -> Option<Vec<u8>> {
    match kind {
        1 => {
            for parameter in network.parameters_mut() {
                *parameter = Real::decode(&mut bytes)?;
            }
            bytes.is_empty().then(Vec::new)
        }
        2 => {
            let (inputs, _) = batch(bytes, false)?;
            let mut outputs: Vec<Output> = vec![[0.0; Network::OUTPUTS]; inputs.len()];
            network.forward_batch(&inputs, &mut outputs);
            Some(encode(outputs.as_flattened()))
        }
        3 => {
            let (inputs, targets) = batch(bytes, true)?;
            let share = 1.0 / inputs.len() as Real;
            let mut total = 0.0;
            for (input, target) in inputs.iter().zip(&targets) {
                total += share * loss(network, input, target)?;
            }
            Some(encode(&[total]))
        }
        4 => {
            let (inputs, targets) = batch(bytes, true)?;
            let mut sum = Box::new(Network::zeros());
            let mut numbers = encode(&[gradient(network, &inputs, &targets, &mut sum)?]);
            numbers.extend(encode(sum.parameters()));
            Some(numbers)
        }
        _ => learner.answer(network, kind, bytes),
    }
}

fn greet(output: &mut impl Write) -> io::Result<()> {
    output.write_all(b"mlp\0")?;
    output.write_all(&VERSION.to_le_bytes())?;
    for size in [
        Network::INPUTS as u64,
        Network::OUTPUTS as u64,
        Network::PARAMETERS as u64,
        size_of::<Real>() as u64,
        TARGET_KIND,
    ] {
        output.write_all(&size.to_le_bytes())?;
    }
    output.flush()
}

fn serve() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut network = Box::new(Network::zeros());
    let mut learner = Learner::new();
    greet(&mut output)?;
    let mut kind = [0];
    while input.read(&mut kind)? == 1 {
        let mut length = [0; 8];
        input.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut request = Vec::new();
        if input.by_ref().take(length).read_to_end(&mut request)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (status, answer) = match answer(&mut network, &mut learner, kind[0], &request) {
            Some(answer) => (0, answer),
            None => (1, format!("no request of kind {}", kind[0]).into_bytes()),
        };
        output.write_all(&[status])?;
        output.write_all(&(answer.len() as u64).to_le_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

pub fn main() -> std::process::ExitCode {
    // Everything that a model computes with is on the stack, and a model may be large.
    let stack = (16 << 20) + 8 * WORK_BYTES;
    let worker = std::thread::Builder::new().stack_size(stack).spawn(serve);
    match worker.map(|worker| worker.join()) {
        Ok(Ok(Ok(()))) => std::process::ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
        Ok(Err(_)) => std::process::ExitCode::FAILURE,
    }
}
