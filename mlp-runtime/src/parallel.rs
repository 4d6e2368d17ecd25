//! Outputs of many rows by several threads. Needs `std` for its threads and nothing else.

use crate::kernel::pool::share;
use crate::network::Network;

/// The products and sums, rows times parameters, from which on a thread of its own pays: a few dozen microseconds of work.
const WORK: usize = 1 << 21;

/// Threads take whole groups of so many rows.
const ROWS: usize = 64;

/// Bytes of stack for the values of a pass; what is not touched costs nothing.
const STACK: usize = 16 << 20;

/// How many of `threads` threads share so many rows: 1 where it is too little work.
#[must_use]
pub fn sharing<N: Network>(rows: usize, threads: usize) -> usize {
    let paying = rows.saturating_mul(N::PARAMETERS) / WORK;
    threads.min(paying).min(rows / ROWS).max(1)
}

/// [`Network::forward_batch`] by at most `threads` threads, of which this is one; less work than pays for a thread is done
/// by this one alone. Each row is computed by itself, so that how many threads there are changes no result, but for
/// rounding where one of them is left a single row.
///
/// # Panics
/// If `inputs` and `outputs` differ in length.
pub fn forward_batch<N: Network + Sync>(
    network: &N,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
    threads: usize,
) where
    N::Input: Sync,
    N::Output: Send,
{
    let count = inputs.len();
    assert_eq!(
        count,
        outputs.len(),
        "there must be an output row for each input row"
    );
    let rows = count.div_ceil(sharing::<N>(count, threads).max(1));
    let rows = rows.next_multiple_of(ROWS);
    if rows >= count {
        return network.forward_batch(inputs, outputs);
    }
    let chunks = inputs.chunks(rows).zip(outputs.chunks_mut(rows));
    share(chunks, STACK, |(inputs, outputs)| {
        network.forward_batch(inputs, outputs);
    });
}
