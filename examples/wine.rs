//! Regression: the quality of 1,599 red wines by what a laboratory measures of them. Targets stay as they are; inputs, which
//! run from 0.01 (chlorides) to 289 (sulphur dioxide), are standardised.

use std::error::Error;

use mlp_macros::mlp;
use mlp_runtime::NetworkViews;
use mlp_runtime::data::{CsvOptions, Header, Scaling, TargetColumns, Targets, read_csv};
use mlp_runtime::optimizer::AdamW;
use mlp_runtime::train::{EarlyStopping, Errors, Fit, curve, fit};

mlp!("wine.mlp");

fn main() -> Result<(), Box<dyn Error>> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/winequality-red.csv");
    let options = CsvOptions {
        header: Header::Present,
        targets: TargetColumns::ValuesNamed(vec!["quality".to_owned()]),
        ..CsvOptions::default()
    };
    let wines = read_csv(data, &options)?;
    let [mut train, mut validation, mut test] = wines.parts([0.7, 0.1, 0.2], 7);
    let scaling = Scaling::standard(&train);
    for part in [&mut train, &mut validation, &mut test] {
        scaling.apply(&mut part.inputs)?;
    }

    let mut network = Wine::init(7);
    let settings = Fit {
        epochs: 100,
        seed: 7,
        validation: Some(&validation),
        early_stopping: Some(EarlyStopping::after(20)),
        restore_best: true,
        ..Fit::default()
    };
    let mut optimizer = AdamW::new(3e-3).weight_decay(0.1);
    let history = fit(&mut network, &mut optimizer, &train, settings)?;
    print!("{}", curve(&history, 60, 10));

    let report = |name: &str, outputs, targets: &Targets<f32>| -> Result<(), Box<dyn Error>> {
        let Errors { mae, rmse, r2 } = Errors::of(outputs, targets)?;
        println!("{name:>12}: MAE {mae:.3}, RMSE {rmse:.3}, R² {r2:.3}");
        Ok(())
    };
    println!(
        "on {} wines that it has never seen, of quality 3 to 8:",
        test.len()
    );
    let outputs = network.forward_view(test.inputs.view())?;
    report("the network", outputs.view(), &test.targets)?;
    // What every regression has to beat.
    if let Targets::Values(known) = &train.targets {
        let mean = outputs.mapv(|_| known.mean().unwrap_or_default());
        report("the mean", mean.view(), &test.targets)?;
    }
    Ok(())
}
