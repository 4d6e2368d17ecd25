//! Handwritten digits: reads 1,797 images, trains on four fifths of them and tests on the rest.

use std::error::Error;
use std::time::Instant;

use mlp_macros::mlp;
use mlp_runtime::data::{CsvOptions, read_csv};
use mlp_runtime::optimizer::Adam;
use mlp_runtime::train::{Fit, accuracy, fit};

mlp!("digits.mlp");

fn main() -> Result<(), Box<dyn Error>> {
    // Each row holds 64 pixels from 0 to 16 and the digit.
    let mut digits = read_csv(
        concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv"),
        &CsvOptions::default(),
    )?;
    digits.scale_inputs(1.0 / 16.0);
    let (train, test) = digits.split(0.8, 7);

    let mut network = Digits::init(7);
    let mut adam = Adam::new(3e-3);
    let start = Instant::now();
    let history = fit(
        &mut network,
        &mut adam,
        &train,
        &Fit {
            epochs: 40,
            batch: 32,
            seed: 7,
            ..Fit::default()
        },
    )?;

    println!(
        "trained {} parameters on {} images in {:.2} s",
        Digits::PARAMETERS,
        train.len(),
        start.elapsed().as_secs_f64()
    );
    println!("loss {:.4}", history.losses.last().unwrap_or(&f64::NAN));
    println!(
        "accuracy {:.2} % on the training images",
        100.0 * accuracy(&network, &train)
    );
    println!(
        "accuracy {:.2} % on {} images that it has never seen",
        100.0 * accuracy(&network, &test),
        test.len()
    );
    Ok(())
}
