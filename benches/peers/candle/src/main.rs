//! candle: tensors and automatic differentiation when the program runs. See `../workloads.py`, which this follows.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo run --release -- FOLDER WORKLOAD…
//! ```

#[path = "../../../src/timing.rs"]
mod timing;

use std::collections::HashMap;
use std::hint::black_box;

use anyhow::{Context, Result, bail};
use candle_core::{DType, Device, Tensor, Var, safetensors};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD, loss, ops};

use timing::time;

/// As in `workloads.py`.
const STEPS: usize = 100;

/// What the programs before and this one start from, by name.
type Tensors = HashMap<String, Tensor>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .context("the folder of the data is missing")?;
    for name in arguments {
        let tensors = safetensors::load(format!("{folder}/{name}.safetensors"), &Device::Cpu)?;
        match name.as_str() {
            "T1" | "T1x10k" => train(&name, &tensors, Tensor::tanh, loss::mse, adam(1e-3))?,
            "T2" => {
                let bce = loss::binary_cross_entropy_with_logit;
                train(&name, &tensors, Tensor::tanh, bce, sgd(0.5))?;
            }
            "T3" => train(&name, &tensors, Tensor::relu, cross_entropy, sgd(0.1))?,
            "T4" => train(&name, &tensors, Tensor::relu, cross_entropy, adam(1e-3))?,
            "T5" => train(&name, &tensors, Tensor::relu, cross_entropy, sgd(0.01))?,
            "I1" => infer(&name, &tensors, Tensor::tanh, |sums| Ok(sums.clone()))?,
            "I2" => infer(&name, &tensors, Tensor::relu, |sums| Ok(sums.clone()))?,
            "I3" | "I4" => infer(&name, &tensors, Tensor::relu, ops::softmax_last_dim)?,
            _ => bail!("there is no workload `{name}`"),
        }
    }
    Ok(())
}

/// A function of one tensor, and of outputs and targets.
type Function = fn(&Tensor) -> candle_core::Result<Tensor>;
type Loss = fn(&Tensor, &Tensor) -> candle_core::Result<Tensor>;

fn cross_entropy(sums: &Tensor, targets: &Tensor) -> candle_core::Result<Tensor> {
    loss::cross_entropy(sums, &targets.flatten_all()?.to_dtype(DType::U32)?)
}

/// Adam is AdamW without decay of the weights.
fn adam(lr: f64) -> impl Fn(Vec<Var>) -> candle_core::Result<AdamW> {
    move |variables| {
        let params = ParamsAdamW {
            lr,
            weight_decay: 0.0,
            ..ParamsAdamW::default()
        };
        AdamW::new(variables, params)
    }
}

fn sgd(rate: f64) -> impl Fn(Vec<Var>) -> candle_core::Result<SGD> {
    move |variables| SGD::new(variables, rate)
}

/// Weight [units, in] and bias [units] of every layer, to be learned.
fn layers(tensors: &Tensors) -> candle_core::Result<Vec<(Var, Var)>> {
    let part = |i: usize, part: &str| tensors.get(&format!("dense{i}.{part}"));
    (1..)
        .map_while(|i| part(i, "weight").zip(part(i, "bias")))
        .map(|(weight, bias)| Ok((Var::from_tensor(weight)?, Var::from_tensor(bias)?)))
        .collect()
}

/// The last layer's sums, before its activation.
fn sums(
    layers: &[(Var, Var)],
    inputs: &Tensor,
    activation: Function,
) -> candle_core::Result<Tensor> {
    let mut value = inputs.clone();
    for (i, (weight, bias)) in layers.iter().enumerate() {
        if i > 0 {
            value = activation(&value)?;
        }
        value = value.matmul(&weight.t()?)?.broadcast_add(bias)?;
    }
    Ok(value)
}

fn train<O: Optimizer>(
    name: &str,
    tensors: &Tensors,
    activation: Function,
    loss: Loss,
    optimizer: impl Fn(Vec<Var>) -> candle_core::Result<O>,
) -> Result<()> {
    let layers = layers(tensors)?;
    let variables = layers.iter().flat_map(|(w, b)| [w.clone(), b.clone()]);
    let mut optimizer = optimizer(variables.collect())?;
    let mut step = || -> candle_core::Result<Tensor> {
        let loss = loss(
            &sums(&layers, &tensors["inputs"], activation)?,
            &tensors["targets"],
        )?;
        optimizer.backward_step(&loss)?;
        Ok(loss)
    };
    let before: f32 = step()?.to_scalar()?;
    for _ in 1..STEPS {
        step()?;
    }
    let after: f32 = step()?.to_scalar()?;
    let times = time(|| {
        black_box(step().expect("it worked before"));
    });
    println!(
        "candle\t{name}\t{:.1}\t{:.1}\t{before:.6} → {after:.6}",
        times.min, times.median
    );
    Ok(())
}

fn infer(name: &str, tensors: &Tensors, activation: Function, output: Function) -> Result<()> {
    let layers = layers(tensors)?;
    let call = || output(&sums(&layers, &tensors["inputs"], activation)?.detach());
    let difference: f32 = (call()? - &tensors["outputs"])?
        .abs()?
        .max_all()?
        .to_scalar()?;
    if difference.is_nan() || difference >= 1e-4 {
        bail!("outputs differ from ours by {difference}");
    }
    let times = time(|| {
        black_box(call().expect("it worked before"));
    });
    println!(
        "candle\t{name}\t{:.1}\t{:.1}\t{difference:.1e}",
        times.min, times.median
    );
    Ok(())
}
