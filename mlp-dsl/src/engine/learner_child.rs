// Trains the model as requests say, until standard input ends; `protocol.rs` says what they are.

use std::boxed::Box;
use std::format;
use std::io::{self, Read, Write};
use std::vec;
use std::vec::Vec;

use crate::generated::Model as Network;
use crate::network::{Network as _, Trainable};
use crate::optimizer::{Choice, Optimizer as _};
use crate::steps::{Adjustment, Samples, Stretch, Workspace, steps};
use crate::store::{Snapshot, set_weights, weights};

type Real = <Network as crate::Network>::Scalar;
type Input = <Network as crate::Network>::Input;
type Output = <Network as crate::Network>::Output;
type Target = <Network as Trainable>::Target;

/// What a request is made of.
trait Decode: Sized {
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

fn decode_rows<T: Decode>(bytes: &mut &[u8], count: usize) -> Option<Vec<T>> {
    (0..count).map(|_| T::decode(bytes)).collect()
}

fn encode(numbers: &[Real]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// What there is besides the network.
struct Learner {
    optimizer: Option<Box<Choice<Network>>>,
    workspace: Workspace<Network>,
    /// The samples to train on, and those to validate with.
    sets: [(Vec<Input>, Vec<Target>); 2],
}

impl Learner {
    fn new() -> Self {
        Self {
            optimizer: None,
            workspace: Workspace::new(),
            sets: [(Vec::new(), Vec::new()), (Vec::new(), Vec::new())],
        }
    }

    /// The answer to one request; `None` where it is not one.
    fn answer(&mut self, network: &mut Network, kind: u8, mut bytes: &[u8]) -> Option<Vec<u8>> {
        match kind {
            5 => {
                *network = *Box::new(Network::init(u64::decode(&mut bytes)?));
                bytes.is_empty().then(Vec::new)
            }
            6 => {
                let name = text(&mut bytes)?;
                let count = usize::decode(&mut bytes)?;
                let mut settings = Vec::new();
                for _ in 0..count {
                    settings.push((text(&mut bytes)?, f64::decode(&mut bytes)?));
                }
                let chosen = Choice::named(name, &settings, Network::zeros).ok()?;
                self.optimizer = Some(Box::new(chosen));
                bytes.is_empty().then(Vec::new)
            }
            7 => {
                let set = usize::decode(&mut bytes)?;
                let count = usize::decode(&mut bytes)?;
                let inputs = decode_rows(&mut bytes, count)?;
                let targets = decode_rows(&mut bytes, count)?;
                *self.sets.get_mut(set)? = (inputs, targets);
                bytes.is_empty().then(Vec::new)
            }
            8 => self.steps(network, bytes),
            9 => {
                let (inputs, targets) = &self.sets[1];
                let losses = inputs.iter().zip(targets);
                let sum: f64 = losses
                    .map(|(input, target)| f64::from(Trainable::loss(network, input, target)))
                    .sum();
                let mut outputs: Vec<Output> = vec![[0.0; Network::OUTPUTS]; inputs.len()];
                network.forward_batch(inputs, &mut outputs);
                let mut answer = (sum / inputs.len() as f64).to_le_bytes().to_vec();
                answer.extend(encode(outputs.as_flattened()));
                Some(answer)
            }
            10 => Some(encode(&weights(network))),
            11 => {
                let values = decode_rows(&mut bytes, crate::store::count::<Network>())?;
                set_weights(network, &values);
                bytes.is_empty().then(Vec::new)
            }
            12 => {
                let memory = Snapshot::of(&**self.optimizer.as_ref()?, &mut Box::new(Network::zeros()));
                let mut answer = memory.steps.to_le_bytes().to_vec();
                answer.extend((memory.scalars.len() as u64).to_le_bytes());
                for (name, value) in &memory.scalars {
                    put_text(name, &mut answer);
                    answer.extend(value.to_le_bytes());
                }
                answer.extend((memory.tensors.len() as u64).to_le_bytes());
                for (name, values) in &memory.tensors {
                    put_text(name, &mut answer);
                    answer.extend(encode(values));
                }
                Some(answer)
            }
            13 => {
                let mut memory = Snapshot::<Real> {
                    steps: u64::decode(&mut bytes)?,
                    ..Snapshot::default()
                };
                for _ in 0..usize::decode(&mut bytes)? {
                    let name = text(&mut bytes)?.into();
                    memory.scalars.push((name, f64::decode(&mut bytes)?));
                }
                for _ in 0..usize::decode(&mut bytes)? {
                    let name = text(&mut bytes)?.into();
                    let values = decode_rows(&mut bytes, Network::PARAMETERS)?;
                    memory.tensors.push((name, values));
                }
                let mut scratch = Box::new(Network::zeros());
                match memory.put(&mut **self.optimizer.as_mut()?, &mut scratch) {
                    Ok(()) => bytes.is_empty().then(Vec::new),
                    Err(difference) => Some(difference.into_bytes()),
                }
            }
            _ => None,
        }
    }

    fn steps(&mut self, network: &mut Network, mut bytes: &[u8]) -> Option<Vec<u8>> {
        let batch = usize::decode(&mut bytes)?;
        let first = u64::decode(&mut bytes)?;
        let seed = u64::decode(&mut bytes)?;
        let threads = usize::decode(&mut bytes)?;
        let [l1, l2, clip_value, clip_norm] = [(); 4].map(|()| f64::decode(&mut bytes));
        // No limit is an infinite one.
        let limit = |value: f64| value.is_finite().then_some(value);
        let adjustment = Adjustment {
            l1: l1?,
            l2: l2?,
            clip_value: limit(clip_value?),
            clip_norm: limit(clip_norm?),
        };
        let count = usize::decode(&mut bytes)?;
        let rates: Vec<f64> = decode_rows(&mut bytes, count)?;
        let count = usize::decode(&mut bytes)?;
        let order: Vec<usize> = decode_rows(&mut bytes, count)?;
        let (inputs, targets) = &self.sets[0];
        let fits = batch > 0 && order.iter().all(|row| *row < inputs.len());
        if !bytes.is_empty() || !fits {
            return None;
        }
        let stretch = Stretch {
            order: &order,
            batch,
            first,
            rates: &rates,
            seed,
            threads,
            adjustment,
        };
        let samples = Samples { inputs, targets };
        let optimizer = &mut **self.optimizer.as_mut()?;
        let losses = steps(network, optimizer, &mut self.workspace, &samples, &stretch);
        Some(losses.iter().flat_map(|loss| loss.to_le_bytes()).collect())
    }
}

/// A length and so many bytes of text.
fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::decode(bytes)?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.bytes());
}

fn greet(output: &mut impl Write) -> io::Result<()> {
    output.write_all(b"mlp\0")?;
    output.write_all(&crate::VERSION.to_le_bytes())?;
    for size in [
        Network::INPUTS as u64,
        Network::OUTPUTS as u64,
        Network::PARAMETERS as u64,
        size_of::<Real>() as u64,
        crate::TARGET_KIND,
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
        let (status, answer) = match learner.answer(&mut network, kind[0], &request) {
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
    let stack = (16 << 20) + 8 * Network::TRAINING_BYTES;
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
