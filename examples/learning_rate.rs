//! How fast to learn: gradient descent on the handwritten digits with a rate that is too small, one that is right and one
//! that is too large. The curves are drawn as SVG into the file given as argument, or else among the temporary files.

mod canvas;

use std::error::Error;

use mlp_macros::mlp;
use mlp_runtime::data::{CsvOptions, read_csv};
use mlp_runtime::optimizer::Sgd;
use mlp_runtime::train::{Fit, accuracy, fit};
use plotters::prelude::*;

mlp!("digits.mlp");

const EPOCHS: usize = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv");
    let mut digits = read_csv(data, &CsvOptions::default())?;
    digits.scale_inputs(1.0 / 16.0);
    let (train, test) = digits.split_stratified(0.8, 7);

    let mut curves = Vec::new();
    println!("rate    loss after epoch 1, 10 and {EPOCHS}   accuracy");
    for (rate, what, color) in [
        (0.002, "too small", RGBColor(9, 105, 218)),
        (0.2, "right", RGBColor(26, 127, 55)),
        (8.0, "too large", RGBColor(194, 65, 12)),
    ] {
        let mut network = Digits::init(7);
        let settings = Fit {
            epochs: EPOCHS,
            seed: 7,
            ..Fit::default()
        };
        let history = fit(&mut network, &mut Sgd::new(rate), &train, settings)?;
        let losses = history.losses();
        let accuracy = 100.0 * accuracy(&network, &test);
        let [first, tenth, last] = [1, 10, EPOCHS].map(|epoch| losses[epoch - 1]);
        println!("{rate:<6}  {first:8.4} {tenth:8.4} {last:8.4}     {accuracy:6.2} %   {what}");
        curves.push((format!("{rate}, {what}"), color, losses));
    }

    let losses = || curves.iter().flat_map(|(.., losses)| losses).copied();
    let range = losses().fold(f64::INFINITY, f64::min)..losses().fold(0.0, f64::max);
    canvas::draw("learning_rate.svg", (800, 500), |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(64)
            .build_cartesian_2d(1..EPOCHS, range.log_scale())?;
        let mut mesh = chart.configure_mesh();
        mesh.x_desc("epoch")
            .y_desc("loss")
            .light_line_style(TRANSPARENT)
            .draw()?;
        for (name, color, losses) in curves {
            let line = color.stroke_width(2);
            chart
                .draw_series(LineSeries::new((1..).zip(losses), line))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], line));
        }
        let mut labels = chart.configure_series_labels();
        labels
            .background_style(WHITE)
            .border_style(BLACK.mix(0.3))
            .draw()?;
        Ok(())
    })
}
