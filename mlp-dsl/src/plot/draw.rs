//! What a plot looks like, whatever it is drawn on.

use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::{DrawingBackend, IntoFont, TextStyle};
use plotters::style::{Color, RGBColor, ShapeStyle};

use super::picture::{Drawing, Drawn};
use super::{Plot, SATURATED};

const PAPER: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(31, 35, 40);
const SOFT: RGBColor = RGBColor(89, 99, 110);
const GRID: RGBColor = RGBColor(234, 237, 240);
const AXIS: RGBColor = RGBColor(160, 168, 178);
const VALUE: RGBColor = RGBColor(9, 105, 218);
const SLOPE: RGBColor = RGBColor(194, 65, 12);
const DEAD: RGBColor = RGBColor(255, 208, 204);
const SATURATION: RGBColor = RGBColor(255, 243, 196);

/// The size of one plot on its own, and of one of many, in units that a picture has one or more pixels for.
const LARGE: (u32, u32) = (800, 500);
const SMALL: (u32, u32) = (250, 200);

/// How many plots stand side by side on a sheet.
const COLUMNS: usize = 6;

/// The height of the line that explains the colours.
const LEGEND: u32 = 34;

/// One plot large, or several on a sheet.
impl Drawing for [Plot] {
    fn size(&self) -> (u32, u32) {
        if let [_] = self {
            return (LARGE.0, LARGE.1 + LEGEND);
        }
        let rows = u32::try_from(self.len().div_ceil(COLUMNS))
            .unwrap_or(1)
            .max(1);
        (SMALL.0 * COLUMNS as u32, SMALL.1 * rows + LEGEND)
    }

    fn pixels(&self) -> u32 {
        if self.len() == 1 { 2 } else { 1 }
    }

    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, scale: u32) -> Drawn<DB> {
        area.fill(&PAPER)?;
        let (top, rest) = area.split_vertically(LEGEND * scale);
        legend(&top, scale)?;
        if let [plot] = self {
            return panel(&rest, plot, scale, true);
        }
        let rows = self.len().div_ceil(COLUMNS).max(1);
        for (cell, plot) in rest.split_evenly((rows, COLUMNS)).iter().zip(self) {
            panel(cell, plot, scale, false)?;
        }
        Ok(())
    }
}

/// The line that explains the colours.
fn legend<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, scale: u32) -> Drawn<DB> {
    let unit = |units: u32| (units * scale) as i32;
    let saturated = format!("saturated: derivative below {SATURATED} to the end");
    let entries = [
        ("function", VALUE, false, 110),
        ("derivative", SLOPE, false, 120),
        ("dead: derivative 0", DEAD, true, 180),
        (saturated.as_str(), SATURATION, true, 0),
    ];
    let mut left = 24;
    for (text, color, is_region, width) in entries {
        let (top, bottom) = if is_region { (9, 21) } else { (14, 16) };
        let corners = [(unit(left), unit(top)), (unit(left + 18), unit(bottom))];
        area.draw(&Rectangle::new(corners, color.filled()))?;
        area.draw(&Text::new(
            text,
            (unit(left + 26), unit(10)),
            style(13, scale, SOFT),
        ))?;
        left += 26 + width;
    }
    Ok(())
}

