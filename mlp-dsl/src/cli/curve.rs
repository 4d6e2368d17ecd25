//! How the losses of a run fell, as a picture.

use std::path::Path;

use mlp_dsl::Diagnostic;
use mlp_dsl::plot::{Drawing, Drawn};
use mlp_runtime::train::History;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::answer::Problem;
use super::output;
use super::picture::Format;

/// The size of a picture, in units.
const SIZE: (u32, u32) = (800, 500);

/// Draws the losses into a file, in the format that its name says.
pub(crate) fn draw(path: &Path, history: &History) -> Result<(), Box<Problem>> {
    let picture = Format::of(path)?.draw(&Losses(history)).map_err(|error| {
        Problem::about(
            path.display().to_string(),
            Diagnostic::whole(error.to_string()),
        )
    })?;
    output::write(path, &picture)
}

/// The losses over the epochs, on a logarithmic axis.
struct Losses<'a>(&'a History);

impl Drawing for Losses<'_> {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, scale: u32) -> Drawn<DB> {
        let epochs = &self.0.epochs;
        let training = epochs.iter().map(|epoch| (epoch.number, epoch.loss));
        let training: Vec<(usize, f64)> = training.collect();
        let validation = epochs.iter();
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
        // An axis of less than two decades has its labels at the powers of 2.
        let base = if high / low < 100.0 { 2.0 } else { 10.0 };
        let text = || ("sans-serif", 14 * scale);
        area.fill(&WHITE)?;
        let last = training.len().max(2);
        let mut chart = ChartBuilder::on(area)
            .margin(12 * scale)
            .x_label_area_size(44 * scale)
            .y_label_area_size(76 * scale)
            .build_cartesian_2d(1..last, (low..high).log_scale().base(base))?;
        chart
            .configure_mesh()
            .x_desc("epoch")
            .y_desc("loss")
            .y_label_formatter(&|loss| format!("{loss:.1e}"))
            .label_style(text())
            .axis_style(BLACK.stroke_width(scale))
            .bold_line_style(BLACK.mix(0.15).stroke_width(scale))
            .light_line_style(TRANSPARENT)
            .draw()?;
        let stroke = 2 * scale;
        let length = 20 * scale as i32;
        for (name, points, color) in [("training", training, BLUE), ("held out", validation, RED)] {
            if points.is_empty() {
                continue;
            }
            let line = color.stroke_width(stroke);
            chart
                .draw_series(LineSeries::new(points, line))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + length, y)], line));
        }
        chart
            .configure_series_labels()
            .label_font(text())
            .legend_area_size(28 * scale)
            .margin(12 * scale)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.stroke_width(scale))
            .draw()
    }
}
