//! Handwritten digits: reads 1,797 images, trains on 70 % of them until another 10 % say that it gets no better, and
//! tests on the rest.

use std::error::Error;
use std::time::Instant;

use mlp_macros::mlp;
use mlp_runtime::data::{CsvOptions, Scaling, read_csv};
use mlp_runtime::optimizer::Adam;
use mlp_runtime::store::Stored;
use mlp_runtime::train::{EarlyStopping, Fit, Metric, accuracy, curve, fit, metric};

mlp!("digits.mlp");

fn main() -> Result<(), Box<dyn Error>> {
    // Each row holds 64 pixels from 0 to 16 and the digit.
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv");
    let mut digits = read_csv(data, &CsvOptions::default())?;
    let scaling = Scaling::by(1.0 / 16.0, Digits::INPUTS);
    scaling.apply(&mut digits.inputs)?;
    let [train, validation, test] = digits.parts_stratified([0.7, 0.1, 0.2], 7);

    let mut network = Digits::init(7);
    let start = Instant::now();
    let settings = Fit {
        epochs: 100,
        seed: 7,
        validation: Some(&validation),
        early_stopping: Some(EarlyStopping::after(10)),
        restore_best: true,
        ..Fit::default()
    };
    let history = fit(&mut network, &mut Adam::new(3e-3), &train, settings)?;
    println!(
        "trained {} parameters on {} images for {} epochs in {:.2} s",
        Digits::PARAMETERS,
        train.len(),
        history.epochs.len(),
        start.elapsed().as_secs_f64()
    );
    print!("{}", curve(&history, 60, 10));
    println!(
        "accuracy {:.2} %, top-2 {:.2} %, on {} images that it has never seen",
        100.0 * accuracy(&network, &test),
        100.0 * metric(&network, &test, Metric::TopK(2)),
        test.len()
    );

    let mut stored = Stored::of(&network);
    stored.origin.scaling = Some(scaling);
    let path = std::env::temp_dir().join("digits.safetensors");
    stored.save(&path)?;
    let mut loaded = Digits::zeros();
    Stored::load(&path)?.restore(&mut loaded)?;
    assert!(loaded == network, "what is stored is what was trained");
    println!("saved to {}", path.display());
    Ok(())
}
