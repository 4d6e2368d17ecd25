// How a program around a model and its runtime answers requests on standard output, until standard input ends; `protocol.rs`
// says what they are.

use std::format;
use std::io::{self, Read, Write};
use std::vec::Vec;

use crate::generated::Model as Network;
use crate::network::Network as _;

pub type Real = <Network as crate::Network>::Scalar;

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

/// A length and so many bytes of text.
pub fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::decode(bytes)?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
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

/// Answers one request after the other: `answer` takes the kind of a request and its content, and gives `None` where it is
/// not one.
fn serve(mut answer: impl FnMut(u8, &[u8]) -> Option<Vec<u8>>) -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
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
        let (status, answer) = match answer(kind[0], &request) {
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

/// Serves in a thread with so many bytes of stack, where `start` makes what answers.
pub fn serve_with_stack<A: FnMut(u8, &[u8]) -> Option<Vec<u8>>>(
    stack: usize,
    start: impl FnOnce() -> A + Send + 'static,
) -> std::process::ExitCode {
    let builder = std::thread::Builder::new().stack_size(stack);
    let worker = builder.spawn(|| serve(start()));
    match worker.map(|worker| worker.join()) {
        Ok(Ok(Ok(()))) => std::process::ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
        Ok(Err(_)) => std::process::ExitCode::FAILURE,
    }
}
