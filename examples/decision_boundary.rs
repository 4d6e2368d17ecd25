//! What a network can tell apart: the boundary that four models find on three sets of points, drawn as SVG into the file
//! given as argument, or else among the temporary files.

mod canvas;
mod points;

use std::error::Error;

use canvas::Area;
use mlp_macros::mlp;
use mlp_runtime::Trainable;
use mlp_runtime::data::{Dataset, Targets};
use mlp_runtime::optimizer::Adam;
use mlp_runtime::train::{Fit, accuracy, fit};
use plotters::prelude::*;

mlp!("decision_boundary.mlp");

const CELLS: i32 = 48;

/// Trains a network on points, and draws what it says of the plane behind them.
fn panel<N>(area: &Area<'_>, data: &Dataset<f32>) -> Result<f64, Box<dyn Error>>
where
    N: Trainable<Scalar = f32, Input = [f32; 2], Output = [f32; 1]> + Send + Sync,
{
    let mut network = N::init(3);
    let settings = Fit {
        epochs: 400,
        restore_best: true,
        ..Fit::default()
    };
    fit(&mut network, &mut Adam::new(1e-2), data, settings)?;
    let right = accuracy(&network, data);
    let title = format!("{}, {:.0} %", N::NAME, 100.0 * right);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .caption(title, ("sans-serif", 15))
        .build_cartesian_2d(-1.1..1.1_f32, -1.1..1.1_f32)?;
    let edge = |cell: i32| 1.1 * (2 * cell - CELLS) as f32 / CELLS as f32;
    chart.draw_series((0..CELLS * CELLS).map(|index| {
        let (x, y) = (index % CELLS, index / CELLS);
        let corners = [(edge(x), edge(y)), (edge(x + 1), edge(y + 1))];
        let [(left, bottom), (right, top)] = corners;
        let [output] = network.forward(&[(left + right) / 2.0, (bottom + top) / 2.0]);
        // Pale where it is not sure.
        let color = if output > 0.5 { &RED } else { &BLUE };
        Rectangle::new(corners, color.mix(f64::from(output - 0.5).abs()).filled())
    }))?;
    let points = data.inputs.rows().into_iter().enumerate();
    chart.draw_series(points.map(|(index, point)| {
        let color = if index % 2 == 1 { &RED } else { &BLUE };
        Circle::new((point[0], point[1]), 2, color.filled())
    }))?;
    Ok(right)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("accuracy  perceptron  logistic  one layer  two layers");
    canvas::draw("decision_boundary.svg", (1120, 900), |area| {
        let panels = area.split_evenly((3, 4));
        for (set, row) in ["XOR", "circles", "spirals"].iter().zip(panels.chunks(4)) {
            let (points, classes) = points::of(set, 300);
            let data = Dataset::new(points.into(), Targets::Classes(classes))?;
            let line = panel::<Perceptron>(&row[0], &data)?;
            let sure = panel::<LogisticRegression>(&row[1], &data)?;
            let one = panel::<OneHiddenLayer>(&row[2], &data)?;
            let two = panel::<TwoHiddenLayers>(&row[3], &data)?;
            println!("{set:>8}  {line:10.3}  {sure:8.3}  {one:9.3}  {two:10.3}");
        }
        Ok(())
    })
}
