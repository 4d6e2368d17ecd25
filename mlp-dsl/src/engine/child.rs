// Answers requests about a model on standard output until standard input ends; `protocol.rs` says what they are.

use std::io::{self, Read, Write};
use std::ops::{AddAssign, Div};

/// How the kind of a model's targets is sent.
const VECTORS: u64 = 1;
const CLASSES: u64 = 2;

/// A number, as it is sent.
trait Decode: Sized {
    fn decode(bytes: &mut &[u8]) -> Option<Self>;
}

/// The numbers of a model.
trait Real: Decode + Copy + From<u8> + AddAssign + Div<Output = Self> {
    fn encode(self, bytes: &mut Vec<u8>);
}

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

impl Real for f32 {
    fn encode(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Real for f64 {
    fn encode(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Decode for usize {
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        u64::decode(bytes)?.try_into().ok()
    }
}

/// What a model is like: what its greeting says, and the bytes that its work takes.
#[derive(Clone, Copy)]
struct Sizes {
    inputs: usize,
    outputs: usize,
    parameters: usize,
    number: usize,
    targets: u64,
    work: usize,
}

/// A batch, row by row; as many targets as the model and the request have.
struct Batch<T> {
    rows: usize,
    inputs: Vec<T>,
    vectors: Vec<T>,
    classes: Vec<usize>,
}

/// A network with everything flat, so that what answers for it is compiled once, and not for each model.
trait Network<T> {
    fn parameters(&mut self) -> &mut [T];
    /// What is kept beside the parameters, such as running statistics.
    fn state(&mut self) -> &mut [T];
    fn outputs(&self, batch: &Batch<T>) -> Vec<T>;
    /// The loss of each row, or that of all rows where they have one together; `None` without one.
    fn losses(&self, batch: &Batch<T>) -> Option<Vec<T>>;
    /// The mean loss, and its derivatives by the parameters.
    fn gradient(&self, batch: &Batch<T>) -> Option<(T, Vec<T>)>;
}

fn decode_all<N: Decode>(bytes: &mut &[u8], count: usize) -> Option<Vec<N>> {
    (0..count).map(|_| N::decode(bytes)).collect()
}

fn encode<T: Real>(numbers: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    numbers.iter().for_each(|number| number.encode(&mut bytes));
    bytes
}

/// A batch, with its targets where a request has them.
fn batch<T: Real>(mut bytes: &[u8], sizes: &Sizes, with_targets: bool) -> Option<Batch<T>> {
    let rows = usize::decode(&mut bytes)?;
    let targets = if with_targets { sizes.targets } else { 0 };
    let batch = Batch {
        rows,
        inputs: decode_all(&mut bytes, rows.checked_mul(sizes.inputs)?)?,
        vectors: match targets {
            VECTORS => decode_all(&mut bytes, rows.checked_mul(sizes.outputs)?)?,
            _ => Vec::new(),
        },
        classes: match targets {
            CLASSES => decode_all(&mut bytes, rows)?,
            _ => Vec::new(),
        },
    };
    bytes.is_empty().then_some(batch)
}

/// The answer to one request; `None` where it is not one.
fn answer<T: Real>(
    network: &mut dyn Network<T>,
    sizes: &Sizes,
    kind: u8,
    mut bytes: &[u8],
) -> Option<Vec<u8>> {
    match kind {
        1 => {
            for parameter in network.parameters() {
                *parameter = T::decode(&mut bytes)?;
            }
            for value in network.state().iter_mut().filter(|_| !bytes.is_empty()) {
                *value = T::decode(&mut bytes)?;
            }
            bytes.is_empty().then(Vec::new)
        }
        2 => Some(encode(&network.outputs(&batch(bytes, sizes, false)?))),
        3 => {
            let losses = network.losses(&batch(bytes, sizes, true)?)?;
            let (mut total, mut count) = (T::from(0), T::from(0));
            for loss in losses {
                total += loss;
                count += T::from(1);
            }
            Some(encode(&[total / count]))
        }
        4 => {
            let (loss, gradient) = network.gradient(&batch(bytes, sizes, true)?)?;
            let mut numbers = encode(&[loss]);
            numbers.extend(encode(&gradient));
            Some(numbers)
        }
        _ => None,
    }
}

fn greet(output: &mut impl Write, sizes: &Sizes) -> io::Result<()> {
    output.write_all(b"mlp\0")?;
    output.write_all(&VERSION.to_le_bytes())?;
    for size in [
        sizes.inputs as u64,
        sizes.outputs as u64,
        sizes.parameters as u64,
        sizes.number as u64,
        sizes.targets,
    ] {
        output.write_all(&size.to_le_bytes())?;
    }
    output.flush()
}

fn serve<T: Real>(sizes: Sizes, network: fn() -> Box<dyn Network<T>>) -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut network = network();
    greet(&mut output, &sizes)?;
    let mut kind = [0];
    while input.read(&mut kind)? == 1 {
        let mut length = [0; 8];
        input.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut request = Vec::new();
        if input.by_ref().take(length).read_to_end(&mut request)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (status, answer) = match answer(&mut *network, &sizes, kind[0], &request) {
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

/// Serves a model until its input ends.
fn run<T: Real + 'static>(
    sizes: Sizes,
    network: fn() -> Box<dyn Network<T>>,
) -> std::process::ExitCode {
    // Everything that a model computes with is on the stack, and a model may be large.
    let stack = (16 << 20) + 8 * sizes.work;
    let worker = std::thread::Builder::new().stack_size(stack);
    let worker = worker.spawn(move || serve(sizes, network));
    match worker.map(|worker| worker.join()) {
        Ok(Ok(Ok(()))) => std::process::ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
        Ok(Err(_)) => std::process::ExitCode::FAILURE,
    }
}

/// Runs the model whose number in the program is the first argument.
fn main() -> std::process::ExitCode {
    let number = std::env::args().nth(1);
    let number = number.and_then(|number| number.parse::<usize>().ok());
    match number.and_then(|number| MODELS.get(number)) {
        Some(model) => model(),
        None => {
            eprintln!("there is no such model in this program");
            std::process::ExitCode::FAILURE
        }
    }
}
