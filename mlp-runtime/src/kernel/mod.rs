//! Products of matrices and vector mathematics that generated code calls: `core` only, no table, no allocation.
//!
//! Generated code runs within [`vectorise`], which compiles it for each [`Level`] of the processor's vector instructions and
//! chooses when the program runs (without `std`, when it is compiled). All that takes a level is as fast as that level
//! allows, and can differ from level to level in the last digits.
//!
//! **Products.** [`affine`] and [`linear`] with their pullbacks serve many rows, the forms ending in `_row` a single one.
//! Weights are stored input-major, `weight[input][output]`. Every product with many rows is made of one register tile
//! (`tile.rs`), compiled here once for each level and precision; large matrices are laid together on the way (`pack.rs`).
//! The stack that takes is at most 4096 numbers. Single rows of small shapes are compiled into the caller's code.
//!
//! **Functions.** [`mod@f32`] and [`mod@f64`] hold the same functions for the two precisions. Each is written without
//! branches (both sides are computed and one is selected), so a loop that applies one to a slice becomes vector
//! instructions (`power` is too long for that and stays a call). Those without a level use additions, multiplications,
//! divisions and bit operations of IEEE 754 alone: the same argument gives the same bits on every machine. Those ending in
//! `_at` take a level and its fused multiply-add, which makes them faster by a quarter to a half.
//!
//! **Threads.** With the feature `std`, `pool` shares work among threads that stay from call to call.
//!
//! One body serves both precisions through a macro; the constants that differ are in `f32.rs` and `f64.rs`. The
//! polynomials interpolate the function at Chebyshev nodes of its reduced interval, solved in 60-digit arithmetic.
//! Errors are stated in ulp (units in the last place) of the exact result, and are the largest seen, rounded up, with and
//! without a level. In `f32` the program `examples/accuracy.rs` finds them over all numbers. In `f64` they are those on
//! 20,000 points a function against 48-digit arithmetic; for sine, cosine and powers those on the grids of `accuracy.rs`.

#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod affine;
mod destination;
mod error_function;
mod exponential;
#[cfg_attr(
    any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    ),
    expect(unsafe_code, reason = "instructions of the processor")
)]
mod fused;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod lanes;
#[cfg_attr(
    all(feature = "detect", target_arch = "x86_64"),
    expect(unsafe_code, reason = "vector instructions and raw loops")
)]
mod level;
mod logarithm;
mod mask;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod outer;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod pack;
#[expect(unsafe_code, reason = "vector instructions")]
mod peak;
#[cfg(feature = "std")]
#[expect(
    unsafe_code,
    reason = "threads that stay borrow what belongs to a call"
)]
pub mod pool;
mod power;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod pullback_bias;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod pullback_input;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod pullback_weight;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod real;
mod root;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod row;
mod selection;
mod softmax;
#[expect(unsafe_code, reason = "vector instructions and raw loops")]
mod tile;
mod trigonometry;
mod view;

pub mod f32;
pub mod f64;

pub use affine::{affine, affine_row, linear, linear_row};
pub use destination::Destination;
pub use level::{Level, vectorise};
pub use mask::dropout_mask;
pub use peak::multiply_adds;
pub use pullback_bias::pullback_bias;
pub use pullback_input::{pullback_input, pullback_input_row};
pub use pullback_weight::{pullback_weight, pullback_weight_row};
pub use real::Real;
pub use selection::{maximum, minimum, sign, step};
pub use view::{flat, flat_mut, matrix, matrix_mut, split_rows, vector, vector_mut};

#[cfg(test)]
mod accuracy;
#[cfg(test)]
#[expect(unsafe_code, reason = "kernels are called with raw parts")]
mod products;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod special_values;
