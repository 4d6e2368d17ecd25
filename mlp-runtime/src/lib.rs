//! What code generated from an `.mlp` model needs, and what its users need to train and run it.
//!
//! The core is `no_std`, allocates nothing and depends on nothing: the traits a compiled network implements
//! ([`Network`], [`Trainable`]), the functions its equations call ([`kernel`]), the random numbers it starts from
//! ([`random`], [`initialiser`]) and the rules by which it learns ([`optimizer`], [`schedule`]).
//!
//! | feature | adds | needs |
//! |---|---|---|
//! | `std` (default) | `data`: reading, splitting and batching of data; `train`: training loop and metrics | `std`, `ndarray` |
//! | `progress` | a progress bar in `train::fit` | `indicatif` |
//! | `detect` (with `std`) | the processor's vector instructions are found out when the program runs | `std` |
//! | `ndarray` | `NetworkViews`, `TrainableViews`: batches as `ndarray` views | an allocator |
//! | `source` | `source`: the text of what generated code calls, for files that stand alone | |
//!
//! ```no_run
//! # #[cfg(feature = "std")]
//! # fn train<N: mlp_runtime::Trainable<Scalar = f32> + Send + Sync>() -> Result<(), Box<dyn std::error::Error>> {
//! use mlp_runtime::{data::{self, CsvOptions}, optimizer::Adam, train::{accuracy, fit, Fit}};
//!
//! let mut digits = data::read_csv("digits.csv", &CsvOptions::default())?;
//! digits.scale_inputs(1.0 / 16.0);
//! let (train, test) = digits.split(0.8, 7);
//!
//! let mut network = N::init(7);
//! let mut adam = Adam::new(1e-3);
//! let history = fit(&mut network, &mut adam, &train, Fit { epochs: 30, ..Fit::default() })?;
//! println!("loss {:?}, accuracy {:.3}", history.losses().last(), accuracy(&network, &test));
//! # Ok(())
//! # }
//! ```
#![no_std]

#[cfg(any(test, feature = "std", feature = "detect"))]
extern crate std;

pub mod decision;
pub mod initialiser;
pub mod kernel;
pub mod network;
pub mod optimizer;
pub mod random;
pub mod row;
pub mod scalar;
pub mod schedule;
pub mod setting;
pub mod shape;
pub mod tensor;
mod whole_power;

// A file that a compiler copies this into has `std` and no other crate.
#[cfg(feature = "std")]
pub mod boxed;
#[cfg(all(feature = "std", feature = "ndarray"))]
pub mod data;
#[cfg(feature = "std")]
pub mod parallel;
#[cfg(feature = "source")]
pub mod source;
#[cfg(feature = "std")]
pub mod steps;
#[cfg(feature = "std")]
pub mod store;
#[cfg(all(feature = "std", feature = "ndarray"))]
pub mod train;
#[cfg(feature = "ndarray")]
pub mod views;

#[cfg(feature = "std")]
pub use boxed::boxed;
pub use decision::Decision;
pub use network::{Network, Trainable};
pub use random::Random;
pub use row::{Row, Target};
pub use scalar::Scalar;
pub use setting::SettingError;
pub use shape::ShapeError;
pub use tensor::{Tensor, TensorView, TensorViewMut};
#[cfg(feature = "ndarray")]
pub use views::{NetworkViews, TrainableViews};

#[cfg(test)]
mod example;
#[cfg(test)]
mod figures;
