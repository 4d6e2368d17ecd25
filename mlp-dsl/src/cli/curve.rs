//! How the losses of a run fell, as a drawing.

use std::path::Path;

use mlp_dsl::Diagnostic;
use mlp_runtime::train::History;
use plotters::prelude::*;

use super::answer::Problem;

/// The size of a drawing in pixels.
const SIZE: (u32, u32) = (800, 500);

/// Draws the losses into a file, as its extension says.
pub(crate) fn draw(path: &Path, history: &History) -> Result<(), Box<Problem>> {
    let shown = path.display().to_string();
    let failed = |reason: String| Problem::about(&shown, Diagnostic::whole(reason));
    let extension = path.extension().and_then(|extension| extension.to_str());
    // Beside its place, so that whoever reads it finds a whole drawing.
    let temporary = path.with_extension(format!("{}.part", std::process::id()));
    let drawn = match extension {
        Some("svg") => losses(
            &SVGBackend::new(&temporary, SIZE).into_drawing_area(),
            history,
        ),
        _ => return Err(failed("a drawing is an .svg".to_owned())),
    };
    drawn
        .and_then(|()| std::fs::rename(&temporary, path).map_err(|error| error.to_string()))
        .map_err(|reason| {
            let _ = std::fs::remove_file(&temporary);
            failed(format!("the drawing cannot be written: {reason}"))
        })
}

/// The losses over the epochs, on a logarithmic axis.
fn losses<B: DrawingBackend>(
    area: &DrawingArea<B, plotters::coord::Shift>,
    history: &History,
) -> Result<(), String> {
    draw_losses(area, history).map_err(|error| error.to_string())
}

fn draw_losses<B: DrawingBackend>(
    area: &DrawingArea<B, plotters::coord::Shift>,
    history: &History,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let training = history
        .epochs
        .iter()
        .map(|epoch| (epoch.number, epoch.loss));
    let training: Vec<(usize, f64)> = training.collect();
    let validation = history.epochs.iter();
    let validation: Vec<(usize, f64)> = validation
        .filter_map(|epoch| Some((epoch.number, epoch.validation?.loss)))
        .collect();
    let all = || training.iter().chain(&validation).map(|(_, loss)| *loss);
    // A logarithm needs what is above 0.
    let low = all()
        .filter(|loss| *loss > 0.0)
        .fold(f64::INFINITY, f64::min);
    let high = all().filter(|loss| loss.is_finite()).fold(0.0, f64::max);
    let (low, high) = if low < high { (low, high) } else { (1e-3, 1.0) };
    area.fill(&WHITE)?;
    let epochs = training.len().max(2);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(1..epochs, (low..high).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .y_desc("loss")
        .y_label_formatter(&|loss| format!("{loss:.1e}"))
        .light_line_style(BLACK.mix(0.05))
        .draw()?;
    for (name, points, color) in [("training", training, BLUE), ("held out", validation, RED)] {
        if points.is_empty() {
            continue;
        }
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    area.present()
}
