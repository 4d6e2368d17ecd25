//! What a network can tell apart: the boundary that four models find on three sets of points, drawn as SVG into the file
//! given as argument, or else among the temporary files.

use std::error::Error;
use std::f64::consts::{PI, TAU};
use std::path::PathBuf;

use mlp_macros::mlp;
use mlp_runtime::data::{Dataset, Targets};
use mlp_runtime::optimizer::Adam;
use mlp_runtime::train::{Fit, accuracy, fit};
use mlp_runtime::{Random, Trainable};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;

mlp!("decision_boundary.mlp");

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
const CELLS: i32 = 48;

/// A point of class 0 or 1, by the name of its set.
fn point(set: &str, class: usize, random: &mut Random) -> [f32; 2] {
    let (part, other) = (random.uniform(), random.uniform());
    let [radius, angle] = match set {
        // Opposite quarters are of one class.
        "XOR" => {
            let quarter = class + 2 * random.below(2);
            [other.sqrt(), PI / 2.0 * (quarter as f64 + part)]
        }
        "circles" => [[0.3, 0.8][class] + 0.15 * other, TAU * part],
        _ => [part.sqrt(), 1.5 * TAU * part.sqrt() + PI * class as f64],
    };
    [angle.cos(), angle.sin()].map(|along| (radius * along + 0.02 * random.normal()) as f32)
}

/// Trains a network on points, and draws what it says of the plane behind them.
fn panel<N>(area: &Area, points: &[[f32; 2]], data: &Dataset<f32>) -> Result<f64, Box<dyn Error>>
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
    chart.draw_series(points.iter().enumerate().map(|(index, [x, y])| {
        let color = if index % 2 == 1 { &RED } else { &BLUE };
        Circle::new((*x, *y), 2, color.filled())
    }))?;
    Ok(right)
}

fn main() -> Result<(), Box<dyn Error>> {
    let font = epaint_default_fonts::UBUNTU_LIGHT;
    register_font("sans-serif", FontStyle::Normal, font).map_err(|_| "the font is damaged")?;
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let path = given.unwrap_or_else(|| std::env::temp_dir().join("decision_boundary.svg"));
    let area = SVGBackend::new(&path, (1120, 900)).into_drawing_area();
    area.fill(&WHITE)?;
    println!("accuracy  perceptron  logistic  one layer  two layers");
    for (set, row) in ["XOR", "circles", "spirals"]
        .iter()
        .zip(area.split_evenly((3, 4)).chunks(4))
    {
        let mut random = Random::new(7);
        let classes: Vec<usize> = (0..300).map(|index| index % 2).collect();
        let points: Vec<[f32; 2]> = classes
            .iter()
            .map(|class| point(set, *class, &mut random))
            .collect();
        let data = Dataset::new(points.clone().into(), Targets::Classes(classes))?;
        let line = panel::<Perceptron>(&row[0], &points, &data)?;
        let sure = panel::<LogisticRegression>(&row[1], &points, &data)?;
        let one = panel::<OneHiddenLayer>(&row[2], &points, &data)?;
        let two = panel::<TwoHiddenLayers>(&row[3], &points, &data)?;
        println!("{set:>8}  {line:10.3}  {sure:8.3}  {one:9.3}  {two:10.3}");
    }
    area.present()?;
    println!("drawn to {}", path.display());
    Ok(())
}