fn panel<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    scale: u32,
    large: bool,
) -> Drawn<DB> {
    let (low, high) = height(plot);
    let (text, title, line) = if large { (13, 20, 2) } else { (10, 13, 1) };
    let caption = match &plot.against {
        Some(against) => format!("{}, {against}", plot.name),
        None => plot.name.clone(),
    };
    let (from, to) = plot.range;
    let mut chart = ChartBuilder::on(area)
        .margin(8 * scale)
        .caption(caption, style(title, scale, INK))
        .x_label_area_size(if large { 30 } else { 16 } * scale)
        .y_label_area_size(if large { 44 } else { 30 } * scale)
        .build_cartesian_2d(from..to, low..high)?;
    for (regions, color) in [(&plot.dead, DEAD), (&plot.saturated, SATURATION)] {
        for (start, end) in regions {
            let region = Rectangle::new([(*start, low), (*end, high)], color.filled());
            chart.draw_series([region])?;
        }
    }
    let hair = |color: RGBColor| ShapeStyle {
        color: color.to_rgba(),
        filled: false,
        stroke_width: scale,
    };
    chart
        .configure_mesh()
        .max_light_lines(0)
        .bold_line_style(hair(GRID))
        .axis_style(hair(AXIS))
        .x_labels(if large { 13 } else { 5 })
        .y_labels(if large { 9 } else { 5 })
        .x_label_formatter(&|x| label(*x))
        .y_label_formatter(&|y| label(*y))
        .label_style(style(text, scale, SOFT))
        .draw()?;
    let zero = PathElement::new(vec![(from, 0.0), (to, 0.0)], hair(AXIS));
    if low <= 0.0 && high >= 0.0 {
        chart.draw_series([zero])?;
    }
    for (pieces, color) in [(&plot.slope, SLOPE), (&plot.value, VALUE)] {
        let stroke = ShapeStyle {
            color: color.to_rgba(),
            filled: false,
            stroke_width: line * scale,
        };
        let visible = pieces.iter().flat_map(|piece| clipped(piece, low, high));
        chart.draw_series(visible.map(|piece| PathElement::new(piece, stroke)))?;
    }
    Ok(())
}

fn style(size: u32, scale: u32, color: RGBColor) -> TextStyle<'static> {
    let mut style = TextStyle::from(("sans-serif", size * scale).into_font());
    style.color = color.to_backend_color();
    style
}

/// A number on an axis, without the digits that arithmetic leaves behind.
fn label(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6 + 0.0;
    format!("{rounded}").replace('-', "−")
}

/// The part of the vertical axis to show: all of both curves, unless a pole would flatten the rest.
fn height(plot: &Plot) -> (f64, f64) {
    let samples = plot.samples.iter();
    let mut all: Vec<f64> = samples
        .flat_map(|sample| [sample.value, sample.slope])
        .filter(|y| y.is_finite())
        .collect();
    all.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (all.first(), all.last()) else {
        return (-1.0, 1.0);
    };
    let (cut, last) = (all.len() / 50, all.len() - 1);
    let (inner_least, inner_most) = (all[cut], all[last - cut]);
    let has_pole = most - least > 3.0 * (inner_most - inner_least) && inner_most > inner_least;
    let (low, high) = if has_pole {
        (inner_least, inner_most)
    } else {
        (*least, *most)
    };
    let space = match (high - low) * 0.06 {
        // A constant needs some height to stand in.
        0.0 => 1.0,
        space => space,
    };
    (low - space, high + space)
}

/// The parts of a line that lie between `low` and `high`, cut where it leaves.
fn clipped(piece: &[(f64, f64)], low: f64, high: f64) -> Vec<Vec<(f64, f64)>> {
    let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for pair in piece.windows(2) {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
        let at = |bound: f64| (bound - y0) / (y1 - y0);
        // The part of the way on which the line is inside.
        let (enter, leave) = match y0 == y1 {
            true if (low..=high).contains(&y0) => (0.0, 1.0),
            true => (1.0, 0.0),
            false => {
                let (first, second) = (at(low), at(high));
                (first.min(second).max(0.0), first.max(second).min(1.0))
            }
        };
        if enter > leave {
            parts.push(Vec::new());
            continue;
        }
        let point = |way: f64| (x0 + way * (x1 - x0), y0 + way * (y1 - y0));
        if let Some(part) = parts.last_mut() {
            if part.is_empty() {
                part.push(point(enter));
            }
            part.push(point(leave));
        }
        if leave < 1.0 {
            parts.push(Vec::new());
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}
