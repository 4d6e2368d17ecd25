//! Fashion-MNIST: 784-128-10 on real images in MNIST's own format. The folder with the four files is the argument; without
//! one the whole set is taken where Debian's package `dataset-fashion-mnist` puts it (60,000 images to train on, 10,000 to
//! test on), and else the slice that comes along (800 and 200).

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use mlp_macros::mlp;
use mlp_runtime::data::{Dataset, ReadError, Scaling, read_idx};
use mlp_runtime::optimizer::Adam;
use mlp_runtime::train::{Confusion, Fit, fit};
use mlp_runtime::{Network, NetworkViews, boxed};

mlp!("fashion.mlp");

const WHOLE: &str = "/usr/share/datasets/fashion-mnist";
const SLICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/fashion");
const NAMES: [&str; 10] = [
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
];

fn read(folder: &Path, part: &str) -> Result<Dataset<f32>, ReadError> {
    let labels = folder.join(format!("{part}-labels-idx1-ubyte.gz"));
    read_idx(
        folder.join(format!("{part}-images-idx3-ubyte.gz")),
        Some(&labels),
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let whole = Some(PathBuf::from(WHOLE)).filter(|whole| whole.is_dir());
    let folder = given.or(whole).unwrap_or_else(|| SLICE.into());
    let (mut train, mut test) = (read(&folder, "train")?, read(&folder, "t10k")?);
    let scaling = Scaling::standard(&train);
    scaling.apply(&mut train.inputs)?;
    scaling.apply(&mut test.inputs)?;

    let mut network = boxed(|| Fashion::init(7));
    let start = Instant::now();
    let settings = Fit {
        epochs: 10,
        batch: 64,
        seed: 7,
        ..Fit::default()
    };
    let history = fit(&mut *network, &mut Adam::new(1e-3), &train, settings)?;
    println!(
        "trained {} parameters on {} images for {} epochs in {:.2} s, loss {:.4}",
        Fashion::PARAMETERS,
        train.len(),
        history.epochs.len(),
        start.elapsed().as_secs_f64(),
        history.losses().last().copied().unwrap_or(f64::NAN),
    );

    let outputs = network.forward_view(test.inputs.view())?;
    let confusion = Confusion::of(outputs.view(), &test.targets, Fashion::DECISION)?;
    let accuracy = 100.0 * confusion.accuracy();
    println!(
        "accuracy {accuracy:.2} % on {} images that it has never seen",
        test.len()
    );
    for (class, name) in NAMES.iter().enumerate() {
        let counts = confusion.counts.row(class);
        let others = (0..10).rev().filter(|other| *other != class);
        let other = others.max_by_key(|other| counts[*other]).unwrap_or(class);
        let (recall, count) = (100.0 * confusion.recall(class), counts[other]);
        let other = NAMES[other];
        println!("{name:>9} {recall:5.1} %, {count} taken for {other}");
    }
    Ok(())
}
