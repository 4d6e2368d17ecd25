// Trains the model as requests say, until standard input ends; `protocol.rs` says what they are.

use std::boxed::Box;
use std::vec;
use std::vec::Vec;

use crate::exchange::{Decode, Real, decode_rows, encode, serve_with_stack, text};
use crate::generated::Model as Network;
use crate::network::{Network as _, Trainable};
use crate::optimizer::{Choice, Optimizer as _};
use crate::steps::{Adjustment, Samples, Stretch, Workspace, steps};
use crate::store::{Snapshot, set_weights, weights};

type Input = <Network as crate::Network>::Input;
type Output = <Network as crate::Network>::Output;
type Target = <Network as Trainable>::Target;

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

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.bytes());
}

pub fn main() -> std::process::ExitCode {
    // Everything that a model computes with is on the stack, and a model may be large.
    serve_with_stack((16 << 20) + 8 * Network::TRAINING_BYTES, || {
        let mut network = Box::new(Network::zeros());
        let mut learner = Learner::new();
        move |kind, request| learner.answer(&mut network, kind, request)
    })
}
