//! burn on its processor backend: modules, and automatic differentiation when the program runs. See `../workloads.py`,
//! which this follows.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo run --release -- FOLDER WORKLOAD…
//! ```

#[path = "../../../src/timing.rs"]
mod timing;

use std::hint::black_box;

use anyhow::{Context, Result, bail};
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::loss::{BinaryCrossEntropyLossConfig, CrossEntropyLossConfig, MseLoss, Reduction};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::activation::{relu, softmax, tanh};
use burn::tensor::{Device, Int, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors};

use timing::time;

/// As in `workloads.py`.
const STEPS: usize = 100;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .context("the folder of the data is missing")?;
    for name in arguments {
        let bytes = std::fs::read(format!("{folder}/{name}.safetensors"))?;
        let file = File(SafeTensors::deserialize(&bytes)?);
        let (adam, sgd) = (|| AdamConfig::new().init(), || SgdConfig::new().init());
        match name.as_str() {
            "T1" | "T1x10k" => train(&name, &file, tanh, mean_squares, adam(), 1e-3)?,
            "T2" => train(&name, &file, tanh, binary, sgd(), 0.5)?,
            "T3" => train(&name, &file, relu, classes, sgd(), 0.1)?,
            "T4" => train(&name, &file, relu, classes, adam(), 1e-3)?,
            "T5" => train(&name, &file, relu, classes, sgd(), 0.01)?,
            "I1" => infer(&name, &file, tanh, |sums| sums)?,
            "I2" => infer(&name, &file, relu, |sums| sums)?,
            "I3" | "I4" => infer(&name, &file, relu, |sums| softmax(sums, 1))?,
            _ => bail!("there is no workload `{name}`"),
        }
    }
    Ok(())
}

/// What the programs before and this one start from.
struct File<'a>(SafeTensors<'a>);

impl File<'_> {
    /// The shape and the numbers of a tensor; whole ones, which are classes, too.
    fn tensor(&self, name: &str) -> Option<(Vec<usize>, Vec<f32>)> {
        let view = self.0.tensor(name).ok()?;
        let bytes = view.data();
        let values = match view.dtype() {
            Dtype::F32 => bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::I64 => bytes.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b) as f32).collect(),
            _ => return None,
        };
        Some((view.shape().to_vec(), values))
    }

    fn matrix(&self, name: &str, device: &Device) -> Result<Tensor<2>> {
        let (shape, values) = self.tensor(name).with_context(|| format!("there is no {name}"))?;
        let columns = values.len() / shape[0];
        Ok(Tensor::from_data(TensorData::new(values, [shape[0], columns]), device))
    }
}

#[derive(Module, Debug)]
struct Network {
    layers: Vec<Linear>,
}

/// A function of a tensor.
type Function = fn(Tensor<2>) -> Tensor<2>;
/// A function of the last layer's sums and the targets.
type Loss = fn(Tensor<2>, Tensor<2>) -> Tensor<1>;

impl Network {
    fn new(file: &File<'_>, device: &Device) -> Result<Self> {
        let mut layers = Vec::new();
        while let Some((shape, bias)) = file.tensor(&format!("dense{}.bias", layers.len() + 1)) {
            let weight = file.matrix(&format!("dense{}.weight", layers.len() + 1), device)?;
            // [in, units]
            let weight = Tensor::from_data(weight.transpose().into_data(), device);
            let bias = Tensor::<1>::from_data(TensorData::new(bias, [shape[0]]), device);
            layers.push(Linear {
                weight: Param::from_tensor(weight),
                bias: Some(Param::from_tensor(bias)),
            });
        }
        Ok(Self { layers })
    }

    /// The last layer's sums, before its activation.
    fn sums(&self, inputs: Tensor<2>, activation: Function) -> Tensor<2> {
        let mut value = self.layers[0].forward(inputs);
        for layer in &self.layers[1..] {
            value = layer.forward(activation(value));
        }
        value
    }
}

fn mean_squares(sums: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    MseLoss::new().forward(sums, targets, Reduction::Mean)
}

fn binary(sums: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let config = BinaryCrossEntropyLossConfig::new().with_logits(true);
    let loss = config.init(&sums.device());
    loss.forward(sums, targets.int())
}

fn classes(sums: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let loss = CrossEntropyLossConfig::new().init(&sums.device());
    let classes: Tensor<1, Int> = targets.int().flatten(0, 1);
    loss.forward(sums, classes)
}

fn train(
    name: &str,
    file: &File<'_>,
    activation: Function,
    loss: Loss,
    mut optimizer: ModuleOptimizer,
    rate: f64,
) -> Result<()> {
    let device = Device::flex().autodiff();
    let inputs = file.matrix("inputs", &device)?;
    let targets = file.matrix("targets", &device)?;
    let mut network = Some(Network::new(file, &device)?);
    let mut step = || {
        let before = network.take().expect("each step puts it back");
        let loss = loss(before.sums(inputs.clone(), activation), targets.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &before);
        network = Some(optimizer.step(rate, before, gradients));
        loss
    };
    let before: f32 = step().into_scalar();
    for _ in 1..STEPS {
        step();
    }
    let after: f32 = step().into_scalar();
    let times = time(|| {
        black_box(step());
    });
    println!(
        "burn\t{name}\t{:.1}\t{:.1}\t{before:.6} → {after:.6}",
        times.min, times.median
    );
    Ok(())
}

fn infer(name: &str, file: &File<'_>, activation: Function, output: Function) -> Result<()> {
    let device = Device::flex();
    let inputs = file.matrix("inputs", &device)?;
    let network = Network::new(file, &device)?;
    let call = || output(network.sums(inputs.clone(), activation));
    let wanted = file.matrix("outputs", &device)?;
    let difference: f32 = (call() - wanted).abs().max().into_scalar();
    if difference.is_nan() || difference >= 1e-4 {
        bail!("outputs differ from ours by {difference}");
    }
    let times = time(|| {
        black_box(call());
    });
    println!(
        "burn\t{name}\t{:.1}\t{:.1}\t{difference:.1e}",
        times.min, times.median
    );
    Ok(())
}
